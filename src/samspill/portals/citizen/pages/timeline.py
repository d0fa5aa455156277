"""Helsen min: the whole history, newest first, with a filter and a search that act at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from samspill.portals.citizen import layout, search
from samspill.portals.citizen.places import manner
from samspill.portals.shared import events
from samspill.portals.shared.events import Row
from samspill.portals.shared.layout import Choice, Frame
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import KINDS, Event

AT_A_TIME = 60
"""Rows on a page."""


@dataclass(frozen=True, slots=True)
class Year:
    """The rows of one year."""

    year: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    frame: Frame
    heading: str
    lead: str
    search_label: str
    search_hint: str
    search_button: str
    sought: str
    shown_kind: str
    filter_label: str
    filters: tuple[Choice, ...]
    removable: tuple[Choice, ...]
    """What narrows the list now; pressing one takes it away."""
    count: str
    years: tuple[Year, ...]
    nothing: str
    more: str
    is_cleared: bool
    """Whether the words that were sought have just been taken away."""
    limit: int
    """Rows to show when more are asked for; 0 when all are shown."""


def present(
    visit: Visit, all_events: Sequence[Event], kind: str, sought: str, limit: int
) -> TimelinePage:
    language, say = visit.language, visit.language.say
    rows = [(event.kind, events.row(event, manner(language))) for event in all_events]
    is_found = search.finder(sought, [_text(row) for _, row in rows])
    found = [(of, row) for of, row in rows if is_found(_text(row))]
    shown = [row for of, row in found if kind in ("", of)]
    years = groupby(shown[:limit], key=lambda row: row.year)
    return TimelinePage(
        frame=layout.frame(visit, say("Helsen min")),
        heading=say("Helsen min"),
        lead=say("Alt som er skrevet om helsen din, det nyeste først."),
        search_label=say("Søk i helsen din"),
        search_hint=say("For eksempel blodtrykk, vaksine eller navnet på en lege"),
        search_button=say("Søk"),
        sought=sought,
        shown_kind=kind,
        filter_label=say("Vis bare"),
        filters=_filters(visit, kind, Counter(of for of, _ in found)),
        removable=_removable(visit, kind, sought),
        count=language.count("%(number)s hendelse", "%(number)s hendelser", len(shown)),
        years=tuple(Year(str(year), tuple(group)) for year, group in years),
        nothing=say("Vi fant ingenting. Prøv færre eller andre ord, eller ta bort filteret."),
        more=say("Vis flere"),
        is_cleared=visit.form.get("fjern") == "sok",
        limit=limit + AT_A_TIME if len(shown) > limit else 0,
    )


def _text(row: Row) -> str:
    """All that is said of a row."""
    return f"{row.kind} {row.title} {row.detail} {row.day}"


def _filters(visit: Visit, kind: str, counts: Counter[str]) -> tuple[Choice, ...]:
    language = visit.language
    everything = Choice("", language.say("Alt"), is_chosen=kind == "")
    present = [one for one in KINDS if counts[one] or one == kind]
    return (
        everything,
        *(
            Choice(one, f"{events.kinds(one, language)} ({counts[one]})", is_chosen=one == kind)
            for one in present
        ),
    )


def _removable(visit: Visit, kind: str, sought: str) -> tuple[Choice, ...]:
    found = []
    if sought:
        found.append(Choice("sok", f"«{sought}»"))
    found += [Choice("vis", events.kinds(one, visit.language)) for one in KINDS if one == kind]
    return tuple(found)
