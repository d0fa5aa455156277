"""The integers of a batch of versions, which stand for values until the record's are known."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from samspill.store.catalog import Value

C = TypeVar("C", contravariant=True)


class Interning(Protocol[C]):
    """Gives integers to values: a `Catalog` those of the record, a batch its own.

    The connection is what a catalog needs to find them; a batch has none.
    """

    def type(self, connection: C, name: str) -> int: ...

    def parameter(self, connection: C, type: int, name: str, kind: str) -> int: ...

    def concept(self, connection: C, system: str, code: str, folded: bool) -> int: ...

    def text(self, connection: C, parameter: int, folded: str, exact: str) -> int: ...

    def unit(self, connection: C, base: bool, system: str, code: str, unit: str) -> int: ...

    def resource(self, connection: C, type: str, id: str) -> int: ...


class Own:
    """Gives out the integers of one batch; interns as a `Catalog` does."""

    def __init__(self, recorded: Callable[[str], int] | None = None) -> None:
        """`recorded` gives the record's integer of a type, where it is at hand."""
        self.types: dict[str, int] = {}
        self.parameters: dict[Value, int] = {}
        self.values: dict[Value, int] = {}
        self._recorded = recorded

    def type(self, connection: None, name: str) -> int:
        if self._recorded is not None:
            return self._recorded(name)
        return self.types.setdefault(name, len(self.types))

    def parameter(self, connection: None, type: int, name: str, kind: str) -> int:
        key = type, name, kind
        found = self.parameters.get(key)
        return self.parameters.setdefault(key, len(self.parameters)) if found is None else found

    def concept(self, connection: None, system: str, code: str, folded: bool) -> int:
        return self._value(("concept", system, code, folded))

    def text(self, connection: None, parameter: int, folded: str, exact: str) -> int:
        return self._value(("text", parameter, folded, exact))

    def unit(self, connection: None, base: bool, system: str, code: str, unit: str) -> int:
        return self._value(("unit", base, system, code, unit))

    def resource(self, connection: None, type: str, id: str) -> int:
        return self._value(("resource", type, id))

    def _value(self, key: Value) -> int:
        """From 1 on, since 0 means "none" and a negative one a text from elsewhere."""
        return self.values.setdefault(key, len(self.values) + 1)
