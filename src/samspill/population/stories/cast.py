"""What every story is made of: its title page, and people born so many years before today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from samspill.base.texts import Text
from samspill.norway.confidentiality import Protection
from samspill.norway.identifiers import Kind
from samspill.norway.person_numbers import Sex
from samspill.population.chart import Chart
from samspill.population.facts import places
from samspill.population.households import Numbers
from samspill.population.people import Address, Number, Person

Charts = Mapping[str, Chart]
"""The records of a story's people in the making, by person id."""


@dataclass(frozen=True, slots=True)
class Story:
    """The title page: who it is about, what it shows, where to open it."""

    id: str
    name: str
    shows: Text
    portal: Literal["citizen", "clinician"]
    sign_in: str
    """The Patient or Practitioner to sign in as, or to look up."""


def born(today: date, years: int, days: int = 0) -> date:
    """The birth date of someone who turned so many years so many days ago."""
    day = today - timedelta(days=days)
    # A child of 29 February has its birthday on the 28th here.
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)


def person(
    id: str, key: int, given: str, family: str, sex: Sex, born_on: date, town: str,
    numbers: Numbers, *, language: str = "nb", citizenship: str = "NO",
    protection: Protection = Protection.UNGRADED, died_on: date | None = None,
    earlier: tuple[Number, ...] = (), from_on: date | None = None,
) -> Person:  # fmt: skip
    """Someone with a synthetic national identity number, and the numbers that they had before."""
    number = Number(Kind.NATIONAL, numbers.next(born_on, sex), from_on)
    return Person(
        id, (*earlier, number), given, family, sex, born_on, _home(key, town), died_on, language,
        citizenship, protection, key,
    )  # fmt: skip


def _home(key: int, town: str) -> Address:
    """An address that follows from the key; those of a household share the key's tens."""
    municipality = places.BY_NAME[town]
    postcode, place = municipality.postcodes[0]
    street = places.STREETS[key // 10 % len(places.STREETS)]
    return Address(street, key // 10 + 1, postcode, place, municipality)
