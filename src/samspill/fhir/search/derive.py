"""Parameters whose values others keep already, so that they need no index rows of their own.

`combo-code` is `code` or `component-code`; `patient` is `subject` where that is a patient;
`phonetic` is `name`. So an Observation has 10 rows instead of 15; `lower` rewrites searches for it.
docs/adr/0007-derived-parameters.md
"""

from collections.abc import Iterator, Mapping

from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import parser
from samspill.fhir.search import emit, paths
from samspill.fhir.search.parameters import Derived, Parameter, Registry
from samspill.fhir.search.paths import Child, Path, PointsTo, alternatives
from samspill.fhir.search.values import Type

End = tuple[object, ...]
"""An element, spelt by JSON names and conditions."""
Ends = frozenset[End]


def of_type(registry: Registry, type: str) -> Mapping[str, Derived]:
    """The derived parameters of a resource type, by code."""
    found = registry.derived.get(type)
    if found is None:
        found = registry.derived[type] = dict(_derive(registry, type))
    return found


def _derive(registry: Registry, type: str) -> Iterator[tuple[str, Derived]]:
    known = {
        parameter: where
        for parameter in registry.of(type).values()
        if parameter.type in emit.TYPES
        and not parameter.code.startswith("_")
        and (where := ends(parameter, registry.definitions))
    }
    order = sorted(known, key=lambda each: rank(each, registry))
    for at, parameter in enumerate(order):
        where = known[parameter]
        others = {
            each: known[each]
            for each in order
            if registry.is_custom(parameter) or not registry.is_custom(each)
        }
        earlier = {each: known[each] for each in order[:at]}
        found = _same(parameter, where, earlier) or _union(parameter, where, others)
        found = found or _pointing(parameter, where, others)
        if found is not None:
            yield parameter.code, found


def rank(parameter: Parameter, registry: Registry) -> tuple[bool, int, str]:
    """Who keeps the rows of equals: never a custom parameter for one of the standard's."""
    return registry.is_custom(parameter), len(parameter.code), parameter.code


def _same(parameter: Parameter, where: Ends, others: Mapping[Parameter, Ends]) -> Derived | None:
    for each, its in others.items():
        if its == where and each.type == parameter.type:
            return Derived((each.code,))
    return None


def _union(parameter: Parameter, where: Ends, others: Mapping[Parameter, Ends]) -> Derived | None:
    """Several parameters without an element in common that together look at the same."""
    parts: list[str] = []
    covered: Ends = frozenset()
    for each, its in others.items():
        if each.type == parameter.type and its < where and not its & covered:
            parts.append(each.code)
            covered |= its
    return Derived(tuple(parts)) if covered == where else None


def _pointing(
    parameter: Parameter, where: Ends, others: Mapping[Parameter, Ends]
) -> Derived | None:
    targets = {step for end in where for step in end[-1:] if isinstance(step, PointsTo)}
    if parameter.type != "reference" or len(targets) != 1 or len(where) != 1:
        return None
    whole = frozenset(end[:-1] for end in where)
    for each, its in others.items():
        if its == whole and each.type == "reference":
            return Derived((each.code,), targets.pop().type)
    return None


def ends(parameter: Parameter, definitions: Definitions) -> Ends:
    """Where the values of a parameter come from; nothing if its expression is not a plain path."""
    own = [
        paths.plain(parser.parse(each), definitions) for each in alternatives(parameter.expression)
    ]
    plain = [path for path in own if path is not None]
    if len(plain) < len(own):
        return frozenset()
    return frozenset(
        end for path in plain for end in ends_of(parameter.base, path, parameter.type, definitions)
    )


def ends_of(base: str, path: Path, kind: Type, definitions: Definitions) -> Iterator[End]:
    """The elements at which a path ends and that a type of parameter can index."""
    for spelt, type in _spell(base, path, definitions):
        if type in emit.TYPES[kind]:
            yield spelt


def _spell(type: str, path: Path, definitions: Definitions) -> Iterator[tuple[End, str]]:
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
