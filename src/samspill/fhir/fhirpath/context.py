"""What an expression may ask of the world around the element it is evaluated on.

https://hl7.org/fhir/R4/fhirpath.html#vars
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

import msgspec

from samspill.base.errors import TooCostly
from samspill.fhir.items import Item

Resource = dict[str, Any]

# The length of text that costs as much as touching a value.
TEXT_FOR_ONE = 256


class Terminology(Protocol):
    """Answers about codes. None means that the answer is not known."""

    def member_of(self, value: Item, value_set: str) -> bool | None: ...

    def subsumes(self, general: Item, special: Item) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """Made once and used for many evaluations; what is missing makes its functions give empty."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    """Values of `%name`: Items, plain values, or lists of them."""
    resource: Resource | None = None
    """`%resource`: the resource that holds the subject; the subject itself if not given."""
    root: Resource | None = None
    """`%rootResource`: the container of a contained resource; `resource` if not given."""
    resolve: Callable[[str], Resource | None] | None = None
    """The resource a reference or canonical points to. Contained ones are found without it."""
    terminology: Terminology | None = None
    conforms: Callable[[Item, str], bool] | None = None
    """Whether an element conforms to a profile; raises InvalidExpression if it is unknown."""
    is_narrative: Callable[[str], bool] | None = None
    """Whether a text is XHTML as FHIR allows it, for htmlChecks()."""
    now: int | None = None
    """Microseconds since 1970, for now(), today() and timeOfDay()."""
    trace: Callable[[str, list[Item]], None] | None = None
    budget: int = 30_000
    """The number of values that one evaluation may touch before it is refused as too costly."""


class Frame(msgspec.Struct, eq=False):
    """The state of one evaluation; a struct, since one is made each time."""

    context: Context
    subject: Any
    left: int
    """What is left of the budget."""
    index: int | None = None
    """`$index`"""
    total: Sequence[Any] = ()
    """`$total`"""
    variables: Mapping[str, Any] = MappingProxyType({})
    """Those that defineVariable() made."""

    def charge(self, count: int) -> None:
        """Pays for work in proportion to a number of values; raises when nothing is left."""
        self.left -= count
        if self.left < 0:
            raise TooCostly("The expression needs too much work", "Uttrykket krever for mye arbeid")

    def charge_text(self, text: str) -> None:
        """Texts are paid for by their length."""
        if len(text) > TEXT_FOR_ONE:
            self.charge(len(text) // TEXT_FOR_ONE)
