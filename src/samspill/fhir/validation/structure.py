"""Types as checks: unknown elements, cardinality, JSON form, choices, companions of primitives.

Each type is compiled once to a closure over a table of its elements' closures. Objects of a type
come with few different sets of names; what the names decide is decided once for each set, and the
next such object costs one look-up and one call an element. https://hl7.org/fhir/R4/json.html
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, Protocol

from samspill.fhir.definitions import Definitions, Element, Property
from samspill.fhir.validation import messages, primitives, rows
from samspill.fhir.validation.findings import Findings, at, has_error, is_enough, join
from samspill.fhir.validation.primitives import Check

Resource = dict[str, Any]


MOST_PLANS = 1000
"""Sets of names kept for each type, so that hostile content does not fill the memory."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of a whole object, and what the JSON names in it tell beforehand.

    `decide` answers True where the rule holds for every object with these names, False where it
    is broken by all, None where their values must be looked at.
    """

    check: Check
    decide: Callable[[frozenset[str]], bool | None]


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


class Extras(Protocol):
    """What other modules know of an element: bindings, invariants, reference targets."""

    def of_value(self, property: Property) -> Sequence[Check]:
        """Checks of one value at this element, after its type has been found right."""

    def of_object(self, type_key: str, element: Element) -> Sequence[Rule]:
        """Checks of a whole object of this type."""

    def resource(self, value: Any, run: Any) -> Findings | None:
        """The check of a resource in an entry or a parameter."""

    def contained(self, value: Any, run: Any) -> Findings | None:
        """The check of a contained resource."""


class Compiler:
    """Makes the checks of types when they are first asked for, and keeps them."""

    def __init__(self, definitions: Definitions, extras: Extras) -> None:
        self._definitions = definitions
        self._extras = extras
        self._checks = primitives.checks()
        self._unfinished: dict[str, Check] = {}
        self._lock = RLock()

    def check_of(self, type_key: str) -> Check:
        """The check of one value of this type."""
        found = self._checks.get(type_key)
        if found is None:
            with self._lock:
                try:
                    found = self._part(type_key)
                    # Types hold each other, so that none is ready for others before all are.
                    self._checks.update(self._unfinished)
                finally:
                    self._unfinished.clear()
        return found

    def _part(self, type_key: str) -> Check:
        """The check for use in another that is being compiled, perhaps not finished itself."""
        found = self._checks.get(type_key) or self._unfinished.get(type_key)
        return found or self._compile(type_key)

    def _compile(self, type_key: str) -> Check:
        properties = self._definitions.properties(type_key)
        shape = _shape(type_key, properties.values())
        element = self._element(type_key)
        rules = tuple(self._extras.of_object(type_key, element))
        check = _object(shape, rules, self._companion)
        self._unfinished[type_key] = check
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
        check: Check
        if each.type == "Resource" and each.name == "contained":
            check = self._extras.contained
        elif each.type == "Resource":
            check = self._extras.resource
        elif each.name == "id" and each.type == "string":
            check = primitives.element_id
        else:
            check = self._part(each.type)
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


def _object(shape: Shape, rules: Sequence[Rule], companion: Check) -> Check:
    """The check of an object. What its names alone decide is decided once for each set of names."""
    plans: dict[tuple[str, ...], Check] = {}

    def check(value: Any, run: Any) -> Findings | None:
        if type(value) is not dict:
            return [messages.wrong_json(value, f"an object of type {shape.type}")]
        plan = plans.get(tuple(value))
        if plan is None:
            plan = _plan(shape, value, rules)
            if plan is None:
                return _thorough(shape, value, run, rules, companion)
            if len(plans) < MOST_PLANS:
                plans[tuple(value)] = plan
        return plan(value, run)

    return check


def _plan(shape: Shape, value: Resource, rules: Sequence[Rule]) -> Check | None:
    """The check of all objects with these names; None if the names themselves are at fault."""
    table = shape.table
    if not all(name in table for name in value) or _named(shape, value):
        return None
    names = frozenset(value)
    decided = [(rule, rule.decide(names)) for rule in rules]
    if any(answer is False for _, answer in decided):
        return None
    row = rows.join_checks([table[name] for name in value])
    return _ruled(row, [rule.check for rule, answer in decided if answer is None])


def _ruled(row: Check, rules: Sequence[Check]) -> Check:
    """The row, then the rules that ask for more than names, if nothing is wrong so far."""

    def check_more(value: Any, run: Any) -> Findings | None:
        found = row(value, run)
        if found is None or not has_error(found):
            for rule in rules:
                found = join(found, rule(value, run))
        return found

    return check_more if rules else row


def _named(shape: Shape, value: Resource) -> Findings | None:
    """What is wrong with the names of an object: hollow, missing, more than one of a choice."""
    found = _hollow(value)
    absent = [n for n in shape.required if n not in value and f"_{n}" not in value]
    for name in sorted(absent):
        found = join(found, [messages.missing(name, f"{shape.rule}.{name}")])
    for group in shape.groups:
        found = join(found, _choice(shape, group, value))
    return found


def _hollow(value: Resource) -> Findings | None:
    if not value:
        return [messages.empty(value)]
    return [messages.only_an_id()] if len(value) == 1 and "id" in value else None


def _choice(shape: Shape, group: Group, value: Resource) -> Findings | None:
    """Companions count too: `_valueString` alone is a value."""
    count = sum(name in value or f"_{name}" in value for name in group.json_names)
    rule = f"{shape.rule}.{group.name}[x]"
    if count > 1:
        return [messages.several_choices(group.name, rule)]
    if count == 0 and group.is_required:
        return [messages.missing(f"{group.name}[x]", rule)]
    return None


def _thorough(
    shape: Shape, value: Resource, run: Any, rules: Sequence[Rule], companion: Check
) -> Findings | None:
    """All of an object that has unknown names, missing ones, or companions of primitives."""
    found = _named(shape, value)
    for name, each in value.items():
        if name.startswith("_") and name[1:] in shape.singles:
            fault = _companions(shape, name[1:], value, run, companion)
        elif f"_{name}" in value and name in shape.singles:
            # Looked at together with its companion.
            continue
        elif name in shape.table:
            fault = shape.table[name](each, run)
        else:
            fault = [messages.unknown_element(name, shape.type)]
        if fault is not None:
            found = join(found, at(fault, name.removeprefix("_")))
            if is_enough(found):
                break
    if found is None or not has_error(found):
        for rule in rules:
            found = join(found, rule.check(value, run))
    return found


def _companions(
    shape: Shape, name: str, holder: Resource, run: Any, companion: Check
) -> Findings | None:
    """A primitive and what stands beside it; lists run in step, with null where one has nothing."""
    beside: Any = holder[f"_{name}"]
    single = shape.singles[name]
    if name not in shape.lists:
        if name not in holder:
            return companion(beside, run)
        return join(_beside(beside, run, companion), single(holder[name], run))
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
            own = companion(other, run) if one is None else _beside(other, run, companion)
            fault = join(fault, own)
        if one is None and other is None:
            fault = [messages.wrong_json(None, "a value, or something in the array beside it")]
        if fault is not None:
            found = join(found, at(fault, index))
    return found


def _beside(value: Any, run: Any, companion: Check) -> Findings | None:
    """A companion of a value, which may hold an id alone."""
    if type(value) is dict and value.keys() == {"id"}:
        fault = primitives.element_id(value["id"], run)
        return fault and at(fault, "id")
    return companion(value, run)


def _list(check: Check, element: Element) -> Check:
    most = int(element.max) if element.max.isdigit() else None

    def check_list(value: Any, run: Any) -> Findings | None:
        if type(value) is not list:
            return [messages.wrong_json(value, "an array")]
        if not value:
            return [messages.empty(value)]
        if len(value) == 1:
            fault = check(value[0], run)
            return None if fault is None else at(fault, 0)
        found: Findings | None = None
        for index, each in enumerate(value):
            fault = check(each, run)
            if fault is not None:
                found = join(found, at(fault, index))
                if is_enough(found):
                    break
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
