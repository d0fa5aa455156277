"""Sign-in: where one can sign in; in demo mode, the made-up people that one can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from samspill.identity.parties import Party
from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.pages.start import Door
from samspill.portals.shared.people import Candidate
from samspill.portals.shared.visit import Visit


@dataclass(frozen=True, slots=True)
class Card:
    """A person to be."""

    reference: str
    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    heading: str
    icon: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class SignInPage:
    frame: Frame
    heading: str
    lead: str
    groups: tuple[Group, ...]
    asked: str
    """The request that is answered by it."""
    button: str


@dataclass(frozen=True, slots=True)
class ProvidersPage:
    frame: Frame
    heading: str
    lead: str
    doors: tuple[Door, ...]


def present(visit: Visit, candidates: Sequence[Candidate], asked: str) -> SignInPage:
    """Whom one can be in demo mode; `asked` is the id of the request that waits."""
    say = visit.language.say
    groups = (
        _group(visit, "innbyggere", say("Innbyggere"), "Person", candidates, "Patient/"),
        _group(
            visit,
            "helsepersonell",
            say("Helsepersonell"),
            "Stethoscope",
            candidates,
            "Practitioner/",
        ),
    )
    return SignInPage(
        frame=layout.frame(visit, say("Logg inn")),
        heading=say("Logg inn"),
        lead=say("Velg hvem du vil være. Alle personene er oppdiktet."),
        groups=tuple(group for group in groups if group.cards),
        asked=asked,
        button=say("Logg inn som"),
    )


def present_providers(visit: Visit, parties: Sequence[Party]) -> ProvidersPage:
    """Where one can sign in."""
    say = visit.language.say
    says = {
        "idporten": (say("For innbyggere"), "Person"),
        "helseid": (say("For helsepersonell"), "Stethoscope"),
    }
    doors = []
    for party in parties:
        address = "/logg-inn?" + urlencode(
            {"tjeneste": party.name, "til": visit.query.get("til", "")}
        )
        text, icon = says.get(party.name, ("", "Person"))
        doors.append(Door(Link(address, party.title, icon), text))
    lead = say("Velg hvor du vil logge inn.") if doors else say("Innlogging er ikke satt opp her.")
    return ProvidersPage(
        frame=layout.frame(visit, say("Logg inn")),
        heading=say("Logg inn"),
        lead=lead,
        doors=tuple(doors),
    )


def _group(
    visit: Visit, id: str, heading: str, icon: str, candidates: Sequence[Candidate], type: str
) -> Group:
    tag = visit.language.tag
    cards = [
        Card(one.reference, one.name, one.says.said_in(tag))
        for one in candidates
        if one.reference.startswith(type)
    ]
    return Group(id, heading, icon, tuple(cards))
