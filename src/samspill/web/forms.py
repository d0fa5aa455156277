"""Forms: reading what was sent, and refusing what another site sent in the reader's name.

Three guards against cross-site requests: SameSite on the cookie, the origin of the request, and a
token in the form that follows from a secret in the sealed cookie.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import hashlib
import hmac
import secrets
from collections.abc import AsyncGenerator, Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from samspill.base.errors import Forbidden, InvalidRequest, TooLarge

LARGEST = 64 * 1024
"""Bytes of a form."""
LARGEST_WITH_FILE = 1024 * 1024
"""Bytes of a form that may carry a file. What is smaller than this stays in memory."""
MOST_FIELDS = 200
TOKEN = "token"
"""Name of the field that carries the token."""

Form = Mapping[str, str]
"""The last value of each field."""


async def read(request: Request) -> Form:
    """The fields of a form, a file as its text; raises TooLarge or InvalidRequest."""
    has_file = request.headers.get("content-type", "").startswith("multipart/form-data")
    largest = LARGEST_WITH_FILE if has_file else LARGEST
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise TooLarge(
                "The form is too large", "Skjemaet er for stort", expected=f"{largest >> 10} KiB"
            )
    try:
        if has_file:
            return await _read_parts(request, body)
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (ValueError, MultiPartException) as broken:
        raise InvalidRequest(
            "The form could not be read", "Skjemaet kunne ikke leses", where="body"
        ) from broken


async def _read_parts(request: Request, body: bytes) -> Form:
    """A form of parts. https://www.rfc-editor.org/rfc/rfc7578"""
    parser = MultiPartParser(
        request.headers,
        _once(body),
        max_files=1,
        max_fields=MOST_FIELDS,
        max_part_size=LARGEST_WITH_FILE,
    )
    form = await parser.parse()
    try:
        return {name: await _text(value) for name, value in form.items()}
    finally:
        await form.close()


async def _text(value: UploadFile | str) -> str:
    return value if isinstance(value, str) else (await value.read()).decode()


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


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
