"""Inner nodes from tiles are those of the definition, whatever was kept before."""

from collections.abc import Sequence
from random import Random

from samspill.access import tree
from samspill.access.tiles import Stored, Tiles
from samspill.access.tree import Frontier, Hash

MOST = 70_000
LEAVES = [tree.leaf(number.to_bytes(4, "big")) for number in range(MOST)]


def leaves(start: int, end: int) -> Sequence[Hash]:
    return LEAVES[start:end]


def of(stored: dict[tuple[int, int], bytes]) -> Stored:
    return lambda *place: stored.get(place)


def kept(upto: Sequence[int]) -> dict[tuple[int, int], bytes]:
    """The tiles that were kept when the tree had these sizes, one after the other."""
    found: dict[tuple[int, int], bytes] = {}
    since = 0
    for size in upto:
        tiles = Tiles(of(found), leaves, size)
        new = {(level, number): hashes for level, number, hashes in tiles.completed(since)}
        assert not new.keys() & found.keys()
        found |= new
        since = size
    return found


def test_roots_and_proofs_come_out_of_tiles() -> None:
    frontier = Frontier()
    roots = [frontier.root()]
    for hashed in LEAVES:
        frontier.append(hashed)
        roots.append(frontier.root())
    stored = kept((1, 255, 256, 257, 1_000, 65_535, 65_536, 65_540, MOST))
    assert set(stored) >= {(0, 0), (0, 255), (1, 0)}
    random = Random(256)
    for size in (1, 255, 256, 257, 65_536, 65_537, MOST):
        # A tree of the past: tiles beyond it are there, and must not be looked at.
        tiles = Tiles(of(stored), leaves, size)
        assert tree.root(size, tiles.node) == roots[size]
        for index in {0, size - 1, random.randrange(size)}:
            proof = tree.inclusion(index, size, tiles.node)
            assert tree.is_included(LEAVES[index], index, size, proof, roots[size])
        old = random.randrange(1, size + 1)
        proof = tree.consistency(old, size, tiles.node)
        assert tree.is_consistent(old, size, roots[old], roots[size], proof)


def test_tiles_of_one_step_are_those_of_many() -> None:
    assert kept((66_000,)) == kept((3, 300, 700, 65_000, 66_000))
