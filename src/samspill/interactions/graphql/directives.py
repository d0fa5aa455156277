"""Where a value goes in an answer, as @first, @singleton, @flatten and @slice say.

https://hl7.org/fhir/R4/graphql.html#list
"""

from dataclasses import dataclass
from typing import Any

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.interactions.graphql.syntax import Field


@dataclass(frozen=True, slots=True)
class Place:
    """Where the fields of an object go: into an object of its own or, flattened, the one around."""

    answer: Resource
    path: tuple[str, ...]
    is_list: bool = False
    """Whether several objects are flattened into this one, so that each field is a list."""
    suffix: str = ""
    """What @slice adds to the names of flattened fields."""

    def put(self, each: Field, value: Any, suffix: str = "") -> None:
        """Puts the value of a field under its name."""
        name = each.alias + suffix + self.suffix
        if has(each, "first") and isinstance(value, list):
            value = value[0] if value else None
        if has(each, "singleton"):
            self._put_single(name, value)
        elif self.is_list:
            items = value if isinstance(value, list) else [] if value is None else [value]
            self.answer.setdefault(name, []).extend(items)
        else:
            self.answer[name] = value

    def flattened(self, each: Field, suffix: str, *, is_list: bool) -> "Place":
        """The place of the fields of an object whose own name is left out."""
        is_list = self.is_list or (
            is_list and not has(each, "first") and not has(each, "singleton")
        )
        return Place(self.answer, (*self.path, each.alias), is_list, suffix + self.suffix)

    def inside(self, each: Field) -> "Place":
        """An object of its own."""
        return Place({}, (*self.path, each.alias))

    def _put_single(self, name: str, value: Any) -> None:
        items = value if isinstance(value, list) else [] if value is None else [value]
        if self.answer.get(name) is not None:
            items = [self.answer[name], *items]
        if len(items) > 1:
            raise InvalidRequest(
                "A field that was called a singleton has several values",
                "Et felt som ble kalt singleton, har flere verdier",
                where=".".join((*self.path, name)),
                expected="@first",
            )
        self.answer[name] = items[0] if items else None


def has(each: Field, name: str) -> bool:
    return any(directive.name == name for directive in each.directives)
