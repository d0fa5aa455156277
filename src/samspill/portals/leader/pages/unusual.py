"""Unusual patterns: who read whose record for which no good reason is seen, the strongest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.base import clock
from samspill.portals.leader import layout
from samspill.portals.shared import reading
from samspill.portals.shared.languages import NORWAY
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit
from samspill.services.governance.model import Unusual


@dataclass(frozen=True, slots=True)
class Row:
    rank: str
    who: str
    where: str
    patient: str
    last: str
    looks: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnusualPage:
    frame: Frame
    heading: str
    lead: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    nothing: str


def present(visit: Visit, found: Sequence[Unusual]) -> UnusualPage:
    say, named = visit.language.say, reading.names(visit)
    return UnusualPage(
        frame=layout.frame(visit, say("Uvanlige mønstre")),
        heading=say("Uvanlige mønstre"),
        lead=say("Dette er grunner til å spørre, ikke funn. Et menneske vurderer hver av dem."),
        caption=say("Oppslag siste 30 dager, de med sterkest grunn først"),
        columns=(
            say("Nr."),
            say("Helsepersonell"),
            say("Pasient"),
            say("Sist"),
            say("Oppslag"),
            say("Grunner"),
        ),
        rows=tuple(_row(visit, rank, each, named) for rank, each in enumerate(found, 1)),
        nothing=say("Ingenting skiller seg ut."),
    )


def _row(visit: Visit, rank: int, one: Unusual, named: reading.Named) -> Row:
    language, say = visit.language, visit.language.say
    on = clock.to_datetime(one.last).astimezone(NORWAY).date()
    return Row(
        rank=language.number(rank),
        who=one.who.name,
        where=named(one.who.department) or named(one.who.organization),
        patient=say("Født %(year)s", year=one.born) if one.born else say("Ukjent"),
        last=language.short_day(on),
        looks=language.number(one.looks),
        reasons=tuple(each.said_in(language.tag) for each in one.reasons),
    )
