"""The hash tree of the log: public vectors, the definition itself as oracle, and forged proofs."""

from functools import cache
from random import Random

import pytest

from samspill.access import tree
from samspill.access.tree import Frontier, Hash

# The leaves and roots that implementations of Certificate Transparency have in common.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
MOST = 70


@cache
def of_definition(start: int, end: int) -> Hash:
    """MTH of RFC 9162 2.1.1 word by word, over leaves that are their own numbers."""
    size = end - start
    if size == 1:
        return tree.leaf(str(start).encode())
    k = 1
    while 2 * k < size:
        k *= 2
    return tree.join(of_definition(start, start + k), of_definition(start + k, end))


def node(level: int, index: int) -> Hash:
    return of_definition(index << level, (index + 1) << level)


def root_of(size: int) -> Hash:
    return of_definition(0, size) if size else tree.EMPTY


@pytest.mark.parametrize("size", ROOTS)
def test_the_frontier_gives_the_public_roots(size: int) -> None:
    frontier = Frontier()
    for content in LEAVES[:size]:
        frontier.append(tree.leaf(content))
    assert frontier.root().hex() == ROOTS[size]


def test_the_frontier_is_the_definition_at_every_size_and_can_be_taken_up_again() -> None:
    frontier = Frontier()
    for size in range(300):
        assert frontier.root() == root_of(size) == tree.root(size, node)
        frontier = Frontier(frontier.size, frontier.roots)
        frontier.append(tree.leaf(str(size).encode()))


def test_a_frontier_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves need 2 roots"):
        Frontier(3, [tree.EMPTY])


def test_every_leaf_of_every_tree_has_a_proof_that_holds_for_it_alone() -> None:
    for size in range(1, MOST):
        for index in range(size):
            hashed = tree.leaf(str(index).encode())
            proof = tree.inclusion(index, size, node)
            assert tree.is_included(hashed, index, size, proof, root_of(size))
            assert not tree.is_included(
                hashed, (index + 1) % (size + 1), size, proof, root_of(size)
            )
            assert not tree.is_included(tree.EMPTY, index, size, proof, root_of(size))
            assert not tree.is_included(hashed, index, size, [*proof, tree.EMPTY], root_of(size))


def test_each_tree_is_shown_to_begin_with_every_smaller_one() -> None:
    for new in range(1, MOST):
        for old in range(new + 1):
            proof = tree.consistency(old, new, node)
            assert tree.is_consistent(old, new, root_of(old), root_of(new), proof)


def test_a_tree_with_another_beginning_is_found_out() -> None:
    random = Random(9162)
    for _ in range(2_000):
        new = random.randrange(2, MOST)
        old = random.randrange(1, new)
        proof = tree.consistency(old, new, node)
        forged = [random.randbytes(32) if random.random() < 0.5 else each for each in proof]
        other = random.randbytes(32)
        assert not tree.is_consistent(old, new, other, root_of(new), proof)
        assert not tree.is_consistent(old, new, root_of(old), other, proof)
        if forged != proof:
            assert not tree.is_consistent(old, new, root_of(old), root_of(new), forged)
        assert not tree.is_consistent(old, new, root_of(old), root_of(new), proof[:-1])


def test_a_proof_for_ten_million_lines_is_short() -> None:
    asked: list[tuple[int, int]] = []

    def counting(level: int, index: int) -> Hash:
        asked.append((level, index))
        return tree.EMPTY

    assert len(tree.inclusion(1_234_567, 10_000_000, counting)) <= 24
    assert len(asked) <= 40
