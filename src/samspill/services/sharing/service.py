"""Use cases: share a summary by a link, open it with a passcode, take it back.

A try is counted before the passcode is looked at, so that many tries at once are no way round.
"""

import base64
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from msgspec import structs

from samspill.access import entry
from samspill.access.actor import Actor, Kind
from samspill.base import clock, json
from samspill.base.errors import Busy, Forbidden, InvalidRequest, NotFound, PreconditionFailed
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.interactions import create, guard, operation, read, search, update
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.interactions.versions import Version
from samspill.services import finding
from samspill.services.sharing import mapping
from samspill.services.sharing.model import (
    MOST_WRONG,
    SHORTEST_PASSCODE,
    Made,
    Opened,
    Share,
    WrongPasscode,
)
from samspill.web import cookies

DECIDING = frozenset({"pbrl-5-1-own-record", "pbrl-4-4-parent-of-child", "vgml-guardian"})
"""The grounds on which someone shares what is about a patient."""
LONGEST_DAYS = 365
PEPPER = "sharing.key"
Count = Callable[[Share], tuple[int, int]]
"""From a link to its new counts of wrong tries and of openings."""
AT_ONCE = 8
"""How often a count is tried again when others count at the same moment."""


def share(
    session: Session,
    patient: str,
    *,
    label: str,
    days: int,
    sections: Collection[str],
    passcode: str = "",
) -> Made:
    """A new link to the summary as it is now; a passcode is made if none is chosen."""
    _must_decide(session, patient)
    passcode = passcode.strip() or f"{secrets.randbelow(10**6):06}"
    if len(passcode) < SHORTEST_PASSCODE or not 1 <= days <= LONGEST_DAYS:
        raise InvalidRequest(
            "The passcode is too short, or the link would last too long",
            "Koden er for kort, eller lenken ville vare for lenge",
            expected=Text(
                f"at least {SHORTEST_PASSCODE} characters, at most {LONGEST_DAYS} days",
                f"minst {SHORTEST_PASSCODE} tegn, høyst {LONGEST_DAYS} dager",
            ),
        )
    whole = operation.run(structs.replace(session, language="en"), "summary", "Patient", patient)
    assert isinstance(whole, dict)
    key, secret = secrets.token_bytes(mapping.KEY_BYTES), secrets.token_urlsafe(32)
    file = mapping.encrypt(json.format(mapping.narrowed(whole, sections)), key)
    held = _as_platform(session)
    binary = create.create(held, mapping.binary(patient, file))
    at = _now(session.platform)
    until = at + timedelta(days=days)
    kek = mapping.wrapping(passcode, secret, _pepper(session.platform))
    made = mapping.manifest(
        patient, session.actor.reference, secret, binary.id,
        label=label.strip(), wrapped=mapping.encrypt(key, kek), at=at, until=until,
    )  # fmt: skip
    made = {name: value for name, value in made.items() if value != [] and value != ""}
    kept = read.parsed(create.create(held, made))
    base_url = session.platform.settings.base_url
    link = mapping.link(base_url, secret, key, label=label.strip(), until=until)
    return Made(mapping.share(kept), link, passcode)


def shares(session: Session, patient: str) -> list[Share]:
    """All links to the patient's summary, the newest first."""
    _must_decide(session, patient)
    asked = [("patient", f"Patient/{patient}"), ("_sort", "-created")]
    found = finding.every(_as_platform(session), "DocumentManifest", asked)
    return [mapping.share(one) for one in found if _is_share(one)]


def revoke(session: Session, patient: str, id: str) -> Version:
    """Takes a link back: from now on it leads nowhere."""
    _must_decide(session, patient)
    held = _as_platform(session)
    resource = read.resource(held, "DocumentManifest", id)
    if not _is_share(resource) or resource["subject"]["reference"] != f"Patient/{patient}":
        raise _unknown()
    return update.update(held, "DocumentManifest", id, mapping.revoked(resource))


def open(platform: Platform, secret: str, passcode: str, recipient: str) -> Opened:
    """What a link leads to. Raises NotFound when it does not lead anywhere (any more), and
    WrongPasscode with the tries that are left."""
    _, resource = _counted(platform, secret, lambda one: (one.wrong + 1, one.opened))
    patient = resource["subject"]["reference"].removeprefix("Patient/")
    tried = mapping.share(resource)
    kek = mapping.wrapping(passcode, secret, _pepper(platform))
    key = mapping.decrypt(mapping.wrapped(resource), kek)
    _note(platform, resource, patient, recipient, is_refused=key is None)
    if key is None:
        raise WrongPasscode(MOST_WRONG - tried.wrong)
    _, resource = _counted(platform, secret, lambda one: (0, one.opened + 1), is_let_in=True)
    binary = resource["content"][0]["reference"].removeprefix("Binary/")
    held = read.resource(Session(platform, PLATFORM), "Binary", binary)
    file = base64.b64decode(held["data"]).decode()
    return Opened(mapping.share(resource), patient, file, key)


def content(opened: Opened) -> Resource:
    """The document, for one who has given the passcode."""
    held = mapping.decrypt(opened.file, opened.key)
    assert held is not None
    found: Resource = json.parse_own(held)
    return found


PLATFORM = Actor(Kind.SYSTEM, name="Samspill")


def _counted(
    platform: Platform, secret: str, count: Count, *, is_let_in: bool = False
) -> tuple[Version, Resource]:
    """The link with its counts moved on, whoever else moves them at the same time."""
    session = Session(platform, PLATFORM)
    asked = [("identifier", f"{mapping.SYSTEM}|{mapping.hashed(secret)}")]
    for _ in range(AT_ONCE):
        version = next(iter(search.search(session, "DocumentManifest", asked).versions), None)
        if version is None:
            raise _unknown()
        resource = read.parsed(version)
        share = mapping.share(resource)
        state = share.state(_now(platform))
        if state == "locked" and not is_let_in:
            raise WrongPasscode(0)
        if state in ("expired", "revoked"):
            raise _unknown()
        wrong, opened = count(share)
        moved = mapping.with_counts(resource, wrong=wrong, opened=opened)
        try:
            written = update.update(
                session, "DocumentManifest", version.id, moved, expected=version.number
            )
        except PreconditionFailed:
            continue
        return written, read.parsed(written)
    raise Busy("Too many try this link at once", "For mange prøver lenken på én gang")


def _note(
    platform: Platform, resource: Resource, patient: str, recipient: str, *, is_refused: bool
) -> None:
    """Each opening stands in the access log, with the name that the reader gave."""
    reader = Actor(Kind.APPLICATION, name=recipient.strip()[:80], client="SMART Health Link")
    context = Session(platform, reader).context()
    version = resource["meta"]["versionId"]
    line = entry.line(
        reader, entry.deed("read", context, ()), at=context.now, type="DocumentManifest",
        seen=f"DocumentManifest/{resource['id']}/{version}", patients=patient,
        outcome="refused" if is_refused else "",
    )  # fmt: skip
    platform.log.add(line).result()


def _must_decide(session: Session, patient: str) -> None:
    if session.actor.kind in (Kind.SYSTEM, Kind.DEMO):
        return
    if not DECIDING & {*guard.grounds(session, "Patient", patient).permits}:
        raise Forbidden("You have no access to this", "Du har ikke tilgang til dette")


def _is_share(resource: Resource) -> bool:
    return bool(resource.get("masterIdentifier", {}).get("system") == mapping.SYSTEM)


def _as_platform(session: Session) -> Session:
    """The platform acting in the name of the one who acts, as the log will say."""
    actor = replace(session.actor, kind=Kind.SYSTEM)
    return structs.replace(session, actor=actor, scopes=None, on_behalf_of="")


def _pepper(platform: Platform) -> bytes:
    return cookies.open_key(platform.settings.data, PEPPER)


def _now(platform: Platform) -> datetime:
    return clock.to_datetime(platform.clock())


def _unknown() -> NotFound:
    return NotFound("This link leads nowhere", "Denne lenken fører ingen steder")
