"""Work that outlives a request: kept until it is done, taken by one worker at a time.

A worker that takes a job has it for a while only. If it is not done by then, the worker is taken to
be gone, and the next one gets the job.
"""

from collections.abc import Sequence

from msgspec import Struct

from samspill.store.connect import Connection, question_marks


class Job(Struct, frozen=True):
    """`input` and `output` are JSON, their form known to the kind of job."""

    id: str
    kind: str
    state: str
    """waiting, running, done or failed."""
    made_at: int
    due_at: int
    """Microseconds: not before this time, or while it is running, back to the others then."""
    input: str
    output: str = ""


def add(connection: Connection, job: Job) -> None:
    values = (job.id, job.kind, job.state, job.made_at, job.due_at, job.input, job.output)
    connection.insert("job", [values])


def find(connection: Connection, id: str) -> Job | None:
    row = connection.row("SELECT * FROM job WHERE id = ?", (id,))
    return None if row is None else Job(*row)


def take(connection: Connection, kinds: Sequence[str], now: int, until: int) -> Job | None:
    """The job of these kinds that is due the longest, now running and the caller's until a time."""
    sql = f"""SELECT id FROM job WHERE state IN ('waiting', 'running') AND due_at <= ?
        AND kind IN ({question_marks(kinds)}) ORDER BY due_at, id LIMIT 1"""
    row = connection.row(sql, (now, *kinds))
    if row is None:
        return None
    connection.run("UPDATE job SET state = 'running', due_at = ? WHERE id = ?", (until, row[0]))
    return find(connection, row[0])


def end(connection: Connection, id: str, state: str, output: str) -> None:
    """Notes that a job is done or has failed, and what came of it."""
    connection.run("UPDATE job SET state = ?, output = ? WHERE id = ?", (state, output, id))
