"""People as the register knows them: identity, household, custody, address. Values only."""

from dataclasses import dataclass, field
from datetime import date

from samspill.norway.confidentiality import Protection
from samspill.norway.identifiers import Kind
from samspill.norway.person_numbers import Sex
from samspill.population.facts.places import Municipality


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a person has or has had."""

    kind: Kind
    value: str = field(repr=False)
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    house: int
    postcode: str
    place: str
    municipality: Municipality


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    numbers: tuple[Number, ...] = field(repr=False)
    given: str
    family: str
    sex: Sex
    born_on: date
    address: Address
    died_on: date | None = None
    language: str = "nb"
    citizenship: str = "NO"
    protection: Protection = Protection.UNGRADED
    key: int = 0
    """A number of the person's own, to spread people over clinics; not an identifier."""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    def age_on(self, day: date) -> int:
        """Whole years."""
        had_birthday = (day.month, day.day) >= (self.born_on.month, self.born_on.day)
        return day.year - self.born_on.year - (not had_birthday)


@dataclass(frozen=True, slots=True)
class Household:
    """Those who live together, or whose lives a story joins. A child's parents are its adults."""

    adults: tuple[Person, ...]
    children: tuple[Person, ...] = ()
    story: str = ""
    """The id of the story that they belong to, if any."""

    @property
    def people(self) -> tuple[Person, ...]:
        return (*self.adults, *self.children)
