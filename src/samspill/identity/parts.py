"""All of identity for one process: our authorization server, and our side of others'."""

from dataclasses import dataclass

import httpx

from samspill.identity import clients, parties, provider
from samspill.identity.documents import TIMEOUT_SECONDS, Documents
from samspill.identity.local import Local
from samspill.identity.provider import Provider
from samspill.identity.relying import Relying
from samspill.interactions.platform import Platform


@dataclass(frozen=True, slots=True)
class Identity:
    provider: Provider
    relying: Relying


def build(platform: Platform) -> Identity:
    """In demo and open mode our own server is the only provider, and knows our own pages."""
    own = provider.build(platform)
    settings = platform.settings
    if settings.mode in ("demo", "open"):
        clients.keep(own.state, parties.pages_client(settings))
    elif clients.find(own.state, parties.PAGES) is not None:
        # Left from a demo on the same record: nobody signs in by picking a person any more.
        clients.remove(own.state, parties.PAGES)
    http = httpx.Client(timeout=TIMEOUT_SECONDS, mounts={settings.base_url: Local(own)})
    documents = Documents(platform.clock, http)
    found = parties.configured(settings)
    return Identity(own, Relying(found, own.state, documents, settings.base_url))
