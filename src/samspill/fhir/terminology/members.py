"""What is in a value set, as sets of codes ready to be asked. https://hl7.org/fhir/R4/valueset.html

The full expansion, with displays and paging, is another thing; a binding asks only whether a code
is in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from pyroaring import BitMap

from samspill.fhir.terminology import filters, grammars
from samspill.fhir.terminology.systems import Places, Source, System

Resource = dict[str, Any]
MOST_VALUE_SETS = 120
"""Value sets that one may include, those within them counted."""


FEW = 5_000
"""Codes that are kept as a plain set; more of a system are kept as places in it."""


@dataclass(frozen=True, slots=True)
class Many(Set[str]):
    """Many codes of a large system; `others` are in the value set though the system lacks them."""

    system: System
    places: Places
    others: frozenset[str] = frozenset()
    asked: dict[str, bool] = field(default_factory=dict, compare=False)

    def __contains__(self, code: object) -> bool:
        found = self.asked.get(code) if isinstance(code, str) else False
        if found is None and isinstance(code, str):
            if len(self.asked) > FEW:
                self.asked.clear()
            place = self.system.place(code)
            found = code in self.others or (place is not None and place in self.places)
            self.asked[code] = found
        return bool(found)

    def __iter__(self) -> Iterator[str]:
        yield from self.others
        yield from self.system.codes(self.places)

    def __len__(self) -> int:
        return len(self.places) + len(self.others)

    def joined(self, codes: Set[str]) -> "Many":
        if isinstance(codes, Many) and codes.system is self.system:
            return Many(self.system, self.places | codes.places, self.others | codes.others)
        places, others = self._parted(codes)
        return Many(self.system, self.places | places, self.others | others)

    def without(self, codes: Set[str]) -> "Many":
        if isinstance(codes, Many) and codes.system is self.system:
            return Many(self.system, self.places - codes.places, self.others - codes.others)
        places, others = self._parted(codes)
        return Many(self.system, self.places - places, self.others - others)

    def common(self, codes: Set[str]) -> Set[str]:
        if isinstance(codes, Many) and codes.system is self.system:
            return Many(self.system, self.places & codes.places, self.others & codes.others)
        return frozenset(code for code in codes if code in self)

    def _parted(self, codes: Iterable[str]) -> tuple[Places, frozenset[str]]:
        """The places of codes, and those that have none."""
        placed = {code: self.system.place(code) for code in codes}
        places = BitMap([place for place in placed.values() if place is not None])
        return places, frozenset(code for code, place in placed.items() if place is None)


@dataclass(frozen=True, slots=True)
class Members:
    """The codes of a value set by system; `unknown` systems take part in it but are not known."""

    codes: Mapping[str, Set[str]]
    grammars: Mapping[str, Callable[[str], bool]]
    unknown: frozenset[str]
    is_unknown: bool = False
    """Part of the value set itself cannot be had, so that "no" is never sure."""

    def contains(self, system: str, code: str) -> bool | None:
        """Whether the code is in; None where that cannot be known here."""
        if code in self.codes.get(system, ()):
            return True
        by_form = self.grammars.get(system)
        if by_form is not None and by_form(code):
            return True
        return None if self.is_unknown or system in self.unknown else False

    def contains_code(self, code: str) -> bool | None:
        """The same where no system is given, as in an element of type code."""
        answers = [self.contains(system, code) for system in self.systems()]
        if True in answers:
            return True
        return None if self.is_unknown or None in answers else False

    def systems(self) -> frozenset[str]:
        return frozenset(self.codes) | frozenset(self.grammars) | self.unknown


NOTHING = Members({}, {}, frozenset())
UNKNOWN = Members({}, {}, frozenset(), is_unknown=True)


def of(value_set: Resource, source: Source) -> Members:
    """The members of a ValueSet by its definition, or by its expansion where it has no other.

    Raises NotSupported or InvalidRequest for a filter that cannot be applied.
    """
    return _of(value_set, source, {})


def _of(value_set: Resource, source: Source, known: dict[str, Members]) -> Members:
    """`known` are value sets met before, unknown as long as they are under way."""
    if "compose" not in value_set:
        return _of_expansion(value_set)
    compose = value_set["compose"]
    included = [_of_part(part, source, known) for part in compose.get("include", ())]
    excluded = [_of_part(part, source, known) for part in compose.get("exclude", ())]
    return _without(reduce(_either, included, NOTHING), reduce(_either, excluded, NOTHING))


def _of_expansion(value_set: Resource) -> Members:
    codes: dict[str, set[str]] = {}
    waiting = list(value_set.get("expansion", {}).get("contains", ()))
    if "expansion" not in value_set:
        return UNKNOWN
    while waiting:
        each = waiting.pop()
        if "code" in each:
            codes.setdefault(each.get("system", ""), set()).add(each["code"])
        waiting += each.get("contains", ())
    return Members({system: frozenset(held) for system, held in codes.items()}, {}, frozenset())


def _of_part(part: Resource, source: Source, known: dict[str, Members]) -> Members:
    """One include or exclude: a system, value sets, or what is in all of these."""
    held = [_of_reference(each, source, known) for each in part.get("valueSet", ())]
    if "system" in part:
        held.append(_of_system(part, source))
    return reduce(_both, held) if held else NOTHING


def _of_reference(canonical: str, source: Source, known: dict[str, Members]) -> Members:
    if canonical not in known:
        known[canonical] = UNKNOWN
        if len(known) > MOST_VALUE_SETS:
            return UNKNOWN
        value_set = source.value_set(canonical)
        if value_set is not None:
            known[canonical] = _of(value_set, source, known)
    return known[canonical]


def _of_system(part: Resource, source: Source) -> Members:
    url = part["system"]
    concepts = part.get("concept")
    if concepts:
        return Members({url: frozenset(each.get("code", "") for each in concepts)}, {}, frozenset())
    version = part.get("version", "")
    system = source.system(f"{url}|{version}" if version else url) or source.system(url)
    if system is None:
        return _of_grammar(url, part)
    codes = _filtered(system, part.get("filter", []))
    unknown = frozenset() if system.is_complete else frozenset({url})
    return Members({url: codes}, {}, unknown)


def _of_grammar(url: str, part: Resource) -> Members:
    grammar = grammars.find(url)
    if grammar is None or part.get("filter"):
        return Members({}, {}, frozenset({url}))
    return Members({}, {url: grammar}, frozenset())


def _filtered(system: System, given: Iterable[Resource]) -> Set[str]:
    places = filters.select(system, given)
    return Many(system, places) if len(places) > FEW else frozenset(system.codes(places))


def _either(one: Members, other: Members) -> Members:
    codes = {
        system: _joined(one.codes.get(system, frozenset()), other.codes.get(system, frozenset()))
        for system in {**one.codes, **other.codes}
    }
    return Members(
        codes,
        {**one.grammars, **other.grammars},
        one.unknown | other.unknown,
        one.is_unknown or other.is_unknown,
    )


def _both(one: Members, other: Members) -> Members:
    """What is in both; what one knows by form is decided by the list of the other."""
    codes = {}
    for system in {**one.codes, **other.codes}:
        first, second = one.codes.get(system), other.codes.get(system)
        if first is not None and second is not None:
            codes[system] = _common(first, second)
        elif first is not None and system in other.grammars:
            codes[system] = frozenset(filter(other.grammars[system], first))
        elif second is not None and system in one.grammars:
            codes[system] = frozenset(filter(one.grammars[system], second))
    shared = {s: test for s, test in one.grammars.items() if s in other.grammars}
    unknown = (one.unknown & other.systems()) | (other.unknown & one.systems())
    return Members(codes, shared, unknown, one.is_unknown or other.is_unknown)


def _without(one: Members, other: Members) -> Members:
    codes = {s: _cut(held, other.codes.get(s, frozenset())) for s, held in one.codes.items()}
    return Members(codes, one.grammars, one.unknown | other.unknown, one.is_unknown)


def _joined(one: Set[str], other: Set[str]) -> Set[str]:
    if isinstance(one, Many):
        return one.joined(other)
    return other.joined(one) if isinstance(other, Many) else one | other


def _common(one: Set[str], other: Set[str]) -> Set[str]:
    if isinstance(one, Many):
        return one.common(other)
    return other.common(one) if isinstance(other, Many) else one & other


def _cut(one: Set[str], other: Set[str]) -> Set[str]:
    if isinstance(one, Many):
        return one.without(other)
    return frozenset(code for code in one if code not in other)
