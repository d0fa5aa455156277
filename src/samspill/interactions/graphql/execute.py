"""A GraphQL query over resources: fields, lists, references, searches, mutations.

The search and every reference go through the door like any other read.
https://hl7.org/fhir/R4/graphql.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from samspill.base.errors import InvalidRequest, SamspillError, TooCostly
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import fhirpath, references
from samspill.interactions import read, search
from samspill.interactions.graphql import arguments, mutate, parse
from samspill.interactions.graphql.directives import Place, has
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
    if query.is_mutation:
        return run.mutations(query.selections, root), run.failures
    if root is None:
        return run.system(query.selections), run.failures
    place = Place({}, ())
    run.fill(place, Node(root, str(root["resourceType"]), root), query.selections)
    return place.answer, run.failures


def is_mutation(text: str, name: str = "") -> bool:
    """Whether a document asks for something to be written."""
    return _chosen(parse.parse(text), name).is_mutation


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
        place = Place({}, ())
        for each in self._fields(selections, "Query"):
            if each.name == "__typename":
                place.put(each, "Query")
            else:
                self._found(place, each, None)
        return place.answer

    def mutations(self, selections: Sequence[Selection], root: Resource | None) -> Resource:
        """PatientCreate(…), PatientUpdate(…), PatientDelete(…), one after the other; one that
        fails is null and a failure, and those before it stay."""
        place = Place({}, ())
        for each in self._fields(selections, "Mutation"):
            type, verb = mutate.split(each.name)
            if root is not None or not verb or not self._is_type(type):
                raise _no_such_field(each.name)
            self._spend_read()
            try:
                written, plain = mutate.run(self.session, type, verb, self._arguments(each))
            except SamspillError as error:
                self.failures.append(Failure((each.alias,), error))
                place.put(each, None)
                continue
            place.put(each, self._mutated(place.inside(each), each, type, written, plain))
        return place.answer

    def _mutated(
        self, place: Place, each: Field, type: str, written: Resource | None, plain: Resource
    ) -> Resource:
        """location, resource and information of a mutation."""
        for part in self._fields(each.selections, type + each.name):
            known = {"resource": written, "information": plain["information"]}.get(part.name)
            if known is None:
                place.put(part, plain.get(part.name))
                continue
            node = Node(known, str(known["resourceType"]), known)
            self._objects(place, part, [node], is_list=False)
        return place.answer

    def fill(self, place: Place, node: Node, selections: Sequence[Selection]) -> None:
        """Puts the fields of an object into their place."""
        for each in self._fields(selections, node.type):
            self._spend()
            if each.name == "__typename":
                place.put(each, node.type)
            elif each.name == "resource" and node.type == "Reference":
                self._target(place, node, each)
            elif each.name.endswith(("List", "Connection")) and each.name[0].isupper():
                self._found(place, each, node.resource)
            else:
                self._element(place, node, each)

    def _element(self, place: Place, node: Node, each: Field) -> None:
        """Puts the values of an element into the answer, by the directives on the field."""
        type = self._type_of(node, each, place.path)
        value = node.value.get(each.name)
        is_list = isinstance(value, list)
        if value is None or each.name == "resourceType":
            if not has(each, "flatten"):
                place.put(each, value)
            return
        given, definitions = self._arguments(each), self.session.platform.definitions
        items = arguments.kept(value if is_list else [value], given, type, definitions)
        if type in definitions.primitives:
            place.put(each, items if is_list else next(iter(items), None))
            return
        if not each.selections:
            raise InvalidRequest(
                "Say which fields of this element are asked for",
                "Oppgi hvilke felter av elementet det spørres om",
                where=".".join((*place.path, each.alias)),
            )
        nodes = [self._inner(item, type, node) for item in items if item]
        self._objects(place, each, nodes, is_list=is_list)

    def _objects(self, place: Place, each: Field, nodes: Sequence[Node], *, is_list: bool) -> None:
        """Puts objects under the field's name, or their fields in its place."""
        if has(each, "first"):
            nodes = nodes[:1]
        for suffix, group in self._sliced(each, nodes).items():
            if has(each, "flatten"):
                inner = place.flattened(each, suffix, is_list=is_list)
                for node in group:
                    self.fill(inner, node, each.selections)
                continue
            made = []
            for node in group:
                inner = place.inside(each)
                self.fill(inner, node, each.selections)
                made.append(inner.answer)
            place.put(each, made if is_list else next(iter(made), None), suffix)

    def _sliced(self, each: Field, nodes: Sequence[Node]) -> dict[str, list[Node]]:
        """The nodes by what @slice adds to the name: the value of a path, or their place."""
        found = next((one for one in each.directives if one.name == "slice"), None)
        if found is None:
            return {"": list(nodes)}
        path = str(self._value(found.arguments.get("path", "$index")))
        groups: dict[str, list[Node]] = {}
        for place, node in enumerate(nodes):
            text = str(place) if path == "$index" else self._evaluated(path, node)
            groups.setdefault(f".{text}", []).append(node)
        return groups

    def _evaluated(self, path: str, node: Node) -> str:
        expression = fhirpath.compile(path, self.session.platform.definitions, node.type)
        values = expression.evaluate(node.value)
        return ",".join(str(each.value) for each in values)

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

    def _inner(self, item: Resource, type: str, node: Node) -> Node:
        if type == "Resource":
            type = str(item.get("resourceType"))
        return Node(item, type, node.resource)

    def _target(self, place: Place, node: Node, each: Field) -> None:
        """What a reference leads to: a failure if it cannot be had and is not `optional`, nothing
        if it is of another `type`."""
        text = str(node.value.get("reference", ""))
        wanted = self._value(each.arguments.get("type"))
        nodes = []
        try:
            found = self._resolved(node.resource, text)
            type = str(found["resourceType"])
            if wanted in (None, type):
                nodes = [Node(found, type, found)]
        except TooCostly:
            raise
        except SamspillError as error:
            if not self._value(each.arguments.get("optional")):
                self.failures.append(Failure((*place.path, each.alias), error))
        self._objects(place, each, nodes, is_list=False)

    def _resolved(self, resource: Resource, text: str) -> Resource:
        if (inside := references.contained(resource, text)) is not None:
            return inside
        address = references.parse(text).within((self.session.base,))
        self._spend_read()
        return read.resource(self.session, address.type, address.id)

    def _found(self, place: Place, each: Field, within: Resource | None) -> None:
        """What a search or a read finds; null and a failure where it cannot be had."""
        name = each.name
        is_list = name.endswith("List") and not self._is_type(name)
        is_connection = name.endswith("Connection")
        type = name.removesuffix("List") if is_list else name.removesuffix("Connection")
        if not self._is_type(type):
            raise _no_such_field(".".join((*place.path, name)))
        try:
            self._spend_read()
            if not is_list and not is_connection:
                id = str(self._value(each.arguments.get("id", "")))
                resources = [read.resource(self.session, type, id)]
            else:
                pairs = arguments.pairs(self._arguments(each), within)
                total = [("_total", "accurate")] if is_connection else []
                page = search.search(self.session, type, [*total, *pairs])
                resources = page.resources()
        except TooCostly:
            raise
        except SamspillError as error:
            self.failures.append(Failure((*place.path, each.alias), error))
            place.put(each, None)
            return
        if is_connection:
            place.put(each, self._connection(place.inside(each), page, each))
            return
        nodes = [Node(found, type, found) for found in resources]
        self._objects(place, each, nodes, is_list=is_list)

    def _connection(self, place: Place, page: search.Found, each: Field) -> Resource:
        """count, first, previous, next – for the argument `_cursor` – and edges."""
        plain = {
            "count": page.total,
            "pagesize": page.query.count,
            "first": page.first or None,
            "previous": page.previous or None,
            "next": page.next or None,
        }
        matches = [("match", found) for found in page.resources()]
        edges = matches + [("include", found) for found in page.included_resources()]
        for part in self._fields(each.selections, "Connection"):
            if part.name == "edges":
                place.put(part, [self._edge(place.inside(part), part, *edge) for edge in edges])
            else:
                place.put(part, plain.get(part.name))
        return place.answer

    def _edge(self, place: Place, edges: Field, mode: str, found: Resource) -> Resource:
        """mode and resource."""
        for part in self._fields(edges.selections, "Edge"):
            if part.name == "resource":
                node = Node(found, str(found["resourceType"]), found)
                self._objects(place, part, [node], is_list=False)
            else:
                place.put(part, {"mode": mode}.get(part.name))
        return place.answer

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
        conditions = [(one.name, self._value(one.arguments.get("if"))) for one in directives]
        return ("skip", True) not in conditions and ("include", False) not in conditions

    def _arguments(self, each: Field) -> dict[str, Any]:
        return {name: self._value(value) for name, value in each.arguments.items()}

    def _value(self, value: Value) -> Any:
        match value:
            case Variable(name):
                return self.variables.get(name)
            case list():
                return [self._value(item) for item in value]
            case dict():
                return {name: self._value(item) for name, item in value.items()}
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


def _no_such_field(name: str) -> InvalidRequest:
    return InvalidRequest("There is no such field", "Det finnes ikke noe slikt felt", where=name)
