"""Keys by which the rows of views are joined: getResourceKey() and getReferenceKey([type]).

https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html#required-additional-functions
"""

from collections.abc import Mapping

from samspill.fhir import references
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import types
from samspill.fhir.fhirpath.code import STRING, Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.values import Json
from samspill.fhir.items import Item


def resource_key(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """Type and id of each resource."""
    run = codes.items(target, scope.definitions)

    def keys(f: Frame, t: Json) -> list[Json]:
        found = [each.value for each in run(f, t) if each.__class__ is Item]
        return [f"{each['resourceType']}/{each['id']}" for each in found if "id" in each]

    return codes.many(keys, STRING)


def reference_key(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """The key of what each reference points to; only of a type where one is named."""
    wanted = types.specifier(arguments[0]).removeprefix("FHIR.") if arguments else ""
    run = codes.items(target, scope.definitions)

    def keys(f: Frame, t: Json) -> list[Json]:
        texts = [each.value.get("reference") for each in run(f, t) if each.__class__ is Item]
        addresses = [references.parse(text) for text in texts if isinstance(text, str)]
        return [
            f"{each.type}/{each.id}"
            for each in addresses
            if each.type and wanted in ("", each.type)
        ]

    return codes.many(keys, STRING)


FUNCTIONS: Mapping[str, Function] = {
    "getResourceKey": Function(resource_key),
    "getReferenceKey": Function(reference_key, 0, 1),
}
