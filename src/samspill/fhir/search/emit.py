"""From one element to its index entries, for each kind of parameter and each data type.

https://hl7.org/fhir/R4/search.html#ptypes
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from typing import Any, TypeAlias

from samspill.fhir.definitions import Definitions, Property
from samspill.fhir.search import implied
from samspill.fhir.search.paths import Emit
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
from samspill.fhir.search.values import IndexEntry, Reference, Type, Value

Rows: TypeAlias = tuple[str, ...]
"""Codes of parameters that keep the same values."""

TYPES: dict[Type, frozenset[str]] = {
    "token": token.TYPES,
    "string": string.TYPES,
    "date": date.TYPES,
    "number": number.TYPES,
    "quantity": quantity.TYPES,
    "reference": reference.TYPES,
    "uri": uri.TYPES,
    "special": position.TYPES,
}
"""The data types that each kind of parameter can index."""


class Emitters:
    def __init__(self, definitions: Definitions, zone: tzinfo, bases: tuple[str, ...]) -> None:
        self._definitions = definitions
        self._zone = zone
        self._bases = bases

    def of(self, kind: Type, rows: Rows, type: str, element: Property | None) -> Emit | None:
        """What adds the entries of a value of `type` under the codes `rows`; None if unfit."""
        if type == "Extension":
            return self._of_extension(kind, rows)
        if type not in TYPES[kind] and not (kind == "reference" and self._is_resource(type)):
            return None
        if kind == "token":
            return self._token(rows, type, element)
        if kind == "reference":
            return self._reference(rows, type)
        return _each(rows, self._extract(kind, type))

    def _is_resource(self, type: str) -> bool:
        return self._definitions.is_resource(type)

    def _extract(self, kind: Type, type: str) -> Callable[[Any], Iterator[Value]]:
        zone = self._zone
        match kind:
            case "string":
                return lambda value: string.extract(type, value)
            case "date":
                return lambda value: date.extract(type, value, zone)
            case "number":
                return lambda value: number.extract(type, value)
            case "quantity":
                return lambda value: quantity.extract(type, value)
            case "uri":
                return lambda value: uri.extract(type, value)
            case "special":
                return lambda value: position.extract(type, value)
        raise TypeError(f"no rows of kind {kind}")

    def _token(self, rows: Rows, type: str, element: Property | None) -> Emit:
        if type == "Identifier":
            coded = _coded(rows, type)
            typed = _each(tuple(f"{row}:of-type" for row in rows), token.of_type)

            def identifier(value: Any, group: int, out: list[IndexEntry]) -> None:
                coded(value, group, out)
                typed(value, group, out)

            return identifier
        if type in ("CodeableConcept", "Coding"):
            return _coded(rows, type)
        system_of = implied.systems(self._definitions, element) if type == "code" else None
        if system_of is None:
            return _each(rows, lambda value: token.extract(type, value))
        return _each(rows, lambda value: token.extract(type, value, system_of(value)))

    def _reference(self, rows: Rows, type: str, *, is_elsewhere: bool = False) -> Emit:
        """`is_elsewhere`: without those to this server, which another parameter keeps."""
        bases = self._bases

        def read(value: Any) -> tuple[Reference, ...]:
            found = reference.extract(type, value, bases)
            return () if is_elsewhere and found.id and not found.url else (found,)

        addressed = _each(rows, read)
        if type != "Reference":
            return addressed
        known = _each(
            tuple(f"{row}:identifier" for row in rows),
            lambda value: token.extract("Identifier", value["identifier"]),
        )

        def emit(value: Any, group: int, out: list[IndexEntry]) -> None:
            addressed(value, group, out)
            if "identifier" in value:
                known(value, group, out)

        return emit

    def elsewhere(self, rows: Rows, type: str) -> Emit:
        """Of the references to a type, those that another parameter does not keep."""
        return self._reference(rows, type, is_elsewhere=True)

    def _of_extension(self, kind: Type, rows: Rows) -> Emit:
        """A parameter that ends at an extension means its value, of whatever type it has."""
        values = self._definitions.elements("Extension")["value"]
        by_name = {
            found.json_name: one
            for found in values
            if (one := self.of(kind, rows, found.type, found)) is not None
        }

        def emit(value: Any, group: int, out: list[IndexEntry]) -> None:
            for name, one in by_name.items():
                if name in value:
                    one(value[name], group, out)

        return emit


def _each(rows: Rows, extract: Callable[[Any], Iterable[Value]]) -> Emit:
    def emit(value: Any, group: int, out: list[IndexEntry]) -> None:
        for each in extract(value):
            for row in rows:
                out.append(IndexEntry(row, each, group))

    return emit


def _coded(rows: Rows, type: str) -> Emit:
    """Codes, and the texts about them, each text once."""
    codes = _each(rows, lambda value: token.extract(type, value))
    text_rows = tuple(f"{row}:text" for row in rows)

    def emit(value: Any, group: int, out: list[IndexEntry]) -> None:
        codes(value, group, out)
        for text in token.texts(type, value):
            found = string.string(text)
            for row in text_rows:
                out.append(IndexEntry(row, found, group))

    return emit
