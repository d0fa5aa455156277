"""$meta, $meta-add and $meta-delete: profiles, tags and labels of an instance.

https://hl7.org/fhir/R4/resource-operations.html
"""

from collections.abc import Callable
from typing import Any

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.interactions import read, update
from samspill.interactions.service import Call, Operation

LISTS = ("profile", "security", "tag")


def get(call: Call) -> Resource:
    """The metadata as the value of `return`."""
    return _parameters(read.resource(call.session, call.type, call.id).get("meta", {}))


def add(call: Call) -> Resource:
    """Adds what is not there yet."""

    def merged(old: list[Any], given: list[Any]) -> list[Any]:
        keys = [_key(each) for each in old]
        return old + [each for each in given if _key(each) not in keys]

    return _changed(call, merged)


def delete(call: Call) -> Resource:
    """Takes away what is named; what is not there is no fault."""

    def without(old: list[Any], given: list[Any]) -> list[Any]:
        keys = [_key(each) for each in given]
        return [each for each in old if _key(each) not in keys]

    return _changed(call, without)


def _changed(call: Call, change: Callable[[list[Any], list[Any]], list[Any]]) -> Resource:
    """Writes the next version with each list changed; a conflict comes out as such."""
    given = call.value("meta")
    if not isinstance(given, dict):
        raise InvalidRequest(
            "The parameter meta is missing", "Parameteren meta mangler", where="meta"
        )
    before = read.read(call.session, call.type, call.id)
    resource = read.parsed(before)
    meta = dict(resource["meta"])
    for name in LISTS:
        meta[name] = change(meta.get(name, []), given.get(name, []))
    kept = {name: value for name, value in meta.items() if value != []}
    changed = {**resource, "meta": kept}
    written = update.update(call.session, call.type, call.id, changed, expected=before.number)
    return _parameters(read.parsed(written)["meta"])


def _key(item: Any) -> Any:
    """A coding is the same by system and code, a profile by its address."""
    return (item.get("system"), item.get("code")) if isinstance(item, dict) else item


def _parameters(meta: Resource) -> Resource:
    return {"resourceType": "Parameters", "parameter": [{"name": "return", "valueMeta": meta}]}


OPERATIONS = (
    Operation(
        name="meta",
        on="Resource",
        run=get,
        definition="http://hl7.org/fhir/OperationDefinition/Resource-meta",
    ),
    Operation(
        name="meta-add",
        on="Resource",
        run=add,
        writes=True,
        definition="http://hl7.org/fhir/OperationDefinition/Resource-meta-add",
    ),
    Operation(
        name="meta-delete",
        on="Resource",
        run=delete,
        writes=True,
        definition="http://hl7.org/fhir/OperationDefinition/Resource-meta-delete",
    ),
)
