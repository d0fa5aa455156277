-- What decides about access follows from resources; those that were there before are read once more,
-- in the background, and until then nobody is shown a part of the record (store/restate.py).
INSERT INTO mark SELECT 'facts', last::text FROM
    (SELECT max(t) AS last FROM version) v WHERE last IS NOT NULL;
