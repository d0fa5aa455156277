"""The frozen parts that every interaction works with, joined once in `app.build`."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.access.log import Log
from samspill.base.clock import Clock
from samspill.base.ids import Ids
from samspill.base.settings import Settings
from samspill.fhir.definitions import Definitions
from samspill.fhir.search.compartments import Compartments
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.parameters import Registry
from samspill.fhir.validation import Validator
from samspill.interactions.codes import Codes
from samspill.interactions.service import Operation, Service
from samspill.store import Store


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything there is one of. Opened by `app.build`, closed by `close`."""

    settings: Settings
    clock: Clock
    ids: Ids
    definitions: Definitions
    parameters: Registry
    """All search parameters, of the core and of the services."""
    compartments: Compartments
    extractor: Extractor
    """What a resource is found by."""
    validator: Validator
    codes: Codes
    """For searches by value set and hierarchy."""
    store: Store
    log: Log
    services: tuple[Service, ...] = ()
    operations: tuple[Operation, ...] = ()

    def operation(self, name: str, type: str) -> Operation | None:
        """The operation `$name` as offered on a type ("" for the system)."""
        return next(
            (o for o in self._named(name) if o.on in (type, "Resource" if type else "")), None
        )

    def _named(self, name: str) -> Sequence[Operation]:
        return [operation for operation in self.operations if operation.name == name]

    def close(self) -> None:
        self.log.close()
        self.store.close()
