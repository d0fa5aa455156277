"""Medication (legemidler): what a person uses, has used, and what it is for."""

from samspill.interactions.service import Service

SERVICE = Service(name="medication")
