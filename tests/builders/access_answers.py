"""What a persona gets for a request, as bytes that can be compared."""

import re

from builders.access_requests import Wish
from builders.access_worlds import Place
from samspill.rest import encode, errors, requests, routes
from samspill.rest.replies import Pending
from samspill.rest.requests import Request

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]


def answer(place: Place, persona: str, wish: Wish) -> Answer:
    """What a persona gets, as bytes; the seals of page links, made anew each time, are left out."""
    base = "http://127.0.0.1:8000/fhir"
    path, _, query = wish.path.partition("?")
    session = place.session(persona)
    request = Request(
        wish.method, requests.segments(path), query, wish.headers, base, "r", wish.body
    )
    try:
        reply = routes.answer(request, session)
        if isinstance(reply, Pending):
            reply = reply.present(reply.future.result())
    except Exception as error:
        reply = errors.respond(error, session.sending(wish.body))
    response = encode.encoded(reply, encode.wanted_for_error(request), place.platform.definitions)
    assert response.status < 500, (wish, response.body)
    return response.status, response.headers, SEALED.sub(rb"\1", response.body)


SEALED = re.compile(rb"(_cursor=)[A-Za-z0-9_%=-]{60,}")
