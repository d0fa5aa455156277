-- What follows from resources about who may see what: written with the resource that says it
-- (`source`), and replaced with it. Times are microseconds, low ≤ now < high.
CREATE TABLE relation (
    name    TEXT NOT NULL,             -- care, rep, grant, restriction, blocking, spared, emergency
    patient INTEGER NOT NULL,          -- rid of the Patient that it is about
    subject TEXT NOT NULL,             -- whom it lets in or keeps out, see facts.Relation
    source  INTEGER NOT NULL,          -- rid of the resource that says it
    node    INTEGER NOT NULL,          -- which part of the resource
    basis   TEXT NOT NULL,
    type    TEXT NOT NULL,             -- the resource type meant; "" for all
    label   TEXT NOT NULL,             -- the label meant, "system|code"; "" for all
    target  INTEGER NOT NULL,          -- rid of the one resource meant, with all that refers to it; 0 for all
    purpose TEXT NOT NULL,             -- "" for all
    low     INTEGER NOT NULL,
    high    INTEGER NOT NULL,
    PRIMARY KEY (name, patient, subject, source, node, basis, type, label, target, purpose, low)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_by_subject ON relation (subject, name, patient);
CREATE INDEX relation_by_source ON relation (source);

CREATE TABLE person (
    patient   INTEGER PRIMARY KEY,     -- rid of the Patient
    born_from INTEGER NOT NULL,        -- first and last day that the birth date may mean (day 1 is 0001-01-01);
    born_to   INTEGER NOT NULL,        -- 0 when it is not known
    died_at   INTEGER,                 -- NULL for the living
    hidden    INTEGER NOT NULL,        -- whether the whereabouts are protected
    home      TEXT NOT NULL            -- the registered address, folded; "" when there is none
) STRICT;

CREATE TABLE person_number (                -- every number that a patient has or has had, and "Patient/id"
    value   TEXT NOT NULL,
    patient INTEGER NOT NULL,
    PRIMARY KEY (value, patient)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_number_by_patient ON person_number (patient);

CREATE TABLE label (                   -- what stands in meta.security and counts for access, for all versions
    rid    INTEGER NOT NULL,
    code   TEXT NOT NULL,              -- "system|code"
    source INTEGER NOT NULL,           -- the resource that it comes from: itself, or what it is made of
    PRIMARY KEY (rid, code, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_by_source ON label (source);

CREATE TABLE about (                   -- what versions referred to whose index rows were swept
    t          INTEGER NOT NULL,
    target     INTEGER NOT NULL,          -- rid
    is_patient INTEGER NOT NULL,          -- 1: it stood in the compartment of this patient
    PRIMARY KEY (t, target, is_patient)
) STRICT, WITHOUT ROWID;

CREATE TABLE made_of (                 -- from a resource to those whose labels it inherits
    rid  INTEGER NOT NULL,
    part INTEGER NOT NULL,
    PRIMARY KEY (rid, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX made_of_by_part ON made_of (part);
CREATE INDEX label_by_code ON label (code);
