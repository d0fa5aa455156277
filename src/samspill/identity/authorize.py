"""The authorization endpoint: what an application asks of a person, and the code that answers it.

Requests are checked whole before anyone is shown a page; a fault goes back to the application only
when it is certain whose address that is. https://www.rfc-editor.org/rfc/rfc9126 ·
https://www.rfc-editor.org/rfc/rfc9207 · https://hl7.org/fhir/smart-app-launch/app-launch.html
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from samspill.access.actor import Actor
from samspill.base.errors import NotFound
from samspill.identity import launch, scopes, sessions
from samspill.identity.clients import Client
from samspill.identity.faults import OAuthFault, Returned
from samspill.identity.grants import Grant
from samspill.identity.provider import Provider, new_secret
from samspill.identity.state import hashed

CODE_SECONDS = 60
PUSHED_SECONDS = 60
ASKED_SECONDS = 15 * 60
"""How long a person has to sign in and decide."""
PREFIX = "urn:ietf:params:oauth:request_uri:"
LONGEST = 2_000
"""Characters of one parameter."""

PUSHED, ASKED, CODE, SPENT = "pushed", "asked", "code", "spent"
OFFLINE_SECONDS = 90 * 24 * 3600
"""How long an application may act while the person is away."""

Pairs = Sequence[tuple[str, str]]


class Asked(Struct, frozen=True):
    """A request that is in order, and waits for the person."""

    client: str
    redirect: str
    scopes: tuple[str, ...]
    challenge: str
    state: str = ""
    nonce: str = ""
    launch: str = ""
    prompt: str = ""
    max_age: int | None = None
    level: str = ""
    """`acr_values`: how surely the person must be known."""
    jkt: str = ""
    at: float = 0
    """When it was asked, in seconds."""


class Approval(Struct, frozen=True):
    """What the person, signed in, has decided."""

    actor: Actor
    scopes: tuple[str, ...]
    at: float
    """When the person signed in."""
    level: str
    patient: str = ""
    on_behalf_of: str = ""
    session: str = ""
    """Name of the sign-in, under which it is kept."""
    until: float = 0
    """When the sign-in ends."""


def push(provider: Provider, client: Client, form: Pairs, jkt: str) -> dict[str, object]:
    """A pushed request: checked now, asked for once within a minute. Raises `OAuthFault`."""
    if any(name == "request_uri" for name, _ in form):
        raise OAuthFault("invalid_request", "request_uri cannot be pushed")
    asked = read(provider, client, form, jkt)
    name = new_secret()
    provider.state.keep(PUSHED, hashed(name), msgspec.to_builtins(asked), PUSHED_SECONDS)
    return {"request_uri": PREFIX + name, "expires_in": PUSHED_SECONDS}


def begin(provider: Provider, pairs: Pairs) -> str:
    """Takes a request of a browser; the id under which it waits for the person.

    Raises `OAuthFault`, and `Returned` where the application is to be told.
    """
    given = _single(pairs)
    client = provider.client(given.get("client_id", ""))
    if "request_uri" in given:
        name = given["request_uri"].removeprefix(PREFIX)
        value = provider.state.take(PUSHED, hashed(name))
        if value is None:
            raise OAuthFault("invalid_request_uri", "the pushed request is too old or was used")
        asked = msgspec.convert(value, Asked)
        if asked.client != client.id:
            raise OAuthFault("invalid_request", "the pushed request is of another client")
    else:
        asked = read(provider, client, pairs)
        if client.is_strict:
            raise _returned(asked, "invalid_request", "this client must push its requests (PAR)")
    id = new_secret()
    provider.state.keep(ASKED, hashed(id), msgspec.to_builtins(asked), ASKED_SECONDS)
    return id


def read(provider: Provider, client: Client, pairs: Pairs, jkt: str = "") -> Asked:
    """The request of a client. Raises `OAuthFault`, and `Returned` once its address is certain."""
    given = _single(pairs)
    redirect, state = given.get("redirect_uri", ""), given.get("state", "")
    if redirect not in client.redirects:
        raise OAuthFault("invalid_request", "redirect_uri is not one that is registered")
    try:
        return _read(provider, client, given, jkt)
    except OAuthFault as fault:
        raise Returned(fault.error, fault.says, redirect, state) from None


def find(provider: Provider, id: str) -> Asked:
    """A request that waits. Raises `NotFound` when it is answered or too old."""
    value = provider.state.find(ASKED, hashed(id))
    if value is None:
        raise NotFound(
            "This request is answered already or too old; start again in the app",
            "Denne forespørselen er besvart eller for gammel; begynn på nytt i appen",
        )
    return msgspec.convert(value, Asked)


def approve(provider: Provider, id: str, approval: Approval) -> str:
    """Answers a request with a code; the address to send the person to."""
    asked = _take(provider, id)
    context = launch.open(provider, asked.launch, asked.client, approval.actor.reference)
    granted = scopes.of_levels(scopes.narrow(approval.scopes, asked.scopes), "patient", "user")
    patient = context.patient or approval.patient
    if not patient:
        # Without a patient in the context, scopes on a patient's data would mean nobody's, or all.
        granted = scopes.of_levels(granted, "user")
    lives = OFFLINE_SECONDS if "offline_access" in granted else None
    grant = Grant(
        id=new_secret(),
        client=asked.client,
        actor=approval.actor,
        scopes=granted,
        subject=provider.subject(approval.actor.reference),
        patient=patient if wants_patient(granted) else "",
        encounter=context.encounter,
        on_behalf_of=approval.on_behalf_of,
        at=approval.at,
        level=approval.level,
        nonce=asked.nonce,
        jkt=asked.jkt,
        session="" if lives else approval.session,
        until=provider.now + lives if lives else approval.until,
    )
    code = new_secret()
    kept = {
        "grant": msgspec.to_builtins(grant),
        "redirect": asked.redirect,
        "challenge": asked.challenge,
    }
    provider.state.keep(CODE, hashed(code), kept, CODE_SECONDS)
    if grant.session:
        sessions.add(provider, grant.session, grant.id)
    return answer(provider, asked.redirect, asked.state, code=code)


def decline(provider: Provider, id: str, error: str = "access_denied") -> str:
    """Answers a request with a refusal; the address to send the person to."""
    asked = _take(provider, id)
    return answer(provider, asked.redirect, asked.state, error=error)


def answer(provider: Provider, redirect: str, state: str, **said: str) -> str:
    """The address of the application with an answer; `iss` tells who gave it (RFC 9207)."""
    said |= {"iss": provider.issuer, **({"state": state} if state else {})}
    return f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(said)}"


def _take(provider: Provider, id: str) -> Asked:
    value = provider.state.take(ASKED, hashed(id))
    if value is None:
        find(provider, id)
    return msgspec.convert(value, Asked)


def _read(provider: Provider, client: Client, given: Mapping[str, str], jkt: str) -> Asked:
    if "request" in given:
        raise OAuthFault("request_not_supported", "push the request instead (PAR)")
    if given.get("response_type") != "code":
        raise OAuthFault("unsupported_response_type", "response_type must be code")
    if given.get("response_mode", "query") != "query":
        raise OAuthFault("invalid_request", "response_mode can only be query")
    challenge = given.get("code_challenge", "")
    if given.get("code_challenge_method") != "S256" or not _S256.fullmatch(challenge):
        raise OAuthFault("invalid_request", "PKCE with S256 is needed")
    granted = scopes.narrow(scopes.split(given.get("scope", "")), client.scopes)
    granted = scopes.of_levels(granted, "patient", "user")
    if not granted:
        raise OAuthFault("invalid_scope", "none of the scopes can be granted to this client")
    prompt, age = given.get("prompt", ""), given.get("max_age", "")
    if not set(prompt.split()) <= _PROMPTS or (prompt != "none" and "none" in prompt.split()):
        raise OAuthFault("invalid_request", "prompt is none, or login, consent, select_account")
    if not re.fullmatch(r"[0-9]{0,9}", age, re.ASCII):
        raise OAuthFault("invalid_request", "max_age is a number of seconds")
    named = given.get("dpop_jkt", "")
    if jkt and named and jkt != named:
        raise OAuthFault("invalid_dpop_proof", "dpop_jkt is not the key of the proof")
    _check_audience(provider, given, granted)
    return Asked(
        client=client.id,
        redirect=given["redirect_uri"],
        scopes=granted,
        challenge=challenge,
        state=given.get("state", ""),
        nonce=given.get("nonce", ""),
        launch=given.get("launch", ""),
        prompt=prompt,
        max_age=int(age) if age else None,
        level=given.get("acr_values", ""),
        jkt=jkt or named,
        at=provider.now,
    )


def _check_audience(provider: Provider, given: Mapping[str, str], granted: Sequence[str]) -> None:
    """`aud` of SMART, or `resource` of RFC 8707, names the FHIR base: a token is for it alone."""
    named = given.get("aud") or given.get("resource") or ""
    if named.rstrip("/") != provider.fhir and (named or any(map(scopes.parse, granted))):
        raise OAuthFault("invalid_target", "aud must be the FHIR base")


def _single(pairs: Pairs) -> dict[str, str]:
    """The parameters, each of which may come once. Raises `OAuthFault`."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given or len(value) > LONGEST:
            raise OAuthFault("invalid_request", "a parameter is repeated or too long")
        given[name] = value
    return given


def wants_patient(granted: Sequence[str]) -> bool:
    """Whether scopes need a patient in the context."""
    levels = {scope.level for scope in map(scopes.parse, granted) if scope is not None}
    return "patient" in levels or bool({"launch", "launch/patient"} & set(granted))


def _returned(asked: Asked, error: str, says: str) -> Returned:
    return Returned(error, says, asked.redirect, asked.state)


_S256 = re.compile(r"[A-Za-z0-9_-]{43}")
_PROMPTS = frozenset({"none", "login", "consent", "select_account"})
