-- Large code systems. A concept's id is its system and its place in it; sets of places are roaring
-- bitmaps (https://roaringbitmap.org), which both databases keep as they are.

CREATE TABLE concept_system (
    id       BIGINT PRIMARY KEY,
    url      TEXT COLLATE "C" NOT NULL,
    version  TEXT COLLATE "C" NOT NULL,
    state    BIGINT NOT NULL,      -- 0 being loaded, 1 in use, 2 replaced
    source   TEXT COLLATE "C" NOT NULL,  -- the version of the record that it was made from, or ''
    concepts BIGINT NOT NULL,
    edges    BIGINT NOT NULL,
    header   BYTEA NOT NULL   -- the CodeSystem without its concepts
);

CREATE TABLE concept (
    id       BIGINT PRIMARY KEY,   -- system * 2^32 + place
    system   BIGINT NOT NULL,
    code     TEXT COLLATE "C" NOT NULL,
    display  TEXT COLLATE "C" NOT NULL,
    parents  BYTEA,      -- codes, as JSON
    below    BYTEA,                 -- places of all descendants
    rest     BYTEA       -- definition, designations, properties, extensions
);
CREATE INDEX concept_by_code ON concept (system, code);

CREATE TABLE concept_word (         -- word, or its first letters and a star
    system   BIGINT NOT NULL,
    word     TEXT COLLATE "C" NOT NULL,
    places   BYTEA NOT NULL,
    PRIMARY KEY (system, word)
);

CREATE TABLE concept_value (        -- property, value; names that begin with $ are our own
    system   BIGINT NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    value    TEXT COLLATE "C" NOT NULL,
    whole    TEXT COLLATE "C",                  -- where it is too long for a key
    places   BYTEA NOT NULL,
    PRIMARY KEY (system, name, value)
);
