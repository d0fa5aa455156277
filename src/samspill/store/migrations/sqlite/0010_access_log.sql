-- The access log in a form that a hash tree stands over: who and what for are kept once each, and
-- a line has a salt. Lines of before carry over without a salt.

CREATE TABLE access_term (      -- texts that many lines share
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO access_term (text)
SELECT DISTINCT json_object('kind', actor_kind, 'reference', actor, 'client', client) FROM access
UNION SELECT DISTINCT json_object('action', action) FROM access;

CREATE TABLE access_line (      -- who has seen or done what; rows are only ever added
    position INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    who      INTEGER NOT NULL REFERENCES access_term,
    deed     INTEGER NOT NULL REFERENCES access_term,
    type     TEXT NOT NULL,
    seen     TEXT NOT NULL,                -- "Type/id/version", with a blank between
    patients TEXT NOT NULL,                -- ids, with a blank between
    outcome  TEXT NOT NULL,
    request  TEXT NOT NULL,
    salt     TEXT NOT NULL
) STRICT;

INSERT INTO access_line
SELECT position, at,
    (SELECT t.id FROM access_term t
        WHERE t.text = json_object('kind', actor_kind, 'reference', actor, 'client', client)),
    (SELECT t.id FROM access_term t WHERE t.text = json_object('action', action)),
    type, CASE version WHEN 0 THEN access.id ELSE type || '/' || access.id || '/' || version END,
    patients, outcome, request, ''
FROM access;
DROP TABLE access;
ALTER TABLE access_line RENAME TO access;

CREATE TABLE access_tile (      -- full tiles of the hash tree over the lines
    level  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_checkpoint ( -- signed: how long the log was and what its root was
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL
) STRICT;
