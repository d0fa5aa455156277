"""The door to large code systems: load, replace, unload, list and ask them."""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samspill.base import json
from samspill.fhir.terminology.systems import Concept
from samspill.store.concepts import building
from samspill.store.concepts.building import IN_USE, Report
from samspill.store.concepts.files import Files, beside
from samspill.store.concepts.stored import Stored
from samspill.store.connect import Connection, Database
from samspill.store.dialects import sqlite_files

Resource = dict[str, Any]

GRACE_SECONDS = 1.0
"""For which a version that was replaced can still be read by requests under way."""
LOOK_SECONDS = 0.5
"""Between looks for systems that others loaded, where the database does not tell of changes."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One version of a code system as it stands in the store."""

    url: str
    version: str
    concepts: int
    edges: int
    """is-a relations told by the parents of concepts."""
    resource: Resource
    """The CodeSystem without its concepts."""


class Concepts:
    """Opened with `Concepts.open`, closed with `close`; any thread may call it."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._stamp: object = None
        self._stored: dict[int, tuple[str, Loaded, Stored]] = {}
        self._urls: dict[str, dict[str, Stored]] = {}

    @classmethod
    def open(cls, where: str | Path) -> "Concepts":
        """Beside the record's file, or in its PostgreSQL database. Nothing is made before the
        first load."""
        return cls(Files(where))

    @property
    def where(self) -> str:
        """What another process opens them with."""
        return self._files.where

    def load(
        self,
        header: Resource,
        concepts: Iterable[Concept],
        report: Report | None = None,
    ) -> Loaded:
        """Takes in one version of a system, whole or not at all; it replaces the same version.

        `header` is a CodeSystem without `concept`: url, version, content, caseSensitive, language,
        property … Nothing of it is seen before all of it is there. Where the iterable or the disk
        fails, what was there before stays; a load that was killed leaves nothing but space, which
        the next one takes. Raises InvalidContent where a code or the hierarchy is beyond measure.
        """
        with self._files.loading() as writer:
            number = building.build(writer, header, concepts, report=report)
            if self._is_replaced(writer):
                time.sleep(GRACE_SECONDS)
                building.clean(writer)
            self._files.written()
        self._look(is_sure=True)
        return self._stored[number][1]

    def keep(
        self, header: Resource, concepts: Iterable[Concept], source: tuple[str, str]
    ) -> Stored:
        """The system of a CodeSystem of the record, which is the source of all its concepts: id and
        version; taken in if it is not here, in the place of other versions of this id."""
        with self._files.loading() as writer:
            self._look(is_sure=True)
            found = self.made_from(source)
            if found is None:
                number = building.build(writer, header, concepts, source=source)
                self._files.written()
                self._look(is_sure=True)
                found = self._stored[number][2]
        return found

    def unload(self, url: str, version: str) -> bool:
        """Takes a version away and gives its space back; False where there is none."""
        if self._files.database() is None:
            return False
        with self._files.loading() as writer:
            named = (building.REPLACED, url, version, IN_USE)
            writer.run(_UNLOAD, named)
            found = self._is_replaced(writer)
            building.clean(writer)
            self._files.written()
        self._look(is_sure=True)
        return found

    def loaded(self) -> list[Loaded]:
        """What operators loaded, by address and version."""
        self._look()
        held = [loaded for source, loaded, _ in self._stored.values() if not source]
        return sorted(held, key=lambda each: (each.url, each.version))

    def versions(self, url: str) -> Sequence[str]:
        self._look()
        return tuple(self._urls.get(url, ()))

    def system(self, url: str, version: str) -> Stored | None:
        self._look()
        return self._urls.get(url, {}).get(version)

    def made_from(self, source: tuple[str, str]) -> Stored | None:
        """The system that was made from this id and version of the record."""
        self._look()
        made = building.SEPARATOR.join(source)
        held = (stored for each, _, stored in self._stored.values() if each == made)
        return next(held, None)

    @property
    def generation(self) -> object:
        """Changes when a system comes, goes or is replaced."""
        self._look()
        return tuple(self._stored)

    def backup(self, path: Path) -> None:
        """Copies what was loaded to the file that belongs to a backup of the record at `path`.

        In PostgreSQL its own tools copy it with the record.
        """
        database = self._files.database()
        if database is not None and not self._files.is_remote:
            database.backup(beside(path), _silent)

    @staticmethod
    def restore(backup: Path, where: str | Path, *, replace: bool) -> None:
        """Puts what was loaded beside a backup of the record beside the record; where the backup
        has nothing, what is there stays."""
        copy = beside(backup)
        if copy.is_file():
            sqlite_files.restore(
                copy, beside(Path(str(where).removeprefix("sqlite://"))), replace=replace
            )

    def verify(self) -> list[str]:
        """What is wrong with the files and the systems in them; nothing where all is well."""
        database = self._files.database()
        if database is None:
            return []
        faults = database.is_sound()
        connection = database.reader()
        for number, _, url, version, concepts, *_ in [] if faults else _in_use(database):
            first = number << building.SHIFT
            row = connection.row(_EXTENT, (first, first + (1 << building.SHIFT)))
            if row != (concepts, first + concepts - 1 if concepts else None):
                faults.append(f"{url}|{version}: not all of its {concepts} concepts are there")
        return faults

    def close(self) -> None:
        self._files.close()

    def _look(self, *, is_sure: bool = False) -> None:
        """Reads which systems are in use, if that may have changed."""
        database = self._files.database()
        if database is None:
            return
        stamp = database.stamp() or int(time.monotonic() / LOOK_SECONDS)
        if stamp == self._stamp and not is_sure:
            return
        with self._lock:
            found = {}
            for number, source, url, version, concepts, edges, header in _in_use(database):
                if number in self._stored:
                    found[number] = self._stored[number]
                    continue
                resource = json.parse_own(header)
                loaded = Loaded(url, version, concepts, edges, resource)
                stored = Stored(number, resource, concepts, self._files.reader)
                found[number] = (source, loaded, stored)
            urls: dict[str, dict[str, Stored]] = {}
            for source, loaded, stored in found.values():
                if not source:
                    urls.setdefault(loaded.url, {})[loaded.version] = stored
            self._stored, self._urls, self._stamp = found, urls, stamp

    def _is_replaced(self, writer: Connection) -> bool:
        row = writer.row("SELECT 1 FROM concept_system WHERE state = ?", (building.REPLACED,))
        return row is not None


def _in_use(database: Database) -> list[tuple[Any, ...]]:
    sql = """SELECT id, source, url, version, concepts, edges, header
        FROM concept_system WHERE state = ? ORDER BY id"""
    return database.reader().rows(sql, (IN_USE,))


def _silent(_: int, __: int) -> None: ...


_EXTENT = "SELECT count(*), max(id) FROM concept WHERE id >= ? AND id < ?"
_UNLOAD = "UPDATE concept_system SET state = ? WHERE url = ? AND version = ? AND state = ?"
