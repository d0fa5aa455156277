"""One piece of work to drafts that are ready to be written, and failures that name their place.

A transaction Bundle is one unit, all or nothing; anything else is a unit by itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
from samspill.interactions.save import Asked, Draft
from samspill.interactions.session import Session
from samspill.store import Change, bulk

TRANSACTION = "transaction"
BATCH = "batch"
HOLDING = frozenset({"collection", "searchset"})
"""Bundles that are envelopes for what they hold; others are resources in their own right."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A batch for the store, and what is told of it."""

    data: bytes
    counts: Counter[str]
    """Resources by type."""
    patients: tuple[str, ...]
    """Ids of the patients whom the batch is about."""
    generation: int
    """Of the search parameters that it was indexed by."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Something that can be planned only where the record is."""

    path: Path
    line: int
    resource: Resource


@dataclass(slots=True)
class Prepared:
    """What became of a piece of work."""

    batches: list[Packed] = field(default_factory=list)
    deferred: list[Deferred] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


class Bench:
    """Where the drafts of one piece of work are gathered."""

    def __init__(self, session: Session, path: Path) -> None:
        self.session = session
        self.path = path
        self._prepared = Prepared()
        self._asked: list[tuple[int, Resource, Asked]] = []
        self._gathered: dict[tuple[str, str], Change] = {}

    def add(self, line: int, resource: Resource) -> None:
        """A resource that stands alone, to be prepared together with others."""
        try:
            self._asked.append((line, resource, ask(self.session, resource)))
        except SamspillError as error:
            self.fail(line, error)

    def add_transaction(self, line: int, bundle: Resource) -> None:
        """A transaction, which is prepared as a whole."""
        self._prepare()
        try:
            self._gather(planned(self.session, bundle))
        except SamspillError as error:
            self._refuse(line, bundle, error)

    def fail(self, line: int, error: SamspillError) -> None:
        self._prepared.failures.append(failure(self.path, line, error))

    def finish(self) -> Prepared:
        self._prepare()
        self._pack()
        self._prepared.failures.sort(key=lambda failure: failure.line)
        return self._prepared

    def _prepare(self) -> None:
        waiting, self._asked = self._asked, []
        made = save.drafts(self.session, [asked for _, _, asked in waiting])
        for (line, resource, _), draft in zip(waiting, made, strict=True):
            if isinstance(draft, SamspillError):
                self._refuse(line, resource, draft)
            else:
                self._gather([draft])

    def _refuse(self, line: int, resource: Resource, error: SamspillError) -> None:
        if isinstance(error, NeedsRecord):
            self._prepared.deferred.append(Deferred(self.path, line, resource))
        else:
            self.fail(line, error)

    def _gather(self, drafts: Sequence[Draft]) -> None:
        """Those of one call stay together, and a batch holds one change of a resource."""
        changes = {(draft.change.type, draft.change.id): draft.change for draft in drafts}
        if self._gathered.keys() & changes.keys() or len(self._gathered) > IN_A_BATCH:
            self._pack()
        self._gathered |= changes

    def _pack(self) -> None:
        changes = list(self._gathered.values())
        if not changes:
            return
        counts = Counter(change.type for change in changes)
        patients = {id for change in changes for id in change.patients}
        generation = self.session.platform.indexing.latest.generation
        packed = Packed(bulk.pack(changes), counts, tuple(sorted(patients)), generation)
        self._prepared.batches.append(packed)
        self._gathered = {}


IN_A_BATCH = 1_000


def prepare(session: Session, piece: Lines | Whole) -> Prepared:
    """Never raises for what the piece holds: each fault becomes a failure."""
    bench = Bench(session, piece.path)
    match piece:
        case Whole():
            try:
                data = files.read_whole(piece.path)
                _value(bench, 0, json.parse_resource(data, at_most=files.LARGEST_FILE))
            except SamspillError as error:
                bench.fail(0, error)
        case Lines(_, first, block):
            for line, text in _lines(block, first):
                try:
                    _value(bench, line, json.parse_resource(text, at_most=files.LARGEST_LINE))
                except SamspillError as error:
                    bench.fail(line, error)
    return bench.finish()


def resources(session: Session, path: Path, given: Iterable[Resource]) -> Prepared:
    """The same for resources that are parsed already, such as made-up ones."""
    bench = Bench(session, path)
    for resource in given:
        bench.add(0, resource)
    return bench.finish()


def ask(session: Session, resource: Resource) -> Asked:
    """How a resource by itself is written: under its own id, or a new one."""
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
        return Asked(resource, type, session.platform.ids(), Action.CREATE)
    return Asked(resource, type, str(id), Action.UPDATE)


def planned(session: Session, asked: Resource) -> Sequence[Draft]:
    """The drafts of a transaction whose entries only create and replace, without conditions."""
    requests = bundle.requests(asked)
    if any(request.method not in ("POST", "PUT") for request in requests):
        raise NeedsRecord()
    plan = transaction.plan(session, requests)
    if plan.rests_on or any(step.expected is not None for step in plan.steps):
        raise NeedsRecord()
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


def _value(bench: Bench, line: int, resource: Resource) -> None:
    """A parsed resource, and what it holds if it is an envelope."""
    kind = resource.get("type") if resource.get("resourceType") == "Bundle" else None
    if kind == TRANSACTION:
        bench.add_transaction(line, resource)
    elif kind == BATCH:
        for entry in _entries(resource):
            by_itself = {"resourceType": "Bundle", "type": TRANSACTION, "entry": [entry]}
            bench.add_transaction(line, by_itself)
    elif kind in HOLDING:
        for entry in _entries(resource):
            inside = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(inside, dict):
                bench.add(line, inside)
    else:
        bench.add(line, resource)


def _entries(resource: Resource) -> list[Resource]:
    entries = resource.get("entry", [])
    if not isinstance(entries, list):
        raise InvalidContent(
            "Bundle.entry must be a list", "Bundle.entry må være en liste", where="Bundle.entry"
        )
    return entries
