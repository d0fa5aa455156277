"""Use cases: the current list of one person."""

from samspill.base.json import Resource
from samspill.interactions import search
from samspill.interactions.session import Session
from samspill.services.medication import mapping
from samspill.services.medication.model import MedicationList

MOST = "500"


def current_list(session: Session, patient: str) -> MedicationList:
    """What the person uses and has used, with when each was last dispensed."""
    lines = [
        *_of(session, "MedicationStatement", patient),
        *_of(session, "MedicationRequest", patient),
    ]
    return mapping.medication_list(lines, _of(session, "MedicationDispense", patient))


def _of(session: Session, type: str, patient: str) -> list[Resource]:
    query = [("patient", f"Patient/{patient}"), ("_count", MOST)]
    return list(search.search(session, type, query).resources())
