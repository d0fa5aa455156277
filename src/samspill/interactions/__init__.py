"""The one door to all data: the FHIR interactions, where access, validation, storage, log and
events meet. https://hl7.org/fhir/R4/http.html"""
