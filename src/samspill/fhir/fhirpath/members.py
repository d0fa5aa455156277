"""Steps down a path: `target.name`. https://hl7.org/fhirpath/N1/#path-selection

For each shape of a step (from one or many, to one or many, primitive or not) there is one closure.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from samspill.fhir.definitions import Property
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath.code import EMPTY, STRING, Code, Run
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.scope import Scope
from samspill.fhir.fhirpath.values import Json, TypeInfo
from samspill.fhir.items import Item, Types, actual_type, read


def first_name(scope: Scope, name: str) -> Code:
    """A name with nothing before it: an element of `$this`, or the type of `$this`."""
    type = scope.this.type
    if name[:1].isupper() and scope.definitions.is_type(name):
        if not type:
            return _of_named_type(scope, name)
        if name not in scope.definitions.elements(type):
            if scope.definitions.is_a(type, name):
                return scope.this
            return scope.refuse(
                f"{name} begins a path, but the subject is a {type}",
                f"{name} begynner en sti, men det gjelder en {type}",
            )
    return member(scope, scope.this, name)


def member(scope: Scope, target: Code, name: str) -> Code:
    """The elements of a name in each value of the target."""
    if target.choices:
        return _of_choice(scope, target, name)
    if not target.type:
        return _dynamic(target, name)
    if target.type == "System.TypeInfo" and name in ("namespace", "name"):
        return _of_type_info(target, name)
    properties = () if target.is_system else scope.definitions.elements(target.type).get(name, ())
    if not properties:
        return EMPTY if target is EMPTY else _unknown(scope, target.type, name)
    if target.type in scope.definitions.primitives:
        if name == "value":
            return _own_value(target)
        target = _companion(target)
    if len(properties) > 1:
        return _choice(scope, target, properties)
    return _step(scope, target, properties[0])


def _unknown(scope: Scope, type: str, name: str) -> Code:
    return scope.refuse(
        f"{type.removeprefix('System.')} has no element {name}",
        f"{type.removeprefix('System.')} har ikke noe element {name}",
    )


def _of_named_type(scope: Scope, name: str) -> Code:
    is_a = scope.definitions.is_a

    def run(f: Frame, t: Json) -> Json:
        return t if t.__class__ is Item and is_a(t.type, name) else None

    return Code(run, is_single=True)


def _of_choice(scope: Scope, target: Code, name: str) -> Code:
    """If only one of the types has such an element, it is that type that is meant."""
    having = [
        each for type, each in target.choices.items() if name in scope.definitions.elements(type)
    ]
    if not having:
        return _unknown(scope, "/".join(target.choices)[:200], name)
    return member(scope, having[0], name) if len(having) == 1 else _dynamic(target, name)


def _dynamic(target: Code, name: str) -> Code:
    source = codes.listed(target)

    def run(f: Frame, t: Json) -> list[Json]:
        found: list[Json] = []
        for value in source(f, t):
            if value.__class__ is Item:
                is_primitive = value.value is not None and value.value.__class__ is not dict
                found += [value] if is_primitive and name == "value" else value.children(name)
            elif isinstance(value, TypeInfo) and name in ("namespace", "name"):
                found.append(getattr(value, name))
        f.charge(len(found))
        return found

    return codes.many(run)


def _of_type_info(target: Code, name: str) -> Code:
    source = codes.listed(target)
    return codes.many(lambda f, t: [getattr(value, name) for value in source(f, t)], STRING)


def _own_value(target: Code) -> Code:
    """`value` of a primitive, which is the primitive itself where it has one."""
    source = codes.listed(target)

    def run(f: Frame, t: Json) -> list[Json]:
        return [v for v in source(f, t) if v.__class__ is not Item or v.value is not None]

    return Code(run, target.type)


def _companion(target: Code) -> Code:
    """The object that holds the id and extensions of a primitive."""
    run = target.run
    if target.is_single:

        def of_one(f: Frame, t: Json) -> Json:
            value = run(f, t)
            return value.companion if value.__class__ is Item else None

        return codes.single(of_one, "Element")

    def of_many(f: Frame, t: Json) -> list[Json]:
        return [v.companion for v in run(f, t) if v.__class__ is Item and v.companion]

    return codes.many(of_many, "Element")


def _choice(scope: Scope, target: Code, properties: tuple[Property, ...]) -> Code:
    types = scope.definitions
    by_key = {key: each for each in properties for key in (each.json_name, "_" + each.json_name)}
    keys = frozenset(by_key)
    choices = {each.type: _step(scope, target, each) for each in properties}
    run = target.run

    def value_of(holder: Any) -> Json:
        for key in keys & holder.keys():
            return next(read(holder, by_key[key], types), None)
        return None

    if target.is_single:

        def from_one(f: Frame, t: Json) -> Json:
            holder = run(f, t)
            return None if holder is None else value_of(holder)

        return Code(from_one, is_single=True, choices=choices)

    def from_many(f: Frame, t: Json) -> list[Json]:
        return [v for holder in run(f, t) if (v := value_of(holder)) is not None]

    return Code(from_many, choices=choices)


def _step(scope: Scope, target: Code, found: Property) -> Code:
    if found.is_primitive:
        run = _primitive(target, found, scope.definitions)
    else:
        run = _complex(target, found.json_name, is_list=found.is_list)
    is_single = target.is_single and not found.is_list
    if found.type == "Resource":
        return _resources(run, scope.definitions, is_single=is_single)
    key = found.json_name if is_single and target.is_this and found.is_primitive else ""
    return Code(run, found.type, is_single=is_single, key=key)


def _resources(run: Run, types: Types, *, is_single: bool) -> Code:
    """A resource inside another says itself what it is."""
    if is_single:

        def wrapped(f: Frame, t: Json) -> Json:
            value = run(f, t)
            return None if value is None else Item(value, actual_type("Resource", value), types)

        return Code(wrapped, is_single=True)
    return codes.many(lambda f, t: [Item(v, actual_type("Resource", v), types) for v in run(f, t)])


def _complex(target: Code, key: str, *, is_list: bool) -> Run:
    run = target.run
    nothing: tuple[Json, ...] | None = () if is_list else None
    if target.is_this:
        return lambda f, t: t.get(key, nothing)
    if target.is_single:

        def from_one(f: Frame, t: Json) -> Json:
            holder = run(f, t)
            return nothing if holder is None else holder.get(key, nothing)

        return from_one
    if is_list:

        def to_many(f: Frame, t: Json) -> list[Json]:
            found = [v for holder in run(f, t) for v in holder.get(key, ())]
            f.charge(len(found))
            return found

        return to_many
    return lambda f, t: [v for holder in run(f, t) if (v := holder.get(key)) is not None]


def _primitive(target: Code, found: Property, types: Types) -> Run:
    """As above, but a value becomes an Item where an object with id or extensions is beside it."""
    run, key, beside = target.run, found.json_name, "_" + found.json_name
    if found.is_list:

        def values(holder: Mapping[str, Json]) -> Iterable[Json]:
            return read(holder, found, types) if beside in holder else holder.get(key, ())

        if target.is_single:

            def one_to_many(f: Frame, t: Json) -> Iterable[Json]:
                holder = run(f, t)
                return () if holder is None else [*values(holder)]

            return one_to_many

        def many_to_many(f: Frame, t: Json) -> list[Json]:
            found: list[Json] = []
            for holder in run(f, t):
                found += values(holder)
            f.charge(len(found))
            return found

        return many_to_many

    def value(holder: Mapping[str, Json]) -> Json:
        return next(read(holder, found, types), None) if beside in holder else holder.get(key)

    if target.is_this:
        return lambda f, t: value(t) if beside in t else t.get(key)
    if target.is_single:

        def one_to_one(f: Frame, t: Json) -> Json:
            holder = run(f, t)
            return None if holder is None else value(holder)

        return one_to_one
    return lambda f, t: [v for holder in run(f, t) if (v := value(holder)) is not None]
