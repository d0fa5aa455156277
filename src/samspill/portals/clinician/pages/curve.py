"""One examination of one person: the curve and every value."""

from dataclasses import dataclass

from markupsafe import Markup

from samspill.portals.clinician import layout
from samspill.portals.clinician.layout import Banner, Desk
from samspill.portals.shared import curves, facts
from samspill.portals.shared.facts import Source
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Critical, Person
from samspill.services.results.model import Result, Series, Side


@dataclass(frozen=True, slots=True)
class Row:
    day: str
    value: str
    side: Side
    side_said: str
    range: str
    status: str
    who: str
    source: Source


@dataclass(frozen=True, slots=True)
class CurvePage:
    frame: Frame
    desk: Desk
    banner: Banner
    back: Link
    heading: str
    curves: tuple[Markup, ...]
    table_heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def present(
    visit: Visit, person: Person, critical: tuple[Critical, ...], series: Series
) -> CurvePage:
    language, say = visit.language, visit.language.say
    unit = facts.unit(series.latest.unit)
    name = f"{series.name}, {unit}" if unit else series.name
    return CurvePage(
        frame=layout.frame(visit, f"{series.name}, {person.name}"),
        desk=layout.desk(visit),
        banner=layout.banner(visit, person, critical),
        back=Link(f"{layout.PATIENT}/{person.id}", say("Til oversikten")),
        heading=name,
        curves=curves.lines(series, series.name, language),
        table_heading=say("Alle verdier"),
        columns=(say("Dato"), say("Verdi"), say("Referanse"), say("Fra")),
        rows=tuple(_row(visit, result) for result in series.results),
    )


def _row(visit: Visit, result: Result) -> Row:
    language = visit.language
    home, status = language.say("Hjemme"), facts.status(result, language)
    return Row(
        day=facts.day_and_time(result.when, language),
        value=facts.as_given(result, language)
        if result.written
        else facts.number(result, language),
        side=result.side,
        side_said=facts.side(result.side, language) if result.side else "",
        range=facts.reach(result.range, language) or result.range_text,
        status=status.text if status else "",
        who=home if result.is_from_home else result.origin.who,
        source=facts.source(result.origin, language),
    )
