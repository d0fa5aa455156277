"""Helsen min: the whole history, newest first, with a filter and a search that act at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from samspill.portals.citizen import layout, search
from samspill.portals.citizen.places import manner
from samspill.portals.shared import events
from samspill.portals.shared.events import Row
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Choice, Frame
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import KINDS, Event, EventKind

AT_A_TIME = 60
"""Rows on a page."""
OF_A_KIND = 6
"""Rows of each kind, when something is sought in all."""


@dataclass(frozen=True, slots=True)
class Year:
    """The rows of one year; or of one kind, when something is sought."""

    id: str
    heading: str
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
    is_grouped: bool
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
    rows = [(event, events.row(event, manner(language))) for event in all_events]
    is_found = search.finder(sought, [_text(*each) for each in rows])
    found = [(event.kind, row) for event, row in rows if is_found(_text(event, row))]
    shown = [row for of, row in found if kind in ("", of)]
    is_grouped = bool(sought) and not kind
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
        years=_by_kind(found, language) if is_grouped else _by_year(shown[:limit]),
        is_grouped=is_grouped,
        nothing=say("Vi fant ingenting. Prøv færre eller andre ord, eller ta bort filteret."),
        more=say("Vis flere"),
        is_cleared=visit.form.get("fjern") == "sok",
        limit=limit + AT_A_TIME if len(shown) > limit and not is_grouped else 0,
    )


def _by_year(rows: Sequence[Row]) -> tuple[Year, ...]:
    years = groupby(rows, key=lambda row: row.year)
    return tuple(Year(str(year), str(year), tuple(group)) for year, group in years)


def _by_kind(found: Sequence[tuple[EventKind, Row]], language: Language) -> tuple[Year, ...]:
    """What was found, kind by kind; the newest of each, and the filters lead to the rest."""
    groups = {kind: [row for of, row in found if of == kind] for kind in KINDS}
    return tuple(
        Year(kind, f"{events.kinds(kind, language)} ({len(rows)})", tuple(rows[:OF_A_KIND]))
        for kind, rows in groups.items()
        if rows
    )


def _text(event: Event, row: Row) -> str:
    """All that is said of a row, and what the note behind it says."""
    return f"{row.kind} {row.title} {row.detail} {row.day} {event.words}"


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
