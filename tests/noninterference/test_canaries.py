"""Where a protected person is, is in nothing that leaves: canaries in all that tells it.

P7 of the design; T40 of docs/threats.md.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from builders import access_worlds
from builders.access_answers import answer
from builders.access_requests import Wish
from builders.access_worlds import PROTECTION, Place, ref
from samspill.access import narrow
from samspill.store.search.scope import TRUE

Resource = dict[str, Any]
CANARY = "Kanarivegen"
NARRATIVE = {
    "status": "generated",
    "div": f'<div xmlns="http://www.w3.org/1999/xhtml">Lives at {CANARY} 1</div>',
}
ADDRESS = {"use": "home", "line": [f"{CANARY} 1"], "city": CANARY, "postalCode": CANARY}
WHO = ref("Patient", "protected")

WORLD: list[Resource] = [
    {"resourceType": "Organization", "id": "o0", "name": "Org"},
    {"resourceType": "Practitioner", "id": "d0", "name": [{"family": "Doc"}]},
    {"resourceType": "PractitionerRole", "id": "r0", "practitioner": ref("Practitioner", "d0")},
    {"resourceType": "Location", "id": "near", "name": "Ward"},
    {
        "resourceType": "Patient",
        "id": "protected",
        "meta": {"security": [PROTECTION]},
        "text": NARRATIVE,
        "birthDate": "1980-01-01",
        "name": [{"family": "Vern"}],
        "address": [ADDRESS],
        "telecom": [{"system": "email", "value": CANARY}, {"system": "phone", "value": CANARY}],
        "contact": [{"address": ADDRESS}],
        "generalPractitioner": [{**ref("Practitioner", "d0"), "display": CANARY}],
        "managingOrganization": {**ref("Organization", "o0"), "display": CANARY},
    },
    {
        "resourceType": "Encounter",
        "id": "e",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": WHO,
        "text": NARRATIVE,
        "participant": [{"individual": ref("Practitioner", "d0")}],
        "location": [{"location": {**ref("Location", "near"), "display": CANARY}}],
        "serviceProvider": {**ref("Organization", "o0"), "display": CANARY},
    },
    {
        "resourceType": "Appointment",
        "id": "a",
        "status": "booked",
        "description": CANARY,
        "comment": CANARY,
        "participant": [
            {"actor": WHO, "status": "accepted"},
            {"actor": ref("Practitioner", "d0"), "status": "accepted"},
            {"actor": {**ref("Location", "near"), "display": CANARY}, "status": "accepted"},
        ],
    },
    {
        "resourceType": "RelatedPerson",
        "id": "k",
        "patient": WHO,
        "text": NARRATIVE,
        "address": [ADDRESS],
        "telecom": [{"system": "phone", "value": CANARY}],
    },
    {
        "resourceType": "Immunization",
        "id": "i",
        "status": "completed",
        "patient": WHO,
        "vaccineCode": {"text": "x"},
        "location": {**ref("Location", "near"), "display": CANARY},
    },
]
LOOKED_FOR = {
    "Patient": (
        "address", "address-city", "address-postalcode", "phone", "email", "telecom", "_content",
        "_text", "organization.name", "general-practitioner.family",
    ),
    "RelatedPerson": ("address", "address-city", "phone", "_content", "_text"),
    "Encounter": ("_content", "_text"),
    "Appointment": ("_content", "_text"),
    "Immunization": ("_content",),
}  # fmt: skip
PLACED = {
    "Encounter": ("location=Location/near", "service-provider=Organization/o0"),
    "Appointment": ("location=Location/near", "actor=Location/near"),
    "Immunization": ("location=Location/near",),
    "Patient": ("organization=Organization/o0", "general-practitioner=Practitioner/d0"),
}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with access_worlds.place() as place:
        place.put(list(enumerate(WORLD)))
        yield place


def reads() -> Iterator[Wish]:
    """Every way in which what is written can leave."""
    types = ("Patient", "Encounter", "Appointment", "RelatedPerson", "Immunization")
    for each in WORLD:
        if each["resourceType"] in types:
            for tail in (
                "",
                "/_history/1",
                "/_history",
                "?_summary=text",
                "?_elements=text,address",
            ):
                yield Wish("GET", f"{each['resourceType']}/{each['id']}{tail}")
    for type in types:
        for query in ("", "_include=*", "_revinclude=*", "_sort=_id", "_summary=text"):
            yield Wish("GET", f"{type}?{query}")
    yield Wish("GET", "Patient/protected/$everything")
    yield Wish("GET", "Patient/protected/*")
    fields = '{PatientList(_id:"protected"){address{city line} telecom{value} text{div}}}'
    yield Wish("GET", f"$graphql?query={quote(fields)}")


def searches() -> Iterator[Wish]:
    """Every way in which a search could confirm a guess."""
    for type, names in LOOKED_FOR.items():
        for name in names:
            yield Wish("GET", f"{type}?{name}={CANARY}")
        yield Wish("GET", f"{type}?_filter={quote(f'address co {CANARY!r}')}")
    for type, queries in PLACED.items():
        yield from (Wish("GET", f"{type}?{query}") for query in queries)


def told(place: Place, persona: str) -> list[str]:
    """What tells where the protected person is."""
    shown = [wish.path for wish in reads() if CANARY.encode() in answer(place, persona, wish)[2]]
    found = [
        wish.path
        for wish in searches()
        if any(mark in answer(place, persona, wish)[2] for mark in (b'"total":1', b'"fullUrl"'))
        and b"OperationOutcome" not in answer(place, persona, wish)[2]
    ]
    return shown + found


def test_the_doctor_sees_the_person_and_not_the_place(place: Place) -> None:
    status, _, body = answer(place, "doctor", Wish("GET", "Patient/protected"))
    assert status == 200
    assert b"Vern" in body
    assert told(place, "doctor") == []


@pytest.mark.parametrize("persona", ["citizen", "parent", "proxy", "laboratory app", "patient app"])
def test_nobody_else_is_told(place: Place, persona: str) -> None:
    assert told(place, persona) == []


def test_without_the_mask_of_searches_they_would_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrow.Guard, "told", lambda self, scope, type, name, t: TRUE)
    with access_worlds.place() as place:
        place.put(list(enumerate(WORLD)))
        paths = told(place, "doctor")
    for one in ("Patient?_content=", "Patient?_text=", "Patient?address-city=", "Encounter?_text="):
        assert any(path.startswith(one) for path in paths), (one, paths)
