"""JSON documents of others: metadata of identity providers, keys of clients; fetched and kept.

Only addresses that the operator has set or registered are asked. Redirects are not followed, and
answers are bounded. https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
"""

import threading
from collections.abc import Mapping
from typing import Any

import httpx

from samspill.base import json
from samspill.base.clock import Clock
from samspill.base.errors import SamspillError, Unavailable
from samspill.identity import jose
from samspill.identity.clients import is_address
from samspill.identity.jose import Key

METADATA_SECONDS = 24 * 3600
KEYS_SECONDS = 600
"""How long keys are kept; a key that is not among them is looked for again."""
LEAST_SECONDS = 30
"""Time between two look-ups of the same keys, however many unknown names come."""
LARGEST = 256 * 1024
TIMEOUT_SECONDS = 5.0


class Documents:
    """Fetches documents and keeps them; safe in all threads."""

    def __init__(self, clock: Clock, client: httpx.Client | None = None) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._lock = threading.Lock()
        self.http = client or httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)
        """For requests to identity providers as well; `mount` adds servers of this process."""

    def metadata(self, issuer: str) -> Mapping[str, Any]:
        """The discovery document of an identity provider. Raises `Unavailable`."""
        return self._find(
            f"{issuer.rstrip('/')}/.well-known/openid-configuration", METADATA_SECONDS
        )

    def keys(self, url: str, kid: object = None) -> tuple[Key, ...]:
        """A JWK set; fetched again for a key that it does not have. Raises `Unavailable`."""
        found = jose.key_set(self._find(url, KEYS_SECONDS))
        if kid is not None and not any(key.kid == kid for key in found):
            found = jose.key_set(self._find(url, LEAST_SECONDS))
        return found

    def _find(self, url: str, oldest: float) -> Mapping[str, Any]:
        with self._lock:
            now = self._clock() / 1_000_000
            at, kept = self._kept.get(url, (float("-inf"), {}))
            if not 0 <= now - at < oldest:
                kept = self._fetch(url)
                self._kept[url] = (now, kept)
            return kept

    def _fetch(self, url: str) -> Mapping[str, Any]:
        if not is_address(url):
            raise _unreachable()
        try:
            with self.http.stream("GET", url, headers={"accept": "application/json"}) as answer:
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > LARGEST:
                        raise _unreachable()
                found = json.parse(body) if answer.status_code == 200 else None
        except (httpx.HTTPError, SamspillError):
            raise _unreachable() from None
        if not isinstance(found, dict):
            raise _unreachable()
        return found


def _unreachable() -> Unavailable:
    return Unavailable(
        "An identity provider or client does not answer as it should",
        "En innloggingstjeneste eller klient svarer ikke som den skal",
    )
