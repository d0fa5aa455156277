"""Any resource that the definitions allow goes to XML and comes back as it was."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samspill.fhir import items, xml
from samspill.fhir.definitions import Definitions, Property

DEFINITIONS = Definitions.load()
DEPTH = 4

# Every character that XML can hold, also those that attributes would turn to blanks.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda c: c >= " " or c in "\t\n\r"
    ),
    min_size=1,
    max_size=12,
)
DECIMALS = st.decimals(-999, 999, places=3).filter(lambda number: number != 0)
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
NARRATIVES = st.sampled_from(["", "a<br/>b", "<p id='x' >&#160;&amp;</p>", "<b\n>å</b >"]).map(
    DIV.format
)
PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "positiveInt": st.integers(1, 2**31 - 1),
    "unsignedInt": st.integers(0, 2**31 - 1),
    "decimal": DECIMALS,
    "xhtml": NARRATIVES,
}


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Any]:
    return _resource(draw, DEPTH)


def _resource(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    type = draw(st.sampled_from(DEFINITIONS.resource_types))
    return {"resourceType": type, **_object(draw, type, depth)}


def _object(draw: st.DrawFn, type: str, depth: int) -> dict[str, Any]:
    """Some properties of a type, at most one of each choice."""
    groups = list(DEFINITIONS.elements(type).values())
    chosen = draw(st.lists(st.sampled_from(groups), max_size=4, unique_by=id))
    content: dict[str, Any] = {}
    for group in chosen:
        found = draw(st.sampled_from(group))
        if found.is_primitive:
            _add_primitive(draw, content, found, depth)
        elif depth:
            make = _resource if found.type == "Resource" else _typed(found.type)
            several = [make(draw, depth - 1) for _ in range(draw(st.integers(1, 2)))]
            content[found.json_name] = several if found.is_list else several[0]
    return content


def _typed(type: str) -> Any:
    return lambda draw, depth: _object(draw, type, depth)


def _add_primitive(draw: st.DrawFn, content: dict[str, Any], found: Property, depth: int) -> None:
    value = PRIMITIVES.get(found.type, TEXTS)
    if found.element.is_xml_attribute or found.type == "xhtml":
        content[found.json_name] = draw(value)
        return
    pairs = [
        (draw(value), {"id": draw(TEXTS)} if depth and draw(st.booleans()) else None)
        for _ in range(draw(st.integers(1, 3)) if found.is_list else 1)
    ]
    values, companions = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    content[found.json_name] = values if found.is_list else values[0]
    if any(companions):
        content["_" + found.json_name] = companions if found.is_list else companions[0]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(resources())
def test_a_resource_comes_back_as_it_was(resource: dict[str, Any]) -> None:
    again = xml.parse(xml.format(resource, DEFINITIONS), DEFINITIONS)
    assert again == resource
    assert _numbers(again) == _numbers(resource)


def _numbers(resource: dict[str, Any]) -> list[str]:
    """The decimals as text, so that 1.00 is not taken for 1.0."""
    waiting, found = [items.of(resource, DEFINITIONS)], []
    while waiting:
        item = waiting.pop()
        waiting += item.parts()
        if isinstance(item.value, Decimal):
            found.append(str(item.value))
    return sorted(found)
