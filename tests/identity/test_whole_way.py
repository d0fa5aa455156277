"""A server as in production: sign-in at a foreign provider, and a FHIR base that wants tokens."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from builders import foreign, server
from builders.identity import a_key, a_record_of_apps
from builders.server import Server

KARI = "13116900216"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data: Path = tmp_path_factory.mktemp("normal")
    a_record_of_apps(data)
    key, own, theirs = a_key(alg="ES256"), foreign.free_port(), foreign.free_port()
    (data / "idporten.jwk").write_text(json.dumps(key.as_dict(private=True)))
    public = json.dumps(key.as_dict(private=False))
    redirect = f"http://127.0.0.1:{own}/logg-inn/svar"
    settings = {
        "SAMSPILL_IDPORTEN_ISSUER": f"http://127.0.0.1:{theirs}",
        "SAMSPILL_IDPORTEN_CLIENT": "samspill",
        "SAMSPILL_IDPORTEN_KEY": str(data / "idporten.jwk"),
    }
    claims = json.dumps({"pid": KARI})
    with (
        foreign.running("provider.js", str(theirs), redirect, public, claims, "bearer"),
        pytest.MonkeyPatch.context() as patched,
    ):
        for name, value in settings.items():
            patched.setenv(name, value)
        started = server.start(data, port=own)
        yield started
        started.stop()


def test_a_citizen_comes_in_by_the_foreign_provider_and_out_again(running: Server) -> None:
    with httpx.Client(follow_redirects=True) as browser:
        home = browser.get(f"{running.url}/logg-inn?til=/helse")
        assert home.url.path == "/helse"
        assert "Kari Nordmann" in home.text
        assert not [each for each in home.history if KARI in str(each.url)]
        token = home.text.split('name="token" value="')[1].split('"')[0]
        away = browser.post(f"{running.url}/logg-ut", data={"token": token})
        assert away.url.path == "/logg-ut/ferdig"
        assert "/session/end?client_id=samspill" in away.text
        assert browser.get(f"{running.url}/helse", follow_redirects=False).status_code == 303


def test_nobody_is_picked_and_nothing_is_read_without_a_token(running: Server) -> None:
    page = httpx.get(f"{running.url}/oauth/godkjenn?sak=x")
    assert page.status_code == 404
    asked = httpx.get(f"{running.url}/oauth/authorize?client_id=samspill-pages")
    assert asked.status_code == 400
    read = httpx.get(f"{running.fhir}/Patient/kari")
    assert read.status_code == 401
    assert read.headers["www-authenticate"].startswith("Bearer realm=")
    assert httpx.get(f"{running.fhir}/metadata").status_code == 200
    assert KARI not in running.log.read_text()
