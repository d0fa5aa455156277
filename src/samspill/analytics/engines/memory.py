"""A view run in plain Python, one resource at a time: the oracle for faster engines.

https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

from samspill.analytics.views import Column, Select, View
from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import fhirpath, items
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import Context, Expression
from samspill.fhir.items import Item

Row = dict[str, Any]
"""Column name to plain value: JSON values, dates and times as text, None for nothing."""


def run(view: View, resources: Iterable[Resource], definitions: Definitions) -> Iterator[Row]:
    """The rows of the view over the resources of its type; others are passed over.

    Raises InvalidExpression for a wrong path, before the first row, and InvalidRequest when a
    column that holds one value meets several.
    """
    find = _finder(definitions)
    context = Context(variables=_constants(view, definitions))
    where = [find(path) for path in view.where]
    rows = _rows(view.select, find, context)
    for resource in resources:
        if resource.get("resourceType") != view.resource:
            continue
        subject = items.of(resource, definitions)
        if all(_holds(condition, subject, context) for condition in where):
            yield from rows(subject)


Find = Callable[[str], Expression]
Rows = Callable[[Item], Iterator[Row]]


def _finder(definitions: Definitions) -> Find:
    return lambda path: fhirpath.compile(path, definitions)


def _constants(view: View, definitions: Definitions) -> dict[str, Item]:
    return {name: Item(value, type, definitions) for name, type, value in view.constants}


def _holds(condition: Expression, subject: Item, context: Context) -> bool:
    found = condition.evaluate(subject, context)
    if len(found) > 1 or (found and not isinstance(found[0].value, bool)):
        raise InvalidRequest(
            "A where path of the view gives something else than true or false",
            "En where-sti i viewet gir noe annet enn sant eller usant",
            where="ViewDefinition.where.path",
        )
    return bool(found) and found[0].value is True


def _rows(select: Select, find: Find, context: Context) -> Rows:
    """Compiles a select: element → rows, those of its parts side by side in every combination."""
    elements = _elements(select, find, context)
    parts = [
        *([_columns(select.columns, find, context)] if select.columns else []),
        *(_rows(nested, find, context) for nested in select.selects),
        *([_union(select.union, find, context)] if select.union else []),
    ]
    empty = dict.fromkeys(select.names())

    def rows(subject: Item) -> Iterator[Row]:
        found = elements(subject)
        if not found and select.repetition == "each-or-null":
            yield empty
        for element in found:
            for combination in product(*(list(part(element)) for part in parts)):
                yield {name: value for part in combination for name, value in part.items()}

    return rows


def _elements(select: Select, find: Find, context: Context) -> Callable[[Item], list[Item]]:
    paths = [find(path) for path in select.paths]
    match select.repetition:
        case "one":
            return lambda subject: [subject]
        case "each" | "each-or-null":
            return lambda subject: paths[0].evaluate(subject, context)
        case "repeat":
            return lambda subject: list(_deep(subject, paths, context))


def _deep(subject: Item, paths: list[Expression], context: Context) -> Iterator[Item]:
    """The elements at any depth, each before those below it."""
    for path in paths:
        for child in path.evaluate(subject, context):
            yield child
            yield from _deep(child, paths, context)


def _columns(columns: tuple[Column, ...], find: Find, context: Context) -> Rows:
    compiled = [(column, find(column.path)) for column in columns]

    def row(subject: Item) -> Iterator[Row]:
        yield {
            column.name: _value(column, path.evaluate(subject, context))
            for column, path in compiled
        }

    return row


def _union(branches: tuple[Select, ...], find: Find, context: Context) -> Rows:
    compiled = [_rows(branch, find, context) for branch in branches]

    def rows(subject: Item) -> Iterator[Row]:
        for branch in compiled:
            yield from branch(subject)

    return rows


def _value(column: Column, found: list[Item]) -> Any:
    values = [_plain(item) for item in found if item.value is not None]
    if column.is_collection:
        return values
    if len(values) > 1:
        raise InvalidRequest(
            f"The column {column.name} meets several values in one row",
            f"Kolonnen {column.name} møter flere verdier i én rad",
            where="ViewDefinition.select.column",
            expected=Text(
                "collection: true, or a path that gives one value",
                "collection: true, eller en sti som gir én verdi",
            ),
        )
    return values[0] if values else None


def _plain(item: Item) -> Any:
    value = fhirpath.plain(item)
    is_typed = isinstance(value, dict) and value.keys() == {"type", "value"}
    return value["value"] if is_typed else value
