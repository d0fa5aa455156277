"""What the login cookie carries: who is signed in, a secret for forms, the day of the last visit.

Today a person is picked in demo mode; with the access issue the same content comes out of
ID-porten and HelseID, and nothing else of the pages changes.
"""

from dataclasses import dataclass

from samspill.access import actor as actors
from samspill.access.actor import Actor, Kind
from samspill.web import forms
from samspill.web.cookies import Content

SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class Login:
    """A reader's standing with us, signed in or not."""

    secret: str
    """That the tokens of forms follow from; a new one at each sign-in and sign-out."""
    actor: Actor = actors.NOBODY
    last_seen: str = ""
    """The day of the visit before this one, if the browser remembers: 2026-11-16."""


def fresh(actor: Actor = actors.NOBODY, last_seen: str = "") -> Login:
    return Login(forms.new_secret(), actor, last_seen)


def to_content(login: Login) -> Content:
    actor = login.actor
    return {
        "secret": login.secret,
        "kind": actor.kind.value,
        "reference": actor.reference,
        "name": actor.name,
        "roles": SEPARATOR.join(actor.roles),
        "organization": actor.organization,
        "last_seen": login.last_seen,
    }


def from_content(content: Content) -> Login:
    """The login that was sealed; a fresh one when nothing was."""
    if not content:
        return fresh()
    actor = Actor(
        Kind(content["kind"]),
        reference=content["reference"],
        name=content["name"],
        roles=tuple(filter(None, content["roles"].split(SEPARATOR))),
        organization=content["organization"],
    )
    return Login(content["secret"], actor, content["last_seen"])
