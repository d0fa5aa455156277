"""Tree to search text: the reverse of `parse`. https://hl7.org/fhir/R4/search.html"""

from samspill.fhir.search import current, filter_format, words
from samspill.fhir.search.escapes import escape
from samspill.fhir.search.query import (
    All,
    And,
    Chain,
    Clause,
    DateIs,
    Has,
    Include,
    InValueSet,
    Match,
    Missing,
    Near,
    Not,
    NumberIs,
    OfType,
    Or,
    Present,
    QuantityIs,
    Query,
    ReferenceIs,
    ReferenceUrl,
    StringContains,
    StringIs,
    StringStarts,
    Subsumed,
    Test,
    Together,
    TokenIs,
    UriAbove,
    UriBelow,
    UriIs,
)
from samspill.fhir.search.types import date, number, quantity, reference, string, token, uri

Pair = tuple[str, str]


def format(query: Query, *, is_of_all: bool = False) -> list[Pair]:
    """The decoded names and values that `parse` makes this query of, for the same types.

    `is_of_all`: for a search of all types, which `_type` narrows to those of the query.
    Raises TypeError for a clause that only rewrites make.
    """
    parts = query.where.parts if isinstance(query.where, And) else (query.where,)
    pairs = [("_type", ",".join(query.types))] if is_of_all and query.types else []
    pairs.extend(clause(part) for part in parts if not isinstance(part, All))
    if query.sort:
        keys = (("-" if each.descending else "") + each.parameter for each in query.sort)
        pairs.append(("_sort", ",".join(keys)))
    pairs.extend(_include("_include", each) for each in query.include)
    pairs.extend(_include("_revinclude", each) for each in query.revinclude)
    results = {
        "_count": query.count,
        "_total": query.total,
        "_summary": query.summary,
        "_elements": ",".join(query.elements) or None,
        "_contained": query.contained if query.contained != "false" else None,
        "_containedType": query.contained_type if query.contained_type != "container" else None,
        "_maxresults": query.most,
    }
    return [*pairs, *((name, str(value)) for name, value in results.items() if value is not None)]


def _include(name: str, include: Include) -> Pair:
    if include.source == "*":
        value = "*"
    else:
        value = ":".join(filter(None, (include.source, include.parameter, include.target)))
    return (f"{name}:iterate" if include.iterate else name, value)


def clause(part: Clause) -> Pair:
    """As one parameter where its form can say it, otherwise as a `_filter`."""
    return _pair(part) or ("_filter", filter_format.format(part))


def _pair(part: Clause) -> Pair | None:
    match part:
        case Match(parameter, test):
            return words.format(part) or _match(parameter, test)
        case Missing(parameter):
            return f"{parameter}:missing", "true"
        case Not(inner):
            return _not(inner)
        case Or(parts):
            return _or(parts)
        case And((OfType(), inner)):
            return _pair(inner)
        case And():
            return words.format(part) or current.format(part)
        case Together(parameter, parts):
            if all(isinstance(each.test, Present) for each in parts):
                return f"{parameter}:missing", "false"
            values = [_match(each.parameter, each.test) for each in parts]
            return parameter, "$".join(value[1] for value in values if value)
        case Chain(parameter, types, inner):
            below = _pair(inner)
            head = f"{parameter}:{types[0]}" if len(types) == 1 else parameter
            return below and (f"{head}.{below[0]}", below[1])
        case Has(type, parameter, inner):
            below = _pair(inner)
            return below and (f"_has:{type}:{parameter}:{below[0]}", below[1])
    return None


def _not(inner: Clause) -> Pair | None:
    if isinstance(inner, Missing):
        return f"{inner.parameter}:missing", "false"
    if isinstance(inner, Together):
        return f"{inner.parameter}:missing", "true"
    parts = inner.parts if isinstance(inner, Or) else (inner,)
    tests = [each.test for each in parts if isinstance(each, Match)]
    pair = _pair(inner)
    if pair is None or len(tests) < len(parts):
        return None
    if all(isinstance(test, InValueSet) for test in tests):
        return pair[0].removesuffix(":in") + ":not-in", pair[1]
    if all(isinstance(test, TokenIs) for test in tests) and ":" not in pair[0]:
        return pair[0] + ":not", pair[1]
    return None


def _or(parts: tuple[Clause, ...]) -> Pair | None:
    """Alternatives of one parameter; the same text for each is one parameter of several types."""
    if found := words.format(Or(parts)) or current.format(Or(parts)):
        return found
    pairs = [_pair(part) for part in parts]
    known = [pair for pair in pairs if pair is not None]
    if len(known) < len(pairs):
        return None
    bare = {_without_types(name) for name, _ in known}
    if len(bare) > 1:
        return None
    values = {value for _, value in known}
    if len(values) > 1 and all(
        isinstance(p, And) and isinstance(p.parts[0], OfType) for p in parts
    ):
        values = _untyped(values)
    if len(values) == 1:
        return bare.pop(), values.pop()
    if len({name for name, _ in known}) > 1 or not all(
        isinstance(p, Match | Together) for p in parts
    ):
        return None
    return known[0][0], ",".join(value for _, value in known)


def _untyped(values: set[str]) -> set[str]:
    """Of references by id, which some types complete with the only type that they refer to, the
    text that was given: the one with the fewest types in it."""
    ids = {frozenset(part.rpartition("/")[2] for part in value.split(",")) for value in values}
    return {min(values, key=lambda value: value.count("/"))} if len(ids) == 1 else values


def _without_types(name: str) -> str:
    """subject:Patient.name and subject:Group.name are both subject.name."""
    if name.startswith("_has:"):
        return name
    *steps, last = name.split(".")
    return ".".join([*(step.partition(":")[0] for step in steps), last])


def _match(parameter: str, test: Test) -> Pair | None:
    modifier = _MODIFIERS.get(type(test), "")
    value = _value(parameter, test)
    if isinstance(test, Subsumed):
        modifier = f":{test.direction}"
    elif isinstance(test, ReferenceUrl) and test.below:
        modifier = ":below"
    return None if value is None else (parameter + modifier, value)


_MODIFIERS: dict[type[Test], str] = {
    InValueSet: ":in",
    StringContains: ":contains",
    StringIs: ":exact",
    UriBelow: ":below",
    UriAbove: ":above",
}


def _value(parameter: str, test: Test) -> str | None:
    match test:
        case TokenIs() if parameter.endswith(":of-type"):
            return token.format_of_type(test)
        case TokenIs() | Subsumed():
            return token.format(test)
        case InValueSet(url):
            return escape(url)
        case StringStarts() | StringContains() | StringIs():
            return string.format(test)
        case DateIs():
            return None if test.prefix == "overlaps" else date.format(test)
        case NumberIs():
            return number.format(test)
        case QuantityIs():
            return quantity.format(test)
        case ReferenceIs() | ReferenceUrl():
            return reference.format(test)
        case UriIs() | UriBelow() | UriAbove():
            return uri.format(test)
        case Near(given=given):
            return given
    return None
