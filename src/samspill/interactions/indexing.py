"""The search parameters that hold now, those of the definitions and of active SearchParameters.

They are one value that never changes and is swapped as a whole. The record keeps a number, the
generation, which is new after each change: in the transaction of a write it tells whether what was
prepared still fits, in every process. https://hl7.org/fhir/R4/searchparameter.html
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from samspill.base import json
from samspill.base.clock import Clock
from samspill.base.errors import InvalidResource, Unavailable
from samspill.base.json import Resource
from samspill.base.settings import Settings
from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions
from samspill.fhir.search import composites, custom, derive
from samspill.fhir.search.compartments import Compartments
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.parameters import Parameter, Registry
from samspill.fhir.search.query import Match, Query, TokenIs
from samspill.interactions import progress
from samspill.interactions.progress import Progress, State
from samspill.store import Store, Transaction

TYPE = "SearchParameter"
MARK = "parameters"
"""Under which the record keeps the generation."""
JOB = "reindex"
"""Under which the record keeps how far the rows have come."""

FILLED = (("", "_text"), ("", "_content"))
"""Parameters of all types that an older record is filled with, see `store.fill`."""

_UNSEEN_MICROSECONDS = 500_000
"""How long another process's change may stay unseen where the store has no stamp."""
_ACTIVE = Query((TYPE,), Match("status", TokenIs(None, "active")), count=1_000, total="none")


class IndexBuilding(Unavailable):
    """A search by a parameter whose index is not complete: it is not answered in part."""


@dataclass(frozen=True, slots=True)
class Given:
    """The custom parameters of a generation, as a process without the record is told them."""

    generation: int = 0
    custom: bytes = b"[]"


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """All that is made of the search parameters of one generation."""

    generation: int
    custom: Sequence[Resource]
    plain: Registry
    registry: Registry
    """The same, refusing parameters that are not indexed yet."""
    compartments: Compartments
    extractor: Extractor
    wanted: Mapping[str, progress.Signatures]
    """By resource type, for each custom code."""
    state: State

    def is_ready(self, type: str, code: str) -> bool:
        """Whether every resource of the type has its rows."""
        wanted = self.wanted.get(type, {}).get(code)
        return self.state.get(type, Progress()).ready.get(code) == wanted

    def unfinished(self) -> set[tuple[str, str]]:
        """The types and codes whose rows may be missing, or there in vain."""
        found = {
            (type, code)
            for type, wanted in self.wanted.items()
            for code in wanted
            if not self.is_ready(type, code)
        }
        for type, each in self.state.items():
            found |= {(type, code) for code in (*each.dirty, *each.sweeping, *each.building)}
        return found


class Indexing:
    """Holds the parameters for a process: with a record they follow it, without they are `given`.

    Several threads may call everything.
    """

    def __init__(
        self, definitions: Definitions, settings: Settings, base: str, store: Store, clock: Clock
    ) -> None:
        self._definitions = definitions
        self._settings = settings
        self._bases = (base,)
        self._store = store
        self._clock = clock
        self._lock = Lock()
        self._stamp = b""
        self._checked = 0
        self._watched_until = 0
        self._inside: Parameters | None = None
        self.latest = self._make(0, (), {})
        """The last that this process has seen: good enough to prepare a write, see `within`."""

    def give(self, given: Given) -> None:
        """Sets the parameters where there is no record."""
        self.latest = self._make(given.generation, json.parse(given.custom), {})

    def given(self) -> Given:
        latest = self.current()
        return Given(latest.generation, json.format(list(latest.custom)))

    def current(self) -> Parameters:
        """Those that the record has now."""
        stamp = self._store.stamp()
        if stamp and stamp == self._stamp:
            return self.latest
        now = self._clock()
        is_watched = now < self._watched_until or now - self._checked > _UNSEEN_MICROSECONDS
        if stamp or is_watched:
            with self._lock:
                self._follow()
            self._stamp, self._checked = stamp, now
        return self.latest

    def _follow(self) -> None:
        while (generation := self._store.mark(MARK)) != self.latest.generation:
            read = self._read(self._store, generation)
            if self._store.mark(MARK) == generation:
                self.latest = read

    def within(self, transaction: Transaction) -> Parameters:
        """Those that the transaction has: what it writes must be indexed by them."""
        generation = transaction.marked(MARK)
        if generation == self.latest.generation:
            return self.latest
        if self._inside is None or self._inside.generation != generation:
            self._inside = self._read(transaction, generation)
        return self._inside

    def check(self, resource: Resource, transaction: Transaction | None) -> None:
        """Raises `InvalidResource` when an active SearchParameter could not take effect."""
        now = self.within(transaction) if transaction else self.current()
        others = [each for each in now.custom if each.get("id") != resource.get("id")]
        found = custom.same_address(resource, others) if resource.get("status") == "active" else []
        found = found or custom.check(resource, Registry(self._definitions, others))
        if found:
            raise InvalidResource(found)

    def takes_effect(self, resource: Resource) -> bool:
        return custom.takes_effect(resource, self._definitions)

    def changed(self, transaction: Transaction) -> None:
        """After the SearchParameters were changed: from here on other rows are wanted."""
        self.renew(transaction)
        now = self.within(transaction)
        types = now.state.keys() | now.wanted.keys()
        state = {
            type: now.state.get(type, Progress()).settled(now.wanted.get(type, {}))
            for type in types
        }
        keep(transaction, state)

    def renew(self, transaction: Transaction) -> None:
        """Makes every process look at the record again."""
        self._watched_until = self._clock() + 10 * _UNSEEN_MICROSECONDS
        transaction.mark(MARK, secrets.randbits(62))

    def loaded(self, transaction: Transaction, generation: int, types: Iterable[str]) -> None:
        """After resources were written that had been indexed by the parameters of a generation.

        If it is not that of the record, their custom parameters have to be indexed again.
        """
        now = self.within(transaction)
        if generation == now.generation:
            return
        there = kept(transaction)
        touched = [type for type in types if type in now.wanted or type in there]
        for type in touched:
            there[type] = there.get(type, Progress()).reopened()
        if touched:
            keep(transaction, there)
            self.renew(transaction)

    def _read(self, source: Store | Transaction, generation: int) -> Parameters:
        found: list[Resource] = []
        page = source.search(_ACTIVE)
        while page.versions:
            found += [json.parse_own(version.body) for version in page.versions]
            if not page.next:
                break
            page = source.search(_ACTIVE, cursor=page.next)
        effective = [each for each in found if self.takes_effect(each)]
        return self._make(generation, sorted(effective, key=lambda r: str(r["url"])), kept(source))

    def _make(self, generation: int, given: Sequence[Resource], state: State) -> Parameters:
        before: Parameters | None = getattr(self, "latest", None)
        if before is not None and list(before.custom) == list(given):
            plain, extractor, wanted = before.plain, before.extractor, before.wanted
        else:
            plain = Registry(self._definitions, given)
            extractor = Extractor(plain, zone=self._settings.zone, bases=self._bases)
            wanted = _signatures(plain, given)
        made = Parameters(
            generation=generation,
            custom=given,
            plain=plain,
            registry=plain.guarded(lambda parameter: self._guard(made, parameter)),
            compartments=Compartments(plain),
            extractor=extractor,
            wanted=wanted,
            state=state,
        )
        return made

    def _guard(self, now: Parameters, parameter: Parameter) -> None:
        types = (parameter.base,) if parameter.base else now.wanted
        missing = [
            type
            for type in types
            if parameter.code in now.wanted.get(type, {}) and not now.is_ready(type, parameter.code)
        ]
        if not missing:
            return
        done, total = self.progress(parameter.code, missing)
        raise IndexBuilding(
            f"The index of this parameter is being built: {done} of {total} resources",
            f"Indeksen for denne parameteren bygges: {done} av {total} ressurser",
            where=parameter.code,
            expected=Text("the same search in a while", "det samme søket om en stund"),
        )

    def building(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """How far the codes of each type ("" for all types) that are not complete have come."""
        now = self.current()
        there = [each for each in now.unfinished() if each[1] in now.wanted.get(each[0], {})]
        found = {(type, code): self.progress(code, [type]) for type, code in sorted(there)}
        common = now.plain.of("") if now.custom else {}
        for code in {code for _, code in there} & common.keys():
            parts = [each for (_, named), each in found.items() if named == code]
            found["", code] = sum(done for done, _ in parts), sum(total for _, total in parts)
        filling = self._store.filling()
        return found if filling is None else found | dict.fromkeys(FILLED, filling)

    def progress(self, code: str, types: Iterable[str]) -> tuple[int, int]:
        """How many resources of these types have their rows of a code, and how many will have."""
        there = kept(self._store)
        done = total = 0
        for type in types:
            each = there.get(type, Progress())
            is_building = code in each.building
            done += each.done if is_building else 0
            total += each.total if is_building else self._store.indexed_count(type)
        return done, total


def kept(source: Store | Transaction) -> State:
    """How far the rows have come."""
    job = source.job(JOB)
    return progress.parse(job.output) if job else {}


def keep(transaction: Transaction, state: State) -> None:
    left = {type: each for type, each in state.items() if each != Progress()}
    transaction.keep_job(JOB, JOB, progress.format(left))


def _signatures(registry: Registry, given: Iterable[Resource]) -> Mapping[str, progress.Signatures]:
    types = {type for each in given for type in custom.types(each, registry.definitions)}
    found = {
        type: {
            code: _signature(each, registry)
            for code, each in registry.of(type).items()
            if registry.is_custom(each)
        }
        for type in sorted(types)
    }
    return {type: each for type, each in found.items() if each}


def _signature(parameter: Parameter, registry: Registry) -> str:
    """Of all that decides on the rows of a parameter, also on those of custom ones that it uses:
    when they are made anew, it must wait too."""
    known = registry.of(parameter.base)
    parts = composites.parts(parameter, registry) if parameter.type == "composite" else ()
    derived = derive.of_type(registry, parameter.base).get(parameter.code)
    used = [*(derived.rows if derived else ()), *(each.row for each in parts if each.is_shared)]
    others = [_signature(known[code], registry) for code in used if registry.is_custom(known[code])]
    own = f"{parameter.type} {parameter.expression} {parameter.targets} {parts} {derived}"
    return hashlib.sha256(f"{own} {others}".encode()).hexdigest()[:16]
