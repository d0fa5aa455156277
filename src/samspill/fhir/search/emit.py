"""From one element to its index entries, for each kind of parameter and each data type.

https://hl7.org/fhir/R4/search.html#ptypes
"""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Any

from samspill.fhir.definitions import Definitions, Property
from samspill.fhir.search import implied
from samspill.fhir.search.parameters import Type
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
from samspill.fhir.search.values import IndexEntry, Value

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

    def of(self, kind: Type, row: str, type: str, element: Property | None) -> Emit | None:
        """What adds the entries of a value of `type` under the code `row`; None if unfit."""
        if type == "Extension":
            return self._of_extension(kind, row)
        if type not in TYPES[kind] and not (kind == "reference" and self._is_resource(type)):
            return None
        if kind == "token":
            return self._token(row, type, element)
        if kind == "reference":
            return self._reference(row, type)
        return _each(row, self._extract(kind, type))

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

    def _token(self, row: str, type: str, element: Property | None) -> Emit:
        system_of = implied.systems(self._definitions, element) if type == "code" else None
        text_row, typed_row = f"{row}:text", f"{row}:of-type"

        def plain(value: Any, group: int, out: list[Any]) -> None:
            system = system_of(value) if system_of else ""
            for each in token.extract(type, value, system):
                out.append(IndexEntry(row, each, group))

        def coded(value: Any, group: int, out: list[Any]) -> None:
            for each in token.extract(type, value):
                out.append(IndexEntry(row, each, group))
            for text in token.texts(type, value):
                out.append(IndexEntry(text_row, string.string(text), group))

        def identifier(value: Any, group: int, out: list[Any]) -> None:
            coded(value, group, out)
            for each in token.of_type(value):
                out.append(IndexEntry(typed_row, each, group))

        if type == "Identifier":
            return identifier
        return coded if type in ("CodeableConcept", "Coding") else plain

    def _reference(self, row: str, type: str) -> Emit:
        bases, identifier_row = self._bases, f"{row}:identifier"

        def emit(value: Any, group: int, out: list[Any]) -> None:
            for each in reference.extract(type, value, bases):
                out.append(IndexEntry(row, each, group))
            if type == "Reference" and "identifier" in value:
                for found in token.extract("Identifier", value["identifier"]):
                    out.append(IndexEntry(identifier_row, found, group))

        return emit

    def _of_extension(self, kind: Type, row: str) -> Emit:
        """A parameter that ends at an extension means its value, of whatever type it has."""
        values = self._definitions.elements("Extension")["value"]
        by_name = {
            found.json_name: one
            for found in values
            if (one := self.of(kind, row, found.type, found)) is not None
        }

        def emit(value: Any, group: int, out: list[Any]) -> None:
            for name, one in by_name.items():
                if name in value:
                    one(value[name], group, out)

        return emit


def _each(row: str, extract: Callable[[Any], Iterator[Value]]) -> Emit:
    def emit(value: Any, group: int, out: list[Any]) -> None:
        for each in extract(value):
            out.append(IndexEntry(row, each, group))

    return emit
