"""Forms: reading what was sent, and refusing what another site sent in the reader's name.

Three guards against cross-site requests: SameSite on the cookie, the origin of the request, and a
token in the form that follows from a secret in the sealed cookie.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from samspill.base.errors import Forbidden, InvalidRequest, TooLarge

LARGEST = 64 * 1024
"""Bytes of a form."""
MOST_FIELDS = 200
TOKEN = "token"
"""Name of the field that carries the token."""

Form = Mapping[str, str]
"""The last value of each field."""


async def read(request: Request) -> Form:
    """The fields of an urlencoded form; raises TooLarge or InvalidRequest."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TooLarge("The form is too large", "Skjemaet er for stort", expected="64 KiB")
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as broken:
        raise InvalidRequest(
            "The form could not be read", "Skjemaet kunne ikke leses", where="body"
        ) from broken
    return dict(fields)


def new_secret() -> str:
    return secrets.token_urlsafe(16)


def token(secret: str) -> str:
    """A new token each time, so that packed pages give nothing away (BREACH)."""
    salt = secrets.token_urlsafe(6)
    return f"{salt}.{_sign(secret, salt)}"


def check(request: Request, secret: str, form: Form) -> None:
    """Raise Forbidden unless the form was made by us, for this reader."""
    salt, _, signature = form.get(TOKEN, "").partition(".")
    is_ours = bool(secret) and hmac.compare_digest(signature.encode(), _sign(secret, salt).encode())
    if not is_ours or not _is_from_here(request):
        raise Forbidden(
            "The form is too old or comes from another site",
            "Skjemaet er for gammelt eller kommer fra et annet nettsted",
        )


def _is_from_here(request: Request) -> bool:
    """By what the browser says itself, else by the origin; ours sends none with `no-referrer`."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or origin == f"{request.url.scheme}://{request.url.netloc}"


def _sign(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), salt.encode(), hashlib.sha256).hexdigest()[:32]
