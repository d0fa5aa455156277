"""Everything that happened to a person in view, the newest first, of all kinds or of one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from samspill.portals.clinician import layout
from samspill.portals.clinician.layout import Banner, Desk
from samspill.portals.shared import events
from samspill.portals.shared.events import Row
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import KINDS, Critical, Event, Person

AT_A_TIME = 100
"""Rows on a page."""


@dataclass(frozen=True, slots=True)
class Year:
    """The rows of one year."""

    year: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    frame: Frame
    desk: Desk
    banner: Banner
    back: Link
    heading: str
    filter_label: str
    filters: tuple[Link, ...]
    years: tuple[Year, ...]
    nothing: str
    older: Link | None


def present(
    visit: Visit,
    person: Person,
    critical: tuple[Critical, ...],
    all_events: Sequence[Event],
    kind: str,
    first: int,
) -> TimelinePage:
    """The rows from the first-th on; a kind is no secret and stands in the address."""
    language, say = visit.language, visit.language.say
    manner = layout.manner(language, person.id)
    chosen = [event for event in all_events if kind in ("", event.kind)]
    shown = [events.row(event, manner) for event in chosen[first : first + AT_A_TIME]]
    years = groupby(shown, key=lambda row: row.year)
    here = f"{layout.PATIENT}/{person.id}/tidslinje"
    rest = first + AT_A_TIME
    older = Link(f"{here}?vis={kind}&fra={rest}", say("Vis eldre")) if rest < len(chosen) else None
    return TimelinePage(
        frame=layout.frame(visit, say("Tidslinje, %(name)s", name=person.name)),
        desk=layout.desk(visit),
        banner=layout.banner(visit, person, critical),
        back=Link(f"{layout.PATIENT}/{person.id}", say("Til oversikten")),
        heading=say("Tidslinje"),
        filter_label=say("Vis bare"),
        filters=_filters(visit, here, kind, all_events),
        years=tuple(Year(str(year), tuple(group)) for year, group in years),
        nothing=say("Ingen hendelser."),
        older=older,
    )


def _filters(visit: Visit, here: str, kind: str, all_events: Sequence[Event]) -> tuple[Link, ...]:
    language = visit.language
    counts = Counter(event.kind for event in all_events)
    everything = Link(here, language.say("Alt"), is_current=kind == "")
    links = [
        Link(f"{here}?vis={one}", f"{events.kinds(one, language)} ({counts[one]})", "", one == kind)
        for one in KINDS
        if counts[one]
    ]
    return (everything, *links)
