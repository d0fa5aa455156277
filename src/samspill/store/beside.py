"""What the record keeps beside its versions: numbers, jobs, small things for a while, the log."""

from samspill.store import accesses, jobs, kept
from samspill.store.connect import Database
from samspill.store.jobs import Job
from samspill.store.kept import Kept
from samspill.store.types import Access


class Beside:
    """The readers of these tables; `Transaction` writes them. For every thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, name: str) -> int:
        """The number last kept under a name by `Transaction.mark`; 0 if none."""
        row = self._database.reader().row("SELECT value FROM mark WHERE name = ?", (name,))
        return int(row[0]) if row else 0

    def job(self, id: str) -> Job | None:
        """A job as it stands, see `Transaction.add_job`."""
        return jobs.find(self._database.reader(), id)

    def kept(self, kind: str, key: str, now: int) -> Kept | None:
        """A thing that is kept for a while, see `kept`; None when its time is over."""
        return kept.find(self._database.reader(), kind, key, now)

    def all_kept(self, kind: str, now: int) -> list[Kept]:
        """All things of a kind, by key."""
        return kept.of_kind(self._database.reader(), kind, now)

    def accesses(
        self, after: int = 0, count: int = 100, patient: str = ""
    ) -> tuple[tuple[int, Access], ...]:
        """Lines of the access log after a position, with their positions, oldest first."""
        return accesses.read(self._database.reader(), after, count, patient)

    def latest_accesses(
        self, before: int, count: int = 100, patient: str = ""
    ) -> tuple[tuple[int, Access], ...]:
        """Lines of the access log before a position, with their positions, newest first."""
        return accesses.latest(self._database.reader(), before, count, patient)

    def access_count(self) -> int:
        """How many lines the access log has."""
        return accesses.size(self._database.reader())

    def checkpoints(self) -> list[str]:
        """The signed checkpoints of the access log, oldest first."""
        return accesses.checkpoints(self._database.reader())

    def misplaced_accesses(self, mentions: int) -> bool:
        """See `accesses.misplaced`."""
        return accesses.misplaced(self._database.reader(), mentions)
