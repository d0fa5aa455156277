"""A resource to its index entries, by the expressions of its search parameters.

https://hl7.org/fhir/R4/search.html, https://hl7.org/fhir/R4/searchparameter.html
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import count
from typing import Any

from samspill.base.json import Resource
from samspill.fhir import fhirpath
from samspill.fhir.fhirpath import Expression, parser
from samspill.fhir.fhirpath.context import Context
from samspill.fhir.search import compartments, composites, derive, paths, words
from samspill.fhir.search.emit import Emitters
from samspill.fhir.search.parameters import Parameter, Registry
from samspill.fhir.search.paths import Branch, alternatives
from samspill.fhir.search.values import IndexEntry, Inside, Prose, Type

COLUMNS = frozenset({"_id", "_lastUpdated"})
"""Parameters that are columns of the stored resource and have no entries."""

WORDS = "_content"
"""The one entry for the words of `_text` and `_content`."""

CONTAINED = "_contained"
"""The entries for the resources inside."""

_SILENT = Prose("", "")


@dataclass(frozen=True, slots=True)
class Computed:
    """An expression that is more than a path: evaluated whole, on the resource or on each element
    of a composite's context."""

    row: str
    type: Type
    expression: Expression
    context: Branch | None = None


@dataclass(slots=True)
class Plan:
    """What to do with a resource of one type."""

    root: Branch
    computed: list[Computed] = field(default_factory=list)


class Extractor:
    """Extracts with the parameters of a registry.

    `zone` is where a date without a zone lies; `bases` are this server's own addresses, references
    to which count as local. A lean one leaves out what `derive` can do without: what it extracts
    answers lowered queries only. With `only`, no other codes are extracted.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        zone: tzinfo,
        bases: tuple[str, ...] = (),
        is_lean: bool = True,
        only: Collection[str] | None = None,
    ) -> None:
        self.registry = registry
        self._definitions = registry.definitions
        self.zone = zone
        self.bases = bases
        self._emitters = Emitters(registry.definitions, zone, bases)
        self._is_lean = is_lean
        self._only = only
        self._plans: dict[str, Plan] = {}

    def extract(self, resource: Resource) -> list[IndexEntry]:
        """The entries of a valid resource, each once. `_id` and `_lastUpdated` have none."""
        return self._extract(resource, resource)

    def contained(self, resource: Resource) -> Iterator[tuple[str, str, list[IndexEntry]]]:
        """(type, local id, entries) of each resource inside, for `_contained`."""
        for inside in resource.get("contained", ()):
            entries = self._extract(inside, resource)
            yield inside["resourceType"], inside.get("id", ""), entries

    def _extract(self, resource: Resource, container: Resource) -> list[IndexEntry]:
        type = resource["resourceType"]
        plan = self._plans.get(type)
        if plan is None:
            plan = self._plans[type] = self._plan(type)
        walk = Walk(container)
        walk.visit(plan.root, resource, 0)
        for each in plan.computed:
            self._compute(each, resource, walk)
        found = _distinct(walk.entries)
        if self._only is None:
            found += self._further(resource, resource is container)
        return found

    def _further(self, resource: Resource, may_hold: bool) -> Iterator[IndexEntry]:
        """The words, and what is inside."""
        if (prose := words.extract(resource)) != _SILENT:
            yield IndexEntry(WORDS, prose)
        if may_hold and "contained" in resource:
            inside = zip(self.contained(resource), resource["contained"], strict=True)
            for (type, id, entries), each in inside:
                patients = tuple(sorted(compartments.patients(each, self.bases).ids))
                yield IndexEntry(CONTAINED, Inside(type, id, tuple(entries), patients))

    def _compute(self, computed: Computed, resource: Resource, walk: "Walk") -> None:
        context = Context(resource=resource, root=resource)
        subjects: list[tuple[Any, int]] = [(resource, 0)]
        if computed.context is not None:
            subjects = walk.numbered.get(id(computed.context), [])
        for subject, group in subjects:
            for item in computed.expression.evaluate(subject, context):
                found = _JSON_TYPES.get(item.type, item.type)
                emit = self._emitters.of(computed.type, (computed.row,), found, None)
                if emit is not None and item.value is not None:
                    emit(item.value, group, walk.entries)

    def _plan(self, type: str) -> Plan:
        plan = Plan(Branch(type))
        derived = derive.of_type(self.registry, type) if self._is_lean else {}
        for parameter in self.registry.of(type).values():
            is_left_out = self._only is not None and parameter.code not in self._only
            if is_left_out or parameter.code in COLUMNS:
                continue
            if parameter.type == "composite":
                self._add_composite(plan, parameter)
            elif parameter.code not in derived:
                self._add(plan, parameter)
            elif derived[parameter.code].target:
                for end in self._ends(plan, parameter):
                    end.elsewhere.append(parameter.code)
        self._seal(plan.root)
        return plan

    def _seal(self, branch: Branch) -> None:
        """Decides what to do with a value at each end, once for all parameters that end there."""
        for kind, rows in branch.rows.items():
            emit = self._emitters.of(kind, tuple(rows), branch.type, branch.element)
            if emit is not None:
                branch.emits.append(emit)
        if branch.elsewhere:
            branch.emits.append(self._emitters.elsewhere(tuple(branch.elsewhere), branch.type))
        for below in (*branch.children.values(), *branch.gates.values()):
            self._seal(below)

    def _add(self, plan: Plan, parameter: Parameter) -> None:
        for end in self._ends(plan, parameter):
            end.rows.setdefault(parameter.type, []).append(parameter.code)

    def _ends(self, plan: Plan, parameter: Parameter) -> Iterator[Branch]:
        """Where the values of a parameter stand; what is no path is noted to be computed."""
        for alternative in alternatives(parameter.expression):
            path = paths.plain(parser.parse(alternative), self._definitions)
            if path is None:
                expression = fhirpath.compile(alternative, self._definitions, plan.root.type)
                plan.computed.append(Computed(parameter.code, parameter.type, expression))
            else:
                yield from paths.grow(plan.root, path, self._definitions)

    def _add_composite(self, plan: Plan, parameter: Parameter) -> None:
        parts = composites.parts(parameter, self.registry)
        for path in composites.contexts(parameter, self._definitions):
            for branch in paths.grow(plan.root, path, self._definitions):
                branch.is_numbered = bool(path)
                plan.computed.extend(
                    Computed(
                        part.row,
                        part.type,
                        fhirpath.compile(part.expression, self._definitions, branch.type),
                        branch if path else None,
                    )
                    for part in parts
                    if not part.is_shared
                )


class Walk:
    """One pass over a resource."""

    __slots__ = ("_container", "_groups", "entries", "numbered")

    def __init__(self, container: Resource) -> None:
        self.entries: list[IndexEntry] = []
        self.numbered: dict[int, list[tuple[Any, int]]] = {}
        """The elements of composites met on the way, by branch, each with its group."""
        self._container = container
        self._groups = count(1)

    def visit(self, branch: Branch, value: Any, group: int) -> None:
        if branch.is_numbered:
            group = next(self._groups)
            self.numbered.setdefault(id(branch), []).append((value, group))
        for emit in branch.emits:
            emit(value, group, self.entries)
        for gate, inside in branch.gates.items():
            if paths.passes(gate, value, self._container):
                self.visit(inside, value, group)
        children = branch.children
        if not children:
            return
        for name, below in value.items():
            child = children.get(name)
            if child is not None:
                self._below(child, below if isinstance(below, list) else (below,), group)

    def _below(self, child: Branch, values: Iterable[Any], group: int) -> None:
        # Most elements are ends; these are spared a visit.
        if child.children or child.gates or child.is_numbered:
            for each in values:
                if each is not None:
                    self.visit(child, each, group)
            return
        for each in values:
            if each is not None:
                for emit in child.emits:
                    emit(each, group, self.entries)


def _distinct(entries: list[IndexEntry]) -> list[IndexEntry]:
    """Each once. Hashing values is dear, and where no parameter occurs twice there is no need."""
    if len({each.parameter for each in entries}) == len(entries):
        return entries
    return list(dict.fromkeys(entries))


_JSON_TYPES = {
    "System.Boolean": "boolean",
    "System.String": "string",
    "System.Integer": "integer",
    "System.Decimal": "decimal",
}
"""What FHIRPath computes, by the FHIR type that it is indexed as."""
