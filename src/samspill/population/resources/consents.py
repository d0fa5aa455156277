"""Consent: what a person has locked, whom they have blocked, who may act for them (Volven 7608).

https://hl7.org/fhir/R4/consent.html
"""

from datetime import date

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.resources.problems import HL7


def locked(of: Chart, since: date, document: Resource) -> Resource:
    """Personnel may not open this document (sperring); emergency access lifts it."""
    provision = {"type": "deny", "data": [{"meaning": "instance", "reference": document}]}
    return _consent(of, since, "SP", provision)


def blocked(of: Chart, since: date, person: Resource) -> Resource:
    """This professional may not open the record (blokkering), not even in an emergency."""
    provision = {"type": "deny", "actor": [{"role": _role("IRCP"), "reference": person}]}
    return _consent(of, since, "BL", provision)


def proxy(of: Chart, since: date, who: Resource, kind: str, until: date | None = None) -> Resource:
    """Someone may act for the patient; kind is a code of Volven 7611, such as FU."""
    period = {"start": since.isoformat()}
    if until:
        period["end"] = until.isoformat()
    provision = {
        "type": "permit",
        "period": period,
        "actor": [
            {"role": {"coding": [codes.coding(codes.REPRESENTATION, kind)]}, "reference": who}
        ],
    }
    return _consent(of, since, "DT", provision)


def own_access(of: Chart, since: date) -> Resource:
    """Parents let a youth of 13 to 15 see the own record."""
    category = {"system": "urn:samspill:consent-category", "code": "own-access"}
    return _stated(of, since, category, {"type": "permit"})


def _consent(of: Chart, since: date, scope: str, provision: Resource) -> Resource:
    return _stated(of, since, codes.coding(codes.PRIVACY_SCOPE, scope), provision)


def _stated(of: Chart, since: date, category: Resource, provision: Resource) -> Resource:
    return of.add(
        "Consent",
        status="active",
        scope={"coding": [{"system": f"{HL7}/consentscope", "code": "patient-privacy"}]},
        category=[{"coding": [category]}],
        patient=of.patient,
        dateTime=chart.at(since, 19, 30),
        performer=[of.patient],
        policyRule={"text": "Pasientjournalloven § 17; pasient- og brukerrettighetsloven § 5-3"},
        provision=provision,
    )


def _role(code: str) -> Resource:
    return {"coding": [{"system": f"{HL7}/v3-ParticipationType", "code": code}]}
