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
    all_of,
)
from samspill.fhir.search.types import quantity, reference, token


def format(clause: Clause) -> str:
    """Raises TypeError for what a filter cannot say."""
    match clause:
        case And(parts):
            return " and ".join(_within(part) for part in parts)
        case Or(parts):
            return " or ".join(_within(part) for part in parts)
    term = _term(clause)
    if term is None and isinstance(clause, Not):
        return f"not ({format(clause.part)})"
    if term is None:
        raise TypeError(f"a filter cannot say {type(clause).__name__}")
    return term


def _within(clause: Clause) -> str:
    text = format(clause)
    return f"({text})" if isinstance(clause, And | Or) else text


def _term(clause: Clause) -> str | None:
    """`path operator value`, if that is what it is."""
    match clause:
        case Not(Missing(parameter)):
            return f"{parameter} pr true"
        case Missing(parameter):
            return f"{parameter} pr false"
        case Not(Match(parameter, test)):
            operator, value = _comparison(test)
            negative = {"eq": "ne", "in": "ni"}.get(operator)
            is_range = isinstance(test, DateIs | NumberIs | QuantityIs)
            return None if is_range or negative is None else f"{parameter} {negative} {value}"
        case Match(parameter, test):
            return " ".join((parameter, *_comparison(test)))
        case Chain(parameter, types, where):
            head = f"{parameter}:{types[0]}" if len(types) == 1 else parameter
            return head + _behind(where)
    return None


def _behind(where: Clause) -> str:
    """What all is about one target: in brackets, but for the last term."""
    if (only := _term(where)) is not None:
        return f".{only}"
    *first, last = where.parts if isinstance(where, And) else (where,)
    if first and (end := _term(last)) is not None:
        return f"[{format(all_of(first))}].{end}"
    return f"[{format(where)}]._id pr true"


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
