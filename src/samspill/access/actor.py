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


UNRESTRICTED = frozenset({Kind.SYSTEM, Kind.DEMO, Kind.OPEN})
"""Those who may see the whole record."""


class Assurance(Enum):
    """How surely the person is known, by the levels of ID-porten and HelseID."""

    NONE = 0
    SUBSTANTIAL = 3
    HIGH = 4


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts: the subject of the decision."""

    kind: Kind
    reference: str = ""
    """The person's resource: "Patient/1" for a citizen, "Practitioner/2" for a professional, a
    "Device/3" or nothing for an application."""
    name: str = ""
    roles: tuple[str, ...] = ()
    """Codes of Volven 9060 (LE, SP …), as the token or the register has them."""
    organization: str = ""
    """Reference of the legal entity that the person acts for."""
    department: str = ""
    """Reference of the unit at which the person works now (point of care)."""
    assurance: Assurance = Assurance.NONE
    client: str = ""
    """The application that speaks for the actor."""
    acts_as: tuple[str, ...] = ()
    """Further references of the same person: PractitionerRole, other units."""
    hpr: str = ""
    """Number in the register of health personnel."""
    authorised_until: int = 0
    """When the authorisation of the register ends (microseconds); 0 when there is none."""

    @property
    def subjects(self) -> frozenset[str]:
        """All references under which a relation may name the actor."""
        named = (self.reference, self.organization, self.department, *self.acts_as)
        return frozenset(each for each in named if each)


class Attestation(Struct, frozen=True):
    """What a professional stated when a patient was opened (tillitsrammeverk), for one patient."""

    patient: str
    purpose: str
    at: int
    """Time of the statement in microseconds (toa)."""


class Context(Struct, frozen=True):
    """What the actor is about: the purpose, the patient in view, and when."""

    now: int
    """Microseconds since 1970."""
    purpose: str = ""
    """A code of PurposeOfUse: TREAT, ETREAT, COC, BTG …"""
    patient: str = ""
    """Id of the patient in view: the launch context of a token, or the page's patient."""
    on_behalf_of: str = ""
    """Id of the patient for whom a citizen acts; "" for oneself."""
    scopes: tuple[str, ...] | None = None
    """The SMART scopes granted to the application; None in our own portals, where the person may
    do what the person may. An empty tuple grants nothing."""
    attestation: Attestation | None = None


NOBODY = Actor(Kind.NOBODY)
SYSTEM = Actor(Kind.SYSTEM, name="Samspill")
DEMO = Actor(Kind.DEMO, name="Demo")
OPEN = Actor(Kind.OPEN, name="Open")
