"""$why: whether someone may see what is about a patient, and on what grounds.

Not an operation of the standard: urn:samspill:operation:why.
"""

from samspill.base.json import Resource
from samspill.interactions.service import Call
from samspill.services.privacy import service


def why(call: Call) -> Resource:
    """Takes `who`, a reference (the caller if not given), and `type` (Patient if not given)."""
    language = call.session.language
    who, type = str(call.value("who") or ""), str(call.value("type") or "Patient")
    found = service.why(call.session, call.id, who, type)
    told = [("ground", each) for each in found.bases] + [("denial", each) for each in found.denials]
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "may", "valueBoolean": found.may},
            *({"name": name, "valueString": text.said_in(language)} for name, text in told),
        ],
    }
