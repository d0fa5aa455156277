"""Home: what is new since last time, the next appointment, where to go, the latest from home."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from samspill.base import clock
from samspill.portals.citizen import layout, sentences, words
from samspill.portals.citizen.places import manner
from samspill.portals.shared import curves, events, facts, reading
from samspill.portals.shared.events import Row
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Appointment, Critical, Event, Person
from samspill.services.elements import NORWAY
from samspill.services.governance.model import Statement
from samspill.services.results.model import Series

MOST_NEWS = 5
FIRST_AT_HOME = ("85354-9", "29463-7", "2708-6", "59408-5", "15074-8")
"""Blood pressure, weight, oxygen, blood sugar: what one wants to see of one's own measurements."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The next appointment."""

    heading: str
    when: str
    whom: str
    instruction: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The latest of one's own measurements, or of what one has a goal for."""

    heading: str
    value: str
    unit: str
    about: str
    curve: Markup
    more: Link


@dataclass(frozen=True, slots=True)
class HomePage:
    frame: Frame
    greeting: str
    news_heading: str
    news: tuple[Row, ...]
    no_news: str
    all_news: Link
    tasks_heading: str
    tasks: tuple[Link, ...]
    beside: str
    meeting: Meeting
    measured: Measured | None
    critical_heading: str
    critical: tuple[str, ...]
    critical_more: Link
    alerts: tuple[str, ...]
    """Emergency accesses of the last weeks, with their reasons."""
    alert_link: Link


def present(
    visit: Visit,
    person: Person,
    news: Sequence[Event],
    appointments: Sequence[Appointment],
    series: Sequence[Series],
    critical: Sequence[Critical],
    emergencies: Sequence[Statement] = (),
) -> HomePage:
    say = visit.language.say
    # What one has measured oneself is no news.
    told = [event for event in news if not event.is_own]
    heading = say("Nytt siden sist du var her") if visit.last_seen else say("Nytt siste måned")
    return HomePage(
        frame=layout.frame(visit, say("Hjem")),
        greeting=say("Journalen til %(name)s", name=person.name)
        if visit.acting_name
        else say("Hei, %(name)s", name=person.given.split(" ")[0] or person.name),
        news_heading=heading,
        news=tuple(events.row(event, manner(visit.language)) for event in told[:MOST_NEWS]),
        no_news=say("Ingenting nytt. Alt fra før finner du i Helsen min."),
        all_news=Link(layout.HEALTH, say("Se alt som har skjedd")),
        tasks_heading=say("Hva vil du gjøre?"),
        tasks=_tasks(visit),
        beside=say("Kort om deg"),
        meeting=_meeting(visit, appointments),
        measured=_measured(visit, series),
        critical_heading=say("Kritisk informasjon"),
        critical=tuple(one.title for one in critical if not one.is_refuted),
        alerts=tuple(_alert(visit, one) for one in emergencies),
        alert_link=Link(f"{layout.LOG}?vis=emergency", say("Se hvem som har sett")),
        critical_more=Link(layout.CRITICAL, say("Se kritisk informasjon")),
    )


def _alert(visit: Visit, one: Statement) -> str:
    language = visit.language
    at = clock.to_datetime(one.at).astimezone(NORWAY)
    return language.say(
        "Nødtilgang %(day)s kl. %(time)s av %(who)s. Oppgitt grunn: «%(reason)s»",
        day=language.day(at.date()),
        time=language.time(at),
        who=reading.names(visit)(one.who),
        reason=one.reason,
    )


def _tasks(visit: Visit) -> tuple[Link, ...]:
    say = visit.language.say
    return (
        Link(layout.RESULTS, say("Se prøvesvar"), "LineGraphDot"),
        Link(layout.DOCUMENTS, say("Les dokumenter"), "FileText"),
        Link(layout.MEDICINES, say("Se legemidler"), "PillRectangle"),
        Link(f"{layout.HEALTH}?vis=vaccine", say("Se vaksiner"), "ShieldCheckmark"),
        Link(layout.CRITICAL, say("Se allergier"), "Allergens"),
        Link(layout.HEALTH, say("Se hele historien"), "ClockDashed"),
        Link(layout.LOG, say("Se hvem som har sett"), "ShieldLock"),
        Link(layout.PROXY, say("Handle for andre"), "Person"),
    )


def _meeting(visit: Visit, appointments: Sequence[Appointment]) -> Meeting:
    language = visit.language
    heading = language.say("Neste time")
    if not appointments:
        return Meeting(heading, "", language.say("Du har ingen timer framover."), "")
    next = appointments[0]
    at = next.when.at.astimezone(NORWAY)
    when = language.say(
        "%(day)s kl. %(time)s", day=language.weekday(at.date()), time=language.time(at)
    )
    return Meeting(heading, when[:1].upper() + when[1:], next.whom or next.what, next.instruction)


def _measured(visit: Visit, series: Sequence[Series]) -> Measured | None:
    """What is measured at home, the first of those that tell most; else what has a goal."""
    language, say = visit.language, visit.language.say
    at_home = [one for one in series if one.latest.is_from_home]
    told = [one for code in FIRST_AT_HOME for one in at_home if one.code == code]
    with_goal = [one for one in series if one.goal]
    shown = next(iter([*told, *at_home, *with_goal]), None)
    if shown is None:
        return None
    latest = shown.latest
    name = words.name(shown.code, shown.name, language)
    measured = say("Målt %(day)s.", day=facts.day_and_time(latest.when, language))
    return Measured(
        heading=say("%(name)s hjemme", name=name) if latest.is_from_home else name,
        value=facts.number(latest, language),
        unit=facts.unit(latest.unit),
        about=" ".join(filter(None, (measured, sentences.goal(shown, language)))),
        curve=curves.spark(shown, width=240, height=48),
        more=Link(f"{layout.RESULTS}/{shown.code}", say("Se alle målinger")),
    )
