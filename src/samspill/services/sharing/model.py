"""A link to a summary that a citizen shares. https://hl7.org/fhir/uv/smart-health-cards-and-links/"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from samspill.base.errors import Forbidden

State = Literal["open", "expired", "revoked", "locked"]
MOST_WRONG = 5
"""Wrong passcodes after which a link is locked for good."""
SHORTEST_PASSCODE = 6


@dataclass(frozen=True, slots=True)
class Share:
    """A link, as the one who shares sees it; the link itself is not kept."""

    id: str
    label: str
    made_at: datetime
    until: datetime
    is_revoked: bool
    wrong: int
    """Wrong passcodes since the last right one."""
    opened: int
    """How many times it has been opened."""

    def state(self, now: datetime) -> State:
        if self.is_revoked:
            return "revoked"
        if self.wrong >= MOST_WRONG:
            return "locked"
        return "expired" if now >= self.until else "open"


@dataclass(frozen=True, slots=True)
class Made:
    """A new link; it is shown once, since it holds the key."""

    share: Share
    link: str
    passcode: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to: the encrypted file, and its key for those who have given the code."""

    share: Share
    patient: str
    file: str
    """JWE, compact."""
    key: bytes


class WrongPasscode(Forbidden):
    """The passcode is not that of the link."""

    def __init__(self, left: int) -> None:
        super().__init__(
            f"This is not the passcode. Tries left: {left}",
            f"Dette er ikke koden. Forsøk igjen: {left}",
        )
        self.left = left
