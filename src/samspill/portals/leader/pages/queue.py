"""The review queue: emergency accesses that nobody has looked at, and cases from citizens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from samspill.portals.leader import layout
from samspill.portals.shared import reading
from samspill.portals.shared.layout import Choice, Frame
from samspill.portals.shared.visit import Visit
from samspill.services.governance.model import Case, Figures
from samspill.services.privacy.model import Emergency
from samspill.services.privacy.service import REASONS


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    heading: str
    lines: tuple[str, ...]
    is_own: bool
    """Nobody reviews the own."""


@dataclass(frozen=True, slots=True)
class Figure:
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    frame: Frame
    heading: str
    lead: str
    notice: str
    figures_label: str
    figures: tuple[Figure, ...]
    emergencies_heading: str
    emergencies: tuple[Item, ...]
    no_emergencies: str
    own: str
    comment_label: str
    outcomes: tuple[Choice, ...]
    cases_heading: str
    cases: tuple[Item, ...]
    no_cases: str
    answer_label: str
    answer: str


def present(
    visit: Visit, emergencies: Sequence[Emergency], cases: Sequence[Case], figures: Figures
) -> QueuePage:
    say, number = visit.language.say, visit.language.number
    done = {"vurdert": say("Vurderingen er lagret."), "besvart": say("Svaret er sendt.")}
    return QueuePage(
        frame=layout.frame(visit, say("Nødtilgang og saker")),
        heading=say("Nødtilgang og saker"),
        lead=say("Hver nødtilgang vurderes av en annen enn den som åpnet journalen."),
        notice=done.get(visit.query.get("gjort", ""), ""),
        figures_label=say("Siste 30 dager"),
        figures=(
            Figure(number(figures.looks), say("oppslag av helsepersonell")),
            Figure(number(figures.refused), say("avviste oppslag")),
            Figure(number(figures.emergencies), say("nødtilganger")),
            Figure(number(figures.reviewed), say("av dem vurdert")),
        ),
        emergencies_heading=say("Venter på vurdering (%(count)s)", count=len(emergencies)),
        emergencies=tuple(_emergency(visit, each) for each in emergencies),
        no_emergencies=say("Ingen nødtilgang venter."),
        own=say("Din egen nødtilgang vurderes av en annen."),
        comment_label=say("Kommentar"),
        outcomes=(
            Choice("justified", say("Godkjenn")),
            Choice("questioned", say("Følg opp som mulig avvik")),
        ),
        cases_heading=say("Spørsmål og klager (%(count)s)", count=len(cases)),
        cases=tuple(_case(visit, each) for each in cases),
        no_cases=say("Ingen saker venter."),
        answer_label=say("Svar til innbyggeren"),
        answer=say("Send svar"),
    )


def _emergency(visit: Visit, one: Emergency) -> Item:
    language, say = visit.language, visit.language.say
    named = reading.names(visit)
    at = datetime.fromisoformat(one.at)
    reason = REASONS[one.reason].said_in(language.tag) if one.reason in REASONS else ""
    when = say("%(day)s kl. %(time)s", day=language.day(at.date()), time=language.time(at))
    patient = named(f"Patient/{one.patient}")
    return Item(
        id=one.id,
        heading=say("%(who)s åpnet journalen til %(patient)s", who=one.who_name, patient=patient),
        lines=tuple(filter(None, (when, reason, f"«{one.text}»" if one.text else ""))),
        is_own=one.who == visit.actor.reference,
    )


def _case(visit: Visit, one: Case) -> Item:
    language, say = visit.language, visit.language.say
    kind = say("Klage") if one.kind == "complaint" else say("Spørsmål")
    name = reading.names(visit)(f"Patient/{one.patient}")
    deadline = language.day(date.fromisoformat(one.deadline[:10]))
    return Item(
        id=one.id,
        heading=say("%(kind)s fra %(name)s", kind=kind, name=name),
        lines=(
            say("Gjelder: %(about)s", about=one.about),
            f"«{one.text}»",
            say("Svar innen %(day)s", day=deadline),
        ),
        is_own=False,
    )
