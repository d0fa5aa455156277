"""Results (prøvesvar): measured values of laboratories, wards and homes, as series over time."""

from samspill.interactions.service import Service

SERVICE = Service(name="results")
