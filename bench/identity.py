"""What a token costs: remembered, checked for the first time, with a proof, and issued."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from bench import Figure, in_turns, microseconds
from samspill.access.actor import Actor, Kind
from samspill.base import clock
from samspill.base.settings import Settings
from samspill.identity import dpop, grants, jose, provider
from samspill.identity.grants import Grant
from samspill.identity.provider import Provider
from samspill.interactions.platform import Platform
from samspill.store import Store

PROOFS = 200


def figures() -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "record.db")
        settings = replace(Settings(), data=Path(folder))
        platform = SimpleNamespace(settings=settings, clock=clock.system, store=store)
        yield from _measured(provider.build(cast(Platform, platform)))
        store.close()


def _measured(own: Provider) -> Iterator[Figure]:
    key = ECKey.generate_key("P-256", private=True)
    plain, bound = _token(own, ""), _token(own, key.thumbprint())
    headers = {"authorization": f"Bearer {plain}"}
    url = f"{own.fhir}/Patient/1"

    def remembered() -> float:
        return microseconds(lambda: own.verifier.verify(headers, "GET", url))

    (known,) = in_turns(remembered)
    yield Figure("a token that is remembered", known.median, "µs", 20, is_more_better=False)

    (first, signature) = in_turns(lambda: _first(own), _signature)
    yield Figure(
        "a token seen for the first time",
        first.median,
        "µs",
        4,
        "one ES256 verification",
        signature.median,
        is_more_better=False,
        spread=first.spread,
    )
    (proven,) = in_turns(lambda: _proofs(own, bound, key, url))
    yield Figure(
        "a DPoP proof, checked and remembered on the disk, of 200 at a time",
        proven.median,
        "µs",
        1_000,
        is_more_better=False,
        spread=proven.spread,
    )


def _token(own: Provider, jkt: str) -> str:
    actor = Actor(Kind.CITIZEN, "Patient/1")
    until = own.now + 3600
    grant = Grant(provider.new_secret(), "app", actor, ("patient/*.rs",), "s", jkt=jkt, until=until)
    own.state.change(lambda changes: grants.keep(changes, grant))
    return own.tokens.issue(grant, grant.scopes, own.now)[0]


def _first(own: Provider) -> float:
    tokens = [_token(own, "") for _ in range(100)]
    began = time.perf_counter()
    for token in tokens:
        own.verifier.verify({"authorization": f"Bearer {token}"}, "GET", own.fhir)
    return (time.perf_counter() - began) / 100 * 1e6


def _signature() -> float:
    key = ec.generate_private_key(ec.SECP256R1())
    signed, public = key.sign(b"x" * 500, ec.ECDSA(hashes.SHA256())), key.public_key()
    return microseconds(lambda: public.verify(signed, b"x" * 500, ec.ECDSA(hashes.SHA256())))


def _proofs(own: Provider, token: str, key: ECKey, url: str) -> float:
    made = [_proof(key, url, token, own.now) for _ in range(PROOFS)]
    began = time.perf_counter()
    claims = [
        own.verifier.verify({"authorization": f"DPoP {token}", "dpop": each}, "GET", url).claim
        for each in made
    ]
    assert all(claim is not None and claim.result() for claim in claims)
    return (time.perf_counter() - began) / PROOFS * 1e6


def _proof(key: ECKey, url: str, token: str, now: float) -> str:
    claims = {
        "jti": provider.new_secret(),
        "htm": "GET",
        "htu": url,
        "iat": int(now),
        "ath": dpop.fingerprint(token),
    }
    return jose.sign("dpop+jwt", claims, key, jwk=key.as_dict(private=False))
