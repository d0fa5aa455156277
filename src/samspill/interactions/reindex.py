"""Index rows of custom search parameters for resources that were there before, in the background.

What is written after a parameter has changed has its rows (see `save.write`); here the versions up
to then get them, a batch in each transaction. Where the work has come to is kept in the same
transaction, so it goes on after a crash; and of several processes that do it, one has its way.
"""

from collections.abc import Sequence
from threading import Event, Thread

from samspill.access import facts
from samspill.base import json, logs
from samspill.base.errors import SamspillError
from samspill.fhir.search import composites
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.parameters import Registry
from samspill.interactions import indexing
from samspill.interactions.indexing import MARK, Parameters
from samspill.interactions.platform import Platform
from samspill.interactions.progress import Progress
from samspill.store import Rebuilt, Stored, Transaction

INTERVAL = 0.2
"""Seconds between looks for work."""
BATCH = 500
"""Versions in one transaction."""
GRACE = 1.0
"""Seconds before rows are taken away: searches by what they meant until now are over by then."""
REST = 0.2
"""Rest after a batch as a part of the time it took, for those who read and write."""


class Reindex:
    """One thread that works from `start` to `close`."""

    def __init__(self, platform: Platform, *, grace: float = GRACE) -> None:
        self._platform = platform
        self._grace = grace
        self._extractors: dict[tuple[int, str, tuple[str, ...]], Extractor] = {}
        self._closing = Event()
        self._thread = Thread(target=self._run, name="reindex", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stops after the batch under way; what is left is done after the next start."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(INTERVAL):
            try:
                while not self._closing.is_set() and self._has_worked():
                    pass
            except SamspillError:
                # A full disk or a lost connection, say: nothing is lost, and it is tried again.
                logs.warning("reindex.failed")

    def _has_worked(self) -> bool:
        began = self._platform.clock()
        worked = self.step()
        self._closing.wait(REST * (self._platform.clock() - began) / 1_000_000)
        return worked

    def step(self) -> bool:
        """Does one batch, or begins or ends a pass; False when all is complete."""
        store = self._platform.store
        now = self._platform.indexing.current()
        if store.is_loading:
            return False
        if store.stating() is not None:
            self._restate()
            return True
        if store.filling() is not None:
            self._fill(now)
            return True
        if not (now.wanted or now.state):
            return False
        state = indexing.kept(store)
        for type in sorted(now.wanted.keys() | state.keys()):
            before, wanted = state.get(type, Progress()), now.wanted.get(type, {})
            if not before.is_complete(wanted):
                self._advance(now, type, before)
                return True
        return False

    def _restate(self) -> None:
        """Facts about access of a record that is older than their tables."""
        store = self._platform.store
        found = store.unstated(BATCH)
        made = [(each, facts.extract(json.parse_own(each.body))) for each in found]
        store.write(lambda inner: inner.restate(made))
        if not made:
            logs.info("reindex.restated")

    def _fill(self, now: Parameters) -> None:
        """Words and contained resources of a record that is older than their tables."""
        store = self._platform.store
        made = [
            (each, now.extractor.extract(json.parse_own(each.body)))
            for each in store.unfilled(BATCH)
        ]
        store.write(lambda inner: inner.fill(made))
        if not made:
            logs.info("reindex.filled")

    def _advance(self, now: Parameters, type: str, before: Progress) -> None:
        store = self._platform.store
        settled = before.settled(now.wanted.get(type, {}))
        if not settled.upto:
            self._begin(now, type, before, settled)
            return
        stored = store.indexed(type, settled.position, settled.upto, BATCH)
        if stored:
            after = settled.moved(stored[-1].t, len(stored))
            rebuilt = self._rebuilt(now, type, settled, stored)
            store.write(lambda inner: self._keep(inner, now, type, before, after, rebuilt))
        else:
            after = settled.finished()
            store.write(lambda inner: self._keep(inner, now, type, before, after, None))
            logs.info("reindex.pass", type=type, resources=settled.done)

    def _begin(self, now: Parameters, type: str, before: Progress, settled: Progress) -> None:
        store = self._platform.store
        if settled.dirty:
            self._closing.wait(self._grace)
        upto, total = store.outbox_position(), store.indexed_count(type)
        after = settled.begun(now.wanted.get(type, {}), max(1, upto), total)
        store.write(lambda inner: self._keep(inner, now, type, before, after, None))

    def _keep(
        self,
        transaction: Transaction,
        now: Parameters,
        type: str,
        before: Progress,
        after: Progress,
        rebuilt: Rebuilt | None,
    ) -> None:
        """Writes a batch, and where the work is then; nothing if the record has moved meanwhile."""
        state = indexing.kept(transaction)
        if transaction.marked(MARK) != now.generation or state.get(type, Progress()) != before:
            return
        if rebuilt is not None:
            transaction.reindex(rebuilt)
        indexing.keep(transaction, {**state, type: after})
        if after.ready != before.ready:
            self._platform.indexing.renew(transaction)

    def _rebuilt(
        self, now: Parameters, type: str, progress: Progress, stored: Sequence[Stored]
    ) -> Rebuilt:
        codes = tuple(sorted(progress.building))
        key = (now.generation, type, codes)
        if key not in self._extractors:
            settings, bases = self._platform.settings, now.extractor.bases
            made = Extractor(now.plain, zone=settings.zone, bases=bases, only=codes)
            self._extractors = {key: made}
        extract = self._extractors[key].extract
        versions = [(each, extract(json.parse_own(each.body)) if codes else []) for each in stored]
        return Rebuilt(type, progress.sweeping, _kinds(now.plain, type, codes), versions)


def _kinds(registry: Registry, type: str, codes: tuple[str, ...]) -> dict[str, str]:
    """The rows that parameters may have, each with its kind."""
    kinds: dict[str, str] = {}
    for code in codes:
        parameter = registry.of(type)[code]
        if parameter.type != "composite":
            kinds[code] = parameter.kind
            continue
        parts = composites.parts(parameter, registry)
        kinds |= {part.row: part.kind for part in parts if not part.is_shared}
    return kinds
