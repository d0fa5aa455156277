"""GET of a resource, a version or a history. https://hl7.org/fhir/R4/http.html#read"""

from samspill.base.errors import InvalidRequest, NotFound
from samspill.base.texts import Text
from samspill.fhir import bundle
from samspill.fhir.search.types import date
from samspill.interactions import history as histories
from samspill.interactions import read as reads
from samspill.interactions.session import Session
from samspill.interactions.versions import Version
from samspill.rest import binaries, responses, subsets
from samspill.rest.requests import Request
from samspill.rest.responses import Response


def read(request: Request, session: Session) -> Response:
    """read, conditional by If-None-Match and If-Modified-Since."""
    type, id = request.path
    version = reads.read(session, type, id)
    if _is_known(request, version):
        return Response(304, (("etag", responses.etag(version)),))
    if type == "Binary" and binaries.wants_content(request):
        return binaries.of_version(version)
    return subsets.of_version(request, session, version)


def read_version(request: Request, session: Session) -> Response:
    """vread."""
    type, id, _, number = request.path
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise NotFound("There is no such version", "Denne versjonen finnes ikke")
    version = reads.read_version(session, type, id, int(number))
    if type == "Binary" and binaries.wants_content(request):
        return binaries.of_version(version)
    return subsets.of_version(request, session, version)


def history(request: Request, session: Session) -> Response:
    """history of an instance, a type or the system."""
    type, id = (*request.path[:-1], "", "")[:2]
    since = request.parameter("_since")
    page = histories.history(
        session,
        type,
        id,
        since=_period(session, since, "_since")[0] if since else None,
        at=_period(session, at, "_at") if (at := request.parameter("_at")) else None,
        count=_count(request.parameter("_count")),
        cursor=request.parameter("_cursor"),
    )
    entries = [_entry(request.base, version) for version in page.versions]
    links = responses.links(
        request, request.query, next=page.next, previous=page.previous, first=page.first
    )
    body = bundle.join("history", entries, total=page.total, links=links)
    return Response.of_bytes(200, body)


def _is_known(request: Request, version: Version) -> bool:
    """Whether the client has this version already. If-None-Match is the stronger of the two."""
    if known := request.header("if-none-match"):
        tags = (tag.strip().removeprefix("W/") for tag in known.split(","))
        return known.strip() == "*" or f'"{version.number}"' in tags
    if since := request.header("if-modified-since"):
        # The header has whole seconds.
        return version.at // 1_000_000 * 1_000_000 <= responses.parse_http_date(
            since, "If-Modified-Since"
        )
    return False


def _period(session: Session, text: str, name: str) -> tuple[int, int]:
    period = date.period(text, session.platform.settings.zone)
    if period is None:
        raise InvalidRequest(
            "This is not a date or instant",
            "Dette er ikke en dato eller et tidspunkt",
            where=name,
            expected="YYYY-MM-DDThh:mm:ss+zz:zz",
        )
    return period.low, period.high


def _count(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidRequest(
            "This is not a number of entries",
            "Dette er ikke et antall",
            where="_count",
            expected=Text("0 or more", "0 eller mer"),
        )
    return int(text) if text else None


def _entry(base: str, version: Version) -> bytes:
    place = f"{version.type}/{version.id}"
    if version.deleted:
        method, url, status = "DELETE", place, "204 No Content"
    elif version.number == 1:
        method, url, status = "POST", version.type, "201 Created"
    else:
        method, url, status = "PUT", place, "200 OK"
    response = {
        "status": status,
        "etag": responses.etag(version),
        "lastModified": responses.instant(version),
    }
    request = {"method": method, "url": url}
    return bundle.past(f"{base}/{place}", version.body, request, response)
