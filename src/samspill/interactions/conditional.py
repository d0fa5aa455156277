"""Conditions of conditional interactions. https://hl7.org/fhir/R4/http.html#ccreate"""

from urllib.parse import parse_qsl

from samspill.access.decide import Action
from samspill.base.errors import InvalidRequest, MultipleMatches
from samspill.fhir.search import rewrite
from samspill.fhir.search.query import All, Query
from samspill.interactions import guard, search
from samspill.interactions.session import Session
from samspill.store import Version


def parse(session: Session, type: str, condition: str, where: str) -> Query:
    """The query of a condition such as "identifier=system|value"; `where` names it in errors.

    Unknown parameters are refused even for lenient clients: a condition must mean what it says.
    """
    pairs = parse_qsl(condition.removeprefix("?"), keep_blank_values=True)
    query = search.ask(session.strict(), type, pairs).query
    if query.where == All():
        raise InvalidRequest(
            "A condition needs at least one search parameter",
            "En betingelse trenger minst én søkeparameter",
            where=where,
        )
    plain = Query(types=query.types, where=query.where, count=2, total="none")
    return rewrite.resolve(plain, session.platform.codes)


def find(session: Session, query: Query) -> Version | None:
    """The one resource that meets the condition. Raises `MultipleMatches` when there are more."""
    source = session.transaction or session.platform.store
    narrow = guard.narrow(session, Action.SEARCH)
    versions = source.search(query, narrow=narrow).versions
    if len(versions) > 1:
        raise MultipleMatches(
            "More than one resource meets the condition",
            "Mer enn én ressurs oppfyller betingelsen",
        )
    return versions[0] if versions else None


def find_id(session: Session, query: Query) -> str:
    """Id of the one resource that meets the condition, or ""."""
    version = find(session, query)
    return version.id if version else ""
