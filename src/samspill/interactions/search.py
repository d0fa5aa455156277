"""search: from names and values to a page of resources. https://hl7.org/fhir/R4/http.html#search"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from urllib.parse import parse_qsl

from msgspec import Struct, structs

from samspill.access import event
from samspill.access.decide import Action
from samspill.base.errors import InvalidSearch, Issue
from samspill.base.json import Resource
from samspill.fhir.search import format, parse, rewrite
from samspill.fhir.search.compartments import Compartments
from samspill.fhir.search.parameters import Registry
from samspill.fhir.search.query import Clause, InCompartment, OfType, Query, all_of, any_of
from samspill.interactions import audit, guard, noted, read
from samspill.interactions.indexing import Parameters
from samspill.interactions.session import Session
from samspill.store import Page, Version
from samspill.store.search.explain import Explanation

Pairs = Sequence[tuple[str, str]]

CURSOR = "_cursor"
"""The parameter that the links to other pages carry."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search, and what leads to the other pages."""

    query: Query
    versions: tuple[Version, ...]
    included: tuple[Version, ...]
    total: int | None
    used: Pairs
    """What was searched for, with ignored parameters left out: the self link."""
    ignored: Sequence[Issue]
    next: str
    previous: str
    first: str
    """Cursors, "" where there is no such page."""

    def resources(self) -> list[Resource]:
        """The matches, parsed."""
        return [read.parsed(version) for version in self.versions]

    def included_resources(self) -> list[Resource]:
        return [read.parsed(version) for version in self.included]


def search(
    session: Session,
    type: str,
    query: str | Pairs = (),
    *,
    compartment: tuple[str, str] | None = None,
    where: Clause | None = None,
) -> Found:
    """Finds resources of a type ("" for every type), within a compartment such as
    ("Patient", "1") and under a further clause, if these are given.

    `query` is a query string as in an address, or decoded names and values.
    Raises `InvalidSearch`, and `BudgetSpent` when the session has a budget.
    """
    session.decide(Action.SEARCH, type)
    pairs, cursor = _without_cursor(parse_qsl(query, True) if isinstance(query, str) else query)
    parameters = _parameters(session)
    asked = ask(session, type, pairs)
    sought = _sought(session, asked.query, compartment, where)
    page = _page(session, type, sought, cursor)
    if parameters.custom and _parameters(session) is not parameters:
        # The index of a parameter may have been half the old one and half the new one.
        return search(session, type, query, compartment=compartment, where=where)
    noted.seen(session, Action.SEARCH, type, (*page.versions, *page.included))
    return Found(
        query=asked.query,
        versions=page.versions,
        included=page.included,
        total=page.total,
        used=asked.used,
        ignored=asked.ignored,
        next=page.next,
        previous=page.previous,
        first=page.first,
    )


def _page(session: Session, type: str, sought: Query, cursor: str) -> Page:
    """The page, narrowed to what the session may see, and asked once more of each resource."""
    if type == event.TYPE:
        return audit.search(session, sought, cursor)
    source = session.transaction or session.platform.store
    narrow = guard.narrow(session, Action.SEARCH, sought.where)
    page = source.search(sought, narrow=narrow, cursor=cursor, budget=session.budget)
    if narrow is None:
        return page
    return structs.replace(
        page,
        versions=guard.shown(session, Action.SEARCH, page.versions),
        included=guard.shown(session, Action.SEARCH, page.included),
    )


def explain(
    session: Session,
    type: str,
    pairs: Pairs,
    *,
    compartment: tuple[str, str] | None = None,
) -> tuple[Query, Explanation]:
    """The query tree of a search, and how the store would carry it out; nothing is looked up.

    Only for those who may see everything: what it tells of sizes is of the whole record.
    """
    session.decide(Action.SEARCH, type)
    guard.refuse_unless_open(session)
    pairs, _ = _without_cursor(pairs)
    sought = _sought(session, ask(session, type, pairs).query, compartment, None)
    return sought, session.platform.store.explain(sought)


def count(session: Session, type: str, query: str | Pairs = ()) -> int:
    """How many resources a search finds."""
    pairs = parse_qsl(query, True) if isinstance(query, str) else list(query)
    found = search(session, type, [*pairs, ("_summary", "count")])
    return found.total or 0


def _parameters(session: Session) -> Parameters:
    """The search parameters, as the session's transaction sees them."""
    indexing = session.platform.indexing
    return indexing.within(session.transaction) if session.transaction else indexing.current()


class Asked(Struct, frozen=True):
    """What is asked of the store, and what the reader is told of it."""

    query: Query
    used: Pairs
    ignored: Sequence[Issue]


def ask(session: Session, type: str, pairs: Pairs) -> Asked:
    """The query of names and values, by the session's leniency and with the page size in use."""
    platform = session.platform
    settings = platform.settings
    terms = _Terms(
        registry=_parameters(session).registry,
        types=(type,) if type else (),
        pairs=tuple(pairs),
        is_lenient=session.lenient,
        bases=(session.base,) if session.base else (),
        counts=(settings.default_count, settings.largest_count),
        zone=settings.zone,
    )
    if any(value.startswith("ap") for _, value in pairs):
        # What "about" a date means depends on the time.
        return _parse(terms, platform.clock())
    # Pages of one search, and searches that are made again and again, are parsed once.
    return _parsed(terms, 0)


class _Terms(Struct, frozen=True):
    """All that the meaning of a search depends on, but for the time."""

    registry: Registry
    types: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    is_lenient: bool
    bases: tuple[str, ...]
    counts: tuple[int, int]
    """Resources on a page that says nothing, and at most."""
    zone: tzinfo


def _parse(terms: _Terms, now: int) -> Asked:
    parsed = parse.parse(
        terms.types,
        terms.pairs,
        terms.registry,
        zone=terms.zone,
        now=now,
        lenient=terms.is_lenient,
        bases=terms.bases,
    )
    told = _limited(parsed.asked, *terms.counts)
    used = tuple(format.format(told, is_of_all=not terms.types))
    return Asked(_limited(parsed.query, *terms.counts), used, parsed.ignored)


_parsed = lru_cache(maxsize=512)(_parse)


def _limited(query: Query, default: int, largest: int) -> Query:
    """The query with the page size that is used for it."""
    count = min(default if query.count is None else query.count, largest)
    return structs.replace(query, count=count)


def _sought(
    session: Session, asked: Query, compartment: tuple[str, str] | None, where: Clause | None
) -> Query:
    """What the store is asked: codes resolved, within the compartment, under the further clause."""
    sought = rewrite.resolve(asked, session.platform.codes)
    if compartment is not None:
        sought = _within(session, sought, *compartment)
    return sought if where is None else rewrite.narrow(sought, where)


def _within(session: Session, query: Query, kind: str, id: str) -> Query:
    """The query in a compartment; of all types at once, that of a patient is a table of its own."""
    compartments = session.platform.compartments
    if query.types:
        clauses = [_member(compartments, kind, id, type) for type in query.types]
    elif kind == "Patient":
        clauses = [InCompartment(kind, (id,))]
    else:
        types = (kind, *compartments.parameters(kind))
        clauses = [_member(compartments, kind, id, type) for type in types]
    return rewrite.narrow(query, any_of(clauses))


def _member(compartments: Compartments, kind: str, id: str, type: str) -> Clause:
    return all_of((OfType((type,)), compartments.clause(kind, id, type)))


def _without_cursor(pairs: Pairs) -> tuple[Pairs, str]:
    cursors = [value for name, value in pairs if name == CURSOR]
    if len(cursors) > 1:
        raise InvalidSearch("Only one cursor", "Bare én markør", where=CURSOR)
    return [pair for pair in pairs if pair[0] != CURSOR], "".join(cursors)
