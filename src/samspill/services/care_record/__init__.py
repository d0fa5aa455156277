"""The care record (kjernejournal): the person, critical information, documents, the timeline."""

from samspill.interactions.service import Operation, Service
from samspill.services.care_record import operations

SERVICE = Service(
    name="care_record",
    operations=(
        Operation(
            name="summary",
            on="Patient",
            run=operations.summary,
            definition="http://hl7.org/fhir/uv/ips/OperationDefinition/summary",
        ),
        Operation(
            name="document",
            on="Composition",
            run=operations.document,
            definition="http://hl7.org/fhir/OperationDefinition/Composition-document",
        ),
    ),
)
