"""A disk in memory that can lose its power: what was not synced is kept, lost or torn at random.

SQLite writes to it through a VFS of apsw. https://www.sqlite.org/atomiccommit.html
"""

from dataclasses import dataclass, field
from random import Random

import apsw

SECTOR = 512


@dataclass(slots=True)
class File:
    """What a program reads (`live`), and what would be there after a cut for certain (`synced`)."""

    live: bytearray = field(default_factory=bytearray)
    synced: bytearray = field(default_factory=bytearray)
    dirty: set[int] = field(default_factory=set)

    def sync(self) -> None:
        for sector in self.dirty:
            _copy(self.live, self.synced, sector * SECTOR, (sector + 1) * SECTOR)
        del self.synced[len(self.live) :]
        self.dirty.clear()

    def after_cut(self, random: Random) -> "File":
        """Each sector that was written since the last sync: the new bytes, the old, or a mix."""
        image = bytearray(self.synced)
        for sector in self.dirty:
            first = sector * SECTOR
            kept = random.choice((0, SECTOR, random.randrange(SECTOR)))
            _copy(self.live, image, first, first + kept)
        if len(self.live) < len(self.synced) and random.random() < 0.5:
            del image[len(self.live) :]
        return File(bytearray(image), bytearray(image))


def _copy(source: bytearray, target: bytearray, first: int, last: int) -> None:
    part = source[first:last]
    if part and len(target) < first + len(part):
        target.extend(bytes(first + len(part) - len(target)))
    target[first : first + len(part)] = part


class Disk:
    """Files by name. From operation `cut_at` on nothing works any more; operation `fail_at` alone
    fails, as a bad cable would make it."""

    def __init__(self, files: dict[str, File] | None = None) -> None:
        self.files = files or {}
        self.operations = 0
        self.cut_at = 0
        self.fail_at = 0
        self.is_lying = False
        """Whether a sync does nothing but say that it has."""

    def work(self) -> None:
        """Counts an operation that changes the disk; raises when it does not work."""
        self.operations += 1
        if self.operations == self.fail_at or 0 < self.cut_at <= self.operations:
            raise apsw.IOError("no power")

    def after_cut(self, random: Random) -> "Disk":
        """The disk as it is found when the power is back."""
        return Disk({name: file.after_cut(random) for name, file in self.files.items()})


class DiskVFS(apsw.VFS):
    """Leads SQLite to a disk in memory."""

    def __init__(self, name: str, disk: Disk) -> None:
        super().__init__(name, "")
        self._disk = disk

    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self._disk.files

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self._disk.work()
        self._disk.files.pop(filename, None)

    def xFullPathname(self, name: str) -> str:
        return name

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "DiskFile":
        given = name.filename() if isinstance(name, apsw.URIFilename) else name
        file = File() if given is None else self._disk.files.setdefault(given, File())
        flags[1] = flags[0]
        return DiskFile(self._disk, file)


class DiskFile:
    """A file of the disk, as SQLite uses it."""

    def __init__(self, disk: Disk, file: File) -> None:
        self._disk = disk
        self._file = file

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._file.live[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.work()
        live = self._file.live
        if len(live) < offset:
            live.extend(bytes(offset - len(live)))
        live[offset : offset + len(data)] = data
        last = (offset + len(data) - 1) // SECTOR
        self._file.dirty.update(range(offset // SECTOR, last + 1))

    def xTruncate(self, newsize: int) -> None:
        self._disk.work()
        del self._file.live[newsize:]

    def xSync(self, flags: int) -> None:
        self._disk.work()
        if not self._disk.is_lying:
            self._file.sync()

    def xFileSize(self) -> int:
        return len(self._file.live)

    def xLock(self, level: int) -> None: ...

    def xUnlock(self, level: int) -> None: ...

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return 0

    def xClose(self) -> None: ...
