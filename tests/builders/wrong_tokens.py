"""Wrong access tokens and proofs, each with the error that a server must name."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from builders.identity import Desk, a_key, encoded, signed
from samspill.identity import grants

Headers = Mapping[str, str]
Make = Callable[[Desk], Headers]


def bearer(token: str) -> Headers:
    return {"authorization": f"Bearer {token}"}


def _claims(name: str, value: Any) -> Make:
    return lambda desk: bearer(desk.token(**{name: value(desk) if callable(value) else value}))


def _header(**changes: Any) -> Make:
    return lambda desk: bearer(desk.token(header=changes))


def _text(change: Callable[[str], str]) -> Make:
    """A good token, changed as text."""
    return lambda desk: bearer(change(desk.token()))


def _payload(data: bytes) -> Make:
    def make(desk: Desk) -> Headers:
        own = desk.provider.keys.signing()
        return bearer(signed({"typ": "at+jwt", "alg": "ES256", "kid": own.kid}, data, own))

    return make


def _by(key: Callable[[], Any], alg: str) -> Make:
    return lambda desk: bearer(desk.token(header={"alg": alg}, key=key()))


def _hmac(secret: Callable[[Any], bytes]) -> Make:
    """Signed with a secret that is none; `secret` makes it of our key."""

    def make(desk: Desk) -> Headers:
        own = desk.provider.keys.signing()
        head = encoded({"typ": "at+jwt", "alg": "HS256", "kid": own.kid})
        part = f"{head}.{desk.token().split('.')[1]}"
        made = hmac.digest(secret(own), part.encode(), "sha256")
        return bearer(f"{part}.{encoded(made)}")

    return make


def _head(**changes: Any) -> Make:
    """A good token with another header in the place of its own."""

    def make(desk: Desk) -> Headers:
        head, rest = desk.token().split(".", 1)
        own = json.loads(base64.urlsafe_b64decode(head + "=="))
        return bearer(f"{encoded(own | changes)}.{rest}")

    return make


def _own_key_in_header(name: str) -> Make:
    def make(desk: Desk) -> Headers:
        key = a_key()
        values = {
            "jwk": key.as_dict(private=False),
            "jku": "http://127.0.0.1:1/keys",
            "x5u": "http://127.0.0.1:1/certificate",
            "x5c": [base64.b64encode(key.as_der(private=False)).decode()],
        }
        return bearer(desk.token(header={name: values[name]}, key=key))

    return make


def _signature(change: Callable[[bytes], bytes]) -> Make:
    def make(desk: Desk) -> Headers:
        head, _, last = desk.token().rpartition(".")
        raw = base64.urlsafe_b64decode(last + "==")
        return bearer(f"{head}.{encoded(change(raw))}")

    return make


def _unsigned(alg: str) -> Make:
    def make(desk: Desk) -> Headers:
        middle = desk.token().split(".")[1]
        return bearer(f"{encoded({'alg': alg, 'typ': 'at+jwt'})}.{middle}.{encoded(b'x')}")

    return make


def _other_payload(desk: Desk) -> Headers:
    one, two = desk.token(), desk.token(scope="system/*.cruds")
    return bearer(".".join((one.split(".")[0], two.split(".")[1], one.split(".")[2])))


def _revoked(desk: Desk) -> Headers:
    grant = desk.grant()
    token = desk.token(of=grant)
    desk.provider.state.change(lambda changes: grants.revoke(changes, [grant.id], 600))
    return bearer(token)


def _id_token(desk: Desk) -> Headers:
    return bearer(desk.token(header={"typ": "JWT"}, aud="app"))


def _far(desk: Desk) -> int:
    return desk.clock.seconds + 100_000


def _past(desk: Desk) -> int:
    return desk.clock.seconds - 60


def _dpop(make_proof: Callable[[Desk, str], str]) -> Make:
    """A good bound token with a proof."""

    def make(desk: Desk) -> Headers:
        token = desk.bound()
        return {"authorization": f"DPoP {token}", "dpop": make_proof(desk, token)}

    return make


def _proof(**changes: Any) -> Make:
    def proof(desk: Desk, token: str) -> str:
        made = {name: value(desk) if callable(value) else value for name, value in changes.items()}
        return desk.proof(token, **made)

    return _dpop(proof)


def _proof_key(key: Callable[[], Mapping[str, Any]]) -> Make:
    return _dpop(lambda desk, token: desk.proof(token, header={"jwk": key()}))


def _off_curve() -> Mapping[str, Any]:
    return a_key().as_dict(private=False) | {"x": encoded(b"\1" * 32)}


def _rsa(bits: int) -> Mapping[str, Any]:
    key: dict[str, Any] = RSAKey.generate_key(2048).as_dict(private=False)
    return key | {"n": encoded(b"\xff" * (bits // 8))}


def _replayed(desk: Desk) -> Headers:
    token = desk.bound()
    headers = {"authorization": f"DPoP {token}", "dpop": desk.proof(token)}
    claim = desk.provider.verifier.verify(headers, "GET", desk.url).claim
    assert claim is not None
    assert claim.result()
    return headers


NOTHING: Mapping[str, Make] = {
    "no header": lambda desk: {},
    "an empty header": lambda desk: {"authorization": ""},
    "another scheme": lambda desk: {"authorization": "Basic YTpi"},
    "a scheme without a token": lambda desk: {"authorization": "Bearer"},
    "a scheme and a space": lambda desk: {"authorization": "Bearer "},
    "a token without a scheme": lambda desk: {"authorization": desk.token()},
    "a proof without a token": lambda desk: {"dpop": desk.proof()},
}
"""Nothing that could be a token: the answer names no error."""

TOKENS: Mapping[str, Make] = {
    **{f"alg {alg}": _unsigned(alg) for alg in ("none", "None", "NONE", "nOnE", "")},
    **{f"alg {alg!r}": _unsigned(alg) for alg in (None, 1, True, ["ES256"])},  # type: ignore[arg-type]
    "HS256 with the public key as secret": _hmac(lambda own: bytes(own.as_pem(private=False))),
    "HS256 with the public key as JWK": _hmac(
        lambda own: json.dumps(own.as_dict(private=False)).encode()
    ),
    "HS256 with an empty secret": _hmac(lambda own: b""),
    "RS256 by another key": _by(lambda: RSAKey.generate_key(2048), "RS256"),
    "PS256 by another key": _by(lambda: RSAKey.generate_key(2048), "PS256"),
    "ES384 by another key": _by(lambda: ECKey.generate_key("P-384"), "ES384"),
    "the right kid, another key": lambda desk: bearer(desk.token(key=a_key())),
    **{
        f"typ {typ!r}": _header(typ=typ)
        for typ in (None, "JWT", "at-jwt", "dpop+jwt", " at+jwt", 1)
    },
    **{
        f"kid {kid!r}": _header(kid=kid)
        for kid in (None, "", "x", "../../keys", "' OR 1=1 --", 1, ["x"], {"a": 1})
    },
    **{f"{name} in the header": _own_key_in_header(name) for name in ("jwk", "jku", "x5u", "x5c")},
    "our own key in the header": lambda desk: bearer(
        desk.token(header={"jwk": desk.provider.keys.signing().as_dict(private=False)})
    ),
    "crit": _header(crit=["exp"], exp=1),
    "an empty crit": _header(crit=[]),
    "b64 false": _head(b64=False),
    "zip": _header(zip="DEF"),
    "enc": _header(enc="A256GCM"),
    "one part": _text(lambda token: token.split(".")[0]),
    "two parts": _text(lambda token: token.rpartition(".")[0]),
    "no signature": _text(lambda token: token.rpartition(".")[0] + "."),
    "four parts": _text(lambda token: token + ".AAAA"),
    "five parts, as an encrypted token": _text(lambda token: token + ".AAAA.AAAA"),
    "padding": _text(lambda token: token + "=="),
    "ordinary base64": _text(lambda token: token.replace(".", "+.", 1)),
    "a comma": _text(lambda token: f"{token},{token}"),
    "a space inside": _text(lambda token: token.replace(".", ". ", 1)),
    "a NUL": _text(lambda token: token + "\0"),
    "letters beyond ASCII": _text(lambda token: token + "ø"),
    "stray bits": _text(lambda token: token[:-1] + chr(ord(token[-1]) + 1)),
    "too long": _text(lambda token: token + "A" * 20_000),
    "a header that is no object": lambda desk: bearer(f"{encoded(b'[]')}.e30.AAAA"),
    "a header with a name twice": lambda desk: bearer(
        encoded(b'{"alg":"ES256","alg":"none"}') + ".e30.AAAA"
    ),
    "claims that are no JSON": _payload(b"{"),
    "claims that are a list": _payload(b"[]"),
    "claims that are a text": _payload(b'"x"'),
    "claims with a name twice": _payload(b'{"iss":"a","iss":"b"}'),
    "claims with a byte order mark": _payload(b"\xef\xbb\xbf{}"),
    "claims not in UTF-8": _payload(b'{"a":"\xff"}'),
    "claims a hundred thousand deep": _payload(b"[" * 10_000),
    "a token in a token": lambda desk: _payload(desk.token().encode())(desk),
    "a signature of noughts": _signature(lambda raw: bytes(64)),
    "a changed signature": _signature(lambda raw: bytes([raw[0] ^ 1]) + raw[1:]),
    "a short signature": _signature(lambda raw: raw[:63]),
    "a long signature": _signature(lambda raw: raw + b"\0"),
    "a signature of r alone": _signature(lambda raw: raw[:32] + bytes(32)),
    "a signature over other claims": _other_payload,
    **{
        f"iss {iss!r}": _claims("iss", iss)
        for iss in (None, "", "https://evil.example", ["http://127.0.0.1:8000"], 1)
    },
    "iss with a slash": _claims("iss", lambda desk: desk.provider.issuer + "/"),
    "iss in capitals": _claims("iss", lambda desk: desk.provider.issuer.upper()),
    **{f"aud {aud!r}": _claims("aud", aud) for aud in (None, "", "app", [], 1)},
    "aud with a slash": _claims("aud", lambda desk: desk.provider.fhir + "/"),
    "aud is the issuer": _claims("aud", lambda desk: desk.provider.issuer),
    "aud and another": _claims("aud", lambda desk: [desk.provider.fhir, "https://evil.example"]),
    "exp has passed": _claims("exp", _past),
    "exp far ahead": _claims("exp", _far),
    **{f"exp {exp!r}": _claims("exp", exp) for exp in (None, "1", -1, True, 1e30, [])},
    "nbf ahead": _claims("nbf", _far),
    "nbf a text": _claims("nbf", "now"),
    "iat ahead": _claims("iat", _far),
    **{f"iat {iat!r}": _claims("iat", iat) for iat in (None, "1", {})},
    **{
        f"{name} {value!r}": _claims(name, value)
        for name in ("sub", "jti", "client_id", "grant")
        for value in (None, "", 1)
    },
    **{f"scope {scope!r}": _claims("scope", scope) for scope in (None, ["user/*.rs"], 1)},
    "a grant that is not known": _claims("grant", "grant-x"),
    "a revoked grant": _revoked,
    "an ID token": _id_token,
    "a client's assertion": lambda desk: bearer(desk.assertion()),
    "a proof as token": lambda desk: bearer(desk.proof()),
    "some text": lambda desk: bearer("x"),
    "a JSON text": lambda desk: bearer(json.dumps({"alg": "none"})),
    "bound to a key, without proof of it": lambda desk: bearer(desk.bound()),
    "a proof for a token that is not bound": lambda desk: {
        "authorization": f"DPoP {desk.token()}",
        "dpop": desk.proof(),
    },
    "a proof by another key": _proof(key=lambda desk: a_key()),
}
"""The answer says invalid_token."""

PROOFS: Mapping[str, Make] = {
    "no proof": lambda desk: {"authorization": f"DPoP {desk.bound()}"},
    "an empty proof": _dpop(lambda desk, token: ""),
    "some text": _dpop(lambda desk, token: "x"),
    "two proofs": _dpop(lambda desk, token: f"{desk.proof(token)}, {desk.proof(token)}"),
    "the token as proof": _dpop(lambda desk, token: token),
    "replayed": _replayed,
    **{
        f"typ {typ!r}": _proof(header={"typ": typ})
        for typ in (None, "JWT", "dpop", "DPOP+JWT", "at+jwt")
    },
    "no key": _proof(header={"jwk": None}),
    "a key that is no object": _proof(header={"jwk": "x"}),
    "an empty key": _proof(header={"jwk": {}}),
    "a private key": _dpop(
        lambda desk, token: desk.proof(token, header={"jwk": desk.proving.as_dict(private=True)})
    ),
    "a shared secret": _proof_key(lambda: {"kty": "oct", "k": "AAAA"}),
    "another key": _proof_key(lambda: a_key().as_dict(private=False)),
    "a point off the curve": _proof_key(_off_curve),
    "a curve that is not allowed": _proof_key(
        lambda: ECKey.generate_key("secp256k1").as_dict(private=False)
    ),
    "a key for encryption": _proof_key(lambda: a_key().as_dict(private=False) | {"use": "enc"}),
    "a short RSA key": _proof_key(lambda: _rsa(1024)),
    "an RSA key with a small exponent": _proof_key(lambda: _rsa(2048) | {"e": "Aw"}),
    "jku": _proof(header={"jku": "http://127.0.0.1:1/keys"}),
    "crit": _proof(header={"crit": ["jti"]}),
    **{f"htm {htm!r}": _proof(htm=htm) for htm in (None, "", "POST", "get", "GET ", 1)},
    **{
        f"htu {htu!r}": _proof(htu=htu)
        for htu in (
            None,
            "",
            "/fhir/Patient/1",
            "x",
            "https://127.0.0.1:8000/fhir/Patient/1",
            "http://127.0.0.1/fhir/Patient/1",
            "http://127.0.0.1:8001/fhir/Patient/1",
            "http://evil.example/fhir/Patient/1",
            "http://127.0.0.1:8000/fhir/Patient/2",
            "http://127.0.0.1:8000/fhir/patient/1",
            "http://127.0.0.1:8000/fhir/Patient/1/",
            "http://127.0.0.1:8000@evil.example/fhir/Patient/1",
            "http://127.0.0.1:99999/fhir/Patient/1",
            "http://[::1/fhir/Patient/1",
            1,
        )
    },
    "iat an hour ago": _proof(iat=lambda desk: desk.clock.seconds - 3600),
    "iat in an hour": _proof(iat=lambda desk: desk.clock.seconds + 3600),
    **{f"iat {iat!r}": _proof(iat=iat) for iat in (None, "1", 0, -1, True)},
    **{f"jti {jti!r}": _proof(jti=jti) for jti in (None, "", 1, "x" * 300)},
    "no ath": _proof(ath=None),
    "ath of another token": _proof(ath=lambda desk: encoded(b"x" * 32)),
    "ath that is no text": _proof(ath=1),
}
"""The answer says invalid_dpop_proof."""
