"""Text to tree, by precedence climbing. https://hl7.org/fhirpath/N1/#operator-precedence"""

from collections.abc import Callable
from decimal import Decimal

from samspill.base.errors import InvalidExpression
from samspill.fhir.fhirpath import lexer, times
from samspill.fhir.fhirpath.lexer import Token
from samspill.fhir.fhirpath.quantities import CALENDAR, Quantity
from samspill.fhir.fhirpath.syntax import (
    Binary,
    Call,
    Descending,
    Empty,
    External,
    Indexer,
    Literal,
    Member,
    Node,
    Sign,
    TypeOperator,
    Variable,
    parts,
)

# The higher the number, the tighter the operator binds.
BINDING = {
    "implies": 1,
    "or": 2,
    "xor": 2,
    "and": 3,
    "in": 4,
    "contains": 4,
    "=": 5,
    "~": 5,
    "!=": 5,
    "!~": 5,
    "<": 6,
    "<=": 6,
    ">": 6,
    ">=": 6,
    "|": 7,
    "is": 8,
    "as": 8,
    "+": 9,
    "-": 9,
    "&": 9,
    "*": 10,
    "/": 10,
    "div": 10,
    "mod": 10,
}
SIGN_BINDING = 11
NO_NAMES = frozenset({"div", "mod", "and", "or", "xor", "implies", "true", "false"})
MAX_DEPTH = 100
MAX_INTEGER = 2**31 - 1
MAX_DIGITS = 40


def parse(text: str) -> Node:
    """The tree of an expression. Raises InvalidExpression with line and column."""
    parser = _Parser(text)
    node = parser.expression(0)
    parser.expect("end", "")
    _refuse_depth(node)
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(lexer.tokens(text))
        self.at = 0
        self.depth = 0

    def expression(self, binding: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _too_deep()
        left = self.signed()
        while (found := self.operator()) and BINDING[found] > binding:
            self.take()
            if found in ("is", "as"):
                left = TypeOperator(found, left, self.type_name())
            else:
                left = Binary(found, left, self.expression(BINDING[found]))
        self.depth -= 1
        return left

    def operator(self) -> str:
        token = self.token
        return token.text if token.kind in ("word", "symbol") and token.text in BINDING else ""

    def signed(self) -> Node:
        if self.token.kind == "symbol" and self.token.text in ("+", "-"):
            sign = self.take().text
            return Sign(sign, self.expression(SIGN_BINDING))
        return self.chain()

    def chain(self) -> Node:
        node = self.term()
        while True:
            if self.skip("."):
                node = self.invocation(node)
            elif self.skip("["):
                node = Indexer(node, self.expression(0))
                self.expect("symbol", "]")
            else:
                return node

    def term(self) -> Node:
        token = self.token
        match token.kind:
            case "number":
                return self.number()
            case "string":
                return Literal(self.take().text)
            case "moment":
                return Literal(self.literal(times.literal))
            case "word" if token.text in ("true", "false"):
                return Literal(self.take().text == "true")
        if self.skip("("):
            inner = self.expression(0)
            self.expect("symbol", ")")
            return inner
        if self.skip("{"):
            self.expect("symbol", "}")
            return Empty()
        if self.skip("%"):
            return External(self.expect_one_of("word", "quoted", "string"))
        return self.invocation(None)

    def number(self) -> Node:
        """A number, or a quantity: a number with a unit in quotes or a calendar word."""
        if len(self.token.text) > MAX_DIGITS:
            raise self.wrong("fewer digits", "færre siffer")
        text = self.take().text
        unit = self.token
        if unit.kind == "string" or (unit.kind == "word" and unit.text in CALENDAR):
            self.take()
            return Literal(Quantity(Decimal(text), unit.text))
        if "." in text:
            return Literal(Decimal(text))
        if len(text) > 10 or int(text) > MAX_INTEGER + 1:
            raise self.wrong("an integer of 32 bits", "et heltall på 32 bit")
        return Literal(int(text))

    def literal(self, read: Callable[[str], object]) -> object:
        value = read(self.token.text)
        if value is None:
            raise self.wrong(
                "a date or time that exists", "en dato eller et klokkeslett som finnes"
            )
        self.take()
        return value

    def invocation(self, target: Node | None) -> Node:
        if self.token.kind == "variable":
            if target is not None:
                raise self.wrong("a name", "et navn")
            return Variable(self.take().text[1:])
        is_word = self.token.kind == "word"
        # After a dot no operator can stand, so `text.div` is the element.
        name = self.expect_one_of("word", "quoted") if target else self.name()
        if not self.skip("("):
            return Member(target, name)
        if not is_word:
            raise self.wrong("a function", "en funksjon")
        return Call(target, name, self.arguments())

    def arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.skip(")"):
            return ()
        while True:
            node = self.expression(0)
            if self.token.kind == "word" and self.token.text in ("asc", "desc"):
                node = Descending(node) if self.take().text == "desc" else node
            found.append(node)
            if not self.skip(","):
                self.expect("symbol", ")")
                return tuple(found)

    def type_name(self) -> str:
        name = self.name()
        return f"{name}.{self.name()}" if self.skip(".") else name

    def name(self) -> str:
        if self.token.kind == "word" and self.token.text in NO_NAMES:
            raise self.wrong("a name", "et navn")
        return self.expect_one_of("word", "quoted")

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def skip(self, symbol: str) -> bool:
        if self.token.kind == "symbol" and self.token.text == symbol:
            self.at += 1
            return True
        return False

    def expect(self, kind: str, text: str) -> None:
        if self.token.kind != kind or self.token.text != text:
            raise self.wrong(repr(text) if text else "the end", repr(text) if text else "slutten")
        self.at += 1

    def expect_one_of(self, *kinds: str) -> str:
        if self.token.kind not in kinds:
            raise self.wrong("a name or value", "et navn eller en verdi")
        return self.take().text

    def wrong(self, expected: str, forventet: str) -> InvalidExpression:
        return lexer.wrong(self.text, self.token.at, expected, forventet)


def _refuse_depth(node: Node) -> None:
    """Long chains make deep trees too, and the compiler walks down them."""
    level: tuple[Node, ...] = (node,)
    for _ in range(MAX_DEPTH + 50):
        level = tuple(part for one in level for part in parts(one))
        if not level:
            return
    raise _too_deep()


def _too_deep() -> InvalidExpression:
    return InvalidExpression("The expression is nested too deeply", "Uttrykket er for dypt nøstet")
