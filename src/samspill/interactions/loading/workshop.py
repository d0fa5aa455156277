"""Where resources are prepared: parsed, checked and indexed, in a process without the record.

The ordinary interactions plan the work. Whatever turns out to need the record – conditions,
patients named by identifier alone – is handed back and planned again where the record is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn, cast

from samspill.access.actor import Actor
from samspill.access.log import Log
from samspill.base import clock, ids
from samspill.base.errors import Unavailable
from samspill.base.settings import Settings
from samspill.fhir.definitions import Definitions
from samspill.fhir.search.compartments import Compartments
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.parameters import Registry
from samspill.fhir.terminology.systems import Known
from samspill.fhir.validation import Validator
from samspill.interactions.codes import Codes
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.store import Store


class NeedsRecord(Unavailable):
    """The record must be asked before this can be prepared."""

    def __init__(self) -> None:
        super().__init__("The record must be asked", "Journalen må spørres")


class Absent:
    """Stands in for the parts of a platform that only one process has."""

    def __getattr__(self, name: str) -> NoReturn:
        raise NeedsRecord()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a process needs to know to prepare resources just as the server would."""

    settings: Settings
    folders: tuple[str, ...]
    """Folders with the definitions of services."""
    base: str
    actor: Actor
    language: str


def recipe(session: Session) -> Recipe:
    platform = session.platform
    folders = tuple(str(each.definitions) for each in platform.services if each.definitions)
    return Recipe(
        platform.settings, folders, f"{platform.settings.base_url}/fhir", session.actor,
        session.language,
    )  # fmt: skip


@cache
def open(recipe: Recipe) -> Session:
    """A session on a platform without a record; made once in each process."""
    settings = recipe.settings
    packages: tuple[Any, ...] = (*recipe.folders, *settings.packages)
    definitions = Definitions.load().with_packages(*packages)
    parameters = Registry(definitions)
    known = Known(definitions)
    platform = Platform(
        settings=settings,
        clock=clock.system,
        ids=ids.random,
        definitions=definitions,
        parameters=parameters,
        compartments=Compartments(parameters),
        extractor=Extractor(parameters, zone=settings.zone, bases=(recipe.base,)),
        validator=Validator(definitions, known),
        codes=Codes(known),
        store=cast(Store, Absent()),
        log=cast(Log, Absent()),
    )
    return Session(platform, recipe.actor, recipe.language, base=recipe.base)


Work = Callable[[Session], Any]
