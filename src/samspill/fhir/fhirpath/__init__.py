"""FHIRPath: paths and conditions over resources. https://hl7.org/fhirpath/N1

`compile` once and evaluate often; `evaluate` does both and gives plain values.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from samspill.base import clock
from samspill.base.errors import InvalidExpression, NotFound, SamspillError, TooCostly
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import compile as compiler
from samspill.fhir.fhirpath.code import Run
from samspill.fhir.fhirpath.context import Context, Frame, Resource, Terminology
from samspill.fhir.fhirpath.functions.navigation import by_type
from samspill.fhir.fhirpath.parser import parse
from samspill.fhir.fhirpath.quantities import Quantity
from samspill.fhir.fhirpath.scope import ABSTRACT
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.times import Moment
from samspill.fhir.fhirpath.values import TypeInfo
from samspill.fhir.items import Item, of

__all__ = [
    "Context",
    "Expression",
    "Terminology",
    "by_type",
    "compile",
    "compile_tree",
    "evaluate",
    "parse",
]

DEFAULT = Context()

# Characters of an expression that is kept once compiled: strangers may send long ones.
LARGEST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `type` is the type key of its subjects, "" if any resource."""

    text: str
    type: str
    definitions: Definitions
    _results: Run
    _truth: Run

    def evaluate(self, subject: Item | Any, context: Context = DEFAULT) -> list[Item]:
        """All values, those computed with a type such as "System.String".

        The subject is an Item or, where the type was given, its raw JSON value.
        """
        if subject.__class__ is Item or not self.type:
            subject = self._subject(subject)
        try:
            found: list[Item] = self._results(Frame(context, subject, context.budget), subject)
        except FAULTS as error:
            raise self._refusal(error) from error
        return found

    def truth(self, subject: Item | Any, context: Context = DEFAULT) -> bool | None:
        """True, False, or None for empty. A single value that is no boolean counts as true."""
        if subject.__class__ is Item or not self.type:
            subject = self._subject(subject)
        try:
            answer: bool | None = self._truth(Frame(context, subject, context.budget), subject)
        except FAULTS as error:
            raise self._refusal(error) from error
        return answer

    def is_true(self, subject: Item | Any, context: Context = DEFAULT) -> bool:
        """Whether it is true; empty is not."""
        return self.truth(subject, context) is True

    def _subject(self, subject: Item | Any) -> Any:
        """Raw where the type is known, else an Item; None for no subject at all."""
        if not isinstance(subject, Item):
            return of(subject, self.definitions) if subject else None
        return subject.value if self.type and subject.companion is None else subject

    def _refusal(self, error: Exception) -> SamspillError:
        if isinstance(error, RecursionError):
            return TooCostly("The data is nested too deeply", "Dataene er for dypt nøstet")
        return InvalidExpression(
            f"The data does not have the shape of {self.type or 'a resource'}",
            f"Dataene har ikke formen til {self.type or 'en ressurs'}",
        )


# What data of another shape than its type makes happen, such as a text where a list should be.
FAULTS = (
    ArithmeticError,
    AttributeError,
    KeyError,
    NotFound,
    RecursionError,
    TypeError,
    ValueError,
)


def compile(
    text: str, definitions: Definitions, type: str = "", *, strict: bool = False
) -> Expression:
    """The expression for subjects of a type key; short ones are kept.

    `strict` refuses what the types show to be wrong, such as an element that does not exist.
    Raises InvalidExpression.
    """
    make = _kept if len(text) <= LARGEST_KEPT else _compiled
    return make(text, definitions, "" if type in ABSTRACT else type, strict)


def compile_tree(node: Node, definitions: Definitions, type: str) -> Expression:
    """The expression of a tree, such as a part of another one; leniently, and not kept."""
    return _made("", node, definitions, type, strict=False)


def _compiled(text: str, definitions: Definitions, type: str, strict: bool) -> Expression:
    return _made(text, parse(text), definitions, type, strict=strict)


def _made(
    text: str, node: Node, definitions: Definitions, type: str, *, strict: bool
) -> Expression:
    code = compiler.compile(node, definitions, type, strict=strict)
    return Expression(text, type, definitions, codes.results(code, definitions), codes.truth(code))


_kept = lru_cache(maxsize=2048)(_compiled)


def evaluate(
    expression: str,
    resource: Resource | None,
    *,
    definitions: Definitions | None = None,
    context: Context | None = None,
    strict: bool = True,
) -> list[Any]:
    """The values of an expression on a resource, or on nothing, as plain JSON values.

    Numbers are int or Decimal. What JSON has no type for is `{"type": …, "value": …}` with the
    value as text: date, dateTime, instant, time and Quantity (a FHIR Quantity is its own object).
    Raises InvalidExpression or TooCostly.

    >>> evaluate("Patient.birthDate", {"resourceType": "Patient", "birthDate": "1974-12-25"})
    [{'type': 'date', 'value': '1974-12-25'}]
    """
    definitions = definitions or core()
    context = context or Context(now=clock.system())
    type = str(resource.get("resourceType")) if resource else ""
    if resource and not definitions.is_resource(type):
        raise InvalidExpression(
            "The resource does not say its type",
            "Ressursen sier ikke hvilken type den er",
            expected="resourceType",
        )
    compiled = compile(expression, definitions, type, strict=strict)
    found = compiled.evaluate(resource, context)
    return [plain(item) for item in found if item.value is not None]


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
