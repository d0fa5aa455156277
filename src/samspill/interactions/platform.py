"""The frozen parts that every interaction works with, joined once in each process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from samspill.access.log import Log
from samspill.base import clock, ids
from samspill.base.clock import Clock
from samspill.base.ids import Ids
from samspill.base.json import Resource
from samspill.base.settings import Settings
from samspill.fhir.definitions import Definitions
from samspill.fhir.search.compartments import Compartments
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.parameters import Registry
from samspill.fhir.terminology.held import Known
from samspill.fhir.terminology.library import Defined, Library
from samspill.fhir.validation import Validator
from samspill.interactions import packages
from samspill.interactions.codes import Codes
from samspill.interactions.indexing import Indexing
from samspill.interactions.lasting import Lasting
from samspill.interactions.names import Names
from samspill.interactions.service import Operation, Service
from samspill.interactions.shelves import Elsewhere, Large, Recorded
from samspill.norway import codes, identifiers
from samspill.store import Store
from samspill.store.concepts import Concepts


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything there is one of. Opened by `app.build`, closed by `close`."""

    settings: Settings
    clock: Clock
    ids: Ids
    definitions: Definitions
    indexing: Indexing
    """The search parameters, which change when a SearchParameter is written."""
    validator: Validator
    library: Library
    """Code systems, value sets and maps: of the record, then of the definitions."""
    recorded: Recorded | Elsewhere
    """The shelf of the library that the record is."""
    codes: Codes
    """For searches by value set and hierarchy."""
    store: Store
    concepts: Concepts
    """Code systems of any size, beside the record."""
    log: Log
    services: tuple[Service, ...] = ()
    operations: tuple[Operation, ...] = ()

    @property
    def parameters(self) -> Registry:
        """All search parameters, of the core, of the services and of the record."""
        return self.indexing.current().registry

    @property
    def compartments(self) -> Compartments:
        return self.indexing.latest.compartments

    @property
    def extractor(self) -> Extractor:
        """What a resource is found by."""
        return self.indexing.latest.extractor

    def operation(self, name: str, type: str) -> Operation | None:
        """The operation `$name` as offered on a type ("" for the system)."""
        return next(
            (o for o in self._named(name) if o.on in (type, "Resource" if type else "")), None
        )

    def _named(self, name: str) -> Sequence[Operation]:
        return [operation for operation in self.operations if operation.name == name]

    def close(self) -> None:
        self.log.close()
        self.concepts.close()
        self.store.close()


def assemble(
    settings: Settings,
    folders: Sequence[Path],
    *,
    store: Store,
    concepts: Concepts,
    log: Log,
    recorded: Recorded | Elsewhere | None = None,
    services: tuple[Service, ...] = (),
    operations: tuple[Operation, ...] = (),
) -> Platform:
    """Joins the parts around a record, the same way in the server and in processes that load.

    `folders` hold the definitions of services; installed packages and those of the settings are
    added, and the last that defines something wins. `recorded` stands for the shelf of a record
    that is elsewhere.
    """
    core = Definitions.load().with_aliases(codes.canonical)
    installed = [each.path for each in packages.installed(settings.data)]
    definitions = core.with_packages(*folders, *installed, *settings.packages)
    indexing = Indexing(definitions, settings, fhir_base(settings), store, clock.system)
    known = Known(definitions)
    if recorded is None:
        recorded = Recorded(store, concepts, indexing.latest.registry, settings.zone)
    library = _library(concepts, recorded, definitions, known)
    lasting = Lasting(library, lambda: (recorded.generation(), concepts.generation))
    return Platform(
        settings=settings,
        clock=clock.system,
        ids=ids.random,
        definitions=definitions,
        indexing=indexing,
        validator=Validator(
            definitions, known, judges={"Identifier": identifiers.validate}, beyond=lasting
        ),
        library=library,
        recorded=recorded,
        codes=Codes(library),
        store=store,
        concepts=concepts,
        log=log,
        services=services,
        operations=operations,
    )


def _library(
    concepts: Concepts, recorded: Recorded | Elsewhere, definitions: Definitions, known: Known
) -> Library:
    def naming() -> Iterator[Resource]:
        # What the record says comes last, and counts more.
        yield from definitions.all("NamingSystem")
        yield from recorded.naming()

    names = Names(naming, recorded.generation)
    shelves = (Large(concepts), recorded, Defined(definitions, known))
    return Library(shelves, names.name, names.others)


def fhir_base(settings: Settings) -> str:
    """Address of the FHIR base, as clients see it."""
    return f"{settings.base_url}/fhir"
