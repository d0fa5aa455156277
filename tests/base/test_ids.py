"""Ids: random ones do not meet, keyed ones follow from their seed."""

import re
from itertools import islice

from samspill.base import ids

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_random_ids_are_uuids_that_differ() -> None:
    made = {ids.random() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(UUID.fullmatch(one) for one in made)


def test_the_same_seed_gives_the_same_ids_in_the_same_order() -> None:
    first, second, other = (list(islice(iter(ids.keyed(s), ""), 50)) for s in ("a", "a", "b"))
    assert first == second
    assert not set(first) & set(other)
    assert all(UUID.fullmatch(one) for one in first)
