"""A code system in the store, which answers as one in memory does; little of it is kept there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from pyroaring import BitMap

from samspill.base import json
from samspill.fhir.terminology import words
from samspill.fhir.terminology.systems import Concept, Places, own_names
from samspill.store.concepts.building import SHIFT
from samspill.store.concepts.spool import ABOVE, ANY, BEGINNINGS, FOLDED, INACTIVE, key
from samspill.store.connect import Connection, Row, question_marks

Resource = dict[str, Any]
K = TypeVar("K")
V = TypeVar("V")

MOST_CONCEPTS = 4_096
MOST_SETS = 256
"""Kept in memory, of each system; then they are asked for anew."""
AT_ONCE = 400
"""Concepts in one statement."""
READ_THROUGH = 20_000
"""Concepts in one statement where all are looked at."""
NONE = BitMap()


class Stored:
    """One version of a large system. `connect` gives the calling thread's connection."""

    def __init__(
        self, number: int, resource: Resource, size: int, connect: Callable[[], Connection]
    ) -> None:
        self.number = number
        self.resource = resource
        self.url = str(resource.get("url", ""))
        self.version = str(resource.get("version", ""))
        self.content = str(resource.get("content", "complete"))
        self.is_case_sensitive = resource.get("caseSensitive") is not False
        self.own_names = own_names(resource)
        self._first = number << SHIFT
        self._size = size
        self._connect = connect
        self._by_code: dict[str, tuple[int, Concept] | None] = {}
        self._below: dict[str, Places] = {}
        self._sets: dict[tuple[str, str], Places] = {}
        self._words: dict[str, Places] = {}

    @property
    def is_complete(self) -> bool:
        return self.content == "complete"

    def __len__(self) -> int:
        return self._size

    def find(self, code: str) -> Concept | None:
        found = self.get(code)
        if found is None and not self.is_case_sensitive:
            places = self._set(FOLDED, code.casefold())
            return self.at([places.max()])[0] if places else None
        return found

    def get(self, code: str) -> Concept | None:
        found = self._known(code)
        return found[1] if found else None

    def place(self, code: str) -> int | None:
        found = self._known(code)
        return found[0] if found else None

    def at(self, places: Iterable[int]) -> list[Concept]:
        wanted = list(places)
        found = {row[0] - self._first: _concept(row) for row in self._rows(_CONCEPTS, wanted)}
        return [found[place] for place in wanted]

    def codes(self, places: Iterable[int]) -> list[str]:
        wanted = list(places)
        found = {id - self._first: code for id, code in self._rows(_CODES, wanted)}
        return [found[place] for place in wanted]

    def all(self) -> Places:
        return BitMap(range(self._size))

    def below(self, code: str) -> Places:
        return _kept(self._below, code, self._read_below, MOST_SETS)

    def above(self, code: str) -> Places:
        found, waiting = BitMap(), [code]
        while waiting:
            known = [each for each in map(self._known, waiting) if each]
            parents = {parent for _, concept in known for parent in concept.parents}
            placed = ((parent, self.place(parent)) for parent in parents)
            new = {parent: at for parent, at in placed if at is not None and at not in found}
            found.update(new.values())
            waiting = list(new)
        place = self.place(code)
        return found if place is None else found - BitMap((place,))

    def children(self, code: str) -> Places:
        return self._set("parent", code)

    def leaves(self) -> Places:
        return self.all() - self._set(ABOVE, "")

    def is_under(self, code: str, ancestor: str) -> bool:
        if code == ancestor:
            return True
        place = self.place(code)
        return place is not None and place in self.below(ancestor)

    def having(self, name: str, value: str) -> Places:
        match name:
            case "code" | "concept":
                place = self.place(value)
                return NONE if place is None else BitMap((place,))
            case "display":
                return self._called(value)
        return self._set(name, value)

    def values_of(self, name: str) -> Iterable[tuple[str, Places]]:
        sql = "SELECT coalesce(whole, value), places FROM concept_value WHERE system=? AND name=?"
        rows = self._connect().rows(sql, (self.number, key(name)))
        return ((value, BitMap.deserialize(places)) for value, places in rows)

    def having_any(self, name: str) -> Places:
        if name in ("code", "concept", "display"):
            return self.all()
        return self._set(ANY, name)

    def matching(self, name: str, pattern: Any, among: Places) -> Places:
        match name:
            case "code" | "concept":
                return self._reading(_CODES, among, pattern)
            case "display":
                return self._reading(_DISPLAYS, among, pattern)
        sets = (places for value, places in self.values_of(name) if pattern.fullmatch(value))
        return BitMap().union(*sets) & among

    def with_word(self, beginning: str) -> Places:
        return _kept(self._words, beginning, self._read_word, MOST_SETS).copy()

    def inactive(self) -> Places:
        return self._set(INACTIVE, "")

    def _known(self, code: str) -> tuple[int, Concept] | None:
        return _kept(self._by_code, code, self._read_code, MOST_CONCEPTS)

    def _read_code(self, code: str) -> tuple[int, Concept] | None:
        row = self._connect().row(_BY_CODE, (self.number, code)) if "\0" not in code else None
        return (row[0] - self._first, _concept(row)) if row else None

    def _read_below(self, code: str) -> Places:
        place = self.place(code)
        if place is None:
            # Not a concept, but some name it as their parent.
            children = self.children(code)
            below = (self.below(each) for each in self.codes(children))
            return children.union(*below)
        row = self._connect().row("SELECT below FROM concept WHERE id = ?", (self._first + place,))
        return BitMap.deserialize(row[0]) if row and row[0] else NONE

    def _read_word(self, beginning: str) -> Places:
        if len(beginning) <= BEGINNINGS:
            rows = self._connect().rows(f"{_WORDS} word = ?", (self.number, f"{beginning}*"))
        else:
            edges = (beginning, beginning + "\U0010ffff")
            rows = self._connect().rows(f"{_WORDS} word >= ? AND word < ?", (self.number, *edges))
        return BitMap().union(*(BitMap.deserialize(row[0]) for row in rows))

    def _set(self, name: str, value: str) -> Places:
        return _kept(self._sets, (name, value), self._read_set, MOST_SETS)

    def _read_set(self, asked: tuple[str, str]) -> Places:
        name, value = asked
        if "\0" in name + value:
            return NONE
        row = self._connect().row(_PLACES, (self.number, key(name), key(value)))
        return BitMap.deserialize(row[0]) if row else NONE

    def _called(self, display: str) -> Places:
        """Those with this display: few have all its words."""
        among = self.all()
        for word in words.sought(display):
            among &= self.with_word(word)
        rows = self._rows(_DISPLAYS, among)
        return BitMap([id - self._first for id, held in rows if held == display])

    def _reading(self, sql: str, among: Places, pattern: Any) -> Places:
        rows = self._rows(sql, among)
        return BitMap([id - self._first for id, held in rows if pattern.fullmatch(held)])

    def _rows(self, sql: str, places: Sequence[int] | Places) -> Iterator[Row]:
        """Rows by place: those of a stretch together, others by many at once."""
        if not places:
            return
        first, last = min(places), max(places)
        connection = self._connect()
        if last - first < 2 * len(places):
            wanted = places if isinstance(places, BitMap) else frozenset(places)
            for start in range(first, last + 1, READ_THROUGH):
                end = min(start + READ_THROUGH - 1, last)
                edges = (self._first + start, self._first + end)
                for row in connection.rows(f"{sql} id BETWEEN ? AND ?", edges):
                    if row[0] - self._first in wanted:
                        yield row
            return
        rest = iter(places)
        while some := [self._first + place for place in islice(rest, AT_ONCE)]:
            yield from connection.rows(f"{sql} id IN ({question_marks(some)})", some)


def _concept(row: Row) -> Concept:
    _, code, display, parents, rest = row
    held = json.parse_own(rest) if rest else {}
    raw = {"code": code, **({"display": display} if display else {}), **held}
    above = tuple(json.parse_own(parents)) if parents else ()
    return Concept(code, display, held.get("definition", ""), above, raw)


def _kept(kept: dict[K, V], key: K, read: Callable[[K], V], most: int) -> V:
    """What is kept under a key, or else what is read for it. Threads may read the same twice."""
    try:
        return kept[key]
    except KeyError:
        found = read(key)
    if len(kept) >= most:
        kept.clear()
    kept[key] = found
    return found


_CONCEPTS = "SELECT id, code, display, parents, rest FROM concept WHERE"
_CODES = "SELECT id, code FROM concept WHERE"
_DISPLAYS = "SELECT id, display FROM concept WHERE"
_BY_CODE = f"{_CONCEPTS} system = ? AND code = ?"
_WORDS = "SELECT places FROM concept_word WHERE system = ? AND"
_PLACES = "SELECT places FROM concept_value WHERE system = ? AND name = ? AND value = ?"
