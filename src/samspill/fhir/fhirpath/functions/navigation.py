"""Children, extensions and references.

https://hl7.org/fhirpath/N1/#tree-navigation, https://hl7.org/fhir/R4/fhirpath.html#functions
"""

import re
from collections.abc import Mapping

from samspill.base.errors import InvalidExpression
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import members
from samspill.fhir.fhirpath.code import Code, Run
from samspill.fhir.fhirpath.context import Frame, Resource
from samspill.fhir.fhirpath.functions.signature import TEXT, expected
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.values import Json
from samspill.fhir.items import Item, of

LOCAL = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]+)?")


def children(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run = codes.items(target, scope.definitions)

    def one_level(f: Frame, t: Json) -> list[Item]:
        return _parts(f, run(f, t))

    return Code(one_level, is_ordered=False)


def descendants(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run = codes.items(target, scope.definitions)

    def all_levels(f: Frame, t: Json) -> list[Item]:
        found: list[Item] = []
        level = _parts(f, run(f, t))
        while level:
            found += level
            level = _parts(f, level)
        return found

    return Code(all_levels, is_ordered=False)


def _parts(f: Frame, found: list[Json]) -> list[Item]:
    parts = [part for value in found if value.__class__ is Item for part in value.parts()]
    f.charge(len(parts))
    return parts


def extension(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """extension(url)"""
    found = members.member(scope, target, "extension")
    url = expected(codes.scalar(scope.compile(arguments[0])), TEXT)
    if found.type != "Extension":
        return _dynamic_extension(codes.listed(found), url)
    run = codes.listed(found)

    def having_url(f: Frame, t: Json) -> list[Json]:
        extensions = run(f, t)
        if not extensions:
            return []
        sought = url(f, t)
        return [each for each in extensions if each.get("url") == sought]

    return codes.many(having_url, "Extension")


def _dynamic_extension(run: Run, url: Run) -> Code:
    def having_url(f: Frame, t: Json) -> list[Json]:
        extensions, sought = run(f, t), url(f, t)
        return [each for each in extensions if each.value.get("url") == sought]

    return codes.many(having_url)


def resolve(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """The resources that references and canonicals point to; what is not found is left out."""
    run, definitions = codes.items(target, scope.definitions), scope.definitions

    def targets(f: Frame, t: Json) -> list[Item]:
        found = [_resolved(f, value, definitions) for value in run(f, t)]
        return [of(each, definitions) for each in found if each is not None]

    return codes.many(targets)


def _resolved(f: Frame, value: Json, definitions: Definitions) -> Resource | None:
    text = value
    if value.__class__ is Item:
        text = value.value.get("reference") if isinstance(value.value, dict) else value.value
    if not isinstance(text, str):
        return None
    if text.startswith("#"):
        return _contained(f, text[1:])
    return f.context.resolve(text) if f.context.resolve else None


def _contained(f: Frame, id: str) -> Resource | None:
    """A contained resource; "#" alone is the container."""
    subject = f.subject.value if f.subject.__class__ is Item else f.subject
    holder = f.context.root or f.context.resource or subject
    if not isinstance(holder, dict):
        return None
    if not id:
        return holder
    return next((each for each in holder.get("contained", ()) if each.get("id") == id), None)


def by_type(reference: str) -> Resource | None:
    """For `Context.resolve`: a resource of which only type and id are known, from the text alone.

    Enough for `where(resolve() is Patient)`, on which the standard search parameters rest.
    """
    found = LOCAL.fullmatch(reference)
    return {"resourceType": found[1], "id": found[2]} if found else None


def check_modifiers(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """checkModifiers(url, …): the input, or an error if it has any other modifier extension."""
    known = [expected(codes.scalar(scope.compile(node)), TEXT) for node in arguments]
    run, types = target.run, scope.definitions
    items = codes.items(target, types)

    def checked(f: Frame, t: Json) -> Json:
        urls = {each(f, t) for each in known}
        for value in items(f, t):
            found = value.children("modifierExtension") if value.__class__ is Item else []
            if any(each.value.get("url") not in urls for each in found):
                raise InvalidExpression(
                    "An element has a modifier extension that is not understood",
                    "Et element har en modifikatorutvidelse som ikke forstås",
                )
        return run(f, t)

    return Code(checked, target.type, is_single=target.is_single)


FUNCTIONS: Mapping[str, Function] = {
    "children": Function(children),
    "descendants": Function(descendants),
    "extension": Function(extension, 1, 1),
    "resolve": Function(resolve),
    "checkModifiers": Function(check_modifiers, 0, 20),
}
