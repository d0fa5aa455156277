"""Use cases: the series of one person, all or one."""

from samspill.base.errors import NotFound
from samspill.fhir.search import escapes
from samspill.interactions.session import Session
from samspill.services import finding
from samspill.services.results import mapping, model
from samspill.services.results.model import Series

CATEGORIES = "laboratory,vital-signs"


def all_series(session: Session, patient: str) -> tuple[Series, ...]:
    """Every examination of the person, those with the newest results first."""
    return model.order(_series(session, patient, ("category", CATEGORIES)))


def one_series(session: Session, patient: str, code: str) -> Series:
    """The results of one examination; raises NotFound when the person has none."""
    for series in _series(session, patient, ("code", escapes.escape(code))):
        if series.code == code:
            return series
    raise NotFound("There are no such results", "Det finnes ingen slike prøvesvar", where="code")


def _series(session: Session, patient: str, narrowed: tuple[str, str]) -> list[Series]:
    person = ("patient", f"Patient/{patient}")
    observations = finding.every(session, "Observation", [person, narrowed, ("_sort", "-date")])
    return mapping.series(observations, finding.every(session, "Goal", [person]))
