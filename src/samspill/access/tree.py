"""The hash tree over the access log: roots, and proofs that anyone can check without the log.

A log of n lines has one root; a line that is changed, taken out, moved or put in gives another.
docs: https://www.rfc-editor.org/rfc/rfc9162#section-2.1 (Merkle trees).
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Hash = bytes
"""32 bytes of SHA-256."""

Node = Callable[[int, int], Hash]
"""The root of a perfect subtree (level, index): 2**level leaves from index * 2**level on."""

EMPTY = sha256(b"").digest()


def leaf(content: bytes) -> Hash:
    """The hash of a line; its prefix keeps it apart from every inner node."""
    return sha256(b"\0" + content).digest()


def join(left: Hash, right: Hash) -> Hash:
    """The hash of an inner node."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees that make up a tree: enough to grow it and to sum it up.

    Of n leaves there are as many as n has binary ones, the largest first.
    """

    def __init__(self, size: int = 0, roots: Iterable[Hash] = ()) -> None:
        self.size = size
        self._roots = list(roots)
        if len(self._roots) != size.bit_count():
            raise ValueError(f"{size} leaves need {size.bit_count()} roots, not {len(self._roots)}")

    @property
    def roots(self) -> tuple[Hash, ...]:
        return tuple(self._roots)

    def append(self, hashed: Hash) -> None:
        """Adds a leaf, given by its hash."""
        full = self.size
        while full & 1:
            hashed = join(self._roots.pop(), hashed)
            full >>= 1
        self._roots.append(hashed)
        self.size += 1

    def root(self) -> Hash:
        """The root of the whole tree as it is now."""
        if not self._roots:
            return EMPTY
        found = self._roots[-1]
        for larger in reversed(self._roots[:-1]):
            found = join(larger, found)
        return found


def perfect(size: int, node: Node) -> list[Hash]:
    """The roots of the perfect subtrees that the first `size` leaves make up, the largest first."""
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append(node(level, start >> level))
            start += 1 << level
    return found


def root(size: int, node: Node) -> Hash:
    """The root of the first `size` leaves."""
    return _over(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Node) -> list[Hash]:
    """The proof that leaf `index` is among the first `size` leaves, lowest sibling first."""
    proof: list[Hash] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            proof.append(_over(middle, end, node))
            end = middle
        else:
            proof.append(_over(start, middle, node))
            start = middle
    return proof[::-1]


def is_included(hashed: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> bool:
    """Whether the proof leads from the leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, hashed
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = join(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = join(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistency(old: int, new: int, node: Node) -> list[Hash]:
    """The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves."""
    if not 0 < old < new:
        return []
    proof: list[Hash] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _half(end - start)
        if old <= middle:
            proof.append(_over(middle, end, node))
            end = middle
        else:
            proof.append(_over(start, middle, node))
            start, whole = middle, False
    if not whole:
        proof.append(_over(start, end, node))
    return proof[::-1]


def is_consistent(
    old: int, new: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]
) -> bool:
    """Whether the proof shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new:
        return old == 0 and not proof and old_root == EMPTY
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found_new = join(sibling, found_old), join(sibling, found_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found_new = join(found_new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old_root and found_new == new_root


def _half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _over(start: int, end: int, node: Node) -> Hash:
    """The root of the leaves [start, end), which begin where a subtree does."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _half(size)
    return join(_over(start, middle, node), _over(middle, end, node))
