-- What is kept for a while and then forgotten: codes, sessions, keys, proofs that were seen.
CREATE TABLE kept (
    kind    TEXT COLLATE "C" NOT NULL,
    key     TEXT COLLATE "C" NOT NULL,
    value   TEXT COLLATE "C" NOT NULL,                 -- JSON, known to the kind
    until   BIGINT NOT NULL,              -- microseconds: not there any more from this time
    PRIMARY KEY (kind, key)
);
CREATE INDEX kept_until ON kept (until);
