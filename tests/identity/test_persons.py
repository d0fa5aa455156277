"""Whom of the record a person is, by the claims of ID-porten and HelseID."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from samspill import app
from samspill.access import actor as actors
from samspill.access.actor import Assurance, Kind
from samspill.base.errors import Forbidden, NotFound
from samspill.base.settings import Settings
from samspill.identity import persons
from samspill.identity.persons import CHILD, PARENT
from samspill.interactions import update
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.norway import identifiers
from samspill.norway.identifiers import Kind as Number

HIGH = "idporten-loa-high"
HPR = "helseid://claims/hpr/hpr_number"
AUTHORISED = {"code": {"coding": [{"system": persons._AUTHORISATION, "code": "1"}]}}
LE = {"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.9060", "code": "LE"}]}


def number(kind: Number, value: str) -> list[dict[str, str]]:
    return [{"system": identifiers.KINDS[kind].system, "value": value}]


RESOURCES: list[dict[str, Any]] = [
    {"resourceType": "Organization", "id": "trust", "identifier": number(Number.ORGANISATION, "1")},
    {
        "resourceType": "Organization",
        "id": "ward",
        "name": "Ward",
        "partOf": {"reference": "Organization/trust"},
    },
    {"resourceType": "Organization", "id": "other", "identifier": number(Number.ORGANISATION, "2")},
    {"resourceType": "Patient", "id": "kari", "identifier": number(Number.NATIONAL, "13116900216")},
    {"resourceType": "Patient", "id": "dnr", "identifier": number(Number.D, "53116900111")},
    *(
        {"resourceType": "Patient", "id": id, "identifier": number(Number.NATIONAL, "01010112345")}
        for id in ("twin-1", "twin-2")
    ),
    {
        "resourceType": "Practitioner",
        "id": "doctor",
        "identifier": number(Number.HPR, "9144900"),
        "name": [{"text": "unused"}, {"given": ["Ola"], "family": "Lege"}],
        "qualification": [AUTHORISED],
    },
    {
        "resourceType": "Practitioner",
        "id": "former",
        "identifier": number(Number.HPR, "9144901"),
        "qualification": [AUTHORISED | {"period": {"end": "2020-12-31"}}],
    },
    {
        "resourceType": "PractitionerRole",
        "id": "role",
        "active": True,
        "practitioner": {"reference": "Practitioner/doctor"},
        "organization": {"reference": "Organization/ward"},
        "code": [LE],
    },
]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = app.build(replace(Settings(), data=tmp_path_factory.mktemp("persons")))
    for resource in RESOURCES:
        session = Session(made, actors.SYSTEM)
        update.update(session, resource["resourceType"], resource["id"], resource)
    yield made
    made.close()


@pytest.mark.parametrize(("pid", "id"), [("13116900216", "kari"), ("53116900111", "dnr")])
def test_a_citizen_is_found_by_number(platform: Platform, pid: str, id: str) -> None:
    found = persons.of_claims(platform, {"pid": pid}, HIGH)
    assert (found.kind, found.reference) == (Kind.CITIZEN, f"Patient/{id}")
    assert found.assurance is Assurance.HIGH
    low = persons.of_claims(platform, {"pid": pid}, "idporten-loa-substantial")
    assert low.assurance is Assurance.SUBSTANTIAL


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"pid": ""},
        {"pid": "01010112345"},
        {"pid": "00000000000"},
        {"pid": 13116900216},
        {"pid": "13116900216,53116900111"},
        {"pid": "*"},
        {HPR: "1"},
        {HPR: "9144900|x"},
        {"sub": "Patient/kari"},
    ],
    ids=str,
)
def test_who_is_not_known_for_certain_is_nobody(platform: Platform, claims: Any) -> None:
    with pytest.raises(Forbidden) as caught:
        persons.of_claims(platform, claims, HIGH)
    assert not [each for each in claims.values() if str(each) and str(each) in str(caught.value)]


def test_a_professional_has_roles_unit_and_authorisation(platform: Platform) -> None:
    found = persons.of_claims(platform, {HPR: "9144900", "pid": "13116900216"}, HIGH)
    assert (found.kind, found.reference, found.name) == (
        Kind.PROFESSIONAL,
        "Practitioner/doctor",
        "Ola Lege",
    )
    assert (found.roles, found.acts_as) == (("LE",), ("PractitionerRole/role",))
    assert (found.department, found.organization) == ("Organization/ward", "Organization/trust")
    assert (found.hpr, found.authorised_until) == ("9144900", persons.FOREVER)


def test_helseid_says_where_one_works_now(platform: Platform) -> None:
    found = persons.of_claims(platform, {HPR: "9144900", PARENT: "2", CHILD: "1"}, HIGH)
    assert (found.organization, found.department) == ("Organization/other", "Organization/trust")
    found = persons.of_claims(platform, {HPR: "9144900", PARENT: "3"}, HIGH)
    assert found.organization == "Organization/trust", "one that the record does not know"


def test_an_authorisation_ends(platform: Platform) -> None:
    found = persons.of_claims(platform, {HPR: "9144901"}, HIGH)
    assert 0 < found.authorised_until < platform.clock()


@pytest.mark.parametrize("reference", ["", "x", "Organization/ward", "Patient/none", "Patient/"])
def test_only_people_of_the_record_can_be_picked(platform: Platform, reference: str) -> None:
    with pytest.raises(NotFound):
        persons.of_reference(platform, reference, Assurance.HIGH)
