"""Wrong tokens and proofs are refused with the right error; the good ones beside them pass."""

import random
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from joserfc.jwk import OKPKey, RSAKey

from builders.identity import Desk, a_desk, a_key
from builders.wrong_tokens import NOTHING, PROOFS, TOKENS, Make, bearer
from samspill.identity.dpop import is_same_address
from samspill.identity.tokens import InvalidToken


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with a_desk() as made:
        yield made


def refused(desk: Desk, make: Make) -> str:
    """The challenge of a refusal; "" when the request is let in."""
    try:
        presented = desk.provider.verifier.verify(make(desk), "GET", desk.url)
        if presented.claim is not None and not presented.claim.result():
            return 'DPoP error="invalid_dpop_proof"'
    except InvalidToken as fault:
        return fault.challenge
    return ""


@pytest.mark.parametrize("name", NOTHING)
def test_who_brings_nothing_is_told_how_and_no_error(desk: Desk, name: str) -> None:
    challenge = refused(desk, NOTHING[name])
    assert challenge.startswith("Bearer ")
    assert "DPoP algs=" in challenge
    assert "error" not in challenge


@pytest.mark.parametrize("name", TOKENS)
def test_a_wrong_token_is_refused(desk: Desk, name: str) -> None:
    assert 'error="invalid_token"' in refused(desk, TOKENS[name])


@pytest.mark.parametrize("name", PROOFS)
def test_a_wrong_proof_is_refused(desk: Desk, name: str) -> None:
    challenge = refused(desk, PROOFS[name])
    assert challenge.startswith("DPoP ")
    assert 'error="invalid_dpop_proof"' in challenge


def test_there_are_more_than_a_hundred_of_them() -> None:
    assert len(TOKENS) + len(PROOFS) + len(NOTHING) >= 150


def test_a_challenge_is_one_line_and_holds_nothing_of_the_token(desk: Desk) -> None:
    for make in (*TOKENS.values(), *PROOFS.values()):
        challenge = refused(desk, make)
        assert challenge.isprintable()
        assert "127.0.0.1" not in challenge


def test_good_tokens_of_every_kind_are_accepted(desk: Desk) -> None:
    assert refused(desk, lambda desk: bearer(desk.token())) == ""
    assert refused(desk, lambda desk: bearer(desk.token(nbf=desk.clock.seconds, more=["x"]))) == ""
    assert (
        refused(desk, lambda desk: bearer(desk.token(header={"typ": "application/at+JWT"}))) == ""
    )
    assert refused(desk, lambda desk: {"authorization": f"bearer  {desk.token()}"}) == ""
    assert refused(desk, _with_proof()) == ""


def _with_proof(**changes: object) -> Make:
    def make(desk: Desk) -> dict[str, str]:
        token = desk.bound()
        proof = desk.proof(token, **changes)  # type: ignore[arg-type]
        return {"authorization": f"DPoP {token}", "dpop": proof}

    return make


@pytest.mark.parametrize(
    "changes",
    [
        {"iat": 10},
        {"iat": -10},
        {"iat": -55},
        {"htu": "HTTP://127.0.0.1:8000/fhir/Patient/1?x=1#y"},
        {"htu": "http://127.0.0.1:8000/fhir/%50atient/1"},
        {"htu": "http://127.0.0.1:8000/fhir/x/../Patient/./1"},
        {"unknown": "claim", "nonce": "not asked for"},
    ],
    ids=str,
)
def test_dpop_is_exact_and_not_merely_strict(desk: Desk, changes: dict[str, object]) -> None:
    if "iat" in changes:
        changes = {"iat": desk.clock.seconds + int(str(changes["iat"]))}
    assert refused(desk, _with_proof(**changes)) == ""


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (a_key(), "ES256"),
        (a_key(RSAKey, 2048), "PS256"),
        (a_key(RSAKey, 4096), "PS256"),
        (a_key(OKPKey, "Ed25519"), "EdDSA"),
    ],
    ids=["EC", "RSA", "RSA 4096", "Ed25519"],
)
def test_proofs_by_each_kind_of_key_are_accepted(desk: Desk, key: object, alg: str) -> None:
    grant = desk.grant(jkt=key.thumbprint())  # type: ignore[attr-defined]
    token = desk.token(of=grant)
    proof = desk.proof(token, key=key, header={"alg": alg})
    assert refused(desk, lambda _: {"authorization": f"DPoP {token}", "dpop": proof}) == ""


def test_a_verified_token_is_forgotten_when_it_ends_or_is_revoked(desk: Desk) -> None:
    token = desk.token()
    assert refused(desk, lambda _: bearer(token)) == ""
    desk.clock.pass_seconds(301)
    assert "expired" in refused(desk, lambda _: bearer(token))
    grant = desk.grant()
    token = desk.token(of=grant)
    assert refused(desk, lambda _: bearer(token)) == ""
    form = {"token": token, **desk.credentials()}
    assert desk.post("revoke", form).status == 200
    assert "revoked" in refused(desk, lambda _: bearer(token))


def _good(desk: Desk, count: int) -> int:
    """How many of so many good tokens, half with proofs, are refused."""
    draw, wrong = random.Random(1), 0
    for number in range(count):
        make = _with_proof(iat=desk.clock.seconds - draw.randrange(55)) if number % 2 else None
        wrong += bool(refused(desk, make or (lambda desk: bearer(desk.token()))))
    return wrong


def test_no_good_token_is_refused(desk: Desk) -> None:
    assert _good(desk, 60) == 0


@pytest.mark.proof
def test_ten_thousand_good_tokens_are_accepted(proof: Callable[..., None]) -> None:
    with a_desk() as desk:
        wrong = _good(desk, 10_000)
    proof("No good access token or proof is refused", runs=10_000, found=f"{wrong} refused")
    assert wrong == 0


def _variants(draw: random.Random) -> tuple[str, str, bool]:
    """An address, another one, and whether RFC 3986 holds them to be the same."""
    scheme, host = draw.choice(("http", "https")), draw.choice(("a.example", "127.0.0.1"))
    port = draw.choice(("", ":80", ":443", ":8443"))
    segments = [draw.choice(("fhir", "Patient", "a-b", "æ", "x~y")) for _ in range(3)]
    ours = f"{scheme}://{host}{port}/{'/'.join(quote(each) for each in segments)}"
    match draw.randrange(8):
        case 0:
            return ours, f"{scheme.upper()}://{host.upper()}{port}{_path(ours)}", True
        case 1:
            return ours, f"{ours}?a=b&c={draw.random()}#d", True
        case 2:
            usual = ":80" if scheme == "http" else ":443"
            other = "" if port == usual else port or usual
            return ours, f"{scheme}://{host}{other}{_path(ours)}", True
        case 3:
            first = segments[0]
            written = (
                f"/%{ord(first[0]):02X}{first[1:]}/" if first.isascii() else f"/{quote(first)}/"
            )
            return ours, ours.replace(f"/{quote(first)}/", written, 1), True
        case 4:
            return ours, f"{scheme}://{host}{port}/q/..{_path(ours)}", True
        case 5:
            return ours, ours + "/", False
        case 6:
            return ours, ours.replace(host, "b.example"), False
        case _:
            return ours, f"{scheme}://{host}:81{_path(ours)}", False


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def test_addresses_of_proofs_are_compared_as_rfc_3986_says() -> None:
    draw = random.Random(2)
    for _ in range(10_000):
        ours, given, same = _variants(draw)
        assert is_same_address(given, ours) is same, (given, ours)
