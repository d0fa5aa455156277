"""Who acts: the subject and the context of a request, as the decision sees them.

docs: access.md 5.2 of the design; https://hl7.org/fhir/R4/valueset-v3-PurposeOfUse.html
"""

from dataclasses import dataclass
from enum import Enum

from msgspec import Struct


class Kind(Enum):
    """What kind of actor stands behind a request."""

    NOBODY = "nobody"
    """Not signed in."""
    SYSTEM = "system"
    """The platform itself: loading, jobs, listeners."""
    DEMO = "demo"
    """A synthetic person that was picked in demo mode, or the open FHIR base of that mode."""
    OPEN = "open"
    """Anyone, in the mode for test tools."""
    CITIZEN = "citizen"
    PROFESSIONAL = "professional"
    APPLICATION = "application"


class Assurance(Enum):
    """How surely the person is known, by the levels of ID-porten and HelseID."""

    NONE = 0
    SUBSTANTIAL = 3
    HIGH = 4


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts. `reference` is the person's resource, such as "Practitioner/123"."""

    kind: Kind
    reference: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    organization: str = ""
    """Reference of the legal entity that the person acts for."""
    department: str = ""
    assurance: Assurance = Assurance.NONE
    client: str = ""
    """The application that speaks for the actor."""


class Context(Struct, frozen=True):
    """What the actor is about: the purpose, the patient in view, and when."""

    now: int
    """Microseconds since 1970."""
    purpose: str = ""
    """A code of PurposeOfUse: TREAT, ETREAT, COC, BTG …"""
    patient: str = ""
    on_behalf_of: str = ""
    scopes: tuple[str, ...] = ()


NOBODY = Actor(Kind.NOBODY)
SYSTEM = Actor(Kind.SYSTEM, name="Samspill")
DEMO = Actor(Kind.DEMO, name="Demo")
OPEN = Actor(Kind.OPEN, name="Open")
