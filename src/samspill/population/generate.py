"""A whole population, one resource after the other, from a size, a seed and a day.

The same arguments give the same bytes. Memory does not grow with the population: institutions come
first, then one household after the other, and none is kept.
"""

from collections.abc import Iterator
from datetime import date

from samspill.base.json import Resource
from samspill.population import family, life, stories
from samspill.population.chart import Chart
from samspill.population.draws import Draws
from samspill.population.households import Numbers, households
from samspill.population.institutions import Institutions
from samspill.population.people import Household, Person
from samspill.population.resources import institutions as places
from samspill.population.resources import persons

DEFAULT_SEED = 2026


def resources(people: int, seed: int, today: date) -> Iterator[Resource]:
    """Every resource, those that are referred to first; ids are set, references are "Type/id"."""
    treating = Institutions(people)
    yield from places.all_resources(treating, today)
    for household in all_households(people, seed, today):
        yield from record(household, treating, seed, today)


def all_households(people: int, seed: int, today: date) -> Iterator[Household]:
    """The households of the stories and, around them, as many others as there is room for."""
    numbers = Numbers()
    told = 0
    for household in stories.households(today, numbers):
        told += len(household.people)
        yield household
    yield from households(max(people - told, 0), seed, today, numbers, first=stories.KEYS)


def record(
    household: Household, treating: Institutions, seed: int, today: date
) -> Iterator[Resource]:
    """What the lives of one household leave behind. Pure: any process can make any household."""
    charts = {person.id: _chart(person, treating, seed, today) for person in household.people}
    for chart in charts.values():
        chart.entries.append(persons.patient(chart))
    if household.story:
        stories.tell(household, charts)
    else:
        for chart in charts.values():
            family.relate(chart, household)
            life.live(chart)
    for chart in charts.values():
        yield from chart.entries


def _chart(person: Person, treating: Institutions, seed: int, today: date) -> Chart:
    care = treating.care(person.address.municipality, person.key)
    return Chart(person, care, today, Draws(seed, "life", person.id))
