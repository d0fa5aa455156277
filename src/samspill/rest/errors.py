"""An error → HTTP status and OperationOutcome, in the reader's language; the only place for it.

https://hl7.org/fhir/R4/http.html#Status-Codes
"""

from collections.abc import Sequence

from samspill.base import errors, logs
from samspill.base.errors import Issue, SamspillError
from samspill.base.texts import Text
from samspill.fhir import outcome
from samspill.fhir.validation import lines
from samspill.identity import tokens
from samspill.interactions import update
from samspill.interactions.session import Session
from samspill.rest import negotiate
from samspill.rest.requests import MethodNotAllowed
from samspill.rest.responses import Response


def respond(error: Exception, session: Session) -> Response:
    """The answer to a request that failed. What nobody foresaw is logged by its type and place."""
    if isinstance(error, SamspillError):
        return _known(error, session)
    try:
        raise error
    except Exception:
        logs.error("request.failed", request=session.request)
    return _response(500, (_UNFORESEEN,), session.language)


def status_of(error: SamspillError) -> int:
    """The HTTP status; a subclass without an own entry has its parent's."""
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def _known(error: SamspillError, session: Session) -> Response:
    issues = error.issues
    if session.sent and type(error) is errors.InvalidResource:
        issues = lines.told(issues, session.sent)
    response = _response(status_of(error), issues, session.language)
    match error:
        case MethodNotAllowed():
            return response.with_headers(("allow", ", ".join(error.allowed)))
        case errors.Busy() | errors.Unavailable():
            return response.with_headers(("retry-after", "1"))
        case tokens.InvalidToken(challenge=challenge):
            return response.with_headers(("www-authenticate", challenge))
        case errors.LoginRequired():
            return response.with_headers(("www-authenticate", tokens.CHALLENGE))
        case _:
            return response


def _response(status: int, issues: Sequence[Issue], language: str) -> Response:
    return Response.of_resource(status, outcome.to_fhir(issues, language))


_UNFORESEEN = Issue(
    "fatal",
    "exception",
    Text(
        "Something failed here, and it is not your fault. It has been logged.",
        "Noe sviktet hos oss, og det er ikke din feil. Det er logget.",
    ),
)

_STATUS: dict[type, int] = {
    errors.InvalidContent: 400,
    errors.InvalidResource: 400,
    errors.InvalidRequest: 400,
    errors.InvalidSearch: 400,
    errors.InvalidExpression: 400,
    errors.NotSupported: 400,
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.LoginRequired: 401,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.TooCostly: 400,
    errors.Busy: 503,
    errors.Unavailable: 503,
    update.ClientIdRefused: 405,
    MethodNotAllowed: 405,
    negotiate.NotAcceptable: 406,
    negotiate.UnsupportedMediaType: 415,
    SamspillError: 500,
}
