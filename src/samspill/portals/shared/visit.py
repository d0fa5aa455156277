"""One request by a person for a page: who asks, in which language, and what was sent.

Endpoints are plain functions from a `Visit` to an answer; `site.route` carries them out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from samspill.access.actor import Actor
from samspill.base import clock
from samspill.base.errors import LoginRequired
from samspill.identity import modes
from samspill.identity.parts import Identity
from samspill.identity.sessions import SignIn
from samspill.interactions.session import Session
from samspill.portals.shared.languages import Language
from samspill.services.governance.model import Standing
from samspill.web.forms import Form


@dataclass(frozen=True, slots=True)
class Visit:
    """What an endpoint knows of the request."""

    session: Session
    language: Language
    path: str
    parts: Mapping[str, str]
    """The named parts of the path."""
    query: Mapping[str, str]
    form: Form
    token: str
    """For the forms on the page."""
    is_partial: bool
    """Whether htmx asks for a part of the page."""
    look: str = "auto"
    """light, dark, or as the reader's system has it: auto."""
    last_seen: str = ""
    """The day of the reader's last visit before this one, if known: 2026-11-16."""
    languages: tuple[Language, ...] = ()
    """All that pages are offered in."""
    identity: Identity | None = None
    signed: SignIn | None = None
    """How the reader has signed in."""
    login: str = ""
    """Id of the sign-in."""
    secret: str = ""
    """Known to this browser alone."""
    pairs: tuple[tuple[str, str], ...] = ()
    """The query as it came, also what is in it twice."""
    acting_name: str = ""
    """Of the one for whom the reader acts, or ""."""
    standing: Standing | None = None
    """On what grounds a professional has the patient of the page open."""

    @property
    def actor(self) -> Actor:
        return self.session.actor

    @property
    def today(self) -> date:
        now = clock.to_datetime(self.session.platform.clock())
        return now.astimezone(self.session.platform.settings.zone).date()

    @property
    def entrance(self) -> Identity:
        """What signs people in."""
        if self.identity is None:
            raise LoginRequired("Nobody can sign in here", "Ingen kan logge inn her")
        return self.identity

    def open_session(self) -> Session:
        """A session as anyone has it in demo and open mode, to show whom one can be."""
        return self.session.acting(modes.anonymous(self.session.platform.settings))

    def require(self, type: str) -> str:
        """The id of the person whose pages these are: the one who is signed in as a Patient or
        Practitioner, or the one for whom a citizen acts. Raises LoginRequired."""
        kind, _, id = self.actor.reference.partition("/")
        if kind != type:
            raise LoginRequired(
                "Sign in to see this page", "Logg inn for å se denne siden", where=type
            )
        return self.session.on_behalf_of or id


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: a template with what it shows."""

    template: str
    content: object
    status: int = 200
    leads_to: str = ""
    """Where forms on the page may lead besides our own pages: addresses of applications, with
    blanks between."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A new standing with us: a sign-in and whose it is, or nothing after a sign-out."""

    login: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """An answer: look there. With `away`, also at another site."""

    address: str
    entered: Entered | None = None
    away: bool = False
    kept: Mapping[str, str] = field(default_factory=dict)
    """Plain cookies to keep for a year: choices that are no secret."""
    acting: tuple[str, str] | None = None
    """For whom the reader acts from now on: id and name, or nothing for oneself again."""


@dataclass(frozen=True, slots=True)
class Paper:
    """An answer: a template with what it shows, as PDF."""

    template: str
    content: object
    name: str
    """Of the file."""


Answer = Page | Paper | Redirect
