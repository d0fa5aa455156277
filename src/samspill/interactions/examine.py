"""A text that someone wants validated: its lines, and what is wrong on them.

Nothing of it is kept or logged, and nothing of the record is looked up for it.
https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from samspill.base import json
from samspill.base.errors import Issue, SamspillError
from samspill.fhir import xml
from samspill.interactions.session import Session


@dataclass(frozen=True, slots=True)
class Examined:
    text: str
    """That the lines of the issues count in: what was sent, or the JSON that it stands for."""
    issues: Sequence[Issue]
    is_other: bool = False
    """Whether the text is not the one that was sent."""


def run(session: Session, text: str, profile: str = "") -> Examined:
    """All that is wrong with a resource as JSON or XML, also by a profile if one is named.

    XML that can be read is shown as JSON, and JSON on a single line is laid out.
    """
    text = text.replace("\r\n", "\n")
    data = text.encode()
    try:
        if text.lstrip().startswith("<"):
            reading = xml.read(data, session.platform.definitions)
            if reading.issues:
                return Examined(text, reading.issues)
            resource, data = reading.resource, json.format(reading.resource)
        else:
            resource = json.parse_resource(data)
        is_other = b"\n" not in data.strip()
        if is_other:
            data = msgspec.json.format(data, indent=2)
        issues = session.platform.validator.validate(
            resource, data=data, profiles=(profile,) if profile else (), is_thorough=True
        )
    except SamspillError as fault:
        return Examined(text, fault.issues)
    return Examined(data.decode(), issues, is_other)
