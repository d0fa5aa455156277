"""The sign-ins of people at our pages: kept here, and named by what is in the cookie.

A sign-in ends when it is idle (the cookie's seal), after some hours whatever happens, when the
person signs out here or everywhere, or when the identity provider says so. What applications were
granted for its time ends with it.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from samspill.access.actor import Actor
from samspill.identity import grants, notices
from samspill.identity.grants import Grant
from samspill.identity.provider import Provider, new_secret
from samspill.identity.relying import SignedIn
from samspill.identity.state import Changes, hashed

KIND = "session"


class SignIn(Struct, frozen=True):
    """Someone who is signed in."""

    actor: Actor
    at: float
    """When, in seconds."""
    level: str
    until: float
    party: str = ""
    subject: str = ""
    name: str = ""
    """`sid` at the identity provider."""
    grants: tuple[str, ...] = ()
    """What applications were granted for as long as this lasts."""


def open(provider: Provider, signed: SignedIn, actor: Actor) -> str:
    """A new sign-in; the id to keep in the cookie."""
    seconds = provider.platform.settings.session_hours * 3600
    made = SignIn(
        actor=actor,
        at=signed.at,
        level=signed.level,
        until=provider.now + seconds,
        party=signed.party,
        subject=str(signed.claims.get("sub", "")),
        name=str(signed.claims.get("sid", "")),
    )
    id = new_secret()
    provider.state.keep(KIND, hashed(id), msgspec.to_builtins(made), seconds)
    return id


def find(provider: Provider, id: str) -> SignIn | None:
    """The sign-in, if it is still good."""
    value = provider.state.find(KIND, hashed(id)) if id else None
    return None if value is None else _read(value)


def add(provider: Provider, name: str, granted: str) -> None:
    """Notes that a grant ends with a sign-in; `name` is what it is kept under."""

    def note(changes: Changes) -> None:
        value = changes.find(KIND, name)
        if value is not None:
            found = _read(value)
            kept = replace(found, grants=(*found.grants, granted))
            seconds = found.until - changes.now / 1e6
            changes.keep(KIND, name, msgspec.to_builtins(kept), seconds)

    provider.state.change(note)


def end(provider: Provider, id: str) -> None:
    """Signs out here."""
    _end(provider, lambda key, _: key == hashed(id))


def end_everywhere(provider: Provider, reference: str) -> None:
    """Ends all sign-ins of a person, in all browsers."""
    _end(provider, lambda _, found: found.actor.reference == reference)


def end_by_provider(provider: Provider, party: str, name: str, subject: str) -> None:
    """Ends what an identity provider says has ended: one sign-in by `sid`, or all of a person."""

    def is_meant(_: str, found: SignIn) -> bool:
        if found.party != party:
            return False
        return found.name == name if name else found.subject == subject

    _end(provider, is_meant)


def _end(provider: Provider, is_meant: Callable[[str, SignIn], bool]) -> None:
    seconds = provider.tokens.lives_seconds

    def forget(changes: Changes) -> list[Grant]:
        ended: list[Grant | None] = []
        for key, value in changes.all(KIND).items():
            found = _read(value)
            if is_meant(key, found):
                changes.forget(KIND, key)
                ended += (grants.find(changes, id) for id in found.grants)
        known = [grant for grant in ended if grant is not None]
        grants.revoke(changes, [grant.id for grant in known], seconds)
        return known

    ended = provider.state.change(forget)
    for grant in ended:
        provider.verifier.forget(grant.id)
    notices.send(provider, ended)


def _read(value: object) -> SignIn:
    return msgspec.convert(value, SignIn, strict=False)
