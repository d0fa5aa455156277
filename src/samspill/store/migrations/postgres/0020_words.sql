-- Words and contained resources, the types that references lead to, and which amounts repeat.
-- A record that is older is filled in the background: FILLED stands at its last commit till then.

-- The words of narratives and of all other texts, see prose.py. `rowid` is the version's `t`, or the
-- number of a contained resource. The index is of lexemes without places; the texts tell phrases.
CREATE TABLE words (
    rowid     BIGINT PRIMARY KEY,
    narrative TEXT COLLATE "C" NOT NULL,
    rest      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX words_by_narrative ON words USING gin ((narrative::tsvector));
CREATE INDEX words_by_rest ON words USING gin ((rest::tsvector));

CREATE TABLE contained (        -- resources inside others, which stand in the other tables by `t`
    t    BIGINT PRIMARY KEY,    -- negative, see index.inside
    type BIGINT NOT NULL,       -- of a name that begins with "#"
    id   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX contained_by_id ON contained (type, id);

CREATE TABLE target (           -- the types that a reference parameter leads to
    parameter BIGINT NOT NULL,
    type      BIGINT NOT NULL,
    PRIMARY KEY (parameter, type)
);
INSERT INTO target SELECT DISTINCT p.parameter, r.type
    FROM posting p CROSS JOIN resource r WHERE r.rid = p.value
    AND p.parameter IN (SELECT id FROM parameter WHERE kind = 'reference');

UPDATE parameter SET repeats = 1 WHERE id IN (SELECT parameter FROM (
    SELECT t, parameter FROM quantity WHERE sorts = 1 GROUP BY t, parameter HAVING count(*) > 1
    UNION SELECT t, parameter FROM number GROUP BY t, parameter HAVING count(*) > 1) q);

INSERT INTO mark SELECT 'fill', last::text FROM
    (SELECT max(t) AS last FROM version) v WHERE last IS NOT NULL;
