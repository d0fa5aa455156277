"""Search text to tree: all parameters of a request. https://hl7.org/fhir/R4/search.html"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, get_args

from samspill.base.errors import InvalidSearch, Issue, TooCostly
from samspill.base.texts import Text
from samspill.fhir.search import criteria, filter, lower
from samspill.fhir.search.criteria import Setting
from samspill.fhir.search.parameters import Registry, UnknownParameter, shown
from samspill.fhir.search.query import (
    Clause,
    ContainedMode,
    ContainedType,
    Include,
    Query,
    Sort,
    Summary,
    Total,
    all_of,
)

MOST_ON_PAGE = 1000
MOST_PARAMETERS = 100
MOST_INCLUDES = 50
MOST_SORT_KEYS = 10

TRANSPORT = frozenset({"_format", "_pretty"})
"""Parameters of the request that say nothing about what is sought."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as stores answer it, and what a lenient search (or an empty value) left out."""

    query: Query
    asked: Query
    """The query by the parameters that were named, for `format`."""
    ignored: tuple[Issue, ...] = ()


def parse(
    types: Sequence[str],
    pairs: Iterable[tuple[str, str]],
    registry: Registry,
    *,
    zone: tzinfo,
    now: int,
    lenient: bool = False,
    bases: tuple[str, ...] = (),
) -> Parsed:
    """The query that decoded name and value pairs ask for; no types means all (`_type` may narrow).

    Raises InvalidSearch (an unknown parameter is one, unless lenient), whose `where` is the name
    of the parameter, and TooCostly when a limit is passed.
    """
    given = [(name, value) for name, value in pairs if name not in TRANSPORT]
    if len(given) > MOST_PARAMETERS:
        raise TooCostly(
            "Too many parameters",
            "For mange parametere",
            expected=Text(f"at most {MOST_PARAMETERS}", f"høyst {MOST_PARAMETERS}"),
        )
    setting = Setting(registry, zone, now, bases)
    reading = _Reading(_types(tuple(types), given, setting), setting)
    for name, value in given:
        try:
            reading.read(name, value)
        except UnknownParameter as error:
            error.where = _place(name)
            if not lenient:
                raise
            reading.ignored.append(Issue("warning", error.code, error.text, error.where))
        except (InvalidSearch, TooCostly) as error:
            error.where = _place(name)
            raise
    asked = reading.query()
    return Parsed(lower.lower(asked, registry), asked, tuple(reading.ignored))


def _place(name: str) -> str:
    """The name of a parameter, as far as it is safe to repeat."""
    return ".".join(":".join(shown(part) for part in step.split(":")) for step in name.split("."))


def _types(
    types: tuple[str, ...], pairs: list[tuple[str, str]], setting: Setting
) -> tuple[str, ...]:
    """`_type` in a search of all types."""
    named = [each for name, value in pairs if name == "_type" for each in value.split(",") if each]
    if types or not named:
        return types
    known = setting.registry.definitions.resource_types
    for each in named:
        if each not in known:
            raise InvalidSearch(
                f"{shown(each)} is not a resource type",
                f"{shown(each)} er ingen ressurstype",
                where="_type",
                expected=Text(
                    "resource types with commas between", "ressurstyper med komma mellom"
                ),
            )
    return tuple(dict.fromkeys(named))


class _Reading:
    """Collects the parts of a query."""

    def __init__(self, types: tuple[str, ...], setting: Setting) -> None:
        self.types = types
        self.setting = setting
        self.clauses: list[Clause] = []
        self.sort: list[Sort] = []
        self.includes: dict[str, list[Include]] = {"_include": [], "_revinclude": []}
        self.results: dict[str, Any] = {}
        self.ignored: list[Issue] = []

    def query(self) -> Query:
        return Query(
            self.types,
            all_of(self.clauses),
            sort=tuple(self.sort),
            include=tuple(self.includes["_include"]),
            revinclude=tuple(self.includes["_revinclude"]),
            **self.results,
        )

    def read(self, name: str, value: str) -> None:
        base, _, modifier = name.partition(":")
        if not value:
            self.ignored.append(_empty(name))
        elif base in ("_include", "_revinclude"):
            self.includes[base].append(self._include(value, modifier))
            if sum(map(len, self.includes.values())) > MOST_INCLUDES:
                raise TooCostly(
                    "Too many includes", "For mange includes", expected=f"{MOST_INCLUDES}"
                )
        elif name == "_sort":
            keys = [key for key in value.split(",") if key]
            if len(self.sort) + len(keys) > MOST_SORT_KEYS:
                raise TooCostly(
                    "Too many sort keys", "For mange sorteringsnøkler", expected=f"{MOST_SORT_KEYS}"
                )
            self.sort.extend(map(self._sort, keys))
        elif name in _RESULTS:
            self._result(name, value)
        elif name == "_filter":
            self.clauses.append(filter.parse(self.types, value, self.setting))
        elif name != "_type":
            self.clauses.append(criteria.clause(self.types, name, value, self.setting))

    def _result(self, name: str, value: str) -> None:
        field, allowed = _RESULTS[name]
        if field in self.results:
            raise InvalidSearch(
                f"{name} is given twice",
                f"{name} er angitt to ganger",
                expected=Text("it once", "én gang"),
            )
        if name == "_elements":
            self.results[field] = _elements(value)
        elif not allowed:
            self.results[field] = _whole_number(value, MOST_ON_PAGE if name == "_count" else None)
        elif value in allowed:
            self.results[field] = value
        else:
            raise InvalidSearch(
                f"{name} cannot be that", f"{name} kan ikke være det", expected=" | ".join(allowed)
            )

    def _sort(self, key: str) -> Sort:
        code = key.removeprefix("-")
        kinds = set()
        for type in self.types or ("",):
            parameter = self.setting.registry.get(type, code)
            if parameter.type in ("composite", "special"):
                raise InvalidSearch(
                    f"{code} has no order",
                    f"{code} har ingen rekkefølge",
                    expected=Text("another key", "en annen nøkkel"),
                )
            kinds.add(parameter.kind)
        if len(kinds) > 1:
            raise InvalidSearch(
                f"{code} is of different kinds in these types",
                f"{code} er av ulike slag i disse typene",
                expected=Text("a parameter of one kind", "en parameter av én type"),
            )
        return Sort(code, kinds.pop(), key.startswith("-"))

    def _include(self, value: str, modifier: str) -> Include:
        if modifier not in ("", "iterate"):
            raise UnknownParameter(
                f"No modifier :{shown(modifier)} of an include",
                f"Ingen modifikator :{shown(modifier)} for include",
                expected=":iterate",
            )
        iterate = modifier == "iterate"
        registry = self.setting.registry
        if value == "*":
            registry.check_references(registry.definitions.resource_types)
            return Include("*", "*", iterate=iterate)
        source, _, rest = value.partition(":")
        code, _, target = rest.partition(":")
        known = registry.definitions.resource_types
        if source not in known or not code or (target and target not in known):
            raise InvalidSearch(
                "The include is not complete",
                "Include er ikke fullstendig",
                expected="SourceType:parameter, SourceType:parameter:TargetType, SourceType:* or *",
            )
        if code == "*":
            registry.check_references((source,))
        elif registry.get(source, code).type != "reference":
            raise InvalidSearch(
                f"{source}.{code} is not a reference",
                f"{source}.{code} er ikke en referanse",
                expected=Text("a reference parameter", "en referanseparameter"),
            )
        return Include(source, code, target, iterate)


def _empty(name: str) -> Issue:
    text = Text("The parameter has no value", "Parameteren har ingen verdi")
    return Issue("warning", "informational", text, _place(name))


_RESULTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "_count": ("count", ()),
    "_maxresults": ("most", ()),
    "_total": ("total", get_args(Total)),
    "_summary": ("summary", get_args(Summary)),
    "_elements": ("elements", ()),
    "_contained": ("contained", get_args(ContainedMode)),
    "_containedType": ("contained_type", get_args(ContainedType)),
}
"""By parameter: the field of the query, and what it may be if that is a closed list."""

_ELEMENT = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*")


def _elements(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(each for each in value.split(",") if each))
    if not names or not all(_ELEMENT.fullmatch(each) for each in names):
        raise InvalidSearch(
            "These are not names of elements",
            "Dette er ikke navn på elementer",
            expected=Text(
                "names such as identifier,active with commas between",
                "navn som identifier,active med komma mellom",
            ),
        )
    return names


def _whole_number(value: str, most: int | None) -> int:
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
    if number < 0 or (most is not None and number > most):
        raise InvalidSearch(
            "This is not a number of resources that can be given",
            "Dette er ikke et antall ressurser som kan gis",
            expected=Text(f"0 to {most or 999_999_999}", f"0 til {most or 999_999_999}"),
        )
    return number
