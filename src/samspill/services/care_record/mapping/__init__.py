"""FHIR resources → the care record."""
