"""Use cases: the current list of one person."""

from samspill.base.json import Resource
from samspill.interactions.session import Session
from samspill.services import finding
from samspill.services.medication import mapping
from samspill.services.medication.model import MedicationList


def current_list(session: Session, patient: str) -> MedicationList:
    """What the person uses and has used, with when each was last dispensed."""
    lines = [
        *_of(session, "MedicationStatement", patient),
        *_of(session, "MedicationRequest", patient),
    ]
    return mapping.medication_list(lines, _of(session, "MedicationDispense", patient))


def _of(session: Session, type: str, patient: str) -> list[Resource]:
    return list(finding.every(session, type, [("patient", f"Patient/{patient}")]))
