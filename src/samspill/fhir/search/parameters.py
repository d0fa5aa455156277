"""Search parameters by resource type and code, from SearchParameter resources.

https://hl7.org/fhir/R4/searchparameter.html
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from typing import cast, get_args

from samspill.base.errors import InvalidSearch
from samspill.base.json import Resource
from samspill.fhir.definitions import Definitions
from samspill.fhir.search import paths
from samspill.fhir.search.values import Kind, Type


@dataclass(frozen=True, slots=True)
class Derived:
    """Whose index rows a parameter uses, see `derive`: those of several parameters together, or of
    a reference only the rows that point to `target`."""

    rows: tuple[str, ...]
    target: str = ""


COMMON = ("DomainResource", "Resource")
"""The bases whose parameters every type has."""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a composite: `expression` within the composite's element."""

    definition: str
    expression: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A search parameter as one resource type has it."""

    base: str
    code: str
    type: Type
    url: str
    expression: str
    """The alternatives that apply to `base`, with | between them; "" if there is none."""
    targets: tuple[str, ...] = ()
    """The types a reference may point to; none for any."""
    components: tuple[Component, ...] = ()
    description: str = ""

    @property
    def kind(self) -> Kind:
        """The kind of its rows. Composites have none of their own."""
        return "position" if self.type == "special" else cast(Kind, self.type)


@dataclass(frozen=True, slots=True)
class Part:
    """A component of a composite: the code its rows stand under, and how its values are read."""

    row: str
    type: Type
    targets: tuple[str, ...]
    expression: str
    is_shared: bool

    @property
    def kind(self) -> Kind:
        return cast(Kind, self.type)


class Registry:
    """The parameters of every resource type; those given last win over the same code before."""

    def __init__(self, definitions: Definitions, extra: Iterable[Resource] = ()) -> None:
        self.definitions = definitions
        self._extra = tuple(extra)
        self._by_base: dict[str, dict[str, Resource]] = {}
        self._by_url: dict[str, Resource] = {}
        self._of_type: dict[str, Mapping[str, Parameter]] = {}
        self._guard: Callable[[Parameter], None] | None = None
        self._custom = {str(each.get("url", "")) for each in self._extra}
        self.derived: dict[str, Mapping[str, Derived]] = {}
        """What `derive` has found out, by resource type."""
        self.parts: dict[Parameter, tuple[Part, ...]] = {}
        """What `composites` has found out."""
        for resource in (*definitions.all("SearchParameter"), *self._extra):
            if is_usable(resource):
                resource = {name: resource[name] for name in _KEPT if name in resource}
                self._by_url[resource["url"]] = resource
                for base in resource["base"]:
                    self._by_base.setdefault(base, {})[resource["code"]] = resource

    def with_parameters(self, resources: Iterable[Resource]) -> "Registry":
        """These and some custom SearchParameters."""
        return Registry(self.definitions, (*self._extra, *resources))

    def guarded(self, guard: Callable[[Parameter], None]) -> "Registry":
        """The same, where `guard` is asked before a custom parameter is searched by; it raises what
        the client gets while the index of the parameter is not complete."""
        made = copy(self)
        made._guard = guard
        return made

    def of(self, type: str) -> Mapping[str, Parameter]:
        """All parameters of a type by code; for "" those that every type has."""
        found = self._of_type.get(type)
        if found is None:
            resources: dict[str, Resource] = {}
            for base in ("Resource", "DomainResource", type):
                resources |= self._by_base.get(base, {})
            found = {code: self._read(each, type) for code, each in sorted(resources.items())}
            found = {code: each for code, each in found.items() if self._is_readable(each)}
            self._of_type[type] = found
        return found

    def _is_readable(self, parameter: Parameter) -> bool:
        """A parameter that cannot be extracted must not be searched by either."""
        return all(
            paths.is_readable(each, parameter.base, self.definitions)
            for each in paths.alternatives(parameter.expression)
        )

    def find(self, type: str, code: str) -> Parameter | None:
        found = self.of(type).get(code)
        if found is not None and self._guard is not None and self.is_custom(found):
            self._guard(found)
        return found

    def check_references(self, types: Iterable[str]) -> None:
        """Asks the guard for all references of these types, as `*` follows all of them."""
        custom = [each for each in self._extra if each.get("type") == "reference"]
        for resource, type in product(custom, types if self._guard is not None else ()):
            if {type, *COMMON} & set(resource["base"]):
                self.find(type, resource["code"])

    def get(self, type: str, code: str) -> Parameter:
        """The parameter, or the error that a client gets for a wrong name."""
        found = self.find(type, code)
        if found is None:
            raise unknown(type, code, self.of(type))
        return found

    def is_custom(self, parameter: Parameter) -> bool:
        """Whether it was added to those of the definitions."""
        return parameter.url in self._custom

    def definition(self, url: str) -> Resource | None:
        """The SearchParameter with this canonical, such as a component's definition."""
        return self._by_url.get(url.partition("|")[0])

    def _read(self, resource: Resource, base: str) -> Parameter:
        targets = tuple(sorted(resource.get("target", ())))
        everything = len(targets) >= len(self.definitions.resource_types) - 1
        return Parameter(
            base=base,
            code=resource["code"],
            type=cast(Type, resource["type"]),
            url=resource["url"],
            expression=_of_base(resource.get("expression", ""), base, self.definitions),
            targets=() if everything or "Resource" in targets else targets,
            components=tuple(
                Component(each["definition"], each["expression"])
                for each in resource.get("component", ())
            ),
            description=resource.get("description", ""),
        )


_KEPT = ("url", "code", "type", "base", "expression", "target", "component", "description")

EXAMPLES = "http://hl7.org/fhir/SearchParameter/example"
"""Where addresses of the standard's examples begin; one of them would hide Condition.subject."""


def is_usable(resource: Resource) -> bool:
    """Some published parameters name no type, have no expression, or show the form only."""
    named = all(resource.get(name) for name in ("url", "code", "type", "base", "expression"))
    return named and resource["type"] in get_args(Type) and not resource["url"].startswith(EXAMPLES)


class UnknownParameter(InvalidSearch):
    """A parameter or modifier that is not known; a lenient search goes on without it."""

    code = "not-supported"


def unknown(type: str, code: str, known: Iterable[str]) -> UnknownParameter:
    near = get_close_matches(code, list(known), n=3)
    return UnknownParameter(
        f"{type or 'A search of all types'} has no search parameter {shown(code)}",
        f"{type or 'Et søk over alle typer'} har ingen søkeparameter {shown(code)}",
        where=shown(code),
        expected=("perhaps " + " or ".join(near))
        if near
        else "a name from the CapabilityStatement",
    )


def shown(code: str) -> str:
    """A name as far as it is safe to repeat: a value may have ended up in its place."""
    return code if len(code) <= 40 and code.replace("-", "").replace("_", "").isalnum() else "?"


def _of_base(expression: str, base: str, definitions: Definitions) -> str:
    """Of a parameter that several types share, the alternatives that concern this one."""
    kept = [
        each
        for each in paths.alternatives(expression)
        if not definitions.is_resource(name := paths.root(each)) or name == base or name in COMMON
    ]
    return " | ".join(kept)
