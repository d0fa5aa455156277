"""A shared link as DocumentManifest, its file as Binary, and the link as text.

The key of the file stands in the link alone; the record keeps it wrapped by the passcode.
https://hl7.org/fhir/R4/documentmanifest.html
https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html
"""

import base64
import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.services.sharing.model import Share

SYSTEM = "urn:samspill:share"
UNTIL = f"{SYSTEM}-until"
WRAPPED = f"{SYSTEM}-wrapped-key"
WRONG = f"{SYSTEM}-wrong"
OPENED = f"{SYSTEM}-opened"
KEY_BYTES = 32
LONGEST_LABEL = 80


def hashed(secret: str) -> str:
    """What the record knows the secret part of a link by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def manifest(
    patient: str,
    by: str,
    secret: str,
    binary: str,
    *,
    label: str,
    wrapped: str,
    at: datetime,
    until: datetime,
) -> Resource:
    """A new link to an encrypted file."""
    return {
        "resourceType": "DocumentManifest",
        "extension": [
            {"url": UNTIL, "valueInstant": until.isoformat()},
            {"url": WRAPPED, "valueString": wrapped},
            {"url": WRONG, "valueInteger": 0},
            {"url": OPENED, "valueInteger": 0},
        ],
        "masterIdentifier": {"system": SYSTEM, "value": hashed(secret)},
        "status": "current",
        "type": {"coding": [{"system": codes.LOINC, "code": "60591-5"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "created": at.isoformat(),
        "author": [{"reference": by}] if by.startswith(("Patient/", "Practitioner/")) else [],
        "description": label,
        "content": [{"reference": f"Binary/{binary}"}],
    }


def share(resource: Resource) -> Share:
    return Share(
        id=str(resource["id"]),
        label=str(resource.get("description", "")),
        made_at=datetime.fromisoformat(resource["created"]),
        until=datetime.fromisoformat(_kept(resource, UNTIL)),
        is_revoked=resource["status"] != "current",
        wrong=_kept(resource, WRONG),
        opened=_kept(resource, OPENED),
    )


def with_counts(resource: Resource, *, wrong: int, opened: int) -> Resource:
    """A copy that counts one more try or opening."""
    now = {WRONG: wrong, OPENED: opened}
    extensions = [
        {**one, "valueInteger": now[one["url"]]} if one["url"] in now else one
        for one in resource["extension"]
    ]
    return {**resource, "extension": extensions}


def revoked(resource: Resource) -> Resource:
    return {**resource, "status": "superseded"}


def wrapped(resource: Resource) -> str:
    return str(_kept(resource, WRAPPED))


def binary(patient: str, file: str) -> Resource:
    return {
        "resourceType": "Binary",
        "contentType": "application/jose",
        "securityContext": {"reference": f"Patient/{patient}"},
        "data": base64.b64encode(file.encode()).decode(),
    }


def narrowed(bundle: Resource, kept: Collection[str]) -> Resource:
    """A document with the required sections and those whose codes are named, and what they hold."""
    head, *others = bundle["entry"]
    sections = [
        one
        for one in head["resource"]["section"]
        if one["code"]["coding"][0]["code"] in {*REQUIRED, *kept}
    ]
    entries = [one.get("entry") or [] for one in head["resource"]["section"]]
    listed = {each["reference"] for some in entries for each in some}
    wanted = {each["reference"] for one in sections for each in one.get("entry") or []}
    gone = listed - wanted
    left = [
        one
        for one in others
        if f"{one['resource']['resourceType']}/{one['resource']['id']}" not in gone
    ]
    composition = {**head["resource"], "section": sections}
    return {**bundle, "entry": [{**head, "resource": composition}, *left]}


REQUIRED = ("48765-2", "10160-0", "11450-4")
"""Sections without which it is no International Patient Summary: allergies, medicines, problems."""


def encrypt(content: bytes, key: bytes) -> str:
    """https://www.rfc-editor.org/rfc/rfc7516#section-7.1"""
    header = {"alg": "dir", "enc": "A256GCM", "zip": "DEF", "cty": "application/fhir+json"}
    return jwe.encrypt_compact(header, content, OctKey.import_key(key))


def decrypt(file: str, key: bytes) -> bytes | None:
    """The content, or None when it is another key."""
    try:
        found = jwe.decrypt_compact(file, OctKey.import_key(key)).plaintext
    except (JoseError, ValueError):
        return None
    return found


def wrapping(passcode: str, secret: str, pepper: bytes) -> bytes:
    """The key that wraps the key: of the passcode, the link, and a secret of this server, so that
    what the record holds does not let anyone try passcodes elsewhere."""
    salt = hashlib.sha256(secret.encode() + pepper).digest()
    text = "".join(passcode.split()).encode()
    return hashlib.scrypt(text, salt=salt, n=2**14, r=8, p=1, dklen=KEY_BYTES)


def link(base_url: str, secret: str, key: bytes, *, label: str, until: datetime) -> str:
    """The link that viewers of any kind understand; before the # stands our own viewer."""
    payload = {
        "url": f"{base_url}/sharing/manifest/{secret}",
        "flag": "P",
        "key": base64.urlsafe_b64encode(key).decode().rstrip("="),
        "exp": int(until.timestamp()),
        "label": label[:LONGEST_LABEL],
        "v": 1,
    }
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    packed = base64.urlsafe_b64encode(text).decode().rstrip("=")
    return f"{base_url}/delt/{secret}#shlink:/{packed}"


def _kept(resource: Resource, url: str) -> Any:
    [found] = [one for one in resource["extension"] if one["url"] == url]
    return next(value for name, value in found.items() if name.startswith("value"))
