-- What follows from resources about who may see what: written with the resource that says it
-- (`source`), and replaced with it. Times are microseconds, low ≤ now < high.
CREATE TABLE relation (
    name    TEXT COLLATE "C" NOT NULL,             -- care, rep, grant, restriction, blocking, spared, emergency
    patient BIGINT NOT NULL,          -- rid of the Patient that it is about
    subject TEXT COLLATE "C" NOT NULL,             -- whom it lets in or keeps out, see facts.Relation
    source  BIGINT NOT NULL,          -- rid of the resource that says it
    node    BIGINT NOT NULL,          -- which part of the resource
    basis   TEXT COLLATE "C" NOT NULL,
    type    TEXT COLLATE "C" NOT NULL,             -- the resource type meant; "" for all
    label   TEXT COLLATE "C" NOT NULL,             -- the label meant, "system|code"; "" for all
    target  BIGINT NOT NULL,          -- rid of the one resource meant, with all that refers to it; 0 for all
    purpose TEXT COLLATE "C" NOT NULL,             -- "" for all
    low     BIGINT NOT NULL,
    high    BIGINT NOT NULL,
    PRIMARY KEY (name, patient, subject, source, node, basis, type, label, target, purpose, low)
);
CREATE INDEX relation_by_subject ON relation (subject, name, patient);
CREATE INDEX relation_by_source ON relation (source);

CREATE TABLE person (
    patient   BIGINT PRIMARY KEY,     -- rid of the Patient
    born_from BIGINT NOT NULL,        -- first and last day that the birth date may mean (day 1 is 0001-01-01);
    born_to   BIGINT NOT NULL,        -- 0 when it is not known
    died_at   BIGINT,                 -- NULL for the living
    hidden    BIGINT NOT NULL,        -- whether the whereabouts are protected
    home      TEXT COLLATE "C" NOT NULL            -- the registered address, folded; "" when there is none
);

CREATE TABLE person_number (                -- every number that a patient has or has had, and "Patient/id"
    value   TEXT COLLATE "C" NOT NULL,
    patient BIGINT NOT NULL,
    PRIMARY KEY (value, patient)
);
CREATE INDEX person_number_by_patient ON person_number (patient);

CREATE TABLE label (                   -- what stands in meta.security and counts for access, for all versions
    rid    BIGINT NOT NULL,
    code   TEXT COLLATE "C" NOT NULL,              -- "system|code"
    source BIGINT NOT NULL,           -- the resource that it comes from: itself, or what it is made of
    PRIMARY KEY (rid, code, source)
);
CREATE INDEX label_by_source ON label (source);

CREATE TABLE about (                   -- what versions referred to whose index rows were swept
    t          BIGINT NOT NULL,
    target     BIGINT NOT NULL,          -- rid
    is_patient BIGINT NOT NULL,          -- 1: it stood in the compartment of this patient
    PRIMARY KEY (t, target, is_patient)
);

CREATE TABLE made_of (                 -- from a resource to those whose labels it inherits
    rid  BIGINT NOT NULL,
    part BIGINT NOT NULL,
    PRIMARY KEY (rid, part)
);
CREATE INDEX made_of_by_part ON made_of (part);
CREATE INDEX label_by_code ON label (code);
