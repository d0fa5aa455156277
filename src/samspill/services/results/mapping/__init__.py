"""FHIR resources to the model (`record`); reports of laboratories to FHIR (`report`)."""
