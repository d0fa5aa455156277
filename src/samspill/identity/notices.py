"""Telling applications that a person has signed out: back-channel logout.

Sent from a thread of its own: a person who signs out waits for no application.
https://openid.net/specs/openid-connect-backchannel-1_0.html
"""

from collections.abc import Sequence
from threading import Thread

import httpx

from samspill.base import logs
from samspill.identity import clients, idtoken, jose
from samspill.identity.grants import Grant
from samspill.identity.provider import Provider, new_secret
from samspill.identity.relying import LOGOUT_EVENT

TYPE = "logout+jwt"
SECONDS = 120


def send(provider: Provider, ended: Sequence[Grant]) -> None:
    """Tells the applications of these grants, those that want to know."""
    notices = [
        (client.logout_url, token(provider, grant))
        for grant in ended
        if (client := clients.find(provider.state, grant.client)) and client.logout_url
    ]
    if notices:
        Thread(target=_post, args=(provider, notices), name="logout", daemon=True).start()


def token(provider: Provider, grant: Grant) -> str:
    """What an application is told: the sign-in that it knows by this `sid` is over."""
    now = int(provider.now)
    claims: jose.Claims = {
        "iss": provider.issuer,
        "sub": grant.subject,
        "aud": grant.client,
        "iat": now,
        "exp": now + SECONDS,
        "jti": new_secret(),
        "sid": idtoken.session_name(grant),
        "events": {LOGOUT_EVENT: {}},
    }
    return jose.sign(TYPE, claims, provider.keys.signing())


def _post(provider: Provider, notices: Sequence[tuple[str, str]]) -> None:
    for address, written in notices:
        try:
            provider.documents.http.post(address, data={"logout_token": written})
        except httpx.HTTPError:
            logs.warning("logout.not_heard")
