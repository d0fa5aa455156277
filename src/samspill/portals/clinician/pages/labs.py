"""The grid of results: a row per examination with its curve, newest, previous and range."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from samspill.portals.clinician import layout
from samspill.portals.shared import curves, facts
from samspill.portals.shared.languages import Language
from samspill.services.results.model import Result, Series, Side


@dataclass(frozen=True, slots=True)
class Row:
    address: str
    name: str
    unit: str
    curve: Markup
    latest: str
    side: Side
    side_said: str
    status: str
    """That the latest is not the last word, or that it has been corrected."""
    previous: str
    range: str
    day: str
    iso_day: str


@dataclass(frozen=True, slots=True)
class Grid:
    heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    nothing: str


def present(
    heading: str, series: Sequence[Series], patient: str, language: Language, nothing: str
) -> Grid:
    say = language.say
    values = (say("Siste"), say("Forrige"), say("Referanse"))
    columns = (say("Analyse"), say("Trend"), *values, say("Dato"))
    rows = tuple(_row(one, patient, language) for one in series)
    return Grid(heading, columns, rows, nothing)


def _row(series: Series, patient: str, language: Language) -> Row:
    latest, previous = series.latest, series.previous
    status = facts.status(latest, language)
    return Row(
        address=f"{layout.PATIENT}/{patient}/prover/{series.code}",
        name=series.name,
        unit=facts.unit(latest.unit) if latest.value is not None else "",
        curve=curves.spark(series),
        latest=facts.number(latest, language),
        side=latest.side,
        side_said=facts.side(latest.side, language) if latest.side else "",
        status=status.text if status else "",
        previous=facts.number(previous, language) if previous else "–",
        range=_range(latest, language),
        day=language.axis_day(latest.when.on),
        iso_day=latest.when.on.isoformat(),
    )


def _range(result: Result, language: Language) -> str:
    return facts.reach(result.range, language) or result.range_text
