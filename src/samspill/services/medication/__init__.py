"""Medication (legemidler): the person's one signed list, reconciliation, and prescriptions."""

from samspill.interactions.service import Operation, Service
from samspill.services.medication import operations

SERVICE = Service(
    name="medication",
    operations=(
        Operation(
            name="medication-list",
            on="Patient",
            run=operations.medication_list,
            definition="urn:samspill:operation:medication-list",
        ),
        Operation(
            name="reconcile",
            on="Patient",
            run=operations.reconcile,
            writes=True,
            definition="urn:samspill:operation:reconcile",
        ),
        Operation(
            name="getMedication",
            on="Patient",
            run=operations.get_medication,
            definition="urn:samspill:operation:getMedication",
        ),
    ),
)
