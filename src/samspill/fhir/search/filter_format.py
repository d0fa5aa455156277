"""Tree to `_filter` text, for what no single parameter can say.

https://hl7.org/fhir/R4/search_filter.html
"""

from samspill.fhir.search.escapes import escape, unescape
from samspill.fhir.search.query import (
    And,
    Chain,
    Clause,
    DateIs,
    InValueSet,
    Match,
    Missing,
    Not,
    NumberIs,
    Or,
    QuantityIs,
    ReferenceIs,
    ReferenceUrl,
    StringContains,
    StringEnds,
    StringEquals,
    StringStarts,
    Subsumed,
    Test,
    TokenIs,
    UriAbove,
    UriBelow,
    UriIs,
)
from samspill.fhir.search.types import quantity, reference, token


def format(clause: Clause) -> str:
    """Raises TypeError for what a filter cannot say."""
    return _format(clause, "")


def _format(clause: Clause, path: str) -> str:
    match clause:
        case And(parts):
            return " and ".join(_within(part, path) for part in parts)
        case Or(parts):
            return " or ".join(_within(part, path) for part in parts)
        case Not(Missing(parameter)):
            return f"{path}{parameter} pr true"
        case Not(part):
            return f"not ({_format(part, path)})"
        case Missing(parameter):
            return f"{path}{parameter} pr false"
        case Chain(parameter, types, where):
            head = f"{parameter}:{types[0]}" if len(types) == 1 else parameter
            return _format(where, f"{path}{head}.")
        case Match(parameter, test):
            operator, value = _comparison(test)
            return f"{path}{parameter} {operator} {value}"
    raise TypeError(f"a filter cannot say {type(clause).__name__}")


def _within(clause: Clause, path: str) -> str:
    text = _format(clause, path)
    return f"({text})" if isinstance(clause, And | Or) else text


def _comparison(test: Test) -> tuple[str, str]:
    match test:
        case TokenIs():
            return "eq", _bare(token.format(test))
        case Subsumed(direction):
            return ("ss" if direction == "above" else "sb"), _bare(token.format(test))
        case InValueSet(url):
            return "in", _quoted(escape(url))
        case StringEquals(_, given) | StringContains(_, given) | StringStarts(_, given):
            return _STRING[type(test)], _quoted(given)
        case StringEnds(_, given):
            return "ew", _quoted(given)
        case DateIs(prefix, _, _, given) | NumberIs(prefix, _, _, _, given):
            return ("po" if prefix == "overlaps" else prefix), given
        case QuantityIs(number):
            return number.prefix, _bare(quantity.format(test).removeprefix(_prefix(number)))
        case ReferenceIs() | ReferenceUrl():
            return "eq", _quoted(unescape(reference.format(test)))
        case UriIs(value):
            return "eq", _quoted(value)
        case UriBelow(stem):
            return "sb", _quoted(stem)
        case UriAbove(_, given):
            return "ss", _quoted(given)
    raise TypeError(f"a filter cannot say {type(test).__name__}")


_STRING: dict[type[Test], str] = {StringEquals: "eq", StringContains: "co", StringStarts: "sw"}


def _prefix(number: NumberIs) -> str:
    return "" if number.prefix == "eq" else number.prefix


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bare(text: str) -> str:
    """Tokens and quantities stand without quotes where they can; their bars are bars in both."""
    return _quoted(text) if any(sign in text for sign in ' ()[]"') or not text else text
