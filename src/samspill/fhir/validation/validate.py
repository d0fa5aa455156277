"""The entry: a resource in, issues out.

A `Validator` is built once and keeps what it has compiled. https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from samspill.base.errors import Issue
from samspill.fhir.definitions import Definitions, Element, Property
from samspill.fhir.fhirpath.context import Context
from samspill.fhir.terminology.held import Known
from samspill.fhir.terminology.systems import Source
from samspill.fhir.validation import (
    bindings,
    invariants,
    locations,
    messages,
    places,
    references,
    resolution,
    thorough,
)
from samspill.fhir.validation.bindings import Codes
from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Finding, Findings
from samspill.fhir.validation.primitives import Check
from samspill.fhir.validation.profiles import Profiles
from samspill.fhir.validation.resolution import Fetch
from samspill.fhir.validation.structure import Compiler, Rule

Resource = dict[str, Any]
Judge = Callable[[Resource], Sequence[Issue]]
"""The issues of one object; their expression is the JSON name of an element in it, or empty."""
NO_JUDGES: Mapping[str, Judge] = MappingProxyType({})
OWN_BUDGET = 300_000
"""Values that an invariant of the standard itself may touch; those of strangers get less."""


class Run:
    """One validation under way: the resource at hand, and what holds it."""

    __slots__ = ("_contained", "_context", "container", "is_resource", "resource", "root")

    def __init__(self, root: Resource, definitions: Definitions) -> None:
        self.root = root
        self.resource = root
        self.container = root
        self.is_resource = definitions.is_resource
        self._contained: dict[str, Resource] | None = None
        self._context: Context | None = None

    def context(self) -> Context:
        """What invariants may ask of the world around them."""
        if self._context is None:
            self._context = Context(resource=self.resource, root=self.container, budget=OWN_BUDGET)
        return self._context

    def enter(self, resource: Resource, container: Resource) -> None:
        """From here on `%resource` is this one, and contained ones are looked up in that."""
        self.resource = resource
        self._context = None
        if container is not self.container:
            self.container = container
            self._contained = None

    def contained(self, id: str) -> Resource | None:
        """The contained resource of this id in the container at hand."""
        if self._contained is None:
            held = self.container.get("contained")
            listed = held if isinstance(held, list) else ()
            self._contained = {
                str(each.get("id")): each for each in listed if isinstance(each, dict)
            }
        return self._contained.get(id)


class Validator:
    """Checks resources against the base definitions and, where asked, profiles."""

    def __init__(
        self,
        definitions: Definitions,
        source: Source | None = None,
        *,
        judges: Mapping[str, Judge] = NO_JUDGES,
        beyond: Source | None = None,
    ) -> None:
        """Codes come from `source`, by default the definitions: those of the standard's own
        bindings for good. Profiles are judged by `beyond`, which may change. `judges` know more of
        a type, such as whether the number in an Identifier can be one; they are asked about each
        object of it.
        """
        self.definitions = definitions
        self._judges = judges
        self._source = source or Known(definitions)
        self._members = bindings.lookup(self._source)
        self._codes = Codes.of(beyond) if beyond else Codes(self._source, self._members)
        self._compiler = Compiler(definitions, self)
        self._profiles = Profiles(definitions)
        self._invariants = invariants.Compiler(definitions)
        self._resource_types = frozenset(definitions.resource_types)

    def validate(
        self,
        resource: Resource,
        *,
        data: bytes | None = None,
        profiles: Sequence[str] = (),
        is_thorough: bool = False,
        fetch: Fetch = resolution.nowhere,
        codes: Codes | None = None,
    ) -> list[Issue]:
        """Every issue of a resource, the worst first; a list without errors means it may be stored.

        Always against the standard, and against the profiles asked for. `is_thorough` adds the
        profiles that it claims, extensions, and what Bundles and forms ask, as `$validate` does.
        Lines and columns are told where `data`, the JSON bytes, is given. `codes` know of value
        sets that come with the resource.
        """
        run = Run(resource, self.definitions)
        found = self.resource(resource, run) or []
        if (profiles or is_thorough) and not any(each.code == "structure" for each in found):
            known = codes or self._codes
            look = Conformance(
                self.definitions, self._profiles, known.members_of, known.source, fetch
            )
            place = places.root(resource, self.definitions)
            for profile in profiles:
                found = found + look.check(place, profile)
            if is_thorough:
                found = found + thorough.check(place, look)
        if not found:
            return []
        return locations.issues(resource, found, self.definitions, data)

    def resource(self, value: Any, run: Run) -> Findings | None:
        """The check of a resource, also of one in an entry or a parameter."""
        name = value.get("resourceType") if type(value) is dict else None
        if type(name) is not str or name not in self._resource_types:
            return _not_a_resource(value)
        if value is run.root:
            return self._compiler.check_of(name)(value, run)
        outer = run.resource, run.container
        run.enter(value, value)
        found = self._compiler.check_of(name)(value, run)
        run.enter(*outer)
        return found

    def contained(self, value: Any, run: Run) -> Findings | None:
        """The check of a contained resource, whose container stays the one at hand."""
        name = value.get("resourceType") if type(value) is dict else None
        if type(name) is not str or name not in self._resource_types:
            return _not_a_resource(value)
        outer = run.resource
        run.enter(value, run.container)
        found = self._compiler.check_of(name)(value, run)
        run.enter(outer, run.container)
        return found

    def of_value(self, property: Property) -> Sequence[Check]:
        """What this element asks of a value beyond its type."""
        element = property.element
        checks: list[Check | None] = []
        if element.binding:
            checks.append(bindings.required(element.binding, property.type, self._members))
        if property.type == "Reference":
            allowed = references.targets(element, self.definitions)
            checks.append(references.check_targets(allowed, element.path) if allowed else None)
        checks += self._invariants.of_value(property)
        return [each for each in checks if each]

    def of_object(self, type_key: str, element: Element) -> Sequence[Rule]:
        """What a type asks of its objects beyond their elements."""
        rules = list(self._invariants.of_object(type_key, element))
        if type_key == "Reference":
            rules.append(references.FORM)
        if type_key in self._judges:
            rules.append(_ruling(self._judges[type_key]))
        return rules

    def warm(self, types: Iterable[str]) -> None:
        """Compiles types before the first resource of them comes."""
        for each in types:
            self._compiler.check_of(each)


def _ruling(judge: Judge) -> Rule:
    def check(value: Any, run: Any) -> Findings | None:
        found = [
            Finding(
                each.code,
                each.text,
                each.rule,
                each.expected,
                each.severity,
                [each.expression] if each.expression else [],
            )
            for each in judge(value)
        ]
        return found or None

    return Rule(check, _undecided)


def _undecided(names: frozenset[str]) -> None:
    return None


def _not_a_resource(value: Any) -> Findings:
    if type(value) is not dict:
        return [messages.wrong_json(value, "a resource")]
    name = value.get("resourceType")
    return [messages.no_resource_type() if name is None else messages.unknown_type(name)]


def validate(
    resource: Resource, definitions: Definitions, *, profiles: Sequence[str] = ()
) -> list[Issue]:
    """All that can be said of one resource; who validates many keeps a `Validator`."""
    return Validator(definitions).validate(resource, profiles=profiles, is_thorough=True)
