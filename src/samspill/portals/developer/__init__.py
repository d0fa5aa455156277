"""The developer's pages: the record as FHIR."""
