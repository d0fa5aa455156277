"""A GraphQL query over resources: fields, lists, references, searches.

The search and every reference go through the door like any other read.
https://hl7.org/fhir/R4/graphql.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from samspill.base.errors import InvalidRequest, SamspillError, TooCostly
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import fhirpath, references
from samspill.interactions import read, search
from samspill.interactions.graphql import parse
from samspill.interactions.graphql.syntax import (
    Directive,
    Document,
    Field,
    Fragment,
    Inline,
    Query,
    Selection,
    Spread,
    Value,
    Variable,
)
from samspill.interactions.session import Session

MOST_VALUES = 100_000
"""Fields in an answer."""
MOST_READS = 500
"""Searches and references in a query."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of the answer that could not be had; `path` leads to it."""

    path: tuple[str, ...]
    error: SamspillError


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the answer's source, and the type that says what its fields are."""

    value: Resource
    type: str
    resource: Resource
    """The resource that it is part of, for contained references and reverse searches."""


def execute(
    session: Session,
    text: str,
    variables: Mapping[str, Any],
    name: str = "",
    root: Resource | None = None,
) -> tuple[Resource, Sequence[Failure]]:
    """The data that a query asks for, and what failed on the way.

    `root` is the resource that `$graphql` was called on; None at the system level.
    """
    document = parse.parse(text)
    query = _chosen(document, name)
    run = _Run(session, document.fragments, _given(query, variables))
    if root is None:
        return run.system(query.selections), run.failures
    return run.node(Node(root, str(root["resourceType"]), root), query.selections, ()), run.failures


def _chosen(document: Document, name: str) -> Query:
    found = [query for query in document.queries if not name or query.name == name]
    if len(found) != 1:
        raise InvalidRequest(
            "Name one of the queries in the document",
            "Oppgi én av spørringene i dokumentet",
            where="operationName",
        )
    return found[0]


def _given(query: Query, variables: Mapping[str, Any]) -> dict[str, Any]:
    given = {}
    for each in query.declarations:
        given[each.name] = variables.get(each.name, each.default)
        if each.is_required and given[each.name] is None:
            raise InvalidRequest(
                "A variable has no value", "En variabel mangler verdi", where=each.name
            )
    return given


@dataclass(slots=True)
class _Run:
    """One execution, with what it has cost so far."""

    session: Session
    fragments: Mapping[str, Fragment]
    variables: Mapping[str, Any]
    failures: list[Failure] = field(default_factory=list)
    values: int = 0
    reads: int = 0

    def system(self, selections: Sequence[Selection]) -> Resource:
        """Patient(id: …), PatientList(…), PatientConnection(…) of any type."""
        return {
            each.alias: self._guarded((each.alias,), each, None)
            for each in self._fields(selections, "Query")
        }

    def node(self, node: Node, selections: Sequence[Selection], path: tuple[str, ...]) -> Resource:
        """The fields of an object."""
        answer: Resource = {}
        for each in self._fields(selections, node.type):
            self._spend()
            here = (*path, each.alias)
            if each.name == "__typename":
                answer[each.alias] = node.type
            elif each.name == "resource" and node.type == "Reference":
                _put(answer, each, self._target(node, each, here))
            elif each.name.endswith(("List", "Connection")) and each.name[0].isupper():
                answer[each.alias] = self._guarded(here, each, node.resource)
            else:
                self._element(answer, node, each, here)
        return answer

    def _element(self, answer: Resource, node: Node, each: Field, path: tuple[str, ...]) -> None:
        """Puts the values of an element into the answer, by the directives on the field."""
        type = self._type_of(node, each, path)
        value = node.value.get(each.name)
        if value is None or each.name == "resourceType":
            _put(answer, each, value)
            return
        items = list(self._filtered(value if isinstance(value, list) else [value], each, type))
        if type not in self.session.platform.definitions.primitives:
            if not each.selections:
                raise InvalidRequest(
                    "Say which fields of this element are asked for",
                    "Oppgi hvilke felter av elementet det spørres om",
                    where=".".join(path),
                )
            items = [self._inner(item, type, node, each, path) for item in items if item]
        _put(answer, each, items if isinstance(value, list) else next(iter(items), None))

    def _type_of(self, node: Node, each: Field, path: tuple[str, ...]) -> str:
        """The type of an element by its JSON name; `_name` is the companion of a primitive."""
        properties = self.session.platform.definitions.properties(node.type)
        known = properties.get(each.name.removeprefix("_"))
        if known is not None:
            return "Element" if each.name.startswith("_") else known.type
        if each.name == "resourceType":
            return "code"
        raise InvalidRequest(
            f"{node.type} has no element of this name",
            f"{node.type} har ikke noe element med dette navnet",
            where=".".join(path),
        )

    def _inner(
        self, item: Resource, type: str, node: Node, each: Field, path: tuple[str, ...]
    ) -> Resource:
        if type == "Resource":
            type = str(item.get("resourceType"))
        return self.node(Node(item, type, node.resource), each.selections, path)

    def _filtered(self, items: Iterable[Any], each: Field, type: str) -> Iterator[Any]:
        """The items that the arguments keep: by element, FHIRPath, offset and count."""
        arguments = {name: self._value(value) for name, value in each.arguments.items()}
        offset, count = arguments.pop("_offset", 0), arguments.pop("_count", None)
        text = arguments.pop("fhirpath", None)
        kept = [item for item in items if all(_has(item, *pair) for pair in arguments.items())]
        if text is not None:
            definitions = self.session.platform.definitions
            expression = fhirpath.compile(str(text), definitions, type)
            kept = [item for item in kept if expression.is_true(item)]
        if not isinstance(offset, int) or not isinstance(count, int | None):
            raise InvalidRequest("Not a number", "Ikke et tall", where="_count")
        end = None if count is None else offset + count
        yield from kept[offset:end]

    def _target(self, node: Node, each: Field, path: tuple[str, ...]) -> Resource | None:
        """The resource that a reference leads to; one that cannot be had is a failure unless
        `optional`, and one of another `type` is left out."""
        text = str(node.value.get("reference", ""))
        wanted = self._value(each.arguments.get("type"))
        try:
            found = self._resolved(node.resource, text)
        except SamspillError as error:
            if not self._value(each.arguments.get("optional")):
                self.failures.append(Failure(path, error))
            return None
        type = str(found["resourceType"])
        if wanted not in (None, type):
            return None
        return self.node(Node(found, type, found), each.selections, path)

    def _resolved(self, resource: Resource, text: str) -> Resource:
        if (inside := references.contained(resource, text)) is not None:
            return inside
        address = references.parse(text).within((self.session.base,))
        self._spend_read()
        return read.resource(self.session, address.type, address.id)

    def _guarded(self, path: tuple[str, ...], each: Field, within: Resource | None) -> Any:
        """A search or read, or null and a failure."""
        try:
            self._spend_read()
            return self._found(path, each, within)
        except TooCostly:
            raise
        except SamspillError as error:
            self.failures.append(Failure(path, error))
            return None

    def _found(self, path: tuple[str, ...], each: Field, within: Resource | None) -> Any:
        name = each.name
        is_list = name.endswith("List") and not self._is_type(name)
        is_connection = name.endswith("Connection")
        type = name.removesuffix("List") if is_list else name.removesuffix("Connection")
        if not self._is_type(type):
            raise InvalidRequest(
                "There is no such field", "Det finnes ikke noe slikt felt", where=".".join(path)
            )
        if not is_list and not is_connection:
            id = str(self._value(each.arguments.get("id", "")))
            found = read.resource(self.session, type, id)
            return self.node(Node(found, type, found), each.selections, path)
        pairs = self._pairs(each, within)
        if is_connection:
            pairs.append(("_total", "accurate"))
        page = search.search(self.session, type, pairs)
        nodes = [Node(found, type, found) for found in page.resources()]
        if is_list:
            return [self.node(node, each.selections, path) for node in nodes]
        return self._connection(page, nodes, each, path)

    def _pairs(self, each: Field, within: Resource | None) -> list[tuple[str, str]]:
        """Search parameters of a field: `_reference` names the one that leads to the resource that
        the field stands in; an underscore stands for a hyphen in names."""
        pairs = []
        for name, value in each.arguments.items():
            value = self._value(value)
            if name == "_reference" and within is not None:
                pairs.append((str(value), f"{within['resourceType']}/{within['id']}"))
                continue
            name = name[:1] + name[1:].replace("_", "-")
            values = value if isinstance(value, list) else [value]
            pairs += [(name, _text(item)) for item in values]
        return pairs

    def _connection(
        self, page: search.Found, nodes: Sequence[Node], each: Field, path: tuple[str, ...]
    ) -> Resource:
        """count, first, previous, next, and edges with mode and resource."""
        plain = {
            "count": page.total,
            "pagesize": page.query.count,
            "first": page.first,
            "previous": page.previous or None,
            "next": page.next or None,
        }
        answer: Resource = {}
        for part in self._fields(each.selections, "Connection"):
            if part.name != "edges":
                answer[part.alias] = plain.get(part.name)
                continue
            answer[part.alias] = [self._edge(node, part, path) for node in nodes]
        return answer

    def _edge(self, node: Node, edges: Field, path: tuple[str, ...]) -> Resource:
        answer: Resource = {}
        for part in self._fields(edges.selections, "Edge"):
            is_resource = part.name == "resource"
            answer[part.alias] = (
                self.node(node, part.selections, path)
                if is_resource
                else {"mode": "match"}.get(part.name)
            )
        return answer

    def _fields(
        self, selections: Sequence[Selection], type: str, level: int = 0
    ) -> Iterator[Field]:
        """The fields that apply to a type, with fragments opened and directives heeded."""
        if level > parse.MOST_LEVELS:
            raise TooCostly("Fragments hold each other", "Fragmenter inneholder hverandre")
        for each in selections:
            if not self._is_wanted(each.directives):
                continue
            match each:
                case Field():
                    yield each
                case Inline(of, inner):
                    if self._applies(of, type):
                        yield from self._fields(inner, type, level + 1)
                case Spread(name):
                    fragment = self._fragment(name)
                    if self._applies(fragment.type, type):
                        yield from self._fields(fragment.selections, type, level + 1)

    def _fragment(self, name: str) -> Fragment:
        if name not in self.fragments:
            raise InvalidRequest("There is no such fragment", "Fragmentet finnes ikke", where=name)
        return self.fragments[name]

    def _applies(self, wanted: str, type: str) -> bool:
        definitions = self.session.platform.definitions
        return wanted in ("", type) or (
            definitions.is_type(type) and definitions.is_a(type, wanted)
        )

    def _is_wanted(self, directives: Sequence[Directive]) -> bool:
        for each in directives:
            condition = self._value(each.arguments.get("if"))
            if (each.name, condition) in (("skip", True), ("include", False)):
                return False
        return True

    def _value(self, value: Value) -> Any:
        match value:
            case Variable(name):
                return self.variables.get(name)
            case list():
                return [self._value(item) for item in value]
            case _:
                return value

    def _is_type(self, name: str) -> bool:
        return self.session.platform.definitions.is_resource(name)

    def _spend(self) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            raise TooCostly("The answer is too large", "Svaret er for stort")

    def _spend_read(self) -> None:
        self.reads += 1
        if self.reads > MOST_READS:
            raise TooCostly(
                "The query needs too many searches and references",
                "Spørringen trenger for mange søk og referanser",
                expected=Text(f"at most {MOST_READS}", f"høyst {MOST_READS}"),
            )


def _has(item: Any, name: str, value: Any) -> bool:
    found = item.get(name) if isinstance(item, dict) else None
    return value in found if isinstance(found, list) else found == value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _put(answer: Resource, each: Field, value: Any) -> None:
    """Puts a value under the field's name as @first, @singleton, @flatten and @slice say."""
    names = {directive.name for directive in each.directives}
    if isinstance(value, list) and names & {"first", "singleton"}:
        value = value[0] if value else None
    if "flatten" in names:
        for item in value if isinstance(value, list) else [value]:
            _merge(answer, item, is_list=isinstance(value, list))
        return
    answer[each.alias] = value


def _merge(answer: Resource, item: Any, *, is_list: bool) -> None:
    """The fields of a flattened object, collected into lists where there may be several."""
    for name, value in (item or {}).items():
        if is_list:
            answer.setdefault(name, []).append(value)
        else:
            answer[name] = value
