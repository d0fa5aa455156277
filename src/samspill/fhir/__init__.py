"""The FHIR standard as pure functions over plain JSON: no database, no HTTP, no clock."""
