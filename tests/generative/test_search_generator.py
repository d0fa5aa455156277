"""Random searches over random populations: read, written, read again, and answered."""

from random import Random

import pytest

from builders import search_engines, search_values, search_worlds
from samspill.fhir.search import format


@pytest.mark.parametrize("seed", range(40))
def test_a_search_means_the_same_when_it_is_written_and_read_again(seed: int) -> None:
    random = Random(seed)
    resources = search_worlds.resources(random, 40)
    index = search_values.index(resources)
    for _ in range(25):
        type, pairs = search_worlds.search(random, index)
        query = search_engines.query(type, pairs)
        again = search_engines.query(type, format.format(query, is_of_all=not type))
        assert again == query, pairs


def test_random_searches_find_some_and_miss_some() -> None:
    random = Random(1)
    resources = search_worlds.resources(random, 60)
    memory = search_engines.Memory(resources)
    index = search_values.index(resources)
    shares = []
    for _ in range(300):
        type, pairs = search_worlds.search(random, index)
        query = search_engines.query(type, pairs, search_worlds.Terminology())
        among = [each for each in memory.world.records.values() if each.type in query.types]
        shares.append(len(memory.search(query).found) / len(among) if among else 0.0)
    # From a fifth to a quarter of them, by seed.
    assert sum(0 < share < 1 for share in shares) > 50
