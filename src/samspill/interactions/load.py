"""load: files and folders into the record, as far as they are right, with every fault named.

Processes parse, check and index; this one writes, many resources in a transaction. A bad file, line
or resource is reported and the rest goes on.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from samspill.access import entry
from samspill.base.errors import SamspillError
from samspill.base.json import Resource
from samspill.interactions import save, transaction
from samspill.interactions.loading import files, pool, prepare, workshop
from samspill.interactions.loading.files import Failure, Lines, Whole
from samspill.interactions.loading.prepare import Deferred, Packed, Prepared
from samspill.interactions.loading.workshop import Recipe
from samspill.interactions.session import Session
from samspill.store import bulk

Report = Callable[[str], None]

MOST_LISTED = 200
"""Failures that are kept with their text; all are counted."""
IN_A_TRANSACTION = 2_000
"""Resources in one transaction of the store, about."""
UNDER_WAY = 2
"""Transactions that wait for the disk while others are prepared."""
SMALL = 2 * 1024 * 1024
"""Bytes on disk that are not worth starting processes for."""
WORTH_TELLING = 20_000
"""Resources whose indexes take a while to build."""
SECONDS_BETWEEN_REPORTS = 2.0


@dataclass(slots=True)
class Summary:
    """What was loaded and what was not."""

    counts: Counter[str] = field(default_factory=Counter)
    """Resources written, by type."""
    failures: list[Failure] = field(default_factory=list)
    failed: int = 0
    """All failures, also those that are not listed."""
    seconds: float = 0.0

    @property
    def entries(self) -> int:
        """Resources written."""
        return self.counts.total()

    def fail(self, failure: Failure) -> None:
        self.failed += 1
        if len(self.failures) < MOST_LISTED:
            self.failures.append(failure)


def run(session: Session, paths: Sequence[Path], report: Report, jobs: int = 2) -> Summary:
    """Loads bundles, NDJSON and single resources; says what it does, and at the end what it did."""
    found = list(files.find(paths))
    size = sum(path.stat().st_size for path in found if path.exists())
    work = partial(_prepare, workshop.recipe(session))
    pieces = _with_progress(found, report)
    prepared = pool.run(work, pieces, jobs if size > SMALL else 1)
    return write(session, prepared, report)


def write(session: Session, prepared: Iterable[Prepared], report: Report) -> Summary:
    """Writes what has been prepared, in order, and tells how it goes."""
    began, told = time.monotonic(), time.monotonic()
    summary = Summary()
    loader = Loader(session, summary)
    with pool.seldom_collected(), session.platform.store.loading():
        for each in prepared:
            loader.add(each)
            if time.monotonic() - told > SECONDS_BETWEEN_REPORTS:
                told = time.monotonic()
                rate = summary.entries / (told - began)
                report(f"  {summary.entries:,} resources, {rate:,.0f} a second")
        loader.finish()
        if summary.entries > WORTH_TELLING:
            report("  building indexes …")
    loader.plan_deferred()
    summary.seconds = time.monotonic() - began
    tell(summary, session.language, report)
    return summary


def tell(summary: Summary, language: str, report: Report) -> None:
    """The summary in lines: failures first, then counts by type."""
    for failure in summary.failures:
        report(failure.said_in(language))
    if summary.failed > len(summary.failures):
        report(f"… and {summary.failed - len(summary.failures):,} more failures")
    for type, count in sorted(summary.counts.items()):
        report(f"{count:>10,} {type}")
    rate = summary.entries / summary.seconds if summary.seconds else 0
    report(
        f"{summary.entries:>10,} resources in {summary.seconds:.1f} s"
        f" ({rate:,.0f} a second), {summary.failed:,} failures"
    )


class Loader:
    """Gathers batches into transactions of the store and keeps a few of them under way."""

    def __init__(self, session: Session, summary: Summary) -> None:
        self._session = session
        self._summary = summary
        self._gathered: list[Packed] = []
        self._under_way: deque[tuple[list[Packed], Future[None]]] = deque()
        self._deferred: list[Deferred] = []

    def add(self, prepared: Prepared) -> None:
        for failure in prepared.failures:
            self._summary.fail(failure)
        self._deferred += prepared.deferred
        self._gathered += prepared.batches
        if sum(batch.counts.total() for batch in self._gathered) >= IN_A_TRANSACTION:
            self._submit()

    def finish(self) -> None:
        """Waits until all that was gathered is durable."""
        self._submit()
        while self._under_way:
            self._settle()

    def plan_deferred(self) -> None:
        """What needs the record is planned and written as it would be for any client."""
        for deferred in self._deferred:
            try:
                self._summary.counts.update(_plan_here(self._session, deferred.resource))
            except SamspillError as error:
                self._summary.fail(prepare.failure(deferred.path, deferred.line, error))

    def _submit(self) -> None:
        if not self._gathered:
            return
        batches, self._gathered = self._gathered, []
        self._under_way.append((batches, save.submit(self._session, partial(_write, batches))))
        if len(self._under_way) > UNDER_WAY:
            self._settle()

    def _settle(self) -> None:
        batches, future = self._under_way.popleft()
        future.result()
        for batch in batches:
            self._summary.counts.update(batch.counts)


def _write(batches: Sequence[Packed], session: Session) -> None:
    """Writes batches, each with one line in the access log for all its patients."""
    inside, actor = save.inside(session), session.actor
    for batch in batches:
        inside.write_batch(bulk.unpack(batch.data))
        session.platform.indexing.loaded(inside, batch.generation, batch.counts)
        line = entry.line(
            actor, entry.Deed("load"), at=session.platform.clock(), type="Bundle", seen="",
            patients=" ".join(batch.patients), request=session.request,
        )  # fmt: skip
        inside.log((line,))


def _plan_here(session: Session, resource: Resource) -> list[str]:
    """Types of what was written."""
    if resource["resourceType"] == "Bundle" and resource.get("type") == prepare.TRANSACTION:
        answers = transaction.transaction(session, resource)
        return [
            answer.version.type for answer in answers if answer.version and answer.status == 201
        ]
    asked = prepare.ask(session, resource)
    draft = save.draft(session, asked.resource, asked.type, asked.id, asked.action)
    save.submit(session, partial(_write_one, draft)).result()
    return [draft.change.type]


def _write_one(draft: save.Draft, session: Session) -> None:
    save.write(session, draft)


def _prepare(recipe: Recipe, piece: files.Piece) -> Prepared:
    if isinstance(piece, Failure):
        return Prepared(failures=[piece])
    return prepare.prepare(workshop.open(recipe), piece)


def _with_progress(found: Sequence[Path], report: Report) -> Iterator[Lines | Whole | Failure]:
    told = time.monotonic()
    for number, path in enumerate(found):
        if time.monotonic() - told > SECONDS_BETWEEN_REPORTS:
            told = time.monotonic()
            report(f"{number:,} of {len(found):,} files read")
        yield from files.pieces(path)
