"""Keeps the log: takes over what was spooled, grows the hash tree over all lines, and signs it.

All happens in units of the store's one writer, so that any number of processes may try at once.
docs: docs/adr/0004-the-log-is-durable-first.md
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from samspill.access import entry, spool, tree
from samspill.access.checkpoint import Signer
from samspill.access.tiles import Tiles
from samspill.access.tree import Frontier, Hash
from samspill.base import logs
from samspill.store import Access, Store, Transaction, accesses, kept
from samspill.store.connect import Connection
from samspill.store.kept import Kept

Patients = Callable[[str], Sequence[str]]
"""The ids of the patients that a version ("Type/id/number") is about."""

MOST_LINES = 20_000
"""Leaves that one unit of the writer adds to the tree."""
KIND = "access-spool"
REMEMBERED = 30 * 24 * 3600 * 1_000_000
"""Microseconds for which it is known that a file was taken over, should it still be there."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Access).decode


def spooled(line: Access) -> bytes:
    """A line as it stands in the spool."""
    return _encode(line)


class Ledger:
    """The log as it is kept in the store. Not for several threads at once."""

    def __init__(
        self, store: Store, folder: Path, signer: Signer, patients: Patients, witness: Path
    ) -> None:
        """`folder` is the spool's; each checkpoint is also added to the file `witness`."""
        self._store = store
        self._folder = folder
        self._signer = signer
        self._patients = patients
        self._witness = witness
        self._frontier = Frontier()

    def take_over(self) -> int:
        """Moves what was spooled and finished into the log; how many lines that were."""
        taken = 0
        for name, read in spool.finished(self._folder):
            lines = [self._complete(_decode(line)) for line in read()]
            self._store.write(partial(_add, name, lines))
            spool.remove(self._folder, [name])
            taken += len(lines)
        return taken

    def _complete(self, line: Access) -> Access:
        """The line with the patients that it is about."""
        if line.patients or not line.seen:
            return line
        about = {patient: None for seen in line.seen.split() for patient in self._patients(seen)}
        return replace(line, patients=" ".join(about))

    def sign(self) -> None:
        """Grows the tree by the lines that are new, and leaves checkpoints of what it becomes."""
        while (note := self._store.write(self._grow)) is not None:
            try:
                with self._witness.open("a", encoding="utf-8") as file:
                    file.write(f"{note}\n")
            except OSError as error:
                logs.warning("access_log.witness", reason=error.strerror)

    def _grow(self, inside: Transaction) -> str | None:
        return inside.keep_beside(self._grown)

    def _grown(self, connection: Connection) -> str | None:
        before = accesses.last_checkpoint(connection)
        since = before[0] if before else 0
        lines = accesses.read(connection, since, MOST_LINES, "")
        if not lines:
            return None
        frontier = self._taken_up(connection, since)
        hashes = [entry.leaf(line) for _, line in lines]
        for hashed in hashes:
            frontier.append(hashed)
        tiles = nodes(connection, frontier.size, since, hashes)
        note = self._signer.sign(frontier.size, frontier.root())
        accesses.grow(connection, list(tiles.completed(since)), frontier.size, note)
        self._frontier = frontier
        return note

    def _taken_up(self, connection: Connection, size: int) -> Frontier:
        """The frontier of the first `size` lines; a copy, since the unit may yet fail."""
        if self._frontier.size == size:
            return Frontier(size, self._frontier.roots)
        node = nodes(connection, size).node
        return Frontier(size, tree.perfect(size, node))


def nodes(connection: Connection, size: int, since: int = 0, known: Sequence[Hash] = ()) -> Tiles:
    """The inner nodes of the tree over the first `size` lines; the leaves from `since` on may be
    known already."""

    def stored(level: int, number: int) -> bytes | None:
        return accesses.tile(connection, level, number)

    def leaves(start: int, end: int) -> list[Hash]:
        if known and start >= since:
            return list(known[start - since : end - since])
        return [entry.leaf(line) for _, line in accesses.read(connection, start, end - start, "")]

    return Tiles(stored, leaves, size)


def _add(name: str, lines: Sequence[Access], inside: Transaction) -> None:
    """Adds the lines of a file, unless a process that was killed just after had done it."""
    taken = Kept(name, "", inside.at + REMEMBERED)
    if inside.keep_beside(lambda connection: kept.claim(connection, KIND, taken, inside.at)):
        inside.log(lines)
