"""$summary of a Patient and $document of a Composition.

https://hl7.org/fhir/uv/ips/ipsGeneration.html
https://hl7.org/fhir/R4/composition-operation-document.html
"""

from samspill.base.json import Resource
from samspill.interactions import create, read
from samspill.interactions.service import Call
from samspill.services.care_record import service


def summary(call: Call) -> Resource:
    """The International Patient Summary of the patient."""
    return service.summary(call.session, call.id)


def document(call: Call) -> Resource:
    """The document that a Composition heads; `persist` keeps it as a Bundle."""
    made = service.document_of(call.session, call.id)
    if call.value("persist") in (True, "true"):
        return read.parsed(create.create(call.session, made))
    return made
