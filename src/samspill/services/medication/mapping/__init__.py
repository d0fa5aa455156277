"""MedicationRequest, MedicationStatement, MedicationDispense → lines of medication.

https://hl7.org/fhir/R4/medicationrequest.html · https://hl7.org/fhir/R4/medicationstatement.html
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from samspill.base.json import Resource
from samspill.services import elements
from samspill.services.elements import When
from samspill.services.medication.model import Line, MedicationList

ATC = "http://www.whocc.no/atc"
IN_USE = {"active", "on-hold", "intended", "unknown"}
WITHDRAWN = {"entered-in-error", "draft", "not-taken"}


def medication_list(
    resources: Iterable[Resource], dispenses: Iterable[Resource] = ()
) -> MedicationList:
    """One line for each medicine, however many statements, orders and renewals tell of it."""
    dispensed = _last_dispensed(dispenses)
    gathered: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for resource in resources:
        if _is_shown(resource):
            line = _line(resource, dispensed)
            gathered[_key(line)].append(line)
    lines = [_joined(group) for group in gathered.values()]
    in_use = sorted(
        (line for line in lines if line.is_in_use), key=lambda line: line.name.casefold()
    )
    earlier = sorted(
        (line for line in lines if not line.is_in_use),
        key=lambda line: (line.until, line.since),
        reverse=True,
    )
    return MedicationList(tuple(in_use), tuple(earlier))


def _joined(group: list[Line]) -> Line:
    """The newest of what is in use (else of all), used since the first of them.

    The purpose is taken from the order, which says it to the patient; a statement gives the code.
    """
    told = [line for line in group if line.is_in_use] or group
    newest = max(told, key=lambda line: (line.since, line.origin.reference))
    ordered = [line for line in told if line.origin.reference.startswith("MedicationRequest/")]
    purposes = [line.purpose for line in (*ordered, *told) if line.purpose]
    known = [line.since for line in told if line.since != elements.UNKNOWN]
    return replace(
        newest,
        since=min(known, default=elements.UNKNOWN),
        purpose=next(iter(purposes), ""),
        order=max(ordered, key=lambda line: line.since).id if ordered else "",
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


def _key(line: Line) -> tuple[str, str]:
    return line.atc or line.name, line.name.split(" ")[0].casefold()


def _atc(medicine: object) -> str:
    found = [
        code for system, code in elements.codings(medicine) if system == ATC or "7180" in system
    ]
    return next(iter(found), "")
