"""Concepts on their way in: on disk in the order in which they come, in memory only what joins
them. So a system of millions needs little memory while it is loaded."""

import hashlib
import marshal
import mmap
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from pyroaring import BitMap

from samspill.base import json
from samspill.base.errors import InvalidContent
from samspill.fhir.terminology import concepts
from samspill.fhir.terminology.systems import Concept, Places, System, text, value

LONGEST_CODE = 1_000
LONGEST_KEY = 300
"""Letters of a value that can be looked up as they are; longer ones by their beginning and hash."""
BEGINNINGS = 3
"""Letters of a word's beginning whose concepts are gathered beforehand."""

Row = tuple[str, str, bytes | None, bytes | None]
"""Code, display, parents and the rest, as they are kept."""
Value = tuple[str, str, str | None, Places]
"""Property, value as a key, the whole value where that is another text, concepts."""
Numbers: TypeAlias = "int | array[int]"

ANY, ABOVE, INACTIVE, FOLDED = "$any", "$above", "$inactive", "$folded"
"""Properties of our own: has a property, has children, is out of use, is written in lower case."""
_APART = frozenset({"code", "display", "concept"})


class Spool:
    """Filled by `add`; then `rows` and `sets` by the places that the hierarchy gives."""

    def __init__(self, system: System) -> None:
        """`system` tells of the header how concepts out of use are marked."""
        self._system = system
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self._offsets = array("q", [0])
        self._numbers: dict[str, int] = {}
        self._parents: dict[int, list[str]] = {}
        self._words: dict[str, Numbers] = {}
        self._values: dict[tuple[str, str], Numbers] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, concept: Concept) -> None:
        code = concept.code
        if not code or len(code) > LONGEST_CODE or "\0" in code:
            raise InvalidContent(
                "A concept's code is missing or too long",
                "En kode mangler eller er for lang",
            )
        if code in self._numbers:
            # Told twice: it lies below the parents of both.
            held = self._parents.setdefault(self._numbers[code], [])
            held += [each for each in concept.parents if each not in held]
            return
        number = self._numbers[code] = len(self._numbers)
        if concept.parents:
            self._parents[number] = list(dict.fromkeys(concept.parents))
        raw = concept.raw
        rest = {key: value for key, value in raw.items() if key not in _APART}
        kept = json.format(rest) if rest else None
        display = concept.display.replace("\0", "")
        self._offsets.append(self._offsets[-1] + self._write((code, display, kept)))
        for word in concepts.words_of(concept):
            _note(self._words, word, number)
        self._note_values(concept, number)

    def children(self) -> tuple[list[list[int]], list[int]]:
        """The numbers of each one's children, and of those that have no parents."""
        found: list[list[int]] = [[] for _ in self._numbers]
        roots = []
        for code, number in self._numbers.items():
            known = [self._numbers[p] for p in self._parents.get(number, ()) if p in self._numbers]
            for parent in known:
                found[parent].append(number)
            if not known or known == [self._numbers[code]]:
                roots.append(number)
        return found, roots

    @property
    def edges(self) -> int:
        return sum(len(each) for each in self._parents.values())

    def rows(self, numbers: Iterable[int]) -> Iterator[Row]:
        if not self._numbers:
            return
        self._file.flush()
        with mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) as kept:
            for number in numbers:
                row = kept[self._offsets[number] : self._offsets[number + 1]]
                code, display, rest = marshal.loads(row)
                parents = self._parents.get(number)
                yield code, display, json.format(parents) if parents else None, rest

    def words(self, places: Sequence[int]) -> Iterator[tuple[str, Places]]:
        """Each word with its concepts; and the first letters, with a star, of all that begin so."""
        gathered: dict[str, Places] = {}
        for word in sorted(self._words):
            found = _placed(self._words[word], places)
            yield word, found
            for length in range(1, BEGINNINGS + 1):
                if len(word) >= length:
                    gathered.setdefault(word[:length], BitMap()).update(found)
        for beginning in sorted(gathered):
            yield f"{beginning}*", gathered[beginning]

    def values(self, places: Sequence[int]) -> Iterator[Value]:
        """Each value of each property; under ANY the concepts that have one at all."""
        any_of: dict[str, Places] = {}
        for name, told in sorted(self._values):
            found = _placed(self._values[name, told], places)
            yield _value(name, told, found)
            any_of.setdefault(name, BitMap()).update(found)
        below: dict[str, list[int]] = {}
        for number, parents in self._parents.items():
            for parent in parents:
                below.setdefault(parent, []).append(places[number])
        for parent in sorted(below):
            yield _value("parent", parent, BitMap(below[parent]))
        any_of["parent"] = BitMap([places[number] for number in self._parents])
        above = (self._numbers[parent] for parent in below if parent in self._numbers)
        yield _value(ABOVE, "", BitMap([places[number] for number in above]))
        yield from (_value(ANY, name, any_of[name]) for name in sorted(any_of))

    def close(self) -> None:
        self._file.close()

    def _write(self, row: tuple[str, str, bytes | None]) -> int:
        return self._file.write(marshal.dumps(row))

    def _note_values(self, concept: Concept, number: int) -> None:
        for each in concept.raw.get("property", ()):
            held = value(each)
            name = str(each.get("code", ""))
            if name != "parent" and held is not None:
                _note(self._values, (name, text(held).replace("\0", "")), number)
        if concepts.is_inactive(self._system, concept):
            _note(self._values, (INACTIVE, ""), number)
        if not self._system.is_case_sensitive:
            _note(self._values, (FOLDED, concept.code.casefold()), number)


def key(value: str) -> str:
    """A value as it is looked up.

    >>> key("4")
    '4'
    """
    if len(value) <= LONGEST_KEY:
        return value
    return f"{value[:40]}\x1f{hashlib.sha256(value.encode()).hexdigest()}"


def _value(name: str, value: str, places: Places) -> Value:
    short = key(value)
    return key(name), short, None if short == value else value, places


def _note(found: dict[Any, Numbers], key: object, number: int) -> None:
    """Adds a concept; most words and values have one only, which needs no list."""
    held = found.get(key)
    if held is None:
        found[key] = number
    elif isinstance(held, int):
        found[key] = array("q", (held, number))
    else:
        held.append(number)


def _placed(numbers: Numbers, places: Sequence[int]) -> Places:
    if isinstance(numbers, int):
        return BitMap((places[numbers],))
    found = BitMap([places[number] for number in numbers])
    found.run_optimize()
    return found
