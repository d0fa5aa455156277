"""Sign-ins end where and when they should, and the others concerned are told."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from builders.identity import DOCTOR, KARI, Desk, a_desk
from samspill.identity import grants, jose, notices, parties, sessions
from samspill.identity.documents import Documents
from samspill.identity.jose import Refused
from samspill.identity.local import Local
from samspill.identity.relying import LOGOUT_EVENT, Relying, SignedIn
from samspill.identity.state import hashed


def signed_in(desk: Desk, *, sid: str = "1", sub: str = "s", actor: Any = DOCTOR) -> str:
    told = SignedIn("demo", {"sub": sub, "sid": sid}, desk.clock.seconds, "x", "/")
    return sessions.open(desk.provider, told, actor)


def alive(desk: Desk, login: str) -> bool:
    return sessions.find(desk.provider, login) is not None


def test_a_sign_in_is_found_by_its_id_alone(desk: Desk) -> None:
    login = signed_in(desk)
    found = sessions.find(desk.provider, login)
    assert found is not None
    assert found.actor == DOCTOR
    for other in ("", "x", hashed(login), login[:-1]):
        assert not alive(desk, other)


def test_a_sign_in_ends_after_some_hours_whatever_happens(desk: Desk) -> None:
    login = signed_in(desk)
    desk.clock.pass_seconds(8 * 3600 - 1)
    assert alive(desk, login)
    desk.clock.pass_seconds(2)
    assert not alive(desk, login)


def test_a_person_signs_out_here_or_everywhere(desk: Desk) -> None:
    here, there, other = signed_in(desk), signed_in(desk), signed_in(desk, actor=KARI)
    sessions.end(desk.provider, here)
    assert [alive(desk, each) for each in (here, there, other)] == [False, True, True]
    sessions.end_everywhere(desk.provider, DOCTOR.reference)
    assert [alive(desk, each) for each in (here, there, other)] == [False, False, True]


@pytest.mark.parametrize(
    ("party", "sid", "sub", "left"),
    [
        ("demo", "1", "", [False, True]),
        ("demo", "", "s", [False, False]),
        ("demo", "3", "", [True, True]),
        ("idporten", "1", "s", [True, True]),
    ],
)
def test_a_provider_ends_a_sign_in_or_all_of_a_person(
    desk: Desk, party: str, sid: str, sub: str, left: list[bool]
) -> None:
    sessions.end_everywhere(desk.provider, DOCTOR.reference)
    logins = [signed_in(desk, sid="1"), signed_in(desk, sid="2")]
    sessions.end_by_provider(desk.provider, party, sid, sub)
    assert [alive(desk, each) for each in logins] == left


@pytest.fixture(scope="module")
def house() -> Iterator[tuple[Desk, Relying]]:
    """Our own server, and our pages as its client."""
    with a_desk(mode="demo") as desk:
        platform = desk.provider.platform
        http = httpx.Client(mounts={desk.provider.issuer: Local(desk.provider)})
        found = parties.configured(platform.settings)
        documents = Documents(platform.clock, http)
        yield desk, Relying(found, desk.provider.state, documents, desk.provider.issuer)
        http.close()


def a_notice(desk: Desk, *, typ: str = "logout+jwt", **changes: Any) -> str:
    grant = desk.grant(client=parties.PAGES)
    claims = jose.unverified(notices.token(desk.provider, grant)) | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jose.sign(typ, kept, desk.provider.keys.signing())


def test_a_notice_of_sign_out_is_understood_once(house: tuple[Desk, Relying]) -> None:
    desk, relying = house
    notice = a_notice(desk, sid="7")
    assert relying.signed_out(notice) == ("demo", "7", "kari")
    with pytest.raises(Refused, match="used before"):
        relying.signed_out(notice)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "other"},
        {"aud": None},
        {"events": {}},
        {"events": None},
        {"events": [LOGOUT_EVENT]},
        {"nonce": "x"},
        {"sid": None, "sub": None},
        {"exp": 1},
        {"iat": 1},
        {"iat": 2**35},
        {"jti": None},
        {"typ": "at+jwt"},
        {"typ": "dpop+jwt"},
    ],
    ids=str,
)
def test_a_wrong_notice_ends_nothing(house: tuple[Desk, Relying], changes: dict[str, Any]) -> None:
    desk, relying = house
    with pytest.raises(Refused):
        relying.signed_out(a_notice(desk, **changes))


def test_an_application_is_told_when_the_person_signs_out(desk: Desk) -> None:
    heard: list[dict[str, str]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            heard.append(dict(parse_qsl(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Listener) as listener:
        thread = Thread(target=listener.handle_request)
        thread.start()
        desk.client(logout_url=f"http://127.0.0.1:{listener.server_port}/out")
        login = signed_in(desk)
        granted = desk.code(DOCTOR, session=hashed(login), scope="openid user/*.rs")
        body = desk.redeem(granted).body
        assert body is not None
        sessions.end(desk.provider, login)
        thread.join(10)
        desk.provider.documents.http.close()
    told = jose.unverified(heard[0]["logout_token"])
    known = jose.unverified(body["id_token"])
    assert (told["sid"], told["aud"], told["sub"]) == (known["sid"], "app", known["sub"])
    assert LOGOUT_EVENT in told["events"]
    assert grants.find(desk.provider.state, jose.unverified(body["access_token"])["grant"]) is None
