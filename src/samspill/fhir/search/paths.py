"""The plain paths that nearly all search parameters are, merged to one tree per resource type.

Extraction then walks a resource once and meets only the elements that it has, instead of asking
for each of fifty parameters in turn. https://hl7.org/fhir/R4/searchparameter.html
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from samspill.base.errors import InvalidExpression
from samspill.fhir import fhirpath, references
from samspill.fhir.definitions import Definitions, Property
from samspill.fhir.fhirpath import parser, syntax
from samspill.fhir.search.values import Type


@dataclass(frozen=True, slots=True)
class Child:
    name: str


@dataclass(frozen=True, slots=True)
class As:
    """Of a choice, only this type."""

    type: str


@dataclass(frozen=True, slots=True)
class PointsTo:
    """`where(resolve() is type)`."""

    type: str


@dataclass(frozen=True, slots=True)
class Where:
    """`where(name = 'value')`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Carrying:
    """`where(hasExtension(url))`, which one parameter of the standard uses and FHIRPath lacks."""

    url: str


Gate: TypeAlias = PointsTo | Where | Carrying
Step: TypeAlias = Child | As | Gate
Path: TypeAlias = tuple[Step, ...]
Emit: TypeAlias = Callable[[Any, int, list[Any]], None]
"""Adds the index entries of a value, in a group, to a list."""


def alternatives(expression: str) -> list[str]:
    """The parts between the | that stand outside brackets and quotes.

    >>> alternatives("(A.b as c) | A.where(x='|')")
    ['(A.b as c)', "A.where(x='|')"]
    """
    parts, depth, quoted, start = [], 0, False, 0
    for at, letter in enumerate(expression):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "|" and depth == 0:
            parts.append(expression[start:at].strip())
            start = at + 1
    last = expression[start:].strip()
    return [*parts, last] if last else parts


def root(alternative: str) -> str:
    """The first name in an expression: mostly the resource type that it begins from."""
    name = alternative.lstrip("( ")
    end = next((at for at, c in enumerate(name) if not (c.isalnum() or c == "_")), len(name))
    return name[:end]


def is_readable(alternative: str, type: str, definitions: Definitions) -> bool:
    """Whether an expression can be evaluated: it is well formed and its functions are known."""
    try:
        if plain(parser.parse(alternative), definitions) is None:
            fhirpath.compile(alternative, definitions, type)
    except InvalidExpression:
        return False
    return True


def plain(node: syntax.Node, definitions: Definitions) -> Path | None:
    """The path that an expression is, or None if it is more than a path."""
    match node:
        case syntax.Member(None, name):
            return () if definitions.is_resource(name) else (Child(name),)
        case syntax.Member(target, name) if target:
            return _then(target, definitions, Child(name))
        case syntax.TypeOperator("as", operand, type):
            return _then(operand, definitions, As(_local(type)))
        case syntax.Call(target, "as" | "ofType", (syntax.Member(None, type),)) if target:
            return _then(target, definitions, As(type))
        case syntax.Call(target, "extension", (syntax.Literal(str(url)),)) if target:
            return _then(target, definitions, Child("extension"), Where("url", url))
        case syntax.Call(target, "where", (condition,)) if target:
            step = _condition(condition)
            return _then(target, definitions, step) if step else None
    return None


def _then(target: syntax.Node, definitions: Definitions, *steps: Step) -> Path | None:
    before = plain(target, definitions)
    return None if before is None else before + steps


def _condition(node: syntax.Node) -> Gate | None:
    match node:
        case syntax.TypeOperator("is", syntax.Call(None, "resolve", ()), type):
            return PointsTo(_local(type))
        case syntax.Binary("=", syntax.Member(None, name), syntax.Literal(str(value))):
            return Where(name, value)
        case syntax.Call(None, "hasExtension", (syntax.Literal(str(url)),)):
            return Carrying(url)
    return None


def _local(type: str) -> str:
    return type.rpartition(".")[2]


@dataclass(slots=True)
class Branch:
    """An element that paths go through: what is kept of it, and where to go on."""

    type: str
    element: Property | None = None
    children: dict[str, "Branch"] = field(default_factory=dict)
    """By JSON name."""
    gates: "dict[Gate, Branch]" = field(default_factory=dict)
    rows: dict[Type, list[str]] = field(default_factory=dict)
    """The codes under which a value here is kept, by type of parameter."""
    elsewhere: list[str] = field(default_factory=list)
    """Codes under which only references to other servers are kept."""
    emits: list[Emit] = field(default_factory=list)
    is_numbered: bool = False
    """Whether each repetition is a group of its own."""


def grow(branch: Branch, path: Path, definitions: Definitions) -> list[Branch]:
    """The ends of a path from a branch, made where they are not yet there.

    A choice without a type gives an end for each of its types; an element that the type does not
    have gives none.
    """
    if not path:
        return [branch]
    step, rest = path[0], path[1:]
    if isinstance(step, Gate):
        inside = branch.gates.setdefault(step, Branch(branch.type, branch.element))
        return grow(inside, rest, definitions)
    if isinstance(step, As):
        # Of an element that is no choice, `as` only says what it is.
        return grow(branch, rest, definitions) if is_named(branch.type, step.type) else []
    ends = []
    for found in definitions.elements(branch.type).get(step.name, ()):
        child = branch.children.setdefault(found.json_name, Branch(found.type, found))
        ends.extend(grow(child, rest, definitions))
    return ends


def is_named(type: str, wanted: str) -> bool:
    # The standard itself writes value.as(DateTime) in one place.
    return type == wanted or type.lower() == wanted.lower()


def passes(gate: Gate, value: Any, resource: dict[str, Any]) -> bool:
    if not isinstance(value, dict):
        return False
    if isinstance(gate, Where):
        return value.get(gate.name) == gate.value
    if isinstance(gate, Carrying):
        return any(each.get("url") == gate.url for each in value.get("extension", ()))
    return references.target_type(value, resource) == gate.type
