"""A grant: what a person, or an operator, has allowed an application; tokens refer to it.

Tokens hold no personal data: who acts is looked up here, once for each token in each process.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from samspill.access.actor import Actor, Attestation
from samspill.identity.state import Changes, State

KIND = "grant"
REVOKED = "revoked"
"""Grants that were taken back, kept until the last of their tokens has ended."""


class Grant(Struct, frozen=True):
    """Kept under its id until it ends or is revoked."""

    id: str
    client: str
    actor: Actor
    scopes: tuple[str, ...]
    """All that was granted; a token may have fewer."""
    subject: str = ""
    """`sub` of the tokens."""
    patient: str = ""
    """Id of the patient in the launch context."""
    encounter: str = ""
    on_behalf_of: str = ""
    purpose: str = ""
    attestation: Attestation | None = None
    at: float = 0
    """When the person signed in, in seconds."""
    level: str = ""
    """`acr`: how surely the person is known, in the words of ID-porten."""
    nonce: str = ""
    jkt: str = ""
    """Thumbprint of the key that all tokens are bound to, if the client uses DPoP."""
    session: str = ""
    """The sign-in that it belongs to; it ends with it unless access is offline."""
    until: float = 0


def keep(changes: Changes, grant: Grant) -> None:
    changes.keep(KIND, grant.id, msgspec.to_builtins(grant), grant.until - changes.now / 1e6)


def find(state: State | Changes, id: str) -> Grant | None:
    """The grant, if it is still good."""
    value = state.find(KIND, id)
    return None if value is None else msgspec.convert(value, Grant, strict=False)


def revoke(changes: Changes, ids: Sequence[str], token_seconds: float) -> None:
    """Takes grants back: no token of theirs is good from now on."""
    for id in ids:
        if changes.take(KIND, id) is not None:
            changes.keep(REVOKED, id, 1, token_seconds)


def revoke_client(state: State, client: str, token_seconds: float) -> int:
    """Ends all that an application was granted; how many grants that were."""

    def end(changes: Changes) -> int:
        found = [id for id, value in changes.all(KIND).items() if value["client"] == client]
        revoke(changes, found, token_seconds)
        return len(found)

    return state.change(end)
