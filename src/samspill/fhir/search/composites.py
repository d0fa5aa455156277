"""Composite parameters: which index rows each component is matched by.

Mostly these are rows that an ordinary parameter has already: those of `code` and `value-quantity`
serve `code-value-quantity` too, told apart by their group. Only where no parameter looks at just
those elements, a component gets rows of its own. https://hl7.org/fhir/R4/search.html#composite
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import parser
from samspill.fhir.search import emit, paths
from samspill.fhir.search.parameters import Component, Parameter, Registry, Type, alternatives
from samspill.fhir.search.paths import Child, Path
from samspill.fhir.search.values import Kind


@dataclass(frozen=True, slots=True)
class Part:
    """A component: the code its rows stand under, and how its values are read."""

    row: str
    type: Type
    targets: tuple[str, ...]
    expression: str
    is_shared: bool

    @property
    def kind(self) -> Kind:
        return cast(Kind, self.type)


def contexts(parameter: Parameter, definitions: Definitions) -> list[Path]:
    """Where the components of a composite are looked for; () for the resource itself."""
    found = (
        paths.plain(parser.parse(each), definitions) for each in alternatives(parameter.expression)
    )
    return [path for path in found if path is not None]


def parts(parameter: Parameter, registry: Registry) -> tuple[Part, ...]:
    return tuple(
        _part(parameter, number, component, registry)
        for number, component in enumerate(parameter.components, start=1)
    )


def _part(composite: Parameter, number: int, component: Component, registry: Registry) -> Part:
    definition = registry.definition(component.definition) or {}
    defined: Type = definition.get("type", "token")
    paths_of = _component_paths(composite, component, registry.definitions)
    for each in registry.of(composite.base).values():
        if each.type in emit.TYPES and paths_of and _indexes(each, paths_of, definition, registry):
            return Part(each.code, each.type, each.targets, component.expression, True)
    targets = tuple(definition.get("target", ()))
    return Part(f"{composite.code}${number}", defined, targets, component.expression, False)


def _indexes(
    parameter: Parameter, wanted: list[Path], definition: dict[str, object], registry: Registry
) -> bool:
    """Whether a parameter indexes just what a component means.

    The parameter that defines the component may look at more, such as sampled data.
    """
    definitions, base = registry.definitions, parameter.base
    own = [
        paths.plain(parser.parse(each), definitions) for each in alternatives(parameter.expression)
    ]
    if None in own or not parameter.expression:
        return False
    there = set(
        _ends(base, [path for path in own if path is not None], parameter.type, definitions)
    )
    sought = set(_ends(base, wanted, parameter.type, definitions))
    if not sought:
        return False
    return there == sought or (parameter.url == definition.get("url") and sought < there)


def _component_paths(
    composite: Parameter, component: Component, definitions: Definitions
) -> list[Path]:
    inner = [
        paths.plain(parser.parse(each), definitions) for each in alternatives(component.expression)
    ]
    known = [path for path in inner if path is not None]
    if len(known) < len(inner):
        return []
    return [outer + path for outer in contexts(composite, definitions) for path in known]


def _ends(
    base: str, wanted: list[Path], kind: Type, definitions: Definitions
) -> Iterator[tuple[object, ...]]:
    """The elements, spelt by JSON names, at which paths end and that this kind can index."""
    for path in wanted:
        for spelt, type in _spell(base, path, definitions):
            if type in emit.TYPES[kind]:
                yield spelt


def _spell(
    type: str, path: Path, definitions: Definitions
) -> Iterator[tuple[tuple[object, ...], str]]:
    if not path:
        yield (), type
        return
    step, rest = path[0], path[1:]
    match step:
        case Child(name):
            for found in definitions.elements(type).get(name, ()):
                for spelt, end in _spell(found.type, rest, definitions):
                    yield (found.json_name, *spelt), end
        case paths.As(wanted):
            if paths.is_named(type, wanted):
                yield from _spell(type, rest, definitions)
        case _:
            for spelt, end in _spell(type, rest, definitions):
                yield (step, *spelt), end
