"""One module for each kind of FHIR resource that a made-up life leaves behind."""
