"""Takes away the index rows of versions that no page shows any more."""

from collections.abc import Sequence

from samspill.store import facts
from samspill.store.connect import Connection
from samspill.store.index import MOST_INSIDE, inside


def sweep(connection: Connection, versions: Sequence[int]) -> None:
    """Those of the versions, and of the resources that they contain."""
    for t in versions:
        for (number,) in connection.rows(_INSIDE, (inside(t, MOST_INSIDE), inside(t, 0))):
            for statement in (*_OF_CONTAINED, *_OF_BOTH):
                connection.run(statement, (number,))
        for statement in (*_OF_VERSION, *_OF_BOTH):
            connection.run(statement, (t,))


_INSIDE = "SELECT t FROM contained WHERE t > ? AND t < ?"
_OF_VERSION = (
    facts.KEEP,
    """DELETE FROM live WHERE (type, main, t) IN
        (SELECT type, main, t FROM version WHERE t = ?)""",
    """DELETE FROM posting WHERE (parameter, value, main, t) IN
        (SELECT f.parameter, f.value, v.main, v.t FROM version v CROSS JOIN fact f
         WHERE f.t = v.t AND v.t = ?)""",
    "DELETE FROM stale WHERE t = ?",
)
_OF_CONTAINED = (
    "DELETE FROM live WHERE (type, main, t) IN (SELECT type, 0, t FROM contained WHERE t = ?)",
    """DELETE FROM posting WHERE (parameter, value, main, t) IN
        (SELECT parameter, value, 0, t FROM fact WHERE t = ?)""",
    "DELETE FROM contained WHERE t = ?",
)
_OF_BOTH = (
    "DELETE FROM fact WHERE t = ?",
    "DELETE FROM date WHERE t = ?",
    "DELETE FROM number WHERE t = ?",
    "DELETE FROM quantity WHERE t = ?",
    "DELETE FROM position WHERE t = ?",
    "DELETE FROM words WHERE rowid = ?",
)
