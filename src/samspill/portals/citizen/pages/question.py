"""A question or a complaint about someone who has looked; and why they may look today."""

from dataclasses import dataclass

from samspill.portals.citizen import layout
from samspill.portals.shared import reading
from samspill.portals.shared.layout import Choice, Frame, Link
from samspill.portals.shared.reading import Told
from samspill.portals.shared.visit import Visit
from samspill.services.governance.model import Look
from samspill.services.privacy.model import Why


@dataclass(frozen=True, slots=True)
class QuestionPage:
    frame: Frame
    heading: str
    lead: str
    back: Link
    position: int
    told: Told
    day: str
    why_heading: str
    why: tuple[str, ...]
    kind_label: str
    kinds: tuple[Choice, ...]
    text_label: str
    send: str
    block: Link | None


def present(visit: Visit, patient: str, look: Look, why: Why | None) -> QuestionPage:
    language, say = visit.language, visit.language.say
    told = reading.tell(look, patient, language, reading.names(visit))
    type, _, id = look.who.reference.partition("/")
    return QuestionPage(
        frame=layout.frame(visit, say("Spør om et oppslag")),
        heading=say("Spør om et oppslag"),
        lead=say("Saken går til dem som kontrollerer tilgang. Du får svar innen 30 dager."),
        back=Link(layout.LOG, say("Hvem har sett")),
        position=look.position,
        told=told,
        day=language.day(reading.on_day(look)),
        why_heading=say("Hvorfor kan personen se journalen i dag?"),
        why=_why(visit, why),
        kind_label=say("Hva gjelder det?"),
        kinds=(
            Choice("question", say("Jeg vil vite hvorfor"), True),
            Choice("complaint", say("Jeg klager: dette skulle ikke skjedd")),
        ),
        text_label=say("Skriv hva du lurer på"),
        send=say("Send"),
        block=Link(f"{layout.RESTRICT}?person={id}", say("Blokker personen"))
        if type == "Practitioner"
        else None,
    )


def about(visit: Visit, patient: str, look: Look) -> str:
    """Whom and when a case is about, as it is kept with it."""
    told = reading.tell(look, patient, visit.language, reading.names(visit))
    day = visit.language.day(reading.on_day(look))
    return f"{told.who}, {day}, {told.time}"


def _why(visit: Visit, why: Why | None) -> tuple[str, ...]:
    if why is None:
        return ()
    tag = visit.language.tag
    if not why.may:
        no = visit.language.say("Personen kan ikke se journalen nå.")
        return (no, *(each.said_in(tag) for each in why.denials))
    return tuple(each.said_in(tag) for each in why.bases)
