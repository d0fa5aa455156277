-- The first schema. `t` is a commit number: it names one version of one resource everywhere, and
-- grows with every change. Index rows belong to a version, not to a resource, so that the record
-- as it was at commit t is "rows up to t that were not yet replaced at t".

CREATE TABLE mark (             -- single values: secrets, positions, times
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE type (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE parameter (        -- a search parameter of one type
    id       INTEGER PRIMARY KEY,
    type     INTEGER NOT NULL REFERENCES type,
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    repeats  INTEGER NOT NULL DEFAULT 0,   -- some resource has more than one range of it
    scales   INTEGER NOT NULL DEFAULT 0,   -- bit n: some range of it is of scale n (see index.scale)
    UNIQUE (type, name)
) STRICT;

CREATE TABLE resource (         -- one row per resource that exists, existed or is referred to
    rid     INTEGER PRIMARY KEY,
    type    INTEGER NOT NULL,
    id      TEXT NOT NULL,
    t       INTEGER NOT NULL DEFAULT 0,    -- its current version; 0 while it is only referred to
    number  INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX resource_by_id ON resource (type, id, t);

CREATE TABLE version (          -- every version, the current ones too, in the order of the commits
    t       INTEGER PRIMARY KEY,
    rid     INTEGER NOT NULL,
    type    INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    main    INTEGER NOT NULL,              -- main date, see index.MAIN; 0 if none
    deleted INTEGER NOT NULL,
    hash    BLOB NOT NULL,                 -- SHA-256 of the JSON
    codec   INTEGER NOT NULL,              -- 0 as it is, 1 zstd, else the id of a dictionary
    body    BLOB NOT NULL
) STRICT;
CREATE INDEX version_by_type ON version (type, t);

CREATE TABLE past (             -- the versions that are no longer current
    rid    INTEGER NOT NULL,
    number INTEGER NOT NULL,
    t      INTEGER NOT NULL,
    PRIMARY KEY (rid, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE stale (            -- replaced versions whose index rows are still there for open pages
    t     INTEGER PRIMARY KEY,
    ended INTEGER NOT NULL                 -- the commit that replaced it
) STRICT;

CREATE TABLE dictionary (       -- trained for the bodies of one type
    id    INTEGER PRIMARY KEY,
    type  INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE system (
    id  INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE concept (          -- the values of token parameters
    id     INTEGER PRIMARY KEY,
    system INTEGER NOT NULL,
    code   TEXT NOT NULL,
    folded INTEGER NOT NULL,
    UNIQUE (code, system, folded)
) STRICT;
CREATE INDEX concept_by_system ON concept (system);

CREATE TABLE text (             -- the values of string and uri parameters, and foreign references
    id        INTEGER PRIMARY KEY,
    parameter INTEGER NOT NULL,
    folded    TEXT NOT NULL,
    exact     TEXT NOT NULL,
    UNIQUE (parameter, folded, exact)
) STRICT;

CREATE TABLE unit (             -- `base` 1: a UCUM base unit, held in `code`
    id     INTEGER PRIMARY KEY,
    base   INTEGER NOT NULL,
    system TEXT NOT NULL,
    code   TEXT NOT NULL,
    unit   TEXT NOT NULL,
    UNIQUE (base, system, code, unit)
) STRICT;

CREATE TABLE live (             -- every version that is current, or was until lately
    type INTEGER NOT NULL,
    main INTEGER NOT NULL,
    t    INTEGER NOT NULL,
    PRIMARY KEY (type, main, t)
) STRICT, WITHOUT ROWID;

-- Tokens, strings, uris, references and compartments, from value to version …
CREATE TABLE posting (
    parameter INTEGER NOT NULL,
    value     INTEGER NOT NULL,            -- concept, text, rid of a local target, -text of a foreign one
    main      INTEGER NOT NULL,
    t         INTEGER NOT NULL,
    PRIMARY KEY (parameter, value, main, t)
) STRICT, WITHOUT ROWID;

-- … and from version to value.
CREATE TABLE fact (
    t         INTEGER NOT NULL,
    parameter INTEGER NOT NULL,
    value     INTEGER NOT NULL,
    part      INTEGER NOT NULL,            -- repetition of the element, for composites
    PRIMARY KEY (t, parameter, value, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE date (
    t         INTEGER NOT NULL,
    parameter INTEGER NOT NULL,
    scale     INTEGER NOT NULL,
    low       INTEGER NOT NULL,
    high      INTEGER NOT NULL,
    part      INTEGER NOT NULL,
    PRIMARY KEY (t, parameter, scale, low, high, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX date_by_value ON date (parameter, scale, low);

CREATE TABLE number (
    t         INTEGER NOT NULL,
    parameter INTEGER NOT NULL,
    scale     INTEGER NOT NULL,
    low       REAL NOT NULL,
    high      REAL NOT NULL,
    part      INTEGER NOT NULL,
    PRIMARY KEY (t, parameter, scale, low, high, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX number_by_value ON number (parameter, scale, low);

CREATE TABLE quantity (         -- one row in the unit given, one more in base units where they are known
    t         INTEGER NOT NULL,
    parameter INTEGER NOT NULL,
    unit      INTEGER NOT NULL,
    scale     INTEGER NOT NULL,
    low       REAL NOT NULL,
    high      REAL NOT NULL,
    part      INTEGER NOT NULL,
    sorts     INTEGER NOT NULL,            -- whether a sort goes by this row
    PRIMARY KEY (t, parameter, unit, scale, low, high, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX quantity_by_value ON quantity (parameter, unit, scale, low);

CREATE TABLE position (
    t         INTEGER NOT NULL,
    parameter INTEGER NOT NULL,
    x         REAL NOT NULL,
    y         REAL NOT NULL,
    z         REAL NOT NULL,
    part      INTEGER NOT NULL,
    PRIMARY KEY (t, parameter, z, x, y, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX position_by_value ON position (parameter, z);

CREATE TABLE job (              -- work that outlives a request
    id      TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,
    state   TEXT NOT NULL,                 -- waiting, running, done, failed
    made_at INTEGER NOT NULL,
    due_at  INTEGER NOT NULL,
    input   TEXT NOT NULL,                 -- JSON
    output  TEXT NOT NULL DEFAULT ''       -- JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX job_by_state ON job (state, due_at);

CREATE TABLE access (           -- who has seen or done what; rows are only ever added
    position   INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor      TEXT NOT NULL,
    client     TEXT NOT NULL,
    action     TEXT NOT NULL,
    type       TEXT NOT NULL,
    id         TEXT NOT NULL,
    version    INTEGER NOT NULL,
    request    TEXT NOT NULL,
    patients   TEXT NOT NULL,              -- ids with a blank between
    outcome    TEXT NOT NULL
) STRICT;

CREATE TABLE access_patient (   -- the lines about a patient
    patient  TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (patient, position)
) STRICT, WITHOUT ROWID;
