"""Results (prøvesvar): reports of laboratories, and measured values as series over time."""

from samspill.interactions.service import Service
from samspill.services.results import routes

SERVICE = Service(name="results", http=routes.application)
