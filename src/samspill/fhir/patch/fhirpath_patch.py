"""FHIRPath Patch: changes in a Parameters resource. https://hl7.org/fhir/R4/fhirpatch.html"""

from dataclasses import dataclass
from typing import Any, TypeVar

from samspill.base.errors import InvalidRequest, InvalidResource
from samspill.fhir.definitions import Definitions, Property
from samspill.fhir.patch import places
from samspill.fhir.patch.documents import (
    copied,
    inapplicable,
    malformed,
    refuse_length,
)
from samspill.fhir.patch.places import Pair, Place, Slot

Resource = dict[str, Any]
T = TypeVar("T")

# Each may search the whole resource.
MAX_OPERATIONS = 200


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `at` is its place in the patch."""

    at: int
    parts: dict[str, Resource]

    def text(self, name: str) -> str:
        """The text of a part, whatever its type."""
        part = self.parts.get(name, {})
        found = part.get(_value_name(part))
        if not isinstance(found, str):
            raise malformed(self.at, f"There is no {name}", f"Det er ingen {name}", name)
        return found

    def number(self, name: str) -> int:
        part = self.parts.get(name, {})
        found = part.get(_value_name(part))
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise malformed(self.at, f"{name} is no integer", f"{name} er ikke et heltall", name)
        return found


def apply(resource: Resource, patch: Resource, definitions: Definitions) -> Resource:
    """The changed resource; the given one stays as it is."""
    if not isinstance(patch, dict) or patch.get("resourceType") != "Parameters":
        raise InvalidRequest(
            "A FHIRPath Patch is a Parameters resource",
            "En FHIRPath Patch er en Parameters-ressurs",
        )
    try:
        return _applied(copied(resource), patch, definitions)
    except (AttributeError, TypeError) as error:
        raise InvalidRequest(
            "The Parameters resource does not have its shape",
            "Parameters-ressursen har ikke riktig form",
        ) from error


def _applied(resource: Resource, patch: Resource, definitions: Definitions) -> Resource:
    parameters = patch.get("parameter", [])
    refuse_length(parameters, MAX_OPERATIONS)
    for operation in [_operation(at, each) for at, each in enumerate(parameters)]:
        _apply(resource, operation, definitions)
    return resource


def _operation(at: int, parameter: Resource) -> Operation:
    if not isinstance(parameter, dict) or parameter.get("name") != "operation":
        raise malformed(
            at, "A parameter is no operation", "En parameter er ingen operasjon", "operation"
        )
    parts = {str(each.get("name")): each for each in parameter.get("part", [])}
    return Operation(at, parts)


def _apply(resource: Resource, operation: Operation, definitions: Definitions) -> None:
    path = operation.text("path")
    match operation.text("type"):
        case "add":
            _add(_only(places.find(resource, path, definitions), operation), operation, definitions)
        case "insert":
            _insert(_list(resource, path, operation, definitions), operation, definitions)
        case "delete":
            # What is not there needs no deleting.
            if found := places.find(resource, path, definitions):
                _change(_only(found, operation), operation, None)
        case "replace":
            place = _only(places.find(resource, path, definitions), operation)
            _replace(place, operation, definitions)
        case "move":
            _move(_list(resource, path, operation, definitions), operation)
        case _:
            expected = "add, insert, delete, replace, move"
            raise malformed(operation.at, "Unknown operation", "Ukjent operasjon", expected)


def _only(found: list[T], operation: Operation) -> T:
    if not found:
        raise inapplicable(
            operation.at, "There is nothing at the path", "Det er ingenting på stien"
        )
    if len(found) > 1:
        raise inapplicable(
            operation.at, "The path finds more than one element", "Stien finner mer enn ett element"
        )
    return found[0]


def _list(resource: Resource, path: str, operation: Operation, definitions: Definitions) -> Slot:
    return _only(places.find_list(resource, path, definitions), operation)


def _add(place: Place, operation: Operation, definitions: Definitions) -> None:
    """Appends to a list; an element that is no list must not be there yet."""
    value = operation.parts.get("value", {})
    name = operation.text("name")
    found = _property(operation, place.type, name, value, definitions)
    if not found.is_list and place.children(found.name, definitions):
        raise inapplicable(
            operation.at, "The element is there already", "Elementet finnes allerede"
        )
    slot = Slot(place.holder(), found)
    slot.store([*slot.pairs(), _pair(operation, value, found.type, definitions)])


def _insert(slot: Slot, operation: Operation, definitions: Definitions) -> None:
    pairs, index = slot.pairs(), operation.number("index")
    if index > len(pairs):
        raise _outside(operation)
    value = operation.parts.get("value", {})
    pairs.insert(index, _pair(operation, value, slot.property.type, definitions))
    slot.store(pairs)


def _replace(place: Place, operation: Operation, definitions: Definitions) -> None:
    """Of a choice element the new value may be of another type."""
    if place.slot is None:
        raise inapplicable(
            operation.at, "A resource cannot be replaced", "En ressurs kan ikke erstattes"
        )
    value = operation.parts.get("value", {})
    old = place.slot.property
    new = _sibling(place.slot, value, definitions)
    pair = _pair(operation, value, new.type, definitions)
    if new is old:
        _change(place, operation, pair)
    else:
        place.slot.store([])
        Slot(place.slot.content, new).store([pair])


def _change(place: Place, operation: Operation, pair: Pair | None) -> None:
    """Puts another value in the place, or none."""
    if place.slot is None:
        raise inapplicable(
            operation.at, "A resource cannot be deleted", "En ressurs kan ikke slettes"
        )
    pairs = place.slot.pairs()
    pairs[place.index : place.index + 1] = [] if pair is None else [pair]
    place.slot.store(pairs)


def _move(slot: Slot, operation: Operation) -> None:
    pairs = slot.pairs()
    source, destination = operation.number("source"), operation.number("destination")
    if source >= len(pairs) or destination >= len(pairs):
        raise _outside(operation)
    pairs.insert(destination, pairs.pop(source))
    slot.store(pairs)


def _property(
    operation: Operation, type: str, name: str, value: Resource, definitions: Definitions
) -> Property:
    """The property of a name for a value; of a choice element the one of its type."""
    suffix = _value_name(value).removeprefix("value")
    named = definitions.elements(type).get(name, ())
    for each in named:
        if len(named) == 1 or each.json_name == name + suffix:
            return each
    exactly = definitions.properties(type).get(name)
    if exactly is None:
        raise inapplicable(
            operation.at, f"{type} has no such element", f"{type} har ikke noe slikt element"
        )
    return exactly


def _sibling(slot: Slot, value: Resource, definitions: Definitions) -> Property:
    old = slot.property
    name = old.name + _value_name(value).removeprefix("value")
    if not old.element.is_choice:
        return old
    type = old.element.path.rpartition(".")[0]
    return definitions.properties(type).get(name, old)


def _pair(operation: Operation, part: Resource, type: str, definitions: Definitions) -> Pair:
    """The value of a part; one of a type without a name is given by parts of its own."""
    name = _value_name(part)
    if name:
        return part.get(name), part.get(f"_{name}")
    if "resource" in part:
        return part["resource"], None
    content: Resource = {}
    for each in part.get("part", []):
        found = _property(operation, type, str(each.get("name")), each, definitions)
        slot = Slot(content, found)
        slot.store([*slot.pairs(), _pair(operation, each, found.type, definitions)])
    if not content:
        raise malformed(operation.at, "There is no value", "Det er ingen verdi", "value")
    return content, None


def _value_name(part: Resource) -> str:
    """Such as "valueQuantity"; "" if there is none."""
    names = (key.removeprefix("_") for key in part)
    return next((name for name in names if name.startswith("value")), "")


def _outside(operation: Operation) -> InvalidResource:
    return inapplicable(operation.at, "The index is outside the list", "Indeksen er utenfor listen")
