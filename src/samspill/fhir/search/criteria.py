"""One search parameter and its value to a clause: modifiers, lists, chains and `_has`.

https://hl7.org/fhir/R4/search.html#modifiers, https://hl7.org/fhir/R4/search.html#chaining
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from typing import TypeAlias

from msgspec import Struct, structs

from samspill.base.errors import InvalidSearch, TooCostly
from samspill.base.texts import Text
from samspill.fhir.search import composites, current, escapes, words
from samspill.fhir.search.parameters import Parameter, Part, Registry, UnknownParameter, shown
from samspill.fhir.search.query import (
    And,
    Chain,
    Clause,
    Has,
    InValueSet,
    Match,
    Missing,
    Not,
    OfType,
    Present,
    Test,
    Together,
    any_of,
)
from samspill.fhir.search.types import (
    date,
    number,
    position,
    quantity,
    reference,
    string,
    token,
    uri,
)
from samspill.fhir.search.values import Type

MOST_HOPS = 5
"""Steps of chains and `_has` in one parameter."""
MOST_WAYS = 300
"""Ways through types of target in one chain."""
MOST_VALUES = 500
"""Alternatives, with commas between, in one parameter."""

MODIFIERS: dict[str, tuple[str, ...]] = {
    "token": ("text", "not", "above", "below", "in", "not-in", "of-type"),
    "string": ("exact", "contains"),
    "reference": ("identifier", "below"),
    "uri": ("above", "below"),
}
"""By type of parameter; `:missing` goes with all of them, a resource type with references."""


class Setting(Struct, frozen=True, gc=False):
    """What the meaning of a search depends on beside its text."""

    registry: Registry
    zone: tzinfo
    """Where a date without a zone lies."""
    now: int
    """Microseconds since 1970, for `ap`."""
    bases: tuple[str, ...] = ()
    """This server's own addresses."""
    hops: int = 0
    ways: int = 1
    """Of types along the chain so far."""


def clause(types: tuple[str, ...], name: str, value: str, setting: Setting) -> Clause:
    """What `name=value` asks of the resources of `types`, none of which means all types.

    Raises UnknownParameter and InvalidSearch, which name the parameter, and TooCostly.
    """
    if name.startswith("_has:"):
        return _has(types, name, value, setting)
    if name in ("_text", "_content"):
        return words.parse(name, value)
    if name == "_list":
        return _list(types, value, setting)
    head, dot, rest = name.partition(".")
    code, _, modifier = head.partition(":")
    if dot:
        return by_type(
            types,
            lambda type: chain(
                type,
                head,
                rest,
                setting,
                lambda target, further: clause((target,), rest, value, further),
            ),
        )
    return by_type(types, lambda type: _plain(type, code, modifier, value, setting))


def by_type(types: tuple[str, ...], read: Callable[[str], Clause]) -> Clause:
    """The same for all types where it is the same, otherwise each for its type."""
    if len(types) == 1:
        return read(types[0])
    found = {type: read(type) for type in types or ("",)}
    different = tuple(dict.fromkeys(found.values()))
    if len(different) == 1:
        return different[0]
    return any_of(
        And((OfType(tuple(type for type in found if found[type] == each)), each))
        for each in different
    )


def _has(types: tuple[str, ...], name: str, value: str, setting: Setting) -> Clause:
    parts = name.split(":", 3)
    if len(parts) < 4 or not all(parts):
        raise InvalidSearch(
            "_has is not complete",
            "_has er ikke fullstendig",
            expected="_has:ResourceType:reference-parameter:parameter=value",
        )
    _, type, code, rest = parts
    parameter = _reference(_resource_type(type, setting), code, setting)
    if parameter.targets and types and not set(types) & set(parameter.targets):
        raise InvalidSearch(
            f"{type}.{code} never refers to {', '.join(types)}",
            f"{type}.{code} viser aldri til {', '.join(types)}",
            expected=Text(
                f"a parameter of {type} that refers to {' or '.join(types)}",
                f"en parameter i {type} som viser til {' eller '.join(types)}",
            ),
        )
    return Has(type, code, clause((type,), rest, value, _further(setting)))


def _further(setting: Setting) -> Setting:
    """One step on along a chain."""
    if setting.hops == MOST_HOPS:
        raise TooCostly(
            "The chain is too long",
            "Kjeden er for lang",
            expected=Text(f"at most {MOST_HOPS} steps", f"høyst {MOST_HOPS} ledd"),
        )
    return structs.replace(setting, hops=setting.hops + 1)


def _list(types: tuple[str, ...], value: str, setting: Setting) -> Clause:
    if value.startswith("$"):
        return current.parse(types, value)
    return clause(types, "_has:List:item:_id", value, setting)


def _resource_type(type: str, setting: Setting) -> str:
    if type not in setting.registry.definitions.resource_types:
        raise UnknownParameter(
            f"{shown(type)} is not a resource type",
            f"{shown(type)} er ingen ressurstype",
            expected=Text("a resource type, such as Patient", "en ressurstype, slik som Patient"),
        )
    return type


def _reference(type: str, code: str, setting: Setting) -> Parameter:
    parameter = setting.registry.get(type, code)
    if parameter.type != "reference":
        raise InvalidSearch(
            f"{code} is a {parameter.type} parameter and leads to no other resource",
            f"{code} er en parameter av typen {parameter.type} og fører ikke til en annen ressurs",
            expected=Text("a reference parameter", "en referanseparameter"),
        )
    return parameter


def chain(
    type: str, head: str, rest: str, setting: Setting, read: Callable[[str, Setting], Clause]
) -> Clause:
    """`head.rest`: the clause on the targets; where types of target read it differently, one chain
    for each.

    `read` gives the clause for a type of target. Types that lack the parameter are left out.
    """
    code, _, target = head.partition(":")
    targets = _targets(_reference(type, code, setting), target, setting)
    name = rest.partition(".")[0].partition(":")[0]
    # Each step into many types multiplies what a store has to look at.
    able = [each for each in targets if name in _OF_EVERY or setting.registry.find(each, name)]
    further = structs.replace(_further(setting), ways=setting.ways * max(1, len(able)))
    if further.ways > MOST_WAYS:
        raise TooCostly(
            "The chain may lead to too many types",
            "Kjeden kan føre til for mange typer",
            expected=Text(
                f"the type that is meant, such as {code}:{targets[0]}",
                f"typen som er ment, slik som {code}:{targets[0]}",
            ),
        )
    found: dict[Clause, list[str]] = {}
    problem: UnknownParameter | None = None
    for each in able or targets[:1]:
        try:
            inner = read(each, further)
        except UnknownParameter as error:
            problem = problem or error
            continue
        found.setdefault(inner, []).append(each)
    if not found and problem:
        raise problem
    return any_of(Chain(code, tuple(found[inner]), inner) for inner in found)


_OF_EVERY = frozenset({"_has", "_list", "_text", "_content"})
"""What every type can be asked without being a parameter of the registry."""


def _targets(parameter: Parameter, type: str, setting: Setting) -> tuple[str, ...]:
    """The types that a reference may lead to, or the one of them that is named."""
    targets = parameter.targets or setting.registry.definitions.resource_types
    if not type:
        return targets
    if _resource_type(type, setting) not in targets:
        raise InvalidSearch(
            f"{parameter.code} does not refer to {type}",
            f"{parameter.code} viser ikke til {type}",
            expected=" | ".join(targets),
        )
    return (type,)


def _plain(type: str, code: str, modifier: str, value: str, setting: Setting) -> Clause:
    parameter = setting.registry.get(type, code)
    if modifier == "missing":
        return _missing(parameter, value, setting)
    negative = modifier in ("not", "not-in")
    if modifier and modifier not in MODIFIERS.get(parameter.type, ()):
        parameter = _narrowed(parameter, modifier, setting)
        modifier = ""
    values = escapes.split(value, ",")
    if len(values) > MOST_VALUES:
        raise TooCostly(
            "Too many values",
            "For mange verdier",
            expected=Text(f"at most {MOST_VALUES} in a list", f"høyst {MOST_VALUES} i en liste"),
        )
    read = _reader(parameter, modifier, setting)
    found = read(values[0]) if len(values) == 1 else any_of(read(each) for each in values)
    return Not(found) if negative else found


def _narrowed(parameter: Parameter, modifier: str, setting: Setting) -> Parameter:
    """A reference parameter with a resource type as modifier; any other modifier is refused."""
    if parameter.type == "reference" and setting.registry.definitions.is_resource(modifier):
        if parameter.targets and modifier not in parameter.targets:
            raise InvalidSearch(
                f"{parameter.code} does not refer to {modifier}",
                f"{parameter.code} viser ikke til {modifier}",
                expected=" | ".join(parameter.targets),
            )
        return replace(parameter, targets=(modifier,))
    allowed = [f":{each}" for each in ("missing", *MODIFIERS.get(parameter.type, ()))]
    raise UnknownParameter(
        f"A {parameter.type} parameter has no modifier :{shown(modifier)}",
        f"En parameter av typen {parameter.type} har ingen modifikator :{shown(modifier)}",
        expected=" ".join(allowed),
    )


def _missing(parameter: Parameter, value: str, setting: Setting) -> Clause:
    if value not in ("true", "false"):
        raise InvalidSearch(
            ":missing is either true or false",
            ":missing er enten true eller false",
            expected=Text("true or false", "true eller false"),
        )
    if parameter.type == "composite":
        parts = composites.parts(parameter, setting.registry)
        present: Clause = Together(
            parameter.code, tuple(Match(part.row, Present(part.kind)) for part in parts)
        )
        return Not(present) if value == "true" else present
    missing = Missing(parameter.code, parameter.kind)
    return missing if value == "true" else Not(missing)


Reader: TypeAlias = Callable[[str], Clause]


def _reader(parameter: Parameter, modifier: str, setting: Setting) -> Reader:
    """What reads each of the values between commas."""
    code = parameter.code
    match parameter.type, modifier:
        case "composite", _:
            return lambda text: _composite(parameter, text, setting)
        case "token", "text":
            return lambda text: Match(f"{code}:text", string.parse(text))
        case "token", "of-type":
            return lambda text: Match(f"{code}:of-type", token.parse_of_type(text))
        case "token", "in" | "not-in":
            return lambda text: Match(code, InValueSet(canonical(text)))
        case "token", "above" | "below":
            return lambda text: Match(code, token.parse_subsumed(text, modifier))
        case "reference", "identifier":
            return lambda text: Match(f"{code}:identifier", token.parse(text))
    return lambda text: Match(code, read(parameter.type, text, parameter, modifier, setting))


def canonical(text: str) -> str:
    given = escapes.unescape(text)
    if ":" not in given:
        raise InvalidSearch(
            "This is not the address of a value set",
            "Dette er ikke adressen til et kodeverksutvalg",
            expected=Text("a canonical address", "en kanonisk adresse"),
        )
    return given


def read(
    type: Type,
    text: str,
    parameter: Parameter | Part,
    modifier: str,
    setting: Setting,
) -> Test:
    """The test that a single value asks for."""
    match type:
        case "token":
            return token.parse(text)
        case "string":
            return string.parse(text, modifier)
        case "date":
            return date.parse(escapes.unescape(text), setting.zone, setting.now)
        case "number":
            return number.parse(escapes.unescape(text))
        case "quantity":
            return quantity.parse(text)
        case "reference":
            return reference.parse(text, parameter.targets, setting.bases, modifier)
        case "uri":
            return uri.parse(text, modifier)
        case "special":
            return position.parse(text)
    raise TypeError(f"no single value for {type}")


def _composite(parameter: Parameter, text: str, setting: Setting) -> Clause:
    values = escapes.split(text, "$")
    parts = composites.parts(parameter, setting.registry)
    if len(values) != len(parts):
        raise InvalidSearch(
            f"A value of {parameter.code} has {len(parts)} parts",
            f"En verdi av {parameter.code} har {len(parts)} deler",
            expected="$".join(part.type for part in parts),
        )
    return Together(
        parameter.code,
        tuple(
            Match(part.row, read(part.type, value, part, "", setting))
            for part, value in zip(parts, values, strict=True)
        ),
    )
