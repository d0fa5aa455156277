"""FHIRPath: paths and conditions over resources. https://hl7.org/fhirpath/N1

`compile` once and evaluate often; `evaluate` does both and gives plain values.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from samspill.base.errors import InvalidExpression, TooCostly
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import compile as compiler
from samspill.fhir.fhirpath.code import Code, Run
from samspill.fhir.fhirpath.context import Context, Frame, Resource, Terminology
from samspill.fhir.fhirpath.functions.navigation import by_type
from samspill.fhir.fhirpath.parser import parse
from samspill.fhir.fhirpath.quantities import Quantity
from samspill.fhir.fhirpath.scope import ABSTRACT
from samspill.fhir.fhirpath.times import Moment
from samspill.fhir.fhirpath.values import TypeInfo, type_of
from samspill.fhir.items import Item, of

__all__ = ["Context", "Expression", "Terminology", "by_type", "compile", "evaluate", "parse"]

DEFAULT = Context()


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `type` is the type key of its subjects, "" if any resource."""

    text: str
    type: str
    definitions: Definitions
    _code: Code
    _items: Run
    _truth: Run

    def evaluate(self, subject: Item | Any, context: Context = DEFAULT) -> list[Item]:
        """All values, those computed with a type such as "System.String".

        The subject is an Item or, where the type was given, its raw JSON value.
        """
        types = self.definitions
        found = self._run(self._items, subject, context)
        return [v if v.__class__ is Item else Item(v, type_of(v), types) for v in found]

    def truth(self, subject: Item | Any, context: Context = DEFAULT) -> bool | None:
        """True, False, or None for empty. A single value that is no boolean counts as true."""
        answer: bool | None = self._run(self._truth, subject, context)
        return answer

    def is_true(self, subject: Item | Any, context: Context = DEFAULT) -> bool:
        """Whether it is true; empty is not."""
        return self._run(self._truth, subject, context) is True

    def _run(self, run: Run, subject: Item | Any, context: Context) -> Any:
        if subject.__class__ is Item:
            if self.type and (subject.value.__class__ is dict or subject.companion is None):
                subject = subject.value
        elif not self.type:
            subject = of(subject, self.definitions)
        try:
            return run(Frame(context, subject), subject)
        except RecursionError as error:
            raise TooCostly(
                "The data is nested too deeply", "Dataene er for dypt nøstet"
            ) from error
        except (AttributeError, TypeError, KeyError) as error:
            raise InvalidExpression(
                f"The data does not have the shape of {self.type or 'a resource'}",
                f"Dataene har ikke formen til {self.type or 'en ressurs'}",
            ) from error


@lru_cache(maxsize=4096)
def compile(
    text: str, definitions: Definitions, type: str = "", *, strict: bool = False
) -> Expression:
    """The expression for subjects of a type key, made once and kept.

    `strict` refuses what the types show to be wrong, such as an element that does not exist.
    Raises InvalidExpression.
    """
    type = "" if type in ABSTRACT else type
    code = compiler.compile(parse(text), definitions, type, strict=strict)
    return Expression(
        text, type, definitions, code, codes.items(code, definitions), codes.truth(code)
    )


def evaluate(
    expression: str,
    resource: Resource,
    *,
    definitions: Definitions | None = None,
    context: Context | None = None,
    strict: bool = True,
) -> list[Any]:
    """The values of an expression on a resource, as plain JSON values.

    Numbers are int or Decimal. What JSON has no type for is `{"type": …, "value": …}` with the
    value as text: date, dateTime, instant, time and Quantity (a FHIR Quantity is its own object).

    >>> evaluate("Patient.birthDate", {"resourceType": "Patient", "birthDate": "1974-12-25"})
    [{'type': 'date', 'value': '1974-12-25'}]
    """
    definitions = definitions or core()
    context = context or Context(now=time.time_ns() // 1000)
    type = str(resource.get("resourceType", ""))
    if not definitions.is_resource(type):
        raise InvalidExpression(
            "The resource does not say its type",
            "Ressursen sier ikke hvilken type den er",
            expected="resourceType",
        )
    compiled = compile(expression, definitions, type, strict=strict)
    return [plain(item) for item in compiled.evaluate(resource, context) if _is_something(item)]


@cache
def core() -> Definitions:
    """The R4 core definitions, loaded once."""
    return Definitions.load()


def plain(item: Item) -> Any:
    """The plain value of an item, in the form that `evaluate` gives."""
    value = item.value
    if isinstance(value, Moment):
        name = {"Date": "date", "DateTime": "dateTime", "Time": "time"}[value.type]
        return {"type": name, "value": str(value)}
    if isinstance(value, Quantity):
        return {"type": "Quantity", "value": str(value)}
    if isinstance(value, TypeInfo):
        return {"namespace": value.namespace, "name": value.name}
    if isinstance(value, float):
        return Decimal(str(value))
    if item.type in ("date", "dateTime", "instant", "time"):
        return {"type": item.type, "value": value}
    return value


def _is_something(item: Item) -> bool:
    return item.value is not None
