"""Seeded faults: the same resource with one thing made wrong, in every way that it can be."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from samspill.fhir.definitions import Definitions, Property

Resource = dict[str, Any]
Place = tuple[Resource, str, Property]
"""An object, the JSON name in it, and what the standard says of that name."""

KINDS: dict[str, Callable[[Resource, str, Property, Definitions], bool]]


def seeded(resource: Resource, kind: str, definitions: Definitions, seed: int) -> Resource | None:
    """A copy with one fault of this kind, at a place that the seed picks; None if it has none."""
    count = sum(1 for place in places(copy.deepcopy(resource), definitions) if _fits(kind, place))
    if not count:
        return None
    made = copy.deepcopy(resource)
    fitting = [place for place in places(made, definitions) if _fits(kind, place)]
    holder, name, found = fitting[seed % count]
    KINDS[kind](holder, name, found, definitions)
    return made


def _fits(kind: str, place: Place) -> bool:
    holder, name, found = place
    match kind:
        case "missing required":
            return found.min > 0 and not found.element.is_choice and f"_{name}" not in holder
        case "bad code":
            binding = found.element.binding
            return found.type == "code" and binding is not None and binding.strength == "required"
        case "bad reference type":
            targets = [t for each in found.element.types for t in each.targets]
            one = holder[name][0] if found.is_list else holder[name]
            is_literal = "/" in one.get("reference", "") if isinstance(one, dict) else False
            return found.type == "Reference" and is_literal and _is_typed(targets)
        case "broken invariant":
            return found.type in ("Period", "Quantity", "Extension", "Reference")
        case "bad date":
            return found.type in ("date", "dateTime", "instant")
    return f"_{name}" not in holder


def _is_typed(targets: list[str]) -> bool:
    return bool(targets) and not any(target.endswith("/Resource") for target in targets)


def places(resource: Resource, definitions: Definitions) -> Iterator[Place]:
    """Every element of a resource, those of contained resources and entries too."""
    yield from _inside(resource, resource["resourceType"], definitions)


def _inside(holder: Resource, type_key: str, definitions: Definitions) -> Iterator[Place]:
    known = definitions.properties(type_key)
    for name, value in list(holder.items()):
        found = known.get(name)
        if found is None:
            continue
        yield holder, name, found
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                inner = one.get("resourceType", found.type)
                yield from _inside(
                    one, inner if found.type == "Resource" else found.type, definitions
                )


def _remove(holder: Resource, name: str, found: Property, definitions: Definitions) -> bool:
    del holder[name]
    return True


def _change_type(holder: Resource, name: str, found: Property, definitions: Definitions) -> bool:
    value = holder[name][0] if found.is_list else holder[name]
    wrong: Any = 5 if isinstance(value, str | bool) else "text"
    holder[name] = [wrong, *holder[name][1:]] if found.is_list else wrong
    return True


def _change_cardinality(holder: Resource, name: str, found: Property, d: Definitions) -> bool:
    holder[name] = holder[name][0] if found.is_list else [holder[name]]
    return True


def _change_code(holder: Resource, name: str, found: Property, definitions: Definitions) -> bool:
    holder[name] = ["no such code"] if found.is_list else "no such code"
    return True


def _add_unknown(holder: Resource, name: str, found: Property, definitions: Definitions) -> bool:
    holder["unheardOf"] = "text"
    return True


def _change_target(holder: Resource, name: str, found: Property, definitions: Definitions) -> bool:
    wrong = {"reference": "Linkage/1"}
    holder[name] = [wrong, *holder[name][1:]] if found.is_list else wrong
    return True


def _break(holder: Resource, name: str, found: Property, definitions: Definitions) -> bool:
    one = holder[name][0] if found.is_list else holder[name]
    match found.type:
        case "Period":
            one.update(start="2020-02-01", end="2020-01-01")
        case "Quantity":
            one.pop("system", None)
            one["code"] = "mg"
        case "Extension":
            one.update(
                valueString="text", extension=[{"url": "http://a.example", "valueCode": "b"}]
            )
        case "Reference":
            one["reference"] = "#nowhere"
    return True


def _change_date(holder: Resource, name: str, found: Property, definitions: Definitions) -> bool:
    wrong = "2021-02-29" if found.type != "instant" else "2021-02-29T00:00:00Z"
    holder[name] = [wrong] if found.is_list else wrong
    return True


def _empty(holder: Resource, name: str, found: Property, definitions: Definitions) -> bool:
    holder[name] = [] if found.is_list else None if found.is_primitive else {}
    return True


KINDS = {
    "missing required": _remove,
    "wrong type": _change_type,
    "wrong cardinality": _change_cardinality,
    "bad code": _change_code,
    "broken invariant": _break,
    "unknown element": _add_unknown,
    "bad reference type": _change_target,
    "bad date": _change_date,
    "empty": _empty,
}
