"""Rows into SQLite and out of it, many in one step.

After each step other threads may take the interpreter, and getting it back costs more than a row.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain

from samspill.store.connect import Row

_TOGETHER = (64, 8, 1)
"""How many rows go into a statement; few sizes, so that the prepared ones are found again."""
_OWN = {"words": "INSERT OR REPLACE INTO words (rowid, narrative, rest) VALUES (?, ?, ?)"}
"""Tables of which SQLite does not count the key among the columns."""


def inserts(table: str, rows: Sequence[Row]) -> Iterator[tuple[str, Sequence[object]]]:
    """Statements with their values that add the rows, in their order."""
    width, start = len(rows[0]), 0
    for many in (1,) if table in _OWN else _TOGETHER:
        sql = _statement(table, width, many)
        end = start + (len(rows) - start) // many * many
        for at in range(start, end, many):
            yield sql, tuple(chain.from_iterable(rows[at : at + many]))
        start = end


@cache
def _statement(table: str, width: int, many: int) -> str:
    if table in _OWN:
        return _OWN[table]
    marks = f"({', '.join('?' * width)})"
    return f"INSERT OR IGNORE INTO {table} VALUES {', '.join([marks] * many)}"


@cache
def joined(sql: str) -> str:
    """The statement with its one column of numbers as a text, in the order of its rows."""
    return f"SELECT group_concat(t, ' ') FROM ({sql})"


@cache
def listed(columns: tuple[str, ...], rest: str) -> str:
    """The columns of `FROM …` as one JSON text: a list of rows, in their order."""
    named = ", ".join(f"{column} AS c{n}" for n, column in enumerate(columns))
    names = ", ".join(f"c{n}" for n in range(len(columns)))
    return f"SELECT json_group_array(json_array({names})) FROM (SELECT {named} {rest})"
