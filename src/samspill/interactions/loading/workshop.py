"""Where resources are prepared: parsed, checked and indexed, in a process without the record.

The ordinary interactions plan the work. Whatever turns out to need the record – conditions,
patients named by identifier alone – is handed back and planned again where the record is.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn, cast

from samspill.access.actor import Actor
from samspill.access.log import Log
from samspill.base.errors import Unavailable
from samspill.base.settings import Settings
from samspill.interactions.indexing import Given
from samspill.interactions.platform import assemble, fhir_base
from samspill.interactions.session import Session
from samspill.interactions.shelves import Elsewhere
from samspill.store import Store
from samspill.store.concepts import Concepts


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
    folders: tuple[Path, ...]
    """Folders with the definitions of services."""
    actor: Actor
    language: str
    given: Given
    """The custom search parameters of the record."""
    addresses: frozenset[tuple[str, str]] = frozenset()
    """Of its code systems and value sets: what is judged by them is prepared where it is."""
    database: str = ""
    """Where large code systems lie beside the record."""


def recipe(session: Session) -> Recipe:
    services = session.platform.services
    folders = tuple(each.definitions for each in services if each.definitions)
    platform = session.platform
    given = platform.indexing.given()
    return Recipe(
        platform.settings, folders, session.actor, session.language, given,
        platform.recorded.addresses(), platform.concepts.where,
    )  # fmt: skip


@cache
def open(recipe: Recipe) -> Session:
    """A session on a platform without a record; made once in each process."""
    store, log = cast(Store, Absent()), cast(Log, Absent())
    platform = assemble(
        recipe.settings,
        recipe.folders,
        store=store,
        concepts=Concepts.open(recipe.database),
        log=log,
        recorded=Elsewhere(recipe.addresses, NeedsRecord),
    )
    platform.indexing.give(recipe.given)
    return Session(platform, recipe.actor, recipe.language, base=fhir_base(recipe.settings))
