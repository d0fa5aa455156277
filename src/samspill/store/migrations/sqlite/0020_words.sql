-- Words and contained resources, the types that references lead to, and which amounts repeat.
-- A record that is older is filled in the background: FILLED stands at its last commit till then.

-- The words of narratives and of all other texts, see prose.py. `rowid` is the version's `t`, or the
-- number of a contained resource. The texts themselves are not kept: they stand in the bodies.
CREATE VIRTUAL TABLE words USING fts5 (
    narrative, rest, content='', contentless_delete=1, tokenize="ascii tokenchars '._'"
);

CREATE TABLE contained (        -- resources inside others, which stand in the other tables by `t`
    t    INTEGER PRIMARY KEY,    -- negative, see index.inside
    type INTEGER NOT NULL,       -- of a name that begins with "#"
    id   TEXT NOT NULL
) STRICT;
CREATE INDEX contained_by_id ON contained (type, id);

CREATE TABLE target (           -- the types that a reference parameter leads to
    parameter INTEGER NOT NULL,
    type      INTEGER NOT NULL,
    PRIMARY KEY (parameter, type)
) STRICT, WITHOUT ROWID;
INSERT INTO target SELECT DISTINCT p.parameter, r.type
    FROM posting p CROSS JOIN resource r WHERE r.rid = p.value
    AND p.parameter IN (SELECT id FROM parameter WHERE kind = 'reference');

UPDATE parameter SET repeats = 1 WHERE id IN (SELECT parameter FROM (
    SELECT t, parameter FROM quantity WHERE sorts = 1 GROUP BY t, parameter HAVING count(*) > 1
    UNION SELECT t, parameter FROM number GROUP BY t, parameter HAVING count(*) > 1) q);

INSERT INTO mark SELECT 'fill', last FROM
    (SELECT max(t) AS last FROM version) v WHERE last IS NOT NULL;
