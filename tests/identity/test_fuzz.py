"""Whatever is sent to the addresses of identity: no 5xx, nothing of the request in the answer."""

import random
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import httpx
import pytest

from builders.server import Server
from samspill.identity import endpoints

CANARY = "kanarifugl"
PAGES = ("/logg-inn", "/logg-inn/svar", "/logg-ut/ferdig", "/logg-ut/varsel", "/logg-ut")
PATHS = (*endpoints.ENDPOINTS, *PAGES, "/oauth/authorize", "/oauth/godkjenn", "/oauth/apper")
NAMES = (
    *("client_id", "client_assertion", "client_assertion_type", "grant_type", "code", "scope"),
    *("refresh_token", "redirect_uri", "code_verifier", "code_challenge", "token", "request_uri"),
    *("code_challenge_method", "response_type", "state", "nonce", "aud", "launch", "prompt"),
    *("authorization_details", "max_age", "acr_values", "iss", "sak", "som", "svar", "pasient"),
    *("til", "tjeneste", "logout_token", "dpop_jkt", "error", "x"),
)
VALUES = (
    *("", "public", "samspill-pages", "client_credentials", "authorization_code", "refresh_token"),
    *("code", "S256", "v" * 43, "https://app.example/back", "openid patient/*.rs", "none", "login"),
    *("http://127.0.0.1:8000/fhir", "Patient/1", "urn:ietf:params:oauth:request_uri:x", "ja"),
    *(
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "e30.e30.AAAA",
        "a.b.c",
        "..",
        "[]",
    ),
    *('[{"type":"nhn:tillitsrammeverk:parameters"}]', "\x00", "\ud7ff", "🕊", "a" * 5_000, "-1"),
    *("9" * 400, "%00", "'\"<script>", "../../etc/passwd", CANARY, "eyJhbGciOiJub25lIn0.e30.AA"),
    *("1e999", "null", "true", "{}" * 500, "\r\nset-cookie: a=b", "demo", "idporten"),
)


@pytest.fixture(scope="module")
def browser(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        yield client


def send(browser: httpx.Client, draw: random.Random) -> httpx.Response:
    """A request with some names that are known and values that are odd."""
    count = draw.randrange(8)
    pairs = [(draw.choice(NAMES), draw.choice(VALUES)) for _ in range(count)]
    # Half of them are right but for a few things, so that they come further than the door.
    if draw.random() < 0.5:
        pairs += [("client_id", "public"), ("redirect_uri", "https://app.example/back")]
        pairs += [("response_type", "code"), ("code_challenge_method", "S256")]
        pairs += [("code_challenge", "v" * 43), ("scope", "openid")]
        draw.shuffle(pairs)
        pairs = pairs[: draw.randrange(4, 20)]
    text = urlencode(pairs, errors="replace")
    kinds = ("application/x-www-form-urlencoded", "application/json", "", "multipart/form-data")
    odd = {"authorization": draw.choice(("Bearer x", "DPoP a.b.c", "Basic", "")), "dpop": "a.b.c"}
    headers = {"content-type": draw.choice(kinds) if draw.random() < 0.2 else kinds[0]}
    headers |= odd if draw.random() < 0.3 else {}
    path = draw.choice(PATHS)
    if draw.random() < 0.4:
        return browser.get(f"{path}?{text}", headers=headers)
    body = text.encode() if draw.random() < 0.9 else draw.randbytes(200)
    return browser.request(
        draw.choice(("POST", "POST", "POST", "PUT", "OPTIONS")), path, content=body, headers=headers
    )


def failures(browser: httpx.Client, count: int) -> list[str]:
    draw, found = random.Random(4), []
    for number in range(count):
        if number % 200 == 0:
            browser.cookies.clear()
        answer = send(browser, draw)
        said = answer.text + str(dict(answer.headers))
        if answer.status_code >= 500 or ("script>" in said and "text/html" not in said):
            found.append(f"{answer.request.method} {answer.request.url.path} {answer.status_code}")
    return found


def test_nothing_that_is_sent_makes_the_server_fail(browser: httpx.Client) -> None:
    assert failures(browser, 400) == []


@pytest.mark.proof
def test_nothing_that_is_sent_makes_the_server_fail_long(
    browser: httpx.Client, proof: Callable[..., None]
) -> None:
    found = failures(browser, 20_000)
    proof("No request to identity gets a 5xx", runs=20_000, found=f"{len(found)} failures")
    assert found == []


def test_the_log_and_addresses_hold_nobody_s_name(browser: httpx.Client, server: Server) -> None:
    draw, addresses = random.Random(5), []
    for _ in range(100):
        answer = send(browser, draw)
        addresses += [answer.headers.get("location", "")]
    said = server.log.read_text()
    assert CANARY not in said
    assert "Nordmann" not in said
    assert not [each for each in addresses if CANARY in each and "til=" not in each]
