"""Hostile requests against a real server: refused at once, with an outcome, and nothing is lost.

Each is answered with 4xx (or 200 where the request is lawful), within 100 ms of processor time and
64 MiB of extra memory, by an OperationOutcome that does not repeat what was sent.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from builders import attacks
from builders.attacks import Attack
from builders.server import Server, serving

EXTRA_MIB = 64
REFUSED_FIRST = {413, 414, 431}  # may come from the HTTP server itself, without an outcome


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("record"), "--open") as server:
        known = {"resourceType": "Patient", "id": "known", "name": [{"family": "50%_\\"}]}
        assert httpx.put(f"{server.fhir}/Patient/known", json=known).status_code == 201
        yield server
        answer = httpx.get(f"{server.fhir}/Patient/known", timeout=30)
        assert answer.json()["name"] == known["name"]


def sent(server: Server, attack: Attack) -> httpx.Response | None:
    """The answer, or None where the server closed the connection on a body without end."""
    content = attack.body() if attack.body else None
    try:
        return httpx.request(
            attack.method,
            server.url + attack.path,
            content=content,
            headers=attack.headers,
            timeout=30,
        )
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        assert not isinstance(content, bytes | None), "the connection was cut without an answer"
        return None


def id_of(attack: Attack) -> str:
    return attack.name


@pytest.mark.parametrize(
    "attack",
    [
        *attacks.T1_DEPTH,
        *attacks.T2_DUPLICATES,
        *attacks.T3_ENCODING,
        *attacks.T4_NUMBERS,
        *attacks.T5_SIZE,
        *attacks.T11_SEARCH,
    ],
    ids=id_of,
)
def test_an_attack_is_refused_at_once(server: Server, attack: Attack) -> None:
    server.forget_peak()
    memory, seconds = server.memory_mib(), server.cpu_seconds()
    answer = sent(server, attack)
    seconds = server.cpu_seconds() - seconds
    if answer is not None:
        assert answer.status_code in attack.expected, answer.text[:500]
        if answer.status_code >= 400 and answer.status_code not in REFUSED_FIRST:
            assert answer.json()["resourceType"] == "OperationOutcome"
    assert seconds <= attack.may_take_seconds + 0.02  # the kernel counts in steps of 10 ms
    assert server.peak_mib() - memory <= EXTRA_MIB


def test_no_injection_changes_what_is_asked_or_kept(server: Server) -> None:
    """Each sign in each place: an answer without 5xx, and never the hidden rest of the table."""
    with httpx.Client(timeout=30) as client:
        for attack in attacks.T12_INJECTION:
            answer = client.get(server.url + attack.path)
            assert answer.status_code in attack.expected, f"{attack.name}: {answer.text[:300]}"
            assert "sql" not in answer.text.lower(), attack.name


@pytest.mark.parametrize(
    ("sought", "found"),
    [("50%_\\", 1), ("50", 1), ("%", 0), ("_", 0), ("5_%", 0), ("50%25", 0), ("\\", 0), ("*", 0)],
)
def test_wildcards_of_sql_are_plain_signs(server: Server, sought: str, found: int) -> None:
    for modifier in ("", ":exact", ":contains"):
        expected = {
            "": found,
            ":exact": int(sought == "50%_\\"),
            ":contains": int(sought in "50%_\\"),
        }[modifier]
        name = sought.replace("\\", "\\\\")  # a backslash escapes in FHIR's own grammar
        answer = httpx.get(
            f"{server.fhir}/Patient", params={f"family{modifier}": name, "_total": "accurate"}
        )
        assert answer.json()["total"] == expected, (modifier, answer.text[:300])


def test_a_refusal_does_not_repeat_what_was_sent(server: Server) -> None:
    secret = "01010112345"
    for path in (
        f"/Patient?birthdate={secret}-x",
        f"/Patient?identifier:of-type={secret}",
        f"/Patient/{secret}",
        f"/Observation?value-quantity={secret}x",
    ):
        answer = httpx.get(server.fhir + path)
        assert answer.status_code in {400, 404}
        text = answer.json()["issue"][0]
        assert secret not in str({**text, "expression": None}), path


def test_the_log_keeps_what_was_sent_to_itself(server: Server) -> None:
    httpx.get(f"{server.fhir}/Patient", params={"name": "Hemmelig\r\nNavn"})
    log = Path(server.log).read_text()
    assert "Hemmelig" not in log
