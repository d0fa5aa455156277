"""Observations as a laboratory sends them, with the index entries that extraction gives."""

import random
from collections.abc import Iterator

from samspill.base import clock
from samspill.fhir.search.values import IndexEntry, Period, Quantity, Reference, String, Token, Uri
from samspill.store import Change

CODES = tuple(f"NPU{10_000 + n}" for n in range(200))
NPU = "urn:oid:2.16.578.1.12.4.1.1.7280"
UCUM = "http://unitsofmeasure.org"
SECOND = 1_000_000
FIRST = 1_420_066_800 * SECOND
SPAN = 10 * 365 * 86_400
CATEGORY = Token("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")
PROFILE = Uri("http://hl7.no/fhir/StructureDefinition/no-basis-Observation")
FINAL = Token("http://hl7.org/fhir/observation-status", "final")


def changes(count: int, first: int = 0, seed: int = 1) -> Iterator[Change]:
    """New Observations, about a hundred for each patient; ids go on from `first`."""
    chance = random.Random(seed + first)
    for n in range(first, first + count):
        yield change(n, max(1, (first + count) // 100), chance)


def change(n: int, patients: int, chance: random.Random, low: int = 0) -> Change:
    """Observation `n` of one of the patients p0, p1 …, at `low` or at any time of ten years."""
    id = f"{chance.getrandbits(128):032x}"
    id = f"{id[:8]}-{id[8:12]}-4{id[13:16]}-a{id[17:20]}-{id[20:]}"
    patient = f"p{n % patients}"
    code = CODES[min(int(chance.expovariate(0.03)), len(CODES) - 1)]
    low = low or FIRST + chance.randrange(SPAN) * SECOND
    value = round(chance.gauss(100, 30), 1)
    return Change(
        type="Observation",
        id=id,
        body=_Body(n, id, patient, code, low, value),
        entries=entries(n, patient, code, low, value),
        patients=(patient,),
    )


def entries(n: int, patient: str, code: str, low: int, value: float) -> list[IndexEntry]:
    """What `fhir.search.extract` gives for the JSON below."""
    return [
        IndexEntry("_profile", PROFILE),
        IndexEntry("identifier", Token("urn:oid:2.16.578.1.12.4.1.4.1", f"2026-{n:07}")),
        IndexEntry("status", FINAL),
        IndexEntry("category", CATEGORY),
        IndexEntry("category:text", String("laboratory", "Laboratory")),
        IndexEntry("code", Token(NPU, code)),
        IndexEntry("code:text", String("p-kolesterol i ldl", "P-Kolesterol i LDL")),
        IndexEntry("code:text", String("kolesterol", "Kolesterol")),
        IndexEntry("subject", Reference("Patient", patient)),
        IndexEntry("encounter", Reference("Encounter", f"e{n // 10}")),
        IndexEntry("date", Period(low, low + SECOND)),
        IndexEntry("performer", Reference("Organization", "lab")),
        IndexEntry("value-quantity", _amount(value)),
    ]


def _amount(value: float) -> Quantity:
    base = value * 6.02214076e23
    return Quantity(value, value, UCUM, "mmol/L", "mmol/l", base, base, "m-3")


class _Body:
    """The JSON of one Observation around its version and time, about 1.1 kB."""

    __slots__ = ("_parts",)

    def __init__(self, n: int, id: str, patient: str, code: str, low: int, value: float) -> None:
        self._parts = (n, id, patient, code, low, value)

    def __call__(self, number: int, at: int) -> bytes:
        n, id, patient, code, low, value = self._parts
        return _JSON % (
            id.encode(),
            number,
            clock.instant(at).encode(),
            n,
            code.encode(),
            patient.encode(),
            n // 10,
            clock.instant(low).encode(),
            clock.instant(low).encode(),
            str(value).encode(),
        )


_JSON = b"""{"resourceType":"Observation","id":"%b","meta":{"versionId":"%d","lastUpdated":"%b",\
"profile":["http://hl7.no/fhir/StructureDefinition/no-basis-Observation"]},\
"identifier":[{"system":"urn:oid:2.16.578.1.12.4.1.4.1","value":"2026-%07d"}],"status":"final",\
"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category",\
"code":"laboratory","display":"Laboratory"}]}],"code":{"coding":[{"system":\
"urn:oid:2.16.578.1.12.4.1.1.7280","code":"%b","display":"P-Kolesterol i LDL"}],\
"text":"Kolesterol"},"subject":{"reference":"Patient/%b","display":"Kari Nordmann"},\
"encounter":{"reference":"Encounter/e%d"},"effectiveDateTime":"%b","issued":"%b",\
"performer":[{"reference":"Organization/lab","display":"Laboratorium for medisinsk biokjemi"}],\
"valueQuantity":{"value":%b,"unit":"mmol/l","system":"http://unitsofmeasure.org","code":"mmol/L"},\
"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-\
ObservationInterpretation","code":"N"}]}],"referenceRange":[{"low":{"value":50,"unit":"mmol/l"},\
"high":{"value":150,"unit":"mmol/l"},"text":"50 - 150"}]}"""
