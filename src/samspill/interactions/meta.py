"""$meta, $meta-add and $meta-delete: profiles, tags and labels of an instance, a type, or all.

https://hl7.org/fhir/R4/resource-operations.html
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from samspill.base.errors import InvalidRequest, TooCostly
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.interactions import read, search, update
from samspill.interactions.service import Call, Operation

LISTS = ("profile", "security", "tag")
PAGE = 500
MOST = 20_000
"""Resources that are looked at for what is in use."""


def get(call: Call) -> Resource:
    """The metadata as the value of `return`: of an instance as they are, of a type and of all
    types the profiles, tags and labels that are in use."""
    if call.id:
        return _parameters(read.resource(call.session, call.type, call.id).get("meta", {}))
    return _parameters({name: found for name in LISTS if (found := _in_use(call, name))})


def _in_use(call: Call, name: str) -> list[Any]:
    """The different values that the caller may see, in a fixed order.

    Raises `TooCostly` where too many resources have some: a part of the answer would mislead.
    """
    found: dict[Any, Any] = {}
    seen, pairs = 0, [(f"_{name}:missing", "false"), ("_count", str(PAGE)), ("_total", "none")]
    page = search.search(call.session, call.type, pairs)
    while True:
        for resource in page.resources():
            found |= {_key(each): _plain(each) for each in resource["meta"].get(name, ())}
        seen += len(page.versions)
        if not page.next:
            return [found[key] for key in sorted(found, key=str)]
        if seen >= MOST:
            raise TooCostly(
                "Too many resources would have to be looked at",
                "For mange ressurser måtte leses",
                where=f"_{name}",
                expected=Text(f"at most {MOST}; ask for a type", f"høyst {MOST}; spør om en type"),
            )
        page = search.search(call.session, call.type, [*pairs, (search.CURSOR, page.next)])


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


def _plain(item: Any) -> Any:
    """A label without what belongs to the one resource that it was found on."""
    if not isinstance(item, dict):
        return item
    return {name: value for name, value in item.items() if name not in ("id", "extension")}


def _parameters(meta: Resource) -> Resource:
    return {"resourceType": "Parameters", "parameter": [{"name": "return", "valueMeta": meta}]}


_META = Operation(
    name="meta",
    on="Resource",
    run=get,
    levels=("type", "instance"),
    definition="http://hl7.org/fhir/OperationDefinition/Resource-meta",
)

OPERATIONS = (
    _META,
    replace(_META, on="", levels=("system",)),
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
