"""Sign-in: in demo mode one picks a made-up person; else there is no way in yet, and we say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame
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
    wanted: str
    """Where to go afterwards."""
    button: str


def present(visit: Visit, candidates: Sequence[Candidate]) -> SignInPage:
    say = visit.language.say
    if visit.session.platform.settings.mode == "normal":
        lead = say("Innlogging med ID-porten og HelseID er ikke på plass ennå.")
    else:
        lead = say("Velg hvem du vil være. Alle personene er oppdiktet.")
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
        lead=lead,
        groups=tuple(group for group in groups if group.cards),
        wanted=visit.query.get("til", ""),
        button=say("Logg inn som"),
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
