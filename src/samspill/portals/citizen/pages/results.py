"""Prøvesvar: every examination with its newest value and a small curve."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from samspill.portals.citizen import layout, sentences, words
from samspill.portals.shared import curves, facts
from samspill.portals.shared.facts import Tag
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit
from samspill.services.results.model import Series


@dataclass(frozen=True, slots=True)
class Item:
    """One examination."""

    address: str
    name: str
    value: str
    day: str
    tag: Tag | None
    is_outside: bool
    curve: Markup


@dataclass(frozen=True, slots=True)
class Group:
    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ResultsPage:
    frame: Frame
    heading: str
    lead: str
    groups: tuple[Group, ...]
    nothing: str


def present(visit: Visit, series: Sequence[Series]) -> ResultsPage:
    say = visit.language.say
    laboratory = [_item(visit, one) for one in series if one.kind == "laboratory"]
    measurements = [_item(visit, one) for one in series if one.kind == "measurement"]
    groups = (
        Group(say("Svar fra laboratoriet"), tuple(laboratory)),
        Group(say("Målinger"), tuple(measurements)),
    )
    return ResultsPage(
        frame=layout.frame(visit, say("Prøvesvar")),
        heading=say("Prøvesvar og målinger"),
        lead=say("Det nyeste svaret på hver prøve. Åpne en prøve for å se utviklingen."),
        groups=tuple(group for group in groups if group.items),
        nothing=say("Du har ingen prøvesvar her."),
    )


def _item(visit: Visit, series: Series) -> Item:
    language = visit.language
    return Item(
        address=f"{layout.RESULTS}/{series.code}",
        name=words.name(series.code, series.name, language),
        value=facts.value(series.latest, language),
        day=facts.day(series.latest.when, language),
        tag=sentences.tag(series.latest, language),
        is_outside=bool(series.latest.side),
        curve=curves.spark(series),
    )
