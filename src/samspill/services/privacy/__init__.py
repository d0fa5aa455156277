"""Privacy (personvern): what patients restrict, who may act for them, and emergency access."""

from samspill.interactions.service import Operation, Service
from samspill.services.privacy import operations

SERVICE = Service(
    name="privacy",
    operations=(
        Operation(
            name="why", on="Patient", run=operations.why, definition="urn:samspill:operation:why"
        ),
    ),
)
