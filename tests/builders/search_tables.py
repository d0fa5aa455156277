"""Reads the search tables: small worlds of resources, queries, and the ids that they find.

A file begins with its title and a link. `# …` opens a world; resources stand as `Type/id {json}`;
a sentence says what a case shows, and the indented lines below it are its queries:

    å is found as aa
      Patient?name=aase -> ase

After the arrow stand ids in the order of `_sort` (in any order without it), `+` and what includes
bring, or `!` and the parameter that is refused. `_lastUpdated` is taken from `@time` after a
resource's id. `value set` and `hierarchy` lines are what terminology knows.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from samspill.base.errors import InvalidSearch

Resource = dict[str, Any]

_RESOURCE = re.compile(r"([A-Z]\w+)/(\S+?)(?:@(\S+))? (\{.*\})")


@dataclass(frozen=True, slots=True)
class Case:
    shows: str
    query: str
    found: tuple[str, ...]
    included: tuple[str, ...]
    refused: str
    """The parameter at fault, if the search is refused; "" otherwise."""

    @property
    def type(self) -> str:
        return self.query.partition("?")[0]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        text = self.query.partition("?")[2]
        return [tuple(each.split("=", 1)) for each in text.split("&") if each]  # type: ignore[misc]

    @property
    def is_ordered(self) -> bool:
        return "_sort=" in self.query


@dataclass(slots=True)
class World:
    """Resources that some cases share."""

    title: str
    lines: list[str] = field(default_factory=list)
    """Its resources as they are written, for the documentation."""
    resources: list[Resource] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    value_sets: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    parents: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def members(self, value_set: str) -> Iterable[tuple[str, str]]:
        if value_set not in self.value_sets:
            raise InvalidSearch("No such value set", "Kodeverksutvalget finnes ikke")
        return self.value_sets[value_set]

    def above(self, system: str, code: str) -> Iterator[tuple[str, str]]:
        at: tuple[str, str] | None = (system, code)
        while at:
            yield at
            at = self.parents.get(at)

    def below(self, system: str, code: str) -> Iterator[tuple[str, str]]:
        yield system, code
        for child, parent in self.parents.items():
            if (system, code) in self.above(*parent):
                yield child


@dataclass(slots=True)
class Table:
    name: str
    title: str
    link: str
    worlds: list[World] = field(default_factory=list)


def read(path: Path) -> Table:
    title, link, *lines = path.read_text(encoding="utf-8").splitlines()
    table, shows = Table(path.stem, title, link), ""
    for line in lines:
        if not line.strip():
            continue
        if line.startswith("# "):
            table.worlds.append(World(line[2:]))
        elif line.startswith("  "):
            table.worlds[-1].cases.append(_case(shows, line.strip()))
        elif found := _RESOURCE.fullmatch(line):
            _add(table.worlds[-1], line, *found.groups())
        elif line.startswith(("value set ", "hierarchy ")):
            _add_terminology(table.worlds[-1], line)
        else:
            shows = line
    return table


def _add(world: World, line: str, type: str, id: str, at: str | None, text: str) -> None:
    meta = {"lastUpdated": at or "2026-01-01T00:00:00.000Z"}
    content = json.loads(text)
    meta |= content.pop("meta", {})
    world.lines.append(line)
    world.resources.append({"resourceType": type, "id": id, "meta": meta, **content})


def _add_terminology(world: World, line: str) -> None:
    world.lines.append(line)
    kind, _, rest = line.partition(" http")
    address, *codes = ("http" + rest).split()
    if kind == "value set":
        world.value_sets[address] = [(system, code) for system, _, code in map(_bar, codes)]
        return
    # hierarchy system general special most-special
    for parent, child in pairwise(codes):
        world.parents[address, child] = (address, parent)


def _bar(text: str) -> tuple[str, str, str]:
    return text.rpartition("|")


def _case(shows: str, line: str) -> Case:
    query, arrow, result = line.rpartition(" ->")
    assert arrow, f"no arrow in: {line}"
    found, _, included = result.partition("+")
    if found.strip().startswith("!"):
        return Case(shows, query, (), (), found.replace("!", "").strip())
    return Case(shows, query, tuple(found.split()), tuple(included.split()), "")
