"""Observations as a laboratory sends them, with the index entries that extraction gives."""

import random
from collections.abc import Iterator

from samspill.base import clock
from samspill.fhir.search.values import IndexEntry, Period, Quantity, Reference, Token
from samspill.store import Change

CODES = tuple(f"NPU{10_000 + n}" for n in range(200))
NPU = "urn:oid:2.16.578.1.12.4.1.1.7280"
UCUM = "http://unitsofmeasure.org"
SECOND = 1_000_000
FIRST = 1_420_066_800 * SECOND
SPAN = 10 * 365 * 86_400
CATEGORY = Token("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")
FINAL = Token("http://hl7.org/fhir/observation-status", "final")


def changes(count: int, first: int = 0, seed: int = 1) -> Iterator[Change]:
    """New Observations, about a hundred for each patient; ids go on from `first`."""
    chance = random.Random(seed + first)
    for n in range(first, first + count):
        yield change(n, max(1, (first + count) // 100), chance)


def change(n: int, patients: int, chance: random.Random) -> Change:
    id = f"{chance.getrandbits(128):032x}"
    id = f"{id[:8]}-{id[8:12]}-4{id[13:16]}-a{id[17:20]}-{id[20:]}"
    patient = f"p{n % patients}"
    code = CODES[min(int(chance.expovariate(0.03)), len(CODES) - 1)]
    low = FIRST + chance.randrange(SPAN) * SECOND
    value = round(chance.gauss(100, 30), 1)
    return Change(
        type="Observation",
        id=id,
        body=_Body(id, patient, code, low, value),
        entries=entries(patient, f"e{n // 10}", code, low, value),
        patients=(patient,),
    )


def entries(patient: str, encounter: str, code: str, low: int, value: float) -> list[IndexEntry]:
    token = Token(NPU, code)
    amount = Quantity(value, value, UCUM, "mmol/L", "mmol/l", value, value, "mol/m3")
    return [
        IndexEntry("status", FINAL),
        IndexEntry("category", CATEGORY),
        IndexEntry("code", token),
        IndexEntry("combo-code", token),
        IndexEntry("date", Period(low, low + SECOND)),
        IndexEntry("subject", Reference("Patient", patient)),
        IndexEntry("patient", Reference("Patient", patient)),
        IndexEntry("encounter", Reference("Encounter", encounter)),
        IndexEntry("performer", Reference("Organization", "lab")),
        IndexEntry("value-quantity", amount),
        IndexEntry("combo-value-quantity", amount),
    ]


class _Body:
    """The JSON of one Observation around its version and time, about 1.1 kB."""

    __slots__ = ("_parts",)

    def __init__(self, id: str, patient: str, code: str, low: int, value: float) -> None:
        self._parts = (id, patient, code, low, value)

    def __call__(self, number: int, at: int) -> bytes:
        id, patient, code, low, value = self._parts
        return _JSON % (
            id.encode(),
            number,
            clock.instant(at).encode(),
            code.encode(),
            patient.encode(),
            clock.instant(low).encode(),
            clock.instant(low).encode(),
            str(value).encode(),
        )


_JSON = b"""{"resourceType":"Observation","id":"%b","meta":{"versionId":"%d","lastUpdated":"%b",\
"profile":["http://hl7.no/fhir/StructureDefinition/no-basis-Observation"]},\
"identifier":[{"system":"urn:oid:2.16.578.1.12.4.1.4.1","value":"2026-0123456"}],"status":"final",\
"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category",\
"code":"laboratory","display":"Laboratory"}]}],"code":{"coding":[{"system":\
"urn:oid:2.16.578.1.12.4.1.1.7280","code":"%b","display":"P-Kolesterol i LDL"}],"text":"Kolesterol"},\
"subject":{"reference":"Patient/%b","display":"Kari Nordmann"},"encounter":{"reference":\
"Encounter/0b3d6c1e-5a0f-4d8a-9f3b-0d1c2b3a4e5f"},"effectiveDateTime":"%b","issued":"%b",\
"performer":[{"reference":"Organization/lab","display":"Laboratorium for medisinsk biokjemi"}],\
"valueQuantity":{"value":%b,"unit":"mmol/l","system":"http://unitsofmeasure.org","code":"mmol/L"},\
"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-\
ObservationInterpretation","code":"N"}]}],"referenceRange":[{"low":{"value":50,"unit":"mmol/l"},\
"high":{"value":150,"unit":"mmol/l"},"text":"50 - 150"}]}"""
