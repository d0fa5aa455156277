"""Types as checks: unknown elements, cardinality, JSON form, choices, companions of primitives.

Each type is compiled once to a closure over a table of its elements' closures. The common resource
is walked with one dictionary look-up and one call an element; only an object with `_name` beside
`name`, or with a fault, is looked at again thoroughly. https://hl7.org/fhir/R4/json.html
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from samspill.fhir.definitions import Definitions, Element, Property
from samspill.fhir.validation import messages, primitives
from samspill.fhir.validation.findings import Findings, at, join
from samspill.fhir.validation.primitives import Check

Resource = dict[str, Any]


class Extras(Protocol):
    """What other modules know of an element: bindings, invariants, reference targets."""

    def of_value(self, property: Property) -> Sequence[Check]:
        """Checks of one value at this element, after its type has been found right."""

    def of_object(self, type_key: str, element: Element) -> Sequence[Check]:
        """Checks of a whole object of this type."""

    def resource(self, value: Any, run: Any) -> Findings | None:
        """The check of a resource within another."""


@dataclass(frozen=True, slots=True)
class Group:
    """The JSON names of a choice element."""

    name: str
    json_names: frozenset[str]
    is_required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What a type says of its elements; the table is filled after, since types hold themselves."""

    type: str
    rule: str
    table: dict[str, Check]
    lists: set[str]
    singles: dict[str, Check]
    """The checks of one value of each primitive, for those with companions."""
    required: frozenset[str]
    groups: tuple[Group, ...]


class Compiler:
    """Makes the checks of types when they are first asked for, and keeps them."""

    def __init__(self, definitions: Definitions, extras: Extras) -> None:
        self._definitions = definitions
        self._extras = extras
        self._checks: dict[str, Check] = {}

    def check_of(self, type_key: str) -> Check:
        """The check of one value of this type."""
        found = self._checks.get(type_key)
        if found is None:
            found = self._compile(type_key)
        return found

    def _compile(self, type_key: str) -> Check:
        primitive = primitives.CHECKS.get(type_key)
        if primitive:
            return primitive
        properties = self._definitions.properties(type_key)
        shape = _shape(type_key, properties.values())
        element = self._element(type_key)
        rules = tuple(self._extras.of_object(type_key, element))
        check = _object(shape, rules, self._companion)
        self._checks[type_key] = check
        for each in properties.values():
            self._fill(shape, each)
        if self._definitions.is_resource(type_key):
            shape.table["resourceType"] = _nothing
        return check

    def _element(self, type_key: str) -> Element:
        elements = self._definitions.structure(type_key.partition(".")[0]).elements
        return next(each for each in elements if each.path == type_key)

    def _fill(self, shape: Shape, each: Property) -> None:
        check = self._one(each)
        if each.is_list:
            shape.lists.add(each.json_name)
            listed = _list(check, each.element)
        else:
            listed = check
        shape.table[each.json_name] = listed
        if each.is_primitive:
            shape.singles[each.json_name] = check

    def _one(self, each: Property) -> Check:
        """The check of one value: that of its type, then those that only this element has."""
        if each.type in ("Resource", "DomainResource"):
            check: Check = self._extras.resource
        elif each.name == "id" and each.type == "string":
            check = primitives.element_id
        else:
            check = self.check_of(each.type)
        extras = tuple(self._extras.of_value(each))
        return _with_extras(check, extras) if extras else check

    def _companion(self, value: Any, run: Any) -> Findings | None:
        """The check of what stands under `_name`."""
        return self.check_of("Element")(value, run)


def _shape(type_key: str, properties: Iterable[Property]) -> Shape:
    required: set[str] = set()
    choices: dict[str, list[Property]] = {}
    for each in properties:
        if each.element.is_choice:
            choices.setdefault(each.name, []).append(each)
        elif each.min:
            required.add(each.json_name)
    groups = tuple(
        Group(name, frozenset(one.json_name for one in held), held[0].min > 0)
        for name, held in choices.items()
    )
    rule = f"http://hl7.org/fhir/StructureDefinition/{type_key.partition('.')[0]}#{type_key}"
    return Shape(type_key, rule, {}, set(), {}, frozenset(required), groups)


def _object(
    shape: Shape, rules: Sequence[Check], companion: Callable[[Any, Any], Findings | None]
) -> Check:
    get = shape.table.get
    required, groups = shape.required, shape.groups

    def check(value: Any, run: Any) -> Findings | None:
        if type(value) is not dict:
            return [messages.wrong_json(value, f"an object of type {shape.type}")]
        found: Findings | None = None
        for name, each in value.items():
            known = get(name)
            if known is None:
                found = _thorough(shape, value, run, companion)
                break
            fault = known(each, run)
            if fault is not None:
                found = join(found, at(fault, name))
        if len(value) < 2 and ("id" in value or not value):
            found = join(found, _hollow(shape, value))
        if not required <= value.keys():
            found = join(found, _missing(shape, value))
        for group in groups:
            present = value.keys() & group.json_names
            if len(present) != 1:
                found = join(found, _choices(shape, group, value, len(present)))
        for rule in rules:
            fault = rule(value, run)
            if fault is not None:
                found = join(found, fault)
        return found

    return check


def _hollow(shape: Shape, value: Resource) -> Findings | None:
    return [messages.only_an_id()] if value else [messages.empty(value)]


def _missing(shape: Shape, value: Resource) -> Findings | None:
    absent = [
        name for name in sorted(shape.required) if name not in value and "_" + name not in value
    ]
    return [messages.missing(name, f"{shape.rule}.{name}") for name in absent] or None


def _choices(shape: Shape, group: Group, value: Resource, count: int) -> Findings | None:
    """Companions count too: `_valueString` alone is a value."""
    if count == 0:
        count = sum(f"_{name}" in value for name in group.json_names)
    else:
        count += sum(name not in value and f"_{name}" in value for name in group.json_names)
    rule = f"{shape.rule}.{group.name}[x]"
    if count > 1:
        return [messages.several_choices(group.name, rule)]
    if count == 0 and group.is_required:
        return [messages.missing(f"{group.name}[x]", rule)]
    return None


def _thorough(
    shape: Shape, value: Resource, run: Any, companion: Callable[[Any, Any], Findings | None]
) -> Findings | None:
    """All elements of an object that has unknown names, or companions of primitives."""
    found: Findings | None = None
    for name, each in value.items():
        if name.startswith("_") and name[1:] in shape.singles:
            fault = _companions(shape, name[1:], value, run, companion)
        elif f"_{name}" in value and name in shape.singles:
            # Looked at together with its companion.
            continue
        elif name in shape.table:
            fault = shape.table[name](each, run)
        else:
            found = join(found, at([messages.unknown_element(name, shape.type)], name))
            continue
        if fault is not None:
            found = join(found, at(fault, name.removeprefix("_")))
    return found


def _companions(
    shape: Shape,
    name: str,
    holder: Resource,
    run: Any,
    companion: Callable[[Any, Any], Findings | None],
) -> Findings | None:
    """A primitive and what stands beside it; lists run in step, with null where one has nothing."""
    beside: Any = holder[f"_{name}"]
    single = shape.singles[name]
    if name not in shape.lists:
        fault = companion(beside, run)
        if name in holder:
            fault = join(fault, single(holder[name], run))
        return fault
    values: Any = holder.get(name, [])
    for listed in (values, beside):
        if type(listed) is not list or not (listed or listed is values):
            return [messages.wrong_json(listed, "an array, in step with the one beside it")]
    found: Findings | None = None
    for index in range(max(len(values), len(beside))):
        one = values[index] if index < len(values) else None
        other = beside[index] if index < len(beside) else None
        fault = None if one is None else single(one, run)
        if other is not None:
            fault = join(fault, companion(other, run))
        if one is None and other is None:
            fault = [messages.wrong_json(None, "a value, or something in the array beside it")]
        if fault is not None:
            found = join(found, at(fault, index))
    return found


def _list(check: Check, element: Element) -> Check:
    most = int(element.max) if element.max.isdigit() else None

    def check_list(value: Any, run: Any) -> Findings | None:
        if type(value) is not list:
            return [messages.wrong_json(value, "an array")]
        if not value:
            return [messages.empty(value)]
        found: Findings | None = None
        for index, each in enumerate(value):
            fault = check(each, run)
            if fault is not None:
                found = join(found, at(fault, index))
        if most is not None and len(value) > most:
            fault = [messages.too_many(element.name, element.path, element.max, len(value))]
            found = join(found, fault)
        return found

    return check_list


def _with_extras(check: Check, extras: tuple[Check, ...]) -> Check:
    def check_more(value: Any, run: Any) -> Findings | None:
        found = check(value, run)
        if found is not None:
            return found
        for extra in extras:
            found = join(found, extra(value, run))
        return found

    def check_one_more(value: Any, run: Any) -> Findings | None:
        found = check(value, run)
        return extra(value, run) if found is None else found

    extra = extras[0]
    return check_one_more if len(extras) == 1 else check_more


def _nothing(value: Any, run: Any) -> Findings | None:
    return None
