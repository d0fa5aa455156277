"""Inner nodes of the log's hash tree, found from complete tiles of 256 hashes and the last leaves.

A tile (level, number) holds the roots of 256 neighbouring subtrees of 256**level leaves each. Only
full tiles are kept; what is not full yet is made from the leaves above them. So a proof about ten
million lines reads some tiles instead of ten million lines.
docs: https://c2sp.org/tlog-tiles
"""

from collections.abc import Callable, Iterator, Sequence

from samspill.access import tree
from samspill.access.tree import Hash

WIDTH = 256
_BITS = 8
_BYTES = 32

Stored = Callable[[int, int], bytes | None]
"""The full tile (level, number), or None where there is none."""
Leaves = Callable[[int, int], Sequence[Hash]]
"""The hashes of the leaves [start, end)."""


class Tiles:
    """Finds the inner nodes of the tree of the first `size` leaves."""

    def __init__(self, stored: Stored, leaves: Leaves, size: int) -> None:
        self._stored = stored
        self._leaves = leaves
        self._size = size
        self._seen: dict[tuple[int, int], list[Hash]] = {}

    def node(self, level: int, index: int) -> Hash:
        """See `tree.Node`."""
        tier, above = divmod(level, _BITS)
        number, start = divmod(index << above, WIDTH)
        return _root(self._tile(tier, number)[start : start + (1 << above)])

    def _tile(self, tier: int, number: int) -> list[Hash]:
        found = self._seen.get((tier, number))
        if found is None:
            found = self._seen[tier, number] = self._make(tier, number)
        return found

    def _make(self, tier: int, number: int) -> list[Hash]:
        stored = self._stored(tier, number)
        if stored is not None:
            return [stored[n : n + _BYTES] for n in range(0, len(stored), _BYTES)]
        start = number * WIDTH
        if tier == 0:
            return list(self._leaves(start, min(start + WIDTH, self._size)))
        full = min(self._size >> _BITS * tier, start + WIDTH)
        return [_root(self._tile(tier - 1, each)) for each in range(start, full)]

    def completed(self, since: int) -> Iterator[tuple[int, int, bytes]]:
        """The tiles (level, number, hashes) that became full after the tree had `since` leaves."""
        tier = 0
        while self._size >> _BITS * (tier + 1):
            first = since >> _BITS * (tier + 1)
            for number in range(first, self._size >> _BITS * (tier + 1)):
                yield tier, number, b"".join(self._tile(tier, number))
            tier += 1


def _root(hashes: Sequence[Hash]) -> Hash:
    """The root of a perfect subtree, from the nodes of one of its levels."""
    while len(hashes) > 1:
        hashes = [tree.join(hashes[n], hashes[n + 1]) for n in range(0, len(hashes), 2)]
    return hashes[0]
