"""One piece of work to drafts that are ready to be written, and failures that name their place.

A transaction Bundle is one unit, all or nothing; anything else is a unit by itself.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from samspill.access.decide import Action
from samspill.base import json
from samspill.base.errors import InvalidContent, SamspillError
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import bundle
from samspill.interactions import save, transaction
from samspill.interactions.loading import files
from samspill.interactions.loading.files import Failure, Lines, Whole
from samspill.interactions.loading.workshop import NeedsRecord
from samspill.interactions.save import Draft
from samspill.interactions.session import Session

TRANSACTION = "transaction"
ASKING = frozenset({"batch", "transaction"})
HOLDING = frozenset({"collection", "searchset"})
"""Bundles that are envelopes for what they hold; others are resources in their own right."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Drafts that are written together or not at all."""

    path: Path
    line: int
    drafts: Sequence[Draft]


@dataclass(frozen=True, slots=True)
class Deferred:
    """Something that can be planned only where the record is."""

    path: Path
    line: int
    resource: Resource


@dataclass(slots=True)
class Prepared:
    """What became of a piece of work."""

    units: list[Unit] = field(default_factory=list)
    deferred: list[Deferred] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def collect(self, path: Path, line: int, resource: Resource, make: "Make") -> None:
        """Adds what `make` makes of a resource, or why it makes nothing."""
        try:
            self.units.append(Unit(path, line, make(resource)))
        except NeedsRecord:
            self.deferred.append(Deferred(path, line, resource))
        except SamspillError as error:
            self.failures.append(failure(path, line, error))


Make = Callable[[Resource], Sequence[Draft]]


def prepare(session: Session, piece: Lines | Whole) -> Prepared:
    """Never raises for what the piece holds: each fault becomes a failure."""
    prepared = Prepared()
    try:
        match piece:
            case Whole(path):
                data = files.read_whole(path)
                resource = json.parse_resource(data, at_most=files.LARGEST_FILE)
                _value(session, prepared, path, 0, resource)
            case Lines(path, first, block):
                for line, text in _lines(block, first):
                    _line(session, prepared, path, line, text)
    except SamspillError as error:
        prepared.failures.append(failure(piece.path, 0, error))
    return prepared


def resources(session: Session, path: Path, given: Sequence[Resource]) -> Prepared:
    """The same for resources that are parsed already, such as made-up ones."""
    prepared = Prepared()
    for resource in given:
        prepared.collect(path, 0, resource, lambda each: [single(session, each)])
    return prepared


def single(session: Session, resource: Resource) -> Draft:
    """A resource by itself: under its own id, or a new one."""
    type = resource.get("resourceType")
    if not isinstance(type, str):
        raise InvalidContent(
            "The object does not say which type of resource it is",
            "Objektet sier ikke hvilken ressurstype det er",
            where="resourceType",
        )
    save.check_type(session, type)
    id = resource.get("id")
    if id is None:
        return save.draft(session, resource, type, session.platform.ids(), Action.CREATE)
    return save.draft(session, resource, type, str(id), Action.UPDATE)


def planned(session: Session, asked: Resource) -> Sequence[Draft]:
    """The drafts of a transaction whose entries only create and replace, without conditions."""
    requests = bundle.requests(asked)
    if any(request.method not in ("POST", "PUT") for request in requests):
        raise NeedsRecord
    plan = transaction.plan(session, requests)
    if plan.rests_on or any(step.expected is not None for step in plan.steps):
        raise NeedsRecord
    return [step.draft for step in plan.steps if step.draft]


def failure(path: Path, line: int, error: SamspillError) -> Failure:
    """The first issue and where it stands; how many more there are."""
    first, more = error.issues[0], len(error.issues) - 1
    place = f"{first.expression}: " if first.expression else ""
    also = (f" (and {more} more)", f" (og {more} til)") if more else ("", "")
    return Failure(
        path, line or first.line if isinstance(error, InvalidContent) else line,
        Text(f"{place}{first.text.en}{also[0]}", f"{place}{first.text.nb}{also[1]}"),
    )  # fmt: skip


def _lines(block: bytes, first: int) -> Iterator[tuple[int, bytes]]:
    for number, text in enumerate(block.split(b"\n"), first):
        if text.strip():
            yield number, text


def _line(session: Session, prepared: Prepared, path: Path, line: int, text: bytes) -> None:
    try:
        resource = json.parse_resource(text, at_most=files.LARGEST_LINE)
    except SamspillError as error:
        prepared.failures.append(failure(path, line, error))
        return
    _value(session, prepared, path, line, resource)


def _value(session: Session, prepared: Prepared, path: Path, line: int, resource: Resource) -> None:
    """A parsed resource, and what it holds if it is an envelope."""
    kind = resource.get("type") if resource.get("resourceType") == "Bundle" else None
    if kind == TRANSACTION:
        prepared.collect(path, line, resource, lambda each: planned(session, each))
    elif kind in ASKING:
        for entry in _entries(resource):
            alone = {"resourceType": "Bundle", "type": TRANSACTION, "entry": [entry]}
            prepared.collect(path, line, alone, lambda each: planned(session, each))
    elif kind in HOLDING:
        for entry in _entries(resource):
            inside = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(inside, dict):
                prepared.collect(path, line, inside, lambda each: [single(session, each)])
    else:
        prepared.collect(path, line, resource, lambda each: [single(session, each)])


def _entries(resource: Resource) -> list[Resource]:
    entries = resource.get("entry", [])
    if not isinstance(entries, list):
        raise InvalidContent(
            "Bundle.entry must be a list", "Bundle.entry må være en liste", where="Bundle.entry"
        )
    return entries
