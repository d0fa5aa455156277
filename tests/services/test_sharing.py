"""SMART Health Links: passcode, end, revocation, lock and log."""

import asyncio
import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwe
from joserfc.jwk import OctKey
from starlette.applications import Starlette

from builders import record as records
from samspill.access.actor import Actor, Assurance, Kind
from samspill.base import clock
from samspill.base.errors import Busy, Forbidden, InvalidRequest, NotFound
from samspill.interactions import create, search
from samspill.interactions.session import Session
from samspill.services.care_record.mapping import summary
from samspill.services.sharing import mapping, routes, service
from samspill.services.sharing.model import MOST_WRONG, Made, WrongPasscode

CODE = "fjord 482"


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A citizen with a record of their own."""
    with records.opened(tmp_path_factory.mktemp("record")) as session:
        patient = create.create(
            session,
            {
                "resourceType": "Patient",
                "name": [{"family": "Engen", "given": ["Tor"]}],
                "birthDate": "1990-05-01",
            },
        )
        yield session.acting(a_citizen(patient.id))


def a_citizen(id: str) -> Actor:
    return Actor(Kind.CITIZEN, f"Patient/{id}", roles=("citizen",), assurance=Assurance.HIGH)


def patient(session: Session) -> str:
    return session.actor.reference.removeprefix("Patient/")


def a_link(owner: Session, **given: Any) -> tuple[Made, str]:
    """A new link, and the secret in it."""
    wanted = {"label": "Reise", "days": 7, "sections": (), "passcode": CODE, **given}
    made = service.share(owner, patient(owner), **wanted)
    return made, made.link.partition("/delt/")[2].partition("#")[0]


def test_the_right_code_opens_the_summary_and_is_logged(owner: Session) -> None:
    _, secret = a_link(owner)
    opened = service.open(owner.platform, secret, CODE, "Dr Smith, Lisbon")
    assert summary.read(service.content(opened)).person.name == "Tor Engen"
    owner.platform.log.flush()
    lines = owner.platform.store.accesses(patient=patient(owner))
    assert any(b"Dr Smith, Lisbon" in bytes(str(line), "utf-8") for line in lines)


def post(owner: Session, path: str, **body: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=routes.routes(owner.platform)))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.post(path, **body)

    return asyncio.run(ask())


def test_any_viewer_opens_it_by_the_standard(owner: Session) -> None:
    made, _ = a_link(owner)
    packed = made.link.partition("#shlink:/")[2]
    payload = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert payload["flag"] == "P"
    path = "/sharing/manifest/" + payload["url"].rpartition("/")[2]
    asked = {"recipient": "Clínica", "passcode": CODE}
    [file] = post(owner, path, json=asked).json()["files"]
    key = OctKey.import_key(base64.urlsafe_b64decode(payload["key"] + "="))
    assert b'"60591-5"' in (jwe.decrypt_compact(file["embedded"], key).plaintext or b"")
    wrong = post(owner, path, json={**asked, "passcode": "feil kode"})
    assert (wrong.status_code, wrong.json()) == (401, {"remainingAttempts": MOST_WRONG - 1})
    assert post(owner, path, content=b"[").status_code == 400
    assert post(owner, "/sharing/manifest/x", json=asked).status_code == 404


def test_five_wrong_codes_lock_it_for_the_right_one_too(owner: Session) -> None:
    made, secret = a_link(owner)
    for left in range(MOST_WRONG - 1, -1, -1):
        with pytest.raises(WrongPasscode) as wrong:
            service.open(owner.platform, secret, "gal kode", "")
        assert wrong.value.left == left
    with pytest.raises(WrongPasscode):
        service.open(owner.platform, secret, CODE, "")
    [now] = [one for one in service.shares(owner, patient(owner)) if one.id == made.share.id]
    assert now.state(clock.to_datetime(owner.platform.clock())) == "locked"


def test_many_tries_at_once_are_no_way_round_the_lock(owner: Session) -> None:
    _, secret = a_link(owner)

    def attempt(number: int) -> str:
        try:
            service.open(owner.platform, secret, f"kode {number}", "")
        except WrongPasscode as wrong:
            return "looked at" if wrong.left or number < 0 else "last or locked"
        except Busy:
            return "busy"
        return "opened"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(24)))
    assert answers.count("looked at") <= MOST_WRONG - 1
    assert "opened" not in answers


def test_a_link_that_is_taken_back_is_dead_at_once(owner: Session) -> None:
    made, secret = a_link(owner)
    service.revoke(owner, patient(owner), made.share.id)
    with pytest.raises(NotFound):
        service.open(owner.platform, secret, CODE, "")


def test_a_link_ends(owner: Session) -> None:
    made, _ = a_link(owner, days=1)
    end = made.share.until
    assert made.share.state(end - timedelta(seconds=1)) == "open"
    assert made.share.state(end) == "expired"


@pytest.mark.parametrize("given", [{"passcode": "123"}, {"days": 0}, {"days": 4000}])
def test_a_weak_link_is_refused(owner: Session, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        a_link(owner, **given)


def test_a_code_is_made_when_none_is_chosen(owner: Session) -> None:
    made, secret = a_link(owner, passcode="")
    assert len(made.passcode) == 6
    assert service.open(owner.platform, secret, made.passcode, "").patient == patient(owner)


def test_only_what_is_chosen_is_shared(owner: Session) -> None:
    _, secret = a_link(owner, sections=("11369-6",))
    said = summary.read(service.content(service.open(owner.platform, secret, CODE, "")))
    assert {one.code for one in said.sections} == {*mapping.REQUIRED, "11369-6"}


def test_another_citizen_shares_sees_and_revokes_nothing(owner: Session) -> None:
    made, _ = a_link(owner)
    other = owner.acting(a_citizen("another"))
    for act in (
        lambda: service.share(other, patient(owner), label="", days=1, sections=()),
        lambda: service.shares(other, patient(owner)),
        lambda: service.revoke(other, patient(owner), made.share.id),
    ):
        with pytest.raises(Forbidden):
            act()


def test_the_record_alone_opens_nothing(owner: Session) -> None:
    """What is stored holds neither the secret of the link, nor the key, nor the passcode."""
    made, secret = a_link(owner)
    everything = Session(owner.platform, service.PLATFORM)
    found = search.search(everything, "DocumentManifest", [("_id", made.share.id)])
    [stored] = [version.body.decode() for version in found.versions]
    packed = made.link.partition("#shlink:/")[2]
    key = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))["key"]
    assert secret not in stored
    assert key not in stored
    [wrapped] = [
        one["valueString"] for one in json.loads(stored)["extension"] if "key" in one["url"]
    ]
    guessed = mapping.wrapping(CODE, secret, b"another server")
    assert mapping.decrypt(wrapped, guessed) is None
