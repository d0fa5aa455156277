"""Composite parameters: which index rows each component is matched by.

Mostly these are rows that an ordinary parameter has already: those of `code` and `value-quantity`
serve `code-value-quantity` too, told apart by their group. Only where no parameter looks at just
those elements, a component gets rows of its own. https://hl7.org/fhir/R4/search.html#composite
"""

from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import parser
from samspill.fhir.search import derive, emit, paths
from samspill.fhir.search.parameters import Component, Parameter, Part, Registry
from samspill.fhir.search.paths import Path, alternatives
from samspill.fhir.search.values import Type


def contexts(parameter: Parameter, definitions: Definitions) -> list[Path]:
    """Where the components of a composite are looked for; () for the resource itself."""
    found = (
        paths.plain(parser.parse(each), definitions) for each in alternatives(parameter.expression)
    )
    return [path for path in found if path is not None]


def parts(parameter: Parameter, registry: Registry) -> tuple[Part, ...]:
    found = registry.parts.get(parameter)
    if found is None:
        found = registry.parts[parameter] = tuple(
            _part(parameter, number, component, registry)
            for number, component in enumerate(parameter.components, start=1)
        )
    return found


def _part(composite: Parameter, number: int, component: Component, registry: Registry) -> Part:
    definition = registry.definition(component.definition) or {}
    defined: Type = definition.get("type", "token")
    paths_of = _component_paths(composite, component, registry.definitions)
    for each in _keepers(composite, registry):
        if each.type in emit.TYPES and paths_of and _indexes(each, paths_of, definition, registry):
            return Part(each.code, each.type, each.targets, component.expression, True)
    targets = tuple(definition.get("target", ()))
    return Part(f"{composite.code}${number}", defined, targets, component.expression, False)


def _keepers(composite: Parameter, registry: Registry) -> list[Parameter]:
    """Those whose rows a composite may use, who keeps the rows of equals first: for one of the
    standard's, never a custom one, which may go again."""
    known = sorted(registry.of(composite.base).values(), key=lambda p: derive.rank(p, registry))
    is_custom = registry.is_custom(composite)
    return [each for each in known if is_custom or not registry.is_custom(each)]


def _indexes(
    parameter: Parameter, wanted: list[Path], definition: dict[str, object], registry: Registry
) -> bool:
    """Whether a parameter indexes just what a component means.

    The parameter that defines the component may look at more, such as sampled data.
    """
    there = derive.ends(parameter, registry.definitions)
    sought = {
        end
        for path in wanted
        for end in derive.ends_of(parameter.base, path, parameter.type, registry.definitions)
    }
    if not there or not sought:
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
