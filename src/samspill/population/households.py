"""Households, one after the other, with ages, names, addresses and numbers that no two share.

The memory that this takes does not grow with the population: what is remembered is how many
numbers have been given out for each birth date, in a fixed table.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from samspill.norway import person_numbers
from samspill.norway.identifiers import Kind
from samspill.norway.person_numbers import Month, Sex, Shape
from samspill.population.draws import Draws
from samspill.population.facts import names, places
from samspill.population.facts.names import Origin
from samspill.population.facts.places import Municipality
from samspill.population.people import Address, Household, Number, Person

FIRST_BIRTH = date(1900, 1, 1)
DAYS = 64_000
"""Birth dates that the table has room for: until the year 2075."""


class Numbers:
    """Gives out synthetic national identity numbers (month + 80), each once."""

    def __init__(self) -> None:
        self._given = bytearray(DAYS * 2)

    def next(self, born_on: date, sex: Sex, shape: Shape = Shape.NATIONAL) -> str:
        """The next free number of a birth date; raises LookupError when the day has no more."""
        slot = (born_on - FIRST_BIRTH).days * 2 + (sex == "male")
        series = [
            individual
            for individual in person_numbers.individual_numbers(born_on)
            if (individual % 2 == 1) == (sex == "male")
        ]
        while self._given[slot] < len(series):
            individual = series[self._given[slot]]
            self._given[slot] += 1
            number = person_numbers.compose(born_on, individual, month=Month.TENOR, shape=shape)
            if number:
                return number
        raise LookupError("All numbers of this birth date are given out.")


def households(
    people: int, seed: int, today: date, numbers: Numbers, first: int = 0
) -> Iterator[Household]:
    """Households until so many people are made; `first` is the key of the first person."""
    key, left = first, people
    while left > 0:
        household = _household(seed, key, min(left, 6), today, numbers)
        yield household
        key += len(household.people)
        left -= len(household.people)


def _household(seed: int, key: int, room: int, today: date, numbers: Numbers) -> Household:
    draws = Draws(seed, "household", key)
    municipality = draws.weighted(places.BY_WEIGHT)
    origin = _origin(draws, municipality)
    address = _address(draws, municipality)
    age = draws.weighted(AGES_OF_ADULTS) + draws.between(0, 9)
    kind = "single" if room < 2 else draws.weighted(_kinds(age))
    sex: Sex = "female" if draws.chance(0.52 if kind != "parent" else 0.8) else "male"
    eldest_sex: Sex = sex
    family = _family(draws, origin)
    adults = [
        _person(draws, key, origin, sex, family, _born(draws, today, age), address, today, numbers)
    ]
    if kind in {"couple", "family"}:
        partner_sex: Sex = "male" if eldest_sex == "female" else "female"
        partner_family = family if draws.chance(0.6) else _family(draws, origin)
        born_on = _born(draws, today, max(20, age + draws.between(-4, 4)))
        adults.append(
            _person(
                draws,
                key + 1,
                origin,
                partner_sex,
                partner_family,
                born_on,
                address,
                today,
                numbers,
            )
        )
    children: list[Person] = []
    if kind in {"family", "parent"}:
        oldest = max(adult.born_on for adult in adults)
        wanted = min(draws.weighted(CHILDREN), room - len(adults))
        for born_on in _births(draws, oldest, wanted, today):
            child_sex: Sex = "female" if draws.chance(0.487) else "male"
            child_key = key + len(adults) + len(children)
            children.append(
                _person(
                    draws, child_key, origin, child_sex, family, born_on, address, today, numbers
                )
            )
    return Household(tuple(adults), tuple(children))


def _person(
    draws: Draws, key: int, origin: Origin, sex: Sex, family: str, born_on: date,
    address: Address, today: date, numbers: Numbers,
) -> Person:  # fmt: skip
    is_citizen = origin in {"norwegian", "sami"} or draws.chance(0.4)
    return Person(
        id=f"p{key:06d}",
        numbers=(Number(Kind.NATIONAL, numbers.next(born_on, sex)),),
        given=_given(draws, origin, sex, born_on),
        family=family,
        sex=sex,
        born_on=born_on,
        address=address,
        language=_language(draws, origin, address.municipality),
        citizenship="NO" if is_citizen else names.CITIZENSHIP[origin],
        died_on=_died(draws, born_on, today),
        key=key,
    )


def _origin(draws: Draws, municipality: Municipality) -> Origin:
    if draws.chance(municipality.sami_share):
        return "sami"
    return draws.weighted(names.ORIGINS)


def _given(draws: Draws, origin: Origin, sex: Sex, born_on: date) -> str:
    if origin != "norwegian":
        return draws.choose(names.FOREIGN[origin][sex])
    table = names.GIVEN_OLD if born_on.year < 1975 else names.GIVEN_YOUNG
    first = draws.choose(table[sex])
    second = draws.choose(table[sex])
    return f"{first} {second}" if second != first and draws.chance(0.15) else first


def _family(draws: Draws, origin: Origin) -> str:
    return draws.choose(
        names.SURNAMES if origin == "norwegian" else names.FOREIGN[origin]["family"]
    )


def _language(draws: Draws, origin: Origin, municipality: Municipality) -> str:
    if origin == "norwegian":
        return "nn" if municipality.number.startswith("46") and draws.chance(0.4) else "nb"
    return names.LANGUAGE[origin] if draws.chance(0.6) else "nb"


def _address(draws: Draws, municipality: Municipality) -> Address:
    postcode, place = draws.choose(municipality.postcodes)
    return Address(
        draws.choose(places.STREETS), draws.between(1, 120), postcode, place, municipality
    )


def _born(draws: Draws, today: date, age: int) -> date:
    last = today - timedelta(days=round(age * 365.25))
    return last - timedelta(days=draws.between(0, 364))


def _died(draws: Draws, born_on: date, today: date) -> date | None:
    """A few of the old died in the last three years, and their records are still there."""
    old_from = date(born_on.year + OLD, 12, 31)
    if old_from < today and draws.chance(SHARE_OF_DEAD):
        return draws.day(max(old_from, today - timedelta(days=3 * 365)), today - timedelta(days=1))
    return None


def _births(draws: Draws, parent_born_on: date, wanted: int, today: date) -> Iterator[date]:
    """Birth dates of children who still live at home, two to four years apart."""
    earliest = max(parent_born_on + timedelta(days=21 * 365), today - timedelta(days=19 * 365))
    # The elder of two draws, since the others of the family are born after this one.
    first = min(draws.day(earliest, today), draws.day(earliest, today))
    for _ in range(wanted):
        if first > today:
            return
        yield first
        first += timedelta(days=draws.between(600, 1500))


def _kinds(age: int) -> tuple[tuple[str, float], ...]:
    if age < 26:
        return (("single", 70), ("couple", 25), ("family", 5))
    if age < 52:
        return (("single", 22), ("couple", 14), ("family", 50), ("parent", 14))
    return (("single", 42), ("couple", 58))


AGES_OF_ADULTS = ((20, 13), (30, 21), (40, 18), (50, 16), (60, 14), (70, 12), (80, 5.5), (90, 0.5))
OLD = 72
SHARE_OF_DEAD = 0.05
CHILDREN = ((1, 35), (2, 45), (3, 17), (4, 3))
