"""The keys that our tokens are signed with: made here, rotated with overlap, sealed in the record.

A new key is published some time before it signs, and the old one for as long as its tokens live.
The record holds the private keys sealed with a key from the data folder: who copies the record
alone cannot sign. https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from joserfc.jwk import ECKey

from samspill.base.errors import Misconfigured
from samspill.base.texts import Text
from samspill.identity.jose import Key
from samspill.identity.state import Changes, State

KIND = "key"
ROTATION_SECONDS = 90 * 24 * 3600
"""How long a key signs."""
NOTICE_SECONDS = 24 * 3600
"""How long a key is published before it signs: metadata is cached for a day."""
OVERLAP_SECONDS = 2 * 24 * 3600
"""How long a key is published after it has signed for the last time."""
_LOOK_AGAIN_SECONDS = 1
"""A key that is not known may have been made by another process; asked no oftener than this."""
_REFRESH_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Signing:
    """A key and the time from which it signs."""

    key: Key
    signs_from: float


class Keyring:
    """The keys of this installation, as last seen in the record."""

    def __init__(self, state: State, seal: bytes) -> None:
        self._state = state
        self._seal = Fernet(seal)
        self._known: tuple[Signing, ...] = ()
        self._seen_at = float("-inf")

    def signing(self) -> Key:
        """The key to sign with now; made or rotated when it is time."""
        known = self._all(_REFRESH_SECONDS)
        now = self._state.now
        if not known or now > known[-1].signs_from + ROTATION_SECONDS - NOTICE_SECONDS:
            self.rotate(NOTICE_SECONDS)
            known = self._known
        current = [each for each in known if each.signs_from <= now]
        return (current or known)[-1].key

    def verifying(self, kid: object) -> tuple[Key, ...]:
        """The keys that a token may be signed with; looked up again for a name not yet known."""
        keys = self._all(_REFRESH_SECONDS)
        if not any(each.key.kid == kid for each in keys):
            keys = self._all(_LOOK_AGAIN_SECONDS)
        return tuple(each.key for each in keys)

    def public(self) -> dict[str, Any]:
        """The JWK set for others, with the key that comes next."""
        self.signing()
        return {"keys": [each.key.as_dict(private=False) for each in self._all(_REFRESH_SECONDS)]}

    def rotate(self, notice: float = 0) -> None:
        """Makes the next key, unless another process just did; it signs after `notice` seconds."""
        fresh = _new()

        def add(changes: Changes) -> None:
            last = max((value["from"] for value in changes.all(KIND).values()), default=None)
            now = changes.now / 1_000_000
            if last is not None and last + ROTATION_SECONDS - NOTICE_SECONDS > now and notice:
                return
            begins = now if last is None else now + notice
            lives = (begins - now) + ROTATION_SECONDS + OVERLAP_SECONDS
            changes.keep(KIND, str(fresh.kid), {"from": begins, **self._sealed(fresh)}, lives)

        self._state.change(add)
        self._seen_at = float("-inf")
        self._all(0)

    def _all(self, oldest: float) -> tuple[Signing, ...]:
        now = self._state.now
        if not 0 <= now - self._seen_at <= oldest:
            found = [self._opened(value) for value in self._state.all(KIND).values()]
            self._known = tuple(sorted(found, key=lambda each: each.signs_from))
            self._seen_at = now
        return self._known

    def _sealed(self, key: ECKey) -> dict[str, str]:
        written = json.dumps(key.as_dict(private=True))
        return {"sealed": self._seal.encrypt(written.encode()).decode()}

    def _opened(self, value: Mapping[str, Any]) -> Signing:
        try:
            written = json.loads(self._seal.decrypt(value["sealed"]))
        except InvalidToken:
            raise Misconfigured(
                "The signing keys in the record are sealed with another key",
                "Signeringsnøklene i journalen er forseglet med en annen nøkkel",
                where="keys/identity.key",
                expected=Text(
                    "the key folder that belongs to this record",
                    "nøkkelmappen som hører til denne journalen",
                ),
            ) from None
        return Signing(ECKey.import_key(written), float(value["from"]))


def _new() -> ECKey:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    assert isinstance(key, ECKey)
    return key
