"""Foreign clients, openid-client and HL7's fhirclient, against a running server in demo mode."""

import json
import re
from typing import Any

import httpx
import pytest

from builders import foreign
from builders.identity import APP, APP_KEY, APP_PORT
from builders.server import Server


def test_openid_client_goes_the_way_of_fapi(server: Server) -> None:
    written = json.dumps(APP_KEY.as_dict(private=True))
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
    server: Server,
    client: str,
    person: str,
    *,
    patient: str = "kari",
    jwk: str = "",
    launched: str = "",
) -> dict[str, Any]:
    """What a SMART app got, and what it read."""
    arguments = (server.url, str(APP_PORT), client, person, patient, launched, jwk)
    got: dict[str, Any] = json.loads(foreign.run("smart-app.js", *arguments))
    return got


@pytest.mark.parametrize("client", ["public", "secret"])
def test_fhirclient_opens_the_record_of_a_citizen(server: Server, client: str) -> None:
    jwk = json.dumps(APP_KEY.as_dict(private=True)) if client == "secret" else ""
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


def test_a_citizen_opens_the_record_of_one_who_has_given_a_proxy(server: Server) -> None:
    got = app_of(server, "public", "Patient/kari", patient="ola")
    assert (got["said"]["patient"], got["user"]) == ("ola", "Patient/kari")
    assert got["read"] == "Patient"


def test_a_citizen_cannot_pick_just_anyone(server: Server) -> None:
    with pytest.raises(AssertionError):
        app_of(server, "public", "Patient/ola", patient="kari")


def test_an_app_opens_with_the_patient_of_our_page(server: Server) -> None:
    with httpx.Client(base_url=server.url, follow_redirects=True) as browser:
        form = fields(browser.get("/logg-inn").text) | {"som": "Practitioner/gp"}
        browser.post("/oauth/godkjenn", data=form)
        form = fields(browser.get("/oauth/apper?pasient=kari").text) | {"app": "public"}
        opened = browser.post("/oauth/apper", data=form, follow_redirects=False)
        address, cookies = opened.headers["location"], dict(browser.cookies)
    assert address.startswith(f"{APP}/launch?iss=")
    launched = json.dumps({"address": address, "cookies": cookies})
    got = app_of(server, "public", "nobody", launched=launched)
    assert (got["said"]["patient"], got["user"]) == ("kari", "Practitioner/gp")
    assert got["said"]["scope"] == "openid fhirUser launch patient/*.rs"


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return dict(re.findall(r'name="(token|sak|pasient)" value="([^"]+)"', page))
