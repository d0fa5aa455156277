"""Search by GET and POST, in a type, in a compartment or everywhere.

https://hl7.org/fhir/R4/http.html#search
"""

from samspill.base import json
from samspill.fhir import bundle, outcome
from samspill.fhir.search.query import Query
from samspill.interactions import search as searches
from samspill.interactions.search import Found, Pairs
from samspill.interactions.session import Session
from samspill.interactions.versions import Explanation
from samspill.rest import responses, subsets
from samspill.rest.negotiate import UnsupportedMediaType
from samspill.rest.requests import Request, decode_query
from samspill.rest.responses import Response

_OURS = frozenset({"_format", "_pretty"})
"""Parameters of the representation, not of the search."""


def search(request: Request, session: Session) -> Response:
    """Search of a type, or of all types at the base."""
    type = "" if request.path in ((), ("_search",)) else request.path[0]
    pairs, is_explained = _without_explain(pairs_of(request))
    if is_explained:
        return _explained(*searches.explain(session, type, pairs))
    found = searches.search(session, type, pairs)
    return present(session, found, f"{request.base}/{type}" if type else request.base, found.used)


def search_compartment(request: Request, session: Session) -> Response:
    """Search of a type, or "*" for all, in the compartment of an instance."""
    kind, id, type = request.path[:3]
    sought = "" if type == "*" else type
    pairs, is_explained = _without_explain(pairs_of(request))
    if is_explained:
        return _explained(*searches.explain(session, sought, pairs, compartment=(kind, id)))
    found = searches.search(session, sought, pairs, compartment=(kind, id))
    return present(session, found, f"{request.base}/{kind}/{id}/{type}", found.used)


def present(session: Session, found: Found, address: str, used: Pairs) -> Response:
    """A page as a searchset; its links lead to the address with what was used."""
    bodies = subsets.of_versions(session, found.query, (*found.versions, *found.included))
    modes = ["match"] * len(found.versions) + ["include"] * len(found.included)
    entries = [
        bundle.found(f"{session.base}/{version.type}/{version.id}", body, mode)
        for (version, body), mode in zip(bodies, modes, strict=True)
    ]
    if found.ignored:
        entries.append(bundle.told(json.format(outcome.to_fhir(found.ignored, session.language))))
    links = responses.links_at(
        address, used, next=found.next, previous=found.previous, first=found.first
    )
    body = bundle.join("searchset", entries, total=found.total, links=links)
    return Response.of_bytes(200, body)


def _without_explain(pairs: Pairs) -> tuple[Pairs, bool]:
    """`_explain=true` asks how a search would be done, instead of doing it."""
    rest = [pair for pair in pairs if pair[0] != "_explain"]
    return rest, ("_explain", "true") in pairs


def _explained(query: Query, explanation: Explanation) -> Response:
    """The tree, the SQL with its values, the plan, and what brings the candidates."""
    told = [("query", repr(query)), ("sql", explanation.sql)]
    told += [("value", repr(value)) for value in explanation.parameters]
    told += [("plan", line) for line in explanation.plan]
    told += [
        ("driver", f"{type}: {', '.join(ranges)}; {explanation.sizes.get(type, 0)} candidates")
        for type, ranges in explanation.drivers.items()
    ]
    if explanation.least:
        told.append(("cost", f"at least {explanation.least} steps, to sort all candidates"))
    parameters = [{"name": name, "valueString": text} for name, text in told if text]
    return Response.of_resource(200, {"resourceType": "Parameters", "parameter": parameters})


def pairs_of(request: Request) -> Pairs:
    """Names and values of the address and, in a POST, of the form."""
    pairs = request.query
    if request.method == "POST" and request.body:
        media_type = request.header("content-type").partition(";")[0].strip().lower()
        if media_type != "application/x-www-form-urlencoded":
            raise UnsupportedMediaType(
                "A search by POST is a form",
                "Et søk med POST er et skjema",
                where="Content-Type",
                expected="application/x-www-form-urlencoded",
            )
        pairs = pairs + decode_query(_text(request.body))
    return plain_pairs(pairs)


def plain_pairs(pairs: Pairs) -> list[tuple[str, str]]:
    """Without the parameters of the representation."""
    return [pair for pair in pairs if pair[0] not in _OURS]


def _text(body: bytes) -> str:
    # Bytes beyond ASCII are kept, so that decoding the query finds out whether they are UTF-8.
    return body.decode("ascii", errors="surrogateescape")
