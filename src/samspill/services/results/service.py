"""Use cases: the series of one person, all or one."""

from samspill.base.errors import NotFound
from samspill.interactions import search
from samspill.interactions.session import Session
from samspill.services.results import mapping, model
from samspill.services.results.model import Series

MOST = 1000
"""Newest observations that are read at a time."""
CATEGORIES = "laboratory,vital-signs"


def all_series(session: Session, patient: str) -> tuple[Series, ...]:
    """Every examination of the person, those with the newest results first."""
    observations = search.search(
        session,
        "Observation",
        [
            ("patient", f"Patient/{patient}"),
            ("category", CATEGORIES),
            ("_sort", "-date"),
            ("_count", str(MOST)),
        ],
    ).resources()
    return model.order(mapping.series(observations, _goals(session, patient)))


def one_series(session: Session, patient: str, code: str) -> Series:
    """The results of one examination; raises NotFound when the person has none."""
    observations = search.search(
        session,
        "Observation",
        [
            ("patient", f"Patient/{patient}"),
            ("code", code),
            ("_sort", "-date"),
            ("_count", str(MOST)),
        ],
    ).resources()
    found = mapping.series(observations, _goals(session, patient))
    for series in found:
        if series.code == code:
            return series
    raise NotFound("There are no such results", "Det finnes ingen slike prøvesvar", where="code")


def _goals(session: Session, patient: str) -> list[dict[str, object]]:
    found = search.search(session, "Goal", [("patient", f"Patient/{patient}"), ("_count", "100")])
    return list(found.resources())
