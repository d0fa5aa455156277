"""What can be wrong with a JSON text, and where: a strict reader that builds no value.

Slow and exact beside the fast parser in `base.json`, which calls it only to tell the one who sent
a faulty text where to look. Nothing of the content is repeated. https://www.rfc-editor.org/rfc/rfc8259
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from samspill.base.texts import Text

DEPTH = 64
DIGITS = 34
"""Significant digits of a fraction, as in IEEE 754 decimal128; the standard's examples use 26."""
WHOLE = 2**63
"""Whole numbers are less than this, either way from zero: they fit 64 bits."""
EXPONENT = 300
"""Within what a double can hold, since the search index compares doubles."""

_PATIENCE = 50_000  # tokens; after these the search for the place costs more than it gives


class Fault(Enum):
    """The kinds of fault, each with what to say about it."""

    SYNTAX = Text("this is not valid JSON", "dette er ikke gyldig JSON")
    ENCODING = Text(
        "this is not UTF-8 without a byte order mark",
        "dette er ikke UTF-8 uten byterekkefølgemerke",
    )
    DEPTH = Text(
        f"objects and arrays are nested more than {DEPTH} levels deep",
        f"objekter og lister er nøstet mer enn {DEPTH} nivåer",
    )
    DUPLICATE = Text("a key is given twice in an object", "en nøkkel er gitt to ganger i et objekt")
    NUL = Text("the character U+0000 is not allowed", "tegnet U+0000 er ikke tillatt")
    SURROGATE = Text("half of a surrogate pair stands alone", "et halvt surrogatpar står alene")
    NUMBER = Text(
        f"a number has more than {DIGITS} significant digits, more than 64 bits without a "
        f"fraction, or an exponent beyond {EXPONENT}",
        f"et tall har mer enn {DIGITS} signifikante sifre, mer enn 64 bit uten desimaler, "
        f"eller en eksponent over {EXPONENT}",
    )


def is_moderate(text: str) -> bool:
    """Whether a JSON number is within the limits of digits and exponent."""
    if text.lstrip("-").isdigit():
        return len(text) <= 20 and -WHOLE < int(text) < WHOLE
    mantissa, _, exponent = text.lower().partition("e")
    digits = mantissa.lstrip("-").replace(".", "").lstrip("0")
    size = exponent.lstrip("+-").lstrip("0")
    return len(digits) <= DIGITS and len(size) <= 3 and int(size or "0") <= EXPONENT


def locate(data: bytes) -> tuple[Fault, int, int] | None:
    """The first fault with its line and column, both from 1; None if none is found in good time."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return Fault.ENCODING, *_place(data[: error.start].decode(), error.start)
    found = next(_faults(text), None)
    return None if found is None else (found[0], *_place(text, found[1]))


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


_TOKEN = re.compile(
    r"""[ \t\n\r]*(?:
      (?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")
    | (?P<value>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)
    | (?P<mark>[{}\[\]:,])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_START_OF_VALUE = '"v{['
_AFTER_VALUE = {"{": ",}", "[": ",]", "": "end"}
"""What may follow a value, by the bracket that is open around it."""


@dataclass(slots=True)
class _Reader:
    """Where in the grammar the reading stands."""

    allowed: str = _START_OF_VALUE
    is_at_key: bool = False
    open: list[tuple[str, set[str]]] = field(default_factory=lambda: [("", set())])
    """The brackets that are open, each with the keys seen since."""

    def faults(self, sign: str, body: str) -> Iterator[Fault]:
        """What is wrong with a token in itself and in its place, though the grammar allows it."""
        if sign in "{[" and len(self.open) > DEPTH:
            yield Fault.DEPTH
        elif sign == "v" and body[0] in "-0123456789" and not is_moderate(body):
            yield Fault.NUMBER
        elif sign == '"':
            string = json.loads(body)
            if "\0" in string:
                yield Fault.NUL
            if _SURROGATE.search(string):
                yield Fault.SURROGATE
            if self.is_at_key and string in self.open[-1][1]:
                yield Fault.DUPLICATE

    def advance(self, sign: str, body: str) -> None:
        """Takes in a token that the grammar allows."""
        if sign in "{[":
            self.open.append((sign, set()))
            self.is_at_key = sign == "{"
            self.allowed = '"}' if self.is_at_key else _START_OF_VALUE + "]"
        elif sign in ",:":
            self.is_at_key = sign == "," and self.open[-1][0] == "{"
            self.allowed = '"' if self.is_at_key else _START_OF_VALUE
        elif sign == '"' and self.is_at_key:
            self.open[-1][1].add(json.loads(body))
            self.allowed = ":"
        else:
            if sign in "}]":
                self.open.pop()
            self.allowed = _AFTER_VALUE[self.open[-1][0]]


def _faults(text: str) -> Iterator[tuple[Fault, int]]:
    """The faults with their positions, until the first break of syntax."""
    if text.startswith("\ufeff"):
        yield Fault.ENCODING, 0
    reader, position = _Reader(), 0
    for _ in range(_PATIENCE):
        token = _TOKEN.match(text, position)
        if token is None:
            rest = len(text[position:].lstrip(" \t\n\r"))
            yield Fault.SYNTAX, len(text) - rest
            return
        kind, body = token.lastgroup or "", token[token.lastgroup or 0]
        sign = {"string": '"', "value": "v", "end": "end"}.get(kind, body)
        if sign not in reader.allowed:
            yield Fault.SYNTAX, token.start(kind)
            return
        if sign == "end":
            return
        for fault in reader.faults(sign, body):
            yield fault, token.start(kind)
        reader.advance(sign, body)
        position = token.end()
