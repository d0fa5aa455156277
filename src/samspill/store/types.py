"""What goes into the store and comes out of it: versions, changes, pages, SQL fragments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from samspill.base import clock
from samspill.fhir.search.values import IndexEntry
from samspill.store.facts import Facts
from samspill.store.sql import Sql as Sql


class Version(Struct, frozen=True, gc=False):
    """One version of a resource, as it was stored."""

    type: str
    id: str
    number: int
    """`meta.versionId`: 1, 2, 3 … without a gap."""
    at: int
    """`meta.lastUpdated` in microseconds since 1970; never goes back from commit to commit."""
    body: bytes
    """The exact JSON, with `meta.versionId` and `meta.lastUpdated`; empty for a deletion."""
    deleted: bool
    commit: int
    """The place of this version in the order of all changes to the record: its key everywhere."""


Body = Callable[[int, int], bytes]
"""Makes the final JSON from the version's number and its time (microseconds)."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A Body that can be sent to another process: the JSON before and after number and time."""

    before: bytes
    after: bytes

    def __call__(self, number: int, at: int) -> bytes:
        at_text = clock.instant(at).encode()
        return b'%b%d","lastUpdated":"%b"%b' % (self.before, number, at_text, self.after)


@dataclass(frozen=True, slots=True)
class Change:
    """A resource to be written. Parsing, validation and extraction have been done before."""

    type: str
    id: str
    body: Body
    entries: Sequence[IndexEntry] = ()
    patients: Sequence[str] = ()
    """Ids of all patients that the resource refers to, itself included if it is one."""
    facts: Facts | None = None
    """What follows from it about access; None for nothing."""
    expected: int | None = None
    """Number that the current version must have; 0 when there must be none; None for any."""


class Page(Struct, frozen=True):
    """A part of a result, with the cursors that lead to the other parts ("" where none is)."""

    versions: tuple[Version, ...]
    included: tuple[Version, ...] = ()
    total: int | None = None
    next: str = ""
    previous: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the outbox: this version was committed, and listeners have yet to hear of it."""

    position: int
    version: Version


class Access(Struct, frozen=True):
    """A line of the access log. A Struct, since one is made for every read: a frozen dataclass
    costs ten times as much."""

    at: int
    """Microseconds since 1970."""
    who: str
    """Who acted, and what for, as JSON: see `access.entry`. Few of them differ, so each is kept
    once."""
    deed: str
    type: str
    """The type that was asked for."""
    seen: str = ""
    """What was shown or written: "Type/id/version", with a blank between."""
    patients: str = ""
    """Ids of the patients that it was about, with a blank between."""
    outcome: str = ""
    request: str = ""
    salt: str = ""
    """Random bytes, so that nobody guesses a line from its hash."""


@dataclass(frozen=True, slots=True)
class Stats:
    """How large the record is."""

    resources: Mapping[str, int]
    """Current resources of each type, with those lately replaced."""
    commits: int
    stale: int
    """Replaced versions whose index rows are kept for open pages."""
    bytes: int


class BudgetSpent(Exception):
    """A read took more steps than the caller allowed: try again where it may take its time."""
