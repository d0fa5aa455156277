"""What the store needs from a database; `dialects` has one module that offers it for each kind."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from samspill.store.sql import Sql

Row = tuple[Any, ...]


class Connection(Protocol):
    """One connection, used by one thread at a time. SQL has question marks for the values."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]: ...

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        """The first row, or None."""

    def run(self, sql: str, parameters: Sequence[object] = ()) -> None: ...

    def stream(self, sql: str) -> Iterator[Row]:
        """Rows one after the other, never all in memory; inside a transaction."""

    def begin(self) -> None:
        """Begins a transaction that writes, alone among all writers of the record."""

    def intern(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> list[int]:
        """The integer keys of different rows, which these columns tell apart; makes those that are
        missing, counting on from the greatest key."""

    def each(self, sql: str, rows: Sequence[Row]) -> None:
        """Carries out a statement for each row of values."""

    def together(self) -> AbstractContextManager[object]:
        """While it lasts, statements without results may be sent before the last one is done."""

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Adds whole rows, in the table's column order; those that are there already are kept."""

    def holds_words(self, row: Row) -> bool:
        """Whether this row of `words` is there, as far as the database can tell."""

    def fetch(
        self, columns: tuple[str, ...], rest: str, parameters: Sequence[object] = ()
    ) -> Sequence[Sequence[Any]]:
        """The columns, which hold texts and whole numbers, of `FROM …`: for many rows at once."""

    def numbers(self, sql: str, parameters: Sequence[object] = ()) -> list[int]:
        """The first column of the rows, which holds whole numbers, in their order."""

    def has_words(self, row: str, words: str, *, only_narrative: bool, is_beginning: bool) -> Sql:
        """That a row of `words` has the words (see `prose.sought`) side by side in a column; the
        last may be the beginning of a word."""

    @property
    def reads_unions_whole(self) -> bool:
        """Whether a UNION reads all that it joins, also when few rows are asked for."""

    @property
    def in_transaction(self) -> bool: ...

    @property
    def written(self) -> int:
        """How many rows were written over this connection; 0 where nobody asks for it."""

    def plan(self, sql: str, parameters: Sequence[object] = ()) -> tuple[str, ...]:
        """How the database would carry out the statement."""


class Database(Protocol):
    """One record: a connection for the writer, and one for each thread that reads."""

    migrations: Path

    named: str
    """The statement that finds the names of all tables."""

    is_inline: bool
    """Whether a short read takes microseconds, and so may be done where others wait for it."""

    @property
    def writer(self) -> Connection: ...

    def schema(self) -> int:
        """The number of the last migration applied; 0 for an empty database."""

    def apply(self, number: int, sql: str) -> None:
        """Carries out a migration inside the transaction of the writer, and notes its number."""

    def reader(self) -> Connection: ...

    def within(self, budget: int | None, read: Callable[[Connection], Any]) -> Any:
        """Runs a read of this thread; BudgetSpent when it takes more steps than the budget."""

    def committed(self) -> None:
        """Called by the writer after each commit."""

    def announce(self, changes: bool) -> None:
        """Called by the writer before each commit: whether it changes what is read of the record,
        or adds to the access log alone."""

    def stamp(self) -> bytes:
        """Changes with every commit of any process that changes what is read; b"" where that cannot
        be had cheaply."""

    def commits(self) -> int:
        """How many commits there were of any process; 0 where there is no stamp."""

    def is_sound(self) -> list[str]:
        """What the database itself finds wrong with its files."""

    def backup(self, path: Path, report: Callable[[int, int], None]) -> None: ...

    def size(self) -> int:
        """Bytes on disk."""

    def is_alone(self) -> bool:
        """Whether no other process has the record open; if so none can open it until `share`."""

    def share(self) -> None:
        """Lets other processes open the record again."""

    def close(self) -> None: ...


def question_marks(values: Iterable[object]) -> str:
    """As many as there are values: "?, ?, ?"; NULL, which nothing is equal to, for none."""
    return ", ".join("?" for _ in values) or "NULL"
