"""One tree, several evaluators: the SQL filter finds what is seen one by one, and no more."""

import pytest

from builders import access_worlds
from builders.access_worlds import PERSONAS, Place
from samspill.access.decide import Action
from samspill.fhir.search.query import All, Query
from samspill.interactions import guard

WORLDS = 6


def by_sql(place: Place, persona: str, type: str) -> set[str]:
    narrow = guard.narrow(place.session(persona), Action.SEARCH)
    page = place.platform.store.search(Query((type,), All(), count=1_000), narrow=narrow)
    assert page.total in (None, len(page.versions))
    return {version.id for version in page.versions}


def in_memory(place: Place, persona: str, type: str) -> set[str]:
    every = place.platform.store.search(Query((type,), All(), count=1_000)).versions
    session = place.session(persona)
    return {version.id for version in guard.visible(session, Action.SEARCH, every)}


def compare(kind: str, seeds: range) -> dict[str, int]:
    """How many resources each persona sees; the evaluators agree on every one of them."""
    seen = dict.fromkeys(PERSONAS, 0)
    for seed in seeds:
        with access_worlds.place(kind) as place:
            resources = access_worlds.world(seed)
            place.put(list(enumerate(resources)))
            for persona in PERSONAS:
                for type in sorted({each["resourceType"] for each in resources}):
                    found = by_sql(place, persona, type)
                    assert found == in_memory(place, persona, type), (seed, persona, type)
                    seen[persona] += len(found)
    return seen


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_sql_and_memory_agree(kind: str) -> None:
    seen = compare(kind, range(WORLDS))
    assert min(seen.values()) > 0, "every persona sees something, or nothing was compared"
