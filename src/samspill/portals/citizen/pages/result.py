"""One examination: the newest value, what it means, the curve, and all values in a table."""

from dataclasses import dataclass

from markupsafe import Markup

from samspill.portals.citizen import layout, sentences, words
from samspill.portals.shared import curves, facts
from samspill.portals.shared.facts import Source, Tag
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.results.model import Result, Series


@dataclass(frozen=True, slots=True)
class Row:
    """One value in the table."""

    day: str
    value: str
    side: str
    who: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    frame: Frame
    crumbs: tuple[Link, ...]
    heading: str
    latest_heading: str
    number: str
    unit: str
    tag: Tag | None
    status: Tag | None
    direction: str
    goal: str
    usual: str
    note: str
    source: Source
    curves: tuple[Markup, ...]
    table_label: str
    table_caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    meaning_heading: str
    meaning: str
    care_heading: str
    care: str
    print: str
    beside: str


def present(visit: Visit, series: Series) -> ResultPage:
    language, say = visit.language, visit.language.say
    name = words.name(series.code, series.name, language)
    latest = series.latest
    columns = (say("Dato"), say("Svar"), say("Vurdering"), say("Fra"))
    return ResultPage(
        frame=layout.frame(visit, name),
        crumbs=(Link(layout.HOME, say("Hjem")), Link(layout.RESULTS, say("Prøvesvar"))),
        heading=name,
        latest_heading=say("Siste svar: %(day)s", day=facts.day(latest.when, language)),
        number=facts.number(latest, language),
        unit=facts.unit(latest.unit) if latest.value is not None else "",
        tag=sentences.tag(latest, language),
        status=facts.status(latest, language),
        direction=sentences.direction(series, language),
        goal=sentences.goal(series, language),
        usual=sentences.usual(latest, language),
        note=latest.note,
        source=facts.source(latest.origin, language),
        curves=curves.lines(series, name, language),
        table_label=say("Vis tallene i tabell"),
        table_caption=say("Alle svar, det nyeste først"),
        columns=columns,
        rows=tuple(_row(visit, result) for result in series.results),
        meaning_heading=say("Hva viser prøven?"),
        meaning=words.meaning(series.code, language),
        care_heading=say("Lurer du på noe?"),
        care=say("Snakk med legen din om hva svaret betyr for deg. Haster det, ring 116 117."),
        print=say("Skriv ut"),
        beside=say("Mer om prøven"),
    )


def _row(visit: Visit, result: Result) -> Row:
    language = visit.language
    tag = sentences.tag(result, language)
    return Row(
        day=facts.day(result.when, language),
        value=facts.as_given(result, language),
        side=", ".join(one.text for one in (tag, facts.status(result, language)) if one),
        who=language.say("Deg, hjemme") if result.is_from_home else result.origin.who,
    )
