-- Large code systems. A concept's id is its system and its place in it; sets of places are roaring
-- bitmaps (https://roaringbitmap.org), which both databases keep as they are.

CREATE TABLE concept_system (
    id       INTEGER PRIMARY KEY,
    url      TEXT NOT NULL,
    version  TEXT NOT NULL,
    state    INTEGER NOT NULL,      -- 0 being loaded, 1 in use, 2 replaced
    source   TEXT NOT NULL,         -- the version of the record that it was made from, or ''
    concepts INTEGER NOT NULL,
    edges    INTEGER NOT NULL,
    header   BLOB NOT NULL          -- the CodeSystem without its concepts
) STRICT;

CREATE TABLE concept (
    id       INTEGER PRIMARY KEY,   -- system * 2^32 + place
    system   INTEGER NOT NULL,
    code     TEXT NOT NULL,
    display  TEXT NOT NULL,
    parents  BLOB,                  -- codes, as JSON
    below    BLOB,                  -- places of all descendants
    rest     BLOB                   -- definition, designations, properties, extensions
) STRICT;
CREATE INDEX concept_by_code ON concept (system, code);

CREATE TABLE concept_word (         -- word, or its first letters and a star
    system   INTEGER NOT NULL,
    word     TEXT NOT NULL,
    places   BLOB NOT NULL,
    PRIMARY KEY (system, word)
) STRICT, WITHOUT ROWID;

CREATE TABLE concept_value (        -- property, value; names that begin with $ are our own
    system   INTEGER NOT NULL,
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,
    whole    TEXT,                  -- where it is too long for a key
    places   BLOB NOT NULL,
    PRIMARY KEY (system, name, value)
) STRICT, WITHOUT ROWID;
