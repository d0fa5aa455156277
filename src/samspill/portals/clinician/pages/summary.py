"""One page on one person: critical information, problems, results, medicines, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from markupsafe import Markup

from samspill.portals.clinician import layout
from samspill.portals.clinician.layout import Banner, Desk
from samspill.portals.clinician.pages import labs
from samspill.portals.clinician.pages.labs import Grid
from samspill.portals.shared import curves, events, facts
from samspill.portals.shared.events import Row
from samspill.portals.shared.facts import Source, Tag
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Appointment, Critical, Diagnosis, Event, Person
from samspill.services.elements import UNKNOWN
from samspill.services.medication.model import Line, MedicationList
from samspill.services.results.model import Series

MOST_EVENTS = 18
DAYS_AT_HOME = 30
"""How many days of measurements from home are drawn."""
MOST_AT_HOME = 4


@dataclass(frozen=True, slots=True)
class Record:
    """What the services know of the person."""

    person: Person
    critical: tuple[Critical, ...]
    diagnoses: tuple[Diagnosis, ...]
    series: tuple[Series, ...]
    medication: MedicationList
    events: tuple[Event, ...]
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A critical fact or a problem."""

    title: str
    detail: str
    tag: Tag | None
    source: Source


@dataclass(frozen=True, slots=True)
class Medicine:
    name: str
    dosage: str
    purpose: str
    since: str
    dispensed: str
    who: str
    source: Source


@dataclass(frozen=True, slots=True)
class Medicines:
    heading: str
    columns: tuple[str, ...]
    rows: tuple[Medicine, ...]
    nothing: str
    earlier_heading: str
    earlier: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtHome:
    """The last weeks of what the person measures at home, as a curve."""

    id: str
    heading: str
    address: str
    curve: Markup


@dataclass(frozen=True, slots=True)
class SummaryPage:
    frame: Frame
    desk: Desk
    banner: Banner
    heading: str
    critical_heading: str
    critical: tuple[Item, ...]
    problems_heading: str
    problems: tuple[Item, ...]
    no_problems: str
    earlier_problems: tuple[Item, ...]
    earlier_heading: str
    at_home: tuple[AtHome, ...]
    laboratory: Grid
    measurements: Grid
    medicines: Medicines
    beside: str
    appointment_heading: str
    appointment: str
    timeline_heading: str
    timeline: tuple[Row, ...]
    all_events: Link


def present(visit: Visit, record: Record) -> SummaryPage:
    language, say, id = visit.language, visit.language.say, record.person.id
    laboratory = [one for one in record.series if one.kind == "laboratory"]
    measured = [one for one in record.series if one.kind == "measurement"]
    manner = layout.manner(language, id)
    return SummaryPage(
        frame=layout.frame(visit, record.person.name),
        desk=layout.desk(visit),
        banner=layout.banner(visit, record.person, record.critical),
        heading=say("Oversikt over %(name)s", name=record.person.name),
        critical_heading=say("Kritisk informasjon"),
        critical=tuple(_critical(one, language) for one in record.critical),
        problems_heading=say("Diagnoser"),
        problems=tuple(_problem(one, language) for one in record.diagnoses if one.is_active),
        no_problems=say("Ingen aktive diagnoser."),
        earlier_heading=say("Tidligere diagnoser"),
        earlier_problems=tuple(
            _problem(one, language) for one in record.diagnoses if not one.is_active
        ),
        at_home=_at_home(visit, id, measured),
        laboratory=labs.present(say("Prøver"), laboratory, id, language, say("Ingen prøvesvar.")),
        measurements=labs.present(say("Målinger"), measured, id, language, say("Ingen målinger.")),
        medicines=_medicines(record.medication, language),
        beside=say("Hendelser"),
        appointment_heading=say("Neste time"),
        appointment=_appointment(record.appointments, language),
        timeline_heading=say("Tidslinje"),
        all_events=Link(f"{layout.PATIENT}/{id}/tidslinje", say("Se hele tidslinjen")),
        timeline=tuple(events.row(event, manner) for event in _told(record)[:MOST_EVENTS]),
    )


def _told(record: Record) -> list[Event]:
    """What happened, without what the person has measured: that is a curve of its own."""
    return [event for event in record.events if not event.is_own]


def _at_home(visit: Visit, id: str, measured: Sequence[Series]) -> tuple[AtHome, ...]:
    language = visit.language
    since = visit.today - timedelta(days=DAYS_AT_HOME)
    found = []
    for series in measured:
        if not series.latest.is_from_home or series.latest.when.on < since:
            continue
        recent = replace(
            series, results=tuple(one for one in series.results if one.when.on >= since)
        )
        unit = facts.unit(series.latest.unit)
        name = f"{series.name}, {unit}" if unit else series.name
        address = f"{layout.PATIENT}/{id}/prover/{series.code}"
        if curve := curves.small(recent, series.name, language):
            found.append(AtHome(f"hjem-{series.code}", name, address, curve))
    return tuple(found[:MOST_AT_HOME])


def _critical(one: Critical, language: Language) -> Item:
    say = language.say
    tag = None
    if one.is_refuted:
        tag = Tag(say("Avkreftet"), "neutral")
    elif one.is_severe:
        tag = Tag(say("Alvorlig"), "danger")
    return Item(
        one.title, facts.critical_detail(one, language), tag, facts.source(one.origin, language)
    )


def _problem(one: Diagnosis, language: Language) -> Item:
    period = facts.period(one.since, one.until, language)
    detail = " · ".join(filter(None, (f"{one.system} {one.code}".strip(), period)))
    return Item(one.name, detail, None, facts.source(one.origin, language))


def _medicines(list: MedicationList, language: Language) -> Medicines:
    say = language.say
    times = (say("Siden"), say("Hentet"))
    return Medicines(
        heading=say("Legemidler i bruk (%(count)s)", count=len(list.in_use)),
        columns=(say("Legemiddel"), say("Dosering"), say("Indikasjon"), *times, say("Forskriver")),
        rows=tuple(_medicine(line, language) for line in list.in_use),
        nothing=say("Ingen legemidler i bruk."),
        earlier_heading=say("Seponert eller avsluttet (%(count)s)", count=len(list.earlier)),
        earlier=tuple(_earlier(line, language) for line in list.earlier),
    )


def _medicine(line: Line, language: Language) -> Medicine:
    return Medicine(
        name=line.name,
        dosage=line.dosage,
        purpose=line.purpose,
        since="" if line.since == UNKNOWN else facts.day(line.since, language),
        dispensed="" if line.dispensed == UNKNOWN else facts.day(line.dispensed, language),
        who=line.origin.who,
        source=facts.source(line.origin, language),
    )


def _earlier(line: Line, language: Language) -> str:
    ended = "" if line.until == UNKNOWN else facts.day(line.until, language)
    return " · ".join(filter(None, (line.name, ended, line.stopped_because)))


def _appointment(appointments: Sequence[Appointment], language: Language) -> str:
    if not appointments:
        return language.say("Ingen avtalt.")
    next = appointments[0]
    when = facts.day_and_time(next.when, language)
    return " · ".join(filter(None, (when, next.what, next.whom)))
