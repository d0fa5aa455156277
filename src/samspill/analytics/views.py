"""The ViewDefinition as a tree of frozen dataclasses: parsing and the checks on its form.

https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html
"""

import re
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.base.texts import Text

Repetition = Literal["one", "each", "each-or-null", "repeat"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the FHIRPath of its value, and whether it holds a list."""

    name: str
    path: str
    type: str = ""
    is_collection: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """Rows out of one element: its columns, beside those of nested selects and of one union.

    `repetition` says how `paths` lead from the element to those that make the rows: "one" the
    element itself, "each" (forEach), "each-or-null" (forEachOrNull) or "repeat" (any depth).
    """

    columns: tuple[Column, ...] = ()
    selects: "tuple[Select, ...]" = ()
    union: "tuple[Select, ...]" = ()
    repetition: Repetition = "one"
    paths: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """The columns of the rows, in order."""
        own = [column.name for column in self.columns]
        nested = [name for select in self.selects for name in select.names()]
        return (*own, *nested, *(self.union[0].names() if self.union else ()))


@dataclass(frozen=True, slots=True)
class View:
    """A table over the resources of one type."""

    resource: str
    select: Select
    where: tuple[str, ...]
    constants: tuple[tuple[str, str, Any], ...]
    """Name, FHIR type and value, for `%name`."""
    name: str = ""

    def columns(self) -> tuple[str, ...]:
        return self.select.names()


def parse(definition: Resource) -> View:
    """The view of a ViewDefinition; raises InvalidRequest naming the element at fault."""
    resource = _text(definition, "resource", "ViewDefinition")
    selects = _list(definition, "select", "ViewDefinition")
    if not selects:
        raise _fault("ViewDefinition.select", "at least one select", "minst én select")
    view = View(
        resource=resource,
        select=Select(selects=tuple(_select(each, "ViewDefinition.select") for each in selects)),
        where=tuple(
            _text(each, "path", "ViewDefinition.where")
            for each in _list(definition, "where", "ViewDefinition")
        ),
        constants=tuple(
            _constant(each) for each in _list(definition, "constant", "ViewDefinition")
        ),
        name=str(definition.get("name", "")),
    )
    _check_names(view.columns())
    return view


def _select(given: Resource, at: str) -> Select:
    union = tuple(_select(each, f"{at}.unionAll") for each in _list(given, "unionAll", at))
    if len({branch.names() for branch in union}) > 1:
        raise _fault(
            f"{at}.unionAll",
            "the same columns in the same order in each branch",
            "de samme kolonnene i samme rekkefølge i hver gren",
        )
    repetition, paths = _repetition(given, at)
    return Select(
        columns=tuple(_column(each, f"{at}.column") for each in _list(given, "column", at)),
        selects=tuple(_select(each, f"{at}.select") for each in _list(given, "select", at)),
        union=union,
        repetition=repetition,
        paths=paths,
    )


def _repetition(given: Resource, at: str) -> tuple[Repetition, tuple[str, ...]]:
    named = [key for key in ("forEach", "forEachOrNull", "repeat") if key in given]
    match named:
        case []:
            return "one", ()
        case ["forEach"]:
            return "each", (_text(given, "forEach", at),)
        case ["forEachOrNull"]:
            return "each-or-null", (_text(given, "forEachOrNull", at),)
        case ["repeat"]:
            paths = given["repeat"]
            if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
                raise _fault(f"{at}.repeat", "a list of paths", "en liste av stier")
            return "repeat", tuple(paths)
        case _:
            raise _fault(
                at,
                "only one of forEach, forEachOrNull and repeat",
                "bare én av forEach, forEachOrNull og repeat",
            )


def _column(given: Resource, at: str) -> Column:
    name = _text(given, "name", at)
    if not NAME.fullmatch(name):
        raise _fault(
            f"{at}.name",
            "letters, digits and underscores, with a letter first",
            "bokstaver, sifre og understreker, med en bokstav først",
        )
    collection = given.get("collection", False)
    if not isinstance(collection, bool):
        raise _fault(f"{at}.collection", "true or false", "true eller false")
    return Column(name, _text(given, "path", at), str(given.get("type", "")), collection)


def _constant(given: Resource) -> tuple[str, str, Any]:
    at = "ViewDefinition.constant"
    name = _text(given, "name", at)
    values = [key for key in given if key.startswith("value")]
    if len(values) != 1:
        raise _fault(f"{at}.value[x]", "exactly one value", "nøyaktig én verdi")
    key = values[0].removeprefix("value")
    return name, key[:1].lower() + key[1:], given[values[0]]


def _check_names(names: tuple[str, ...]) -> None:
    if len(set(names)) < len(names):
        raise _fault("ViewDefinition.select.column.name", "unique names", "ulike navn")


def _list(given: Resource, key: str, at: str) -> list[Resource]:
    values = given.get(key, [])
    if not _are_objects(values):
        raise _fault(f"{at}.{key}", "a list of objects", "en liste av objekter")
    return values


def _are_objects(values: object) -> TypeGuard[list[Resource]]:
    return isinstance(values, list) and all(isinstance(each, dict) for each in values)


def _text(given: Resource, key: str, at: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value:
        raise _fault(f"{at}.{key}", "a text", "en tekst")
    return value


def _fault(where: str, expected_en: str, expected_nb: str) -> InvalidRequest:
    return InvalidRequest(
        "This part of the view cannot be used",
        "Denne delen av viewet kan ikke brukes",
        where=where,
        expected=Text(expected_en, expected_nb),
    )


NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
