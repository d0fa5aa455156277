"""What patients wish and professionals state about access, as values. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from samspill.base.texts import Text

WishKind = Literal["restriction", "blocking", "proxy", "own-access", "consent"]
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that a patient has decided about access, in force or not."""

    id: str
    """Of the Consent that carries it."""
    kind: WishKind
    what: str
    """"all", a resource type, or Type/id of a document or an episode."""
    towards: tuple[str, ...] = ()
    """Whom it is about, by reference; nobody named is everybody."""
    spare: tuple[str, ...] = ()
    """Who is spared from a restriction."""
    areas: tuple[str, ...] = ()
    """What a proxy is good for."""
    from_on: date | None = None
    until_on: date | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Represented:
    """Someone for whom a citizen may act."""

    patient: str
    name: str
    bases: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What a professional sees of a person who was looked up by number."""

    patient: str
    name: str
    born_on: str


Outcome = Literal["justified", "questioned"]


@dataclass(frozen=True, slots=True)
class Emergency:
    """An emergency access, and what the review has said of it."""

    id: str
    patient: str
    who: str
    who_name: str
    at: str
    """When it was opened, as an instant."""
    until: str
    reason: str
    text: str
    outcome: Outcome | None = None
    comment: str = ""
    reviewer: str = ""

    @property
    def is_reviewed(self) -> bool:
        return self.outcome is not None


@dataclass(frozen=True, slots=True)
class Why:
    """Whether someone may see what is about a patient, and on what grounds."""

    may: bool
    bases: tuple[Text, ...]
    denials: tuple[Text, ...] = ()
    """Told to the patient, and to those who decide for the patient."""
