"""Tables from the record: ViewDefinitions of SQL on FHIR, run by engines that agree."""
