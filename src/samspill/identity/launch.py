"""The launch context: the patient that was in view when an application was opened from our pages.

https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-ehr-launch
"""

from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from samspill.identity.clients import Client
from samspill.identity.faults import OAuthFault
from samspill.identity.provider import Provider, new_secret
from samspill.identity.state import hashed

KIND = "launch"
SECONDS = 300


class Launch(Struct, frozen=True):
    """Kept until the application asks for it, once, by the same person."""

    client: str = ""
    by: str = ""
    patient: str = ""
    encounter: str = ""


def start(provider: Provider, client: Client, by: str, *, patient: str, encounter: str = "") -> str:
    """The address that opens an application with a patient. Raises `OAuthFault`."""
    if not client.launch_url:
        raise OAuthFault("invalid_request", "this client cannot be launched from here")
    id = new_secret()
    kept = Launch(client.id, by, patient, encounter)
    provider.state.keep(KIND, hashed(id), msgspec.to_builtins(kept), SECONDS)
    return f"{client.launch_url}?{urlencode({'iss': provider.fhir, 'launch': id})}"


def peek(provider: Provider, id: str) -> Launch:
    """The context that a request belongs to, before the person has decided."""
    value = provider.state.find(KIND, hashed(id)) if id else None
    return Launch() if value is None else msgspec.convert(value, Launch)


def open(provider: Provider, id: str, client: str, by: str) -> Launch:
    """The same, used up. Raises `OAuthFault` for one that is old, or another's."""
    if not id:
        return Launch()
    value = provider.state.take(KIND, hashed(id))
    found = Launch() if value is None else msgspec.convert(value, Launch)
    if found.client != client or found.by != by:
        raise OAuthFault("invalid_request", "the launch is too old or not for this client")
    return found
