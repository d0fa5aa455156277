"""Validation of resources against the standard and profiles on it."""

from samspill.fhir.validation.validate import Validator, validate

__all__ = ["Validator", "validate"]
