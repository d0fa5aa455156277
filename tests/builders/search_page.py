"""Prints the search tables as the page docs/search.md."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from builders import search_tables
from builders.search_tables import Case, Table

TABLES = Path(__file__).parents[1] / "spec" / "search"

_HEAD = """\
# What search finds

Every line of the tables below is a test that runs in memory and on the stores
(`tests/spec/search`); this page is printed from them by `make golden`. How unclear passages of the
standard are read stands in [clarifications](clarifications.md). Behind the query stand the ids that
are found, in their order where `_sort` is given; "+" what includes bring; "refused" a search that
is answered with 400 and an OperationOutcome naming the parameter. Dates without a zone lie in
Europe/Oslo, and now is the first moment of 2026.
"""


def page() -> str:
    tables = [search_tables.read(path) for path in sorted(TABLES.glob("*.txt"))]
    contents = [f"- [{table.title}](#{_anchor(table.title)})" for table in tables]
    return (
        "\n".join([_HEAD, *contents, *(line for table in tables for line in _table(table))]) + "\n"
    )


def _anchor(title: str) -> str:
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def _table(table: Table) -> Iterator[str]:
    yield f"\n## {table.title}\n\n<{table.link}>"
    for world in table.worlds:
        yield f"\n### {world.title}\n"
        yield "```text"
        yield from world.lines
        yield "```\n"
        yield "| | query | finds |\n|---|---|---|"
        yield from _cases(world.cases)


def _cases(cases: Sequence[Case]) -> Iterator[str]:
    said = ""
    for case in cases:
        shows = "" if case.shows == said else case.shows
        said = case.shows
        yield f"| {shows} | {_code(case.query)} | {_result(case)} |"


def _result(case: Case) -> str:
    if case.refused:
        return "refused"
    included = f" + {' '.join(case.included)}" if case.included else ""
    return (" ".join(case.found) or "–") + included


def _code(text: str) -> str:
    escaped = text.replace("|", "\\|")
    return f"`{escaped}`"
