"""Answers over HTTP: pages packed as the browser likes it, and redirects after a form.

https://www.rfc-editor.org/rfc/rfc9110#field.accept-encoding
"""

import gzip

import brotli  # type: ignore[import-untyped]
from starlette.responses import Response

from samspill.web import headers

WORTH_PACKING = 800
"""Bytes below which packing gives nothing."""


def page(html: str, accepted: str, status: int = 200, leads_to: str = "") -> Response:
    """A page, packed with brotli or gzip if the `Accept-Encoding` value allows.

    Its form may lead to our own pages only, and to the site of `leads_to` if there is one.
    """
    body, encoding = _pack(html.encode(), accepted)
    response = Response(body, status, headers=headers.PAGE)
    if leads_to:
        response.headers["content-security-policy"] = headers.policy(leads_to)
    if encoding:
        response.headers["content-encoding"] = encoding
    return response


def file(content: bytes, type: str, name: str) -> Response:
    """A file to keep; nothing of it stays behind on the way."""
    own = {"content-type": type, "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers.PAGE | own)


def see_other(address: str) -> Response:
    """After a form: go and look there. Only addresses within this site."""
    response = Response(status_code=303, headers=headers.PAGE)
    response.headers["location"] = address if is_local(address) else "/"
    return response


def leave(address: str) -> Response:
    """Go and look there, at whichever site; for addresses that were registered or configured."""
    response = Response(status_code=303, headers=headers.PAGE)
    response.headers["location"] = address
    return response


def is_local(address: str) -> bool:
    """Whether an address is a path of this site, and no other site in disguise.

    >>> is_local("/helse?vis=legemidler"), is_local("//other.example"), is_local("/\\\\other")
    (True, False, False)
    """
    return (
        address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    )


def _pack(body: bytes, accepted: str) -> tuple[bytes, str]:
    offered = {part.split(";")[0].strip() for part in accepted.split(",") if ";q=0" not in part}
    if len(body) < WORTH_PACKING:
        return body, ""
    if "br" in offered:
        return brotli.compress(body, quality=5), "br"
    if "gzip" in offered:
        return gzip.compress(body, compresslevel=6), "gzip"
    return body, ""
