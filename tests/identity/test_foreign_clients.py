"""Foreign clients, openid-client and HL7's fhirclient, against a running server in demo mode."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from builders import foreign
from builders.identity import a_key
from builders.server import Server, serving
from samspill import app
from samspill.access import actor as actors
from samspill.base.settings import Settings
from samspill.identity import clients, provider
from samspill.identity.clients import Client
from samspill.interactions import update
from samspill.interactions.session import Session

KEY = a_key(alg="ES256")
PORT = foreign.free_port()
OWN = f"http://127.0.0.1:{PORT}"
NUMBER = {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "13116900216"}
HPR = {"system": "urn:oid:2.16.578.1.12.4.1.4.4", "value": "9144900"}
PATIENT = {
    "resourceType": "Patient",
    "id": "kari",
    "identifier": [NUMBER],
    "name": [{"family": "Nordmann", "given": ["Kari"]}],
    "birthDate": "1969-11-13",
    "generalPractitioner": [{"reference": "Practitioner/gp"}],
}
DOCTOR = {
    "resourceType": "Practitioner",
    "id": "gp",
    "identifier": [HPR],
    "name": [{"family": "Lege", "given": ["Ola"]}],
}


def _clients() -> Iterator[Client]:
    keys = {"keys": [KEY.as_dict(private=False)]}
    smart = ("openid", "fhirUser", "launch", "launch/patient", "patient/*.rs")
    strict = ("openid", "profile", "fhirUser", "offline_access", "patient/*.rs", "system/*.rs")
    back = ("http://127.0.0.1:9/back",)
    yield Client("strict", "Strict", "fapi", redirects=back, scopes=strict, keys=keys)
    launch = f"{OWN}/launch"
    yield Client("public", "Public", redirects=(f"{OWN}/app",), scopes=smart, launch_url=launch)
    yield Client("secret", "Secret", redirects=(f"{OWN}/app",), scopes=smart, keys=keys)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data: Path = tmp_path_factory.mktemp("clients")
    platform = app.build(replace(Settings(), data=data))
    session = Session(platform, actors.SYSTEM)
    for resource in (PATIENT, DOCTOR):
        update.update(session, str(resource["resourceType"]), str(resource["id"]), resource)
    for client in _clients():
        clients.keep(provider.build(platform).state, client)
    platform.close()
    with serving(data, "--demo") as running:
        yield running


def test_openid_client_goes_the_way_of_fapi(server: Server) -> None:
    written = json.dumps(KEY.as_dict(private=True))
    arguments = (server.url, "strict", written, "Patient/kari")
    got = json.loads(foreign.run("openid-client.js", *arguments))
    assert got == {
        "type": "dpop",
        "patient": "kari",
        "scope": "openid profile fhirUser offline_access patient/*.rs",
        "user": f"{server.fhir}/Patient/kari",
        "name": "Kari Nordmann",
        "asked": [200, 200, 401],
        "active": [True, False],
        "revoked": 401,
        "service": "system/*.rs",
    }


def app_of(
    server: Server, client: str, person: str, *, jwk: str = "", launched: str = ""
) -> dict[str, Any]:
    """What a SMART app got, and what it read."""
    arguments = (server.url, str(PORT), client, person, "kari", launched, jwk)
    got: dict[str, Any] = json.loads(foreign.run("smart-app.js", *arguments))
    return got


@pytest.mark.parametrize("client", ["public", "secret"])
def test_fhirclient_opens_the_record_of_a_citizen(server: Server, client: str) -> None:
    jwk = json.dumps(KEY.as_dict(private=True)) if client == "secret" else ""
    got = app_of(server, client, "Patient/kari", jwk=jwk)
    said = got["said"]
    assert (said["patient"], said["scope"]) == (
        "kari",
        "openid fhirUser launch/patient patient/*.rs",
    )
    assert got["user"] == "Patient/kari"
    assert got["read"] == "Patient"


def test_fhirclient_opens_the_patient_that_a_professional_picks(server: Server) -> None:
    got = app_of(server, "public", "Practitioner/gp")
    assert got["said"]["patient"] == "kari"
    assert got["user"] == "Practitioner/gp"


def test_an_app_opens_with_the_patient_of_our_page(server: Server) -> None:
    with httpx.Client(base_url=server.url, follow_redirects=True) as browser:
        form = fields(browser.get("/logg-inn").text) | {"som": "Practitioner/gp"}
        browser.post("/oauth/godkjenn", data=form)
        form = fields(browser.get("/oauth/apper?pasient=kari").text) | {"app": "public"}
        opened = browser.post("/oauth/apper", data=form, follow_redirects=False)
        address, cookies = opened.headers["location"], dict(browser.cookies)
    assert address.startswith(f"{OWN}/launch?iss=")
    launched = json.dumps({"address": address, "cookies": cookies})
    got = app_of(server, "public", "nobody", launched=launched)
    assert (got["said"]["patient"], got["user"]) == ("kari", "Practitioner/gp")
    assert got["said"]["scope"] == "openid fhirUser launch patient/*.rs"


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return dict(re.findall(r'name="(token|sak|pasient)" value="([^"]+)"', page))
