"""DocumentReference, Binary and Composition: notes, letters, summaries (Volven 9602)."""

import base64
from collections.abc import Mapping
from datetime import date

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.institutions import Clinician
from samspill.population.resources import provenance

DISCHARGE_SUMMARY = "A03-2"
RUNNING_NOTE = "B00-1"
LOINC_TYPES = {DISCHARGE_SUMMARY: ("18842-5", "Discharge summary")}


def note(
    of: Chart, day: date, title: str, text: str, by: Clinician, *,
    encounter: Resource | None = None, kind: str = RUNNING_NOTE, restriction: str = "",
) -> Resource:  # fmt: skip
    """A note whose text lies in the reference itself; restriction is a code of Volven 9603."""
    attachment = {
        "contentType": "text/plain; charset=utf-8",
        "language": "nb",
        "data": base64.b64encode(text.encode()).decode(),
        "title": title,
        "creation": chart.at(day, 11),
    }
    return _reference(of, day, title, attachment, by, encounter, kind, restriction)


def letter(
    of: Chart, day: date, title: str, sections: Mapping[str, str], by: Clinician, *,
    encounter: Resource | None = None, kind: str = DISCHARGE_SUMMARY, restriction: str = "",
) -> Resource:  # fmt: skip
    """A letter with headings: a Composition, its text as a Binary, and a reference to find it."""
    composition = _composition(of, day, title, sections, by, encounter, kind)
    text = "\n\n".join(f"{heading}\n{body}" for heading, body in sections.items())
    binary = of.add(
        "Binary",
        contentType="text/plain; charset=utf-8",
        securityContext={"reference": of.patient["reference"]},
        data=base64.b64encode(f"{title}\n\n{text}\n".encode()).decode(),
    )
    attachment = {
        "contentType": "text/plain; charset=utf-8",
        "language": "nb",
        "url": binary["reference"],
        "title": title,
        "creation": chart.at(day, 14),
    }
    made = _reference(of, day, title, attachment, by, encounter, kind, restriction)
    provenance.add(of, [made, composition], chart.at(day, 14), by.organisation)
    return made


def _composition(
    of: Chart, day: date, title: str, sections: Mapping[str, str], by: Clinician,
    encounter: Resource | None, kind: str,
) -> Resource:  # fmt: skip
    loinc = LOINC_TYPES.get(kind, ("34133-9", "Summary of episode note"))
    return of.add(
        "Composition",
        status="final",
        type={
            "coding": [
                codes.coding(codes.DOCUMENT_TYPE, kind),
                {"system": codes.LOINC, "code": loinc[0], "display": loinc[1]},
            ]
        },
        subject=of.patient,
        encounter=encounter,
        date=chart.at(day, 14),
        author=[chart.practitioner(by)],
        title=title,
        custodian=chart.organisation(by.organisation),
        section=[
            {
                "title": heading,
                "text": {
                    "status": "additional",
                    "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{body}</p></div>',
                },
            }
            for heading, body in sections.items()
        ],
    )


def _reference(
    of: Chart, day: date, title: str, attachment: Resource, by: Clinician,
    encounter: Resource | None, kind: str, restriction: str,
) -> Resource:  # fmt: skip
    coding = codes.coding(codes.DOCUMENT_TYPE, kind)
    label = codes.coding(codes.DOCUMENT_RESTRICTION, restriction) if restriction else None
    return of.add(
        "DocumentReference",
        status="current",
        docStatus="final",
        type={"coding": [coding], "text": coding["display"]},
        category=[{"text": "Epikriser og sammenfatninger" if kind[0] == "A" else "Journalnotat"}],
        subject=of.patient,
        date=chart.at(day, 14),
        author=[chart.practitioner(by)],
        custodian=chart.organisation(by.organisation),
        description=title,
        securityLabel=[{"coding": [label]}] if label else None,
        content=[{"attachment": attachment}],
        context={"encounter": [encounter]} if encounter else None,
    )
