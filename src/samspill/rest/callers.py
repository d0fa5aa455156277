"""Who calls: a token that a request brings along is checked, and the session acts for its bearer.

https://www.rfc-editor.org/rfc/rfc6750 · https://www.rfc-editor.org/rfc/rfc9449#section-7
"""

import asyncio

from msgspec.structs import replace

from samspill.identity import tokens
from samspill.identity.tokens import Verifier
from samspill.interactions.session import Session
from samspill.rest.requests import Request


async def called(
    verifier: Verifier, request: Request, method: str, url: str, session: Session
) -> Session:
    """The session of the bearer; as it was when nothing was brought along.

    `method` and `url` are those of the request as clients write them. Raises `InvalidToken`.
    """
    if tokens.bring_nothing(request.headers):
        return session
    presented = verifier.verify(request.headers, method, url)
    if presented.claim is not None and not await asyncio.wrap_future(presented.claim):
        raise tokens.replayed()
    caller = presented.caller
    return replace(
        session,
        actor=caller.actor,
        scopes=caller.scopes,
        patient=caller.patient,
        on_behalf_of=caller.on_behalf_of,
        purpose=caller.purpose,
        attestation=caller.attestation,
    )
