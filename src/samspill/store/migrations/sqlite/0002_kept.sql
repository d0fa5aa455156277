-- What is kept for a while and then forgotten: codes, sessions, keys, proofs that were seen.
CREATE TABLE kept (
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    value   TEXT NOT NULL,                 -- JSON, known to the kind
    until   INTEGER NOT NULL,              -- microseconds: not there any more from this time
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_until ON kept (until);
