"""MedicationRequest, MedicationStatement, MedicationDispense → lines of medication.

https://hl7.org/fhir/R4/medicationrequest.html · https://hl7.org/fhir/R4/medicationstatement.html
"""

from collections.abc import Iterable

from samspill.base.json import Resource
from samspill.services import elements
from samspill.services.elements import When
from samspill.services.medication.model import Line, MedicationList

ATC = "http://www.whocc.no/atc"
IN_USE = {"active", "on-hold", "intended", "unknown"}
WITHDRAWN = {"entered-in-error", "draft", "not-taken"}


def medication_list(
    lines: Iterable[Resource], dispenses: Iterable[Resource] = ()
) -> MedicationList:
    """One line for each medicine: a stated line goes before an order of the same substance."""
    dispensed = _last_dispensed(dispenses)
    found = [_line(resource, dispensed) for resource in lines if _is_shown(resource)]
    in_use = _one_each(line for line in found if line.is_in_use)
    used_now = {_key(line) for line in in_use}
    earlier = _one_each(line for line in found if not line.is_in_use and _key(line) not in used_now)
    return MedicationList(
        tuple(sorted(in_use, key=lambda line: line.name.casefold())),
        tuple(sorted(earlier, key=lambda line: (line.until, line.since), reverse=True)),
    )


def _is_shown(resource: Resource) -> bool:
    return resource.get("status") not in WITHDRAWN and resource.get("intent") != "proposal"


def _line(resource: Resource, dispensed: dict[str, When]) -> Line:
    medicine = resource.get("medicationCodeableConcept")
    name = elements.concept(medicine) or elements.displays(resource.get("medicationReference"))
    dosages = resource.get("dosageInstruction") or resource.get("dosage") or []
    reasons = [elements.concept(reason) for reason in resource.get("reasonCode") or []]
    period = resource.get("effectivePeriod") or _validity(resource)
    atc = _atc(medicine)
    return Line(
        id=str(resource.get("id", "")),
        name=name,
        atc=atc,
        dosage="; ".join(filter(None, (dosage.get("text", "") for dosage in dosages))),
        purpose=", ".join(filter(None, reasons)),
        is_in_use=resource.get("status") in IN_USE,
        is_as_needed=any(bool(dosage.get("asNeededBoolean")) for dosage in dosages),
        since=elements.when(period.get("start") or resource.get("authoredOn")),
        until=elements.when(period.get("end")),
        stopped_because=elements.concept(resource.get("statusReason")),
        dispensed=dispensed.get(atc or name, elements.UNKNOWN),
        origin=elements.origin(resource, "requester", "informationSource"),
    )


def _validity(resource: Resource) -> Resource:
    request = resource.get("dispenseRequest") or {}
    period: Resource = request.get("validityPeriod") or {}
    return period


def _last_dispensed(dispenses: Iterable[Resource]) -> dict[str, When]:
    last: dict[str, When] = {}
    for dispense in dispenses:
        medicine = dispense.get("medicationCodeableConcept")
        key = _atc(medicine) or elements.concept(medicine)
        handed = elements.first_when(dispense, "whenHandedOver", "whenPrepared")
        last[key] = max(handed, last.get(key, elements.UNKNOWN))
    return last


def _one_each(lines: Iterable[Line]) -> list[Line]:
    """The newest line of each medicine and dosage."""
    newest: dict[tuple[str, str], Line] = {}
    for line in sorted(lines, key=lambda line: (line.since, line.origin.reference)):
        newest[_key(line)] = line
    return list(newest.values())


def _key(line: Line) -> tuple[str, str]:
    return line.atc or line.name, line.name.split(" ")[0].casefold()


def _atc(medicine: object) -> str:
    found = [
        code for system, code in elements.codings(medicine) if system == ATC or "7180" in system
    ]
    return next(iter(found), "")
