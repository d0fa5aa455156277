"""What tells readers in every process that the record has changed, in two looks at shared memory.

SQLite keeps the head of the index of its log in memory that all processes share, and every commit
changes it. Beside it, in a small file of ours, stands for how many commits the record has stayed as
it was: lines of the access log are committed all the time and change nothing that is read.
https://www.sqlite.org/walformat.html#the_wal_index_header
"""

import mmap
from pathlib import Path

_HEAD = slice(8, 48)
"""In the index of the log: count of commits, frames, checksum, salt."""
_COUNT = 4
"""Bytes of the count, with which a head begins."""
_SIZE = 40
_FIRST = slice(_SIZE, _SIZE + _COUNT)
_LAST = slice(_SIZE + _COUNT, _SIZE + 2 * _COUNT)
_NONE = bytes(_COUNT)


class Stamps:
    """Opened in each process; only who holds SQLite's write lock calls `announce`.

    The file holds the stamp of the record, and the counts of the first and the last commit for
    which it is right. It is announced before each commit whether this one will change the record:
    then readers never see a moment in which that is not known, and one who dies in between leaves
    behind what the next one who commits puts right.
    """

    def __init__(self, index: Path, file: Path) -> None:
        # Left open: to close any file takes all locks of this process away from it, also those by
        # which SQLite tells other processes that the index is in use. Without them the next one
        # that opens the record cuts the index short, and who looks at it dies.
        self._open_index = index.open("rb")
        self._index = mmap.mmap(self._open_index.fileno(), 0, access=mmap.ACCESS_READ)
        self._kept = _shared(file)
        # Who opens a record may have written to it before he could announce it.
        self._kept[_LAST] = _NONE
        self._known = (b"", b"")

    def close(self) -> None:
        """To be called when SQLite has closed the record."""
        self._index.close()
        self._kept.close()
        self._open_index.close()

    def commits(self) -> int:
        """How many commits there were, of any process; begins anew after a crash."""
        return int.from_bytes(self._index[8 : 8 + _COUNT], "little")

    def now(self) -> bytes:
        """Changes with every commit of any process that changed the record."""
        head = self._index[_HEAD]
        known, stamp = self._known
        if head != known:
            stamp = self._stamp_of(head)
            self._known = (head, stamp)
        return stamp

    def announce(self, changes: bool) -> None:
        """The commit that comes next will change the record, or will leave it as it is."""
        stamp = self.now()
        head = self._index[_HEAD]
        kept = self._kept
        if changes:
            kept[_LAST] = _NONE
            return
        count = head[:_COUNT]
        if stamp == head:
            # Nobody goes by the new stamp before the last count is there again.
            kept[_LAST] = _NONE
            kept[:_SIZE] = stamp
            kept[_FIRST] = count
        kept[_LAST] = (int.from_bytes(count, "little") + 1).to_bytes(_COUNT, "little")

    def _stamp_of(self, head: bytes) -> bytes:
        """A head that no announcement covers is a stamp itself."""
        last = self._kept[_LAST]
        first = self._kept[_FIRST]
        if last == _NONE:
            return head
        numbers = [int.from_bytes(each, "little") for each in (first, head[:_COUNT], last)]
        return self._kept[:_SIZE] if numbers == sorted(numbers) else head


def _shared(path: Path) -> mmap.mmap:
    """Memory of our own that all processes share; what it holds says nothing without the index."""
    size = _SIZE + 2 * _COUNT
    with path.open("a+b") as file:
        if path.stat().st_size != size:
            file.truncate(size)
        return mmap.mmap(file.fileno(), size)
