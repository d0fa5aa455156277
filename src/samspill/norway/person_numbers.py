"""Eleven-digit person numbers: national identity, D-, H- and joint help numbers.

Norwegian: fødselsnummer, D-nummer, H-nummer, felles hjelpenummer. Source: HIS 1001, and for 2032
https://www.skatteetaten.no/deling/folkeregisteret/nytt-personnummer/
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from samspill.norway import check_digits

Sex = Literal["female", "male"]


class Shape(StrEnum):
    """What the first digits make the number."""

    NATIONAL = "national"
    D = "d"
    HELP = "help"
    """A joint help number: begins with 8 or 9 and says nothing about birth or sex."""


class Month(StrEnum):
    """What is added to the month: who made the number, and whether for a real person."""

    PLAIN = "plain"
    HELP_OR_NAV = "help-or-nav"
    """+40: an H-number of one hospital, or NAV's synthetic number. The digits cannot tell."""
    NHN = "nhn"
    """+65: synthetic, made by Norsk helsenett."""
    TENOR = "tenor"
    """+80: synthetic, made by the tax administration's test register Tenor."""


ADDED_TO_MONTH = {Month.PLAIN: 0, Month.HELP_OR_NAV: 40, Month.NHN: 65, Month.TENOR: 80}
ADDED_TO_DAY = {Shape.NATIONAL: 0, Shape.D: 40}


@dataclass(frozen=True, slots=True)
class PersonNumber:
    """A number whose form and check digits are right. Printing it does not show the digits."""

    digits: str = field(repr=False)
    shape: Shape
    month: Month
    fits_only_from_2032: bool
    """The check digits fit only the rule for numbers issued from 2032."""

    @property
    def is_synthetic(self) -> bool:
        """Surely made for tests. An H-number and NAV's synthetic number cannot be told apart."""
        return self.month in {Month.NHN, Month.TENOR}


@dataclass(frozen=True, slots=True)
class Hints:
    """What the digits suggest. Never facts: a person's register fields are, where there are any."""

    born_on: date | None = field(repr=False)
    sex: Sex | None = field(repr=False)


class Fault(StrEnum):
    """Why eleven characters are not a person number."""

    LENGTH = "length"
    DATE = "date"
    CHECK_DIGITS = "check digits"


def parse(text: str) -> PersonNumber | Fault:
    """The number, or the first thing that is wrong with it."""
    if len(text) != 11 or not (text.isascii() and text.isdigit()):
        return Fault.LENGTH
    digits = [int(character) for character in text]
    shape, month = Shape.HELP, Month.PLAIN
    if digits[0] < 8:
        shape = Shape.D if digits[0] >= 4 else Shape.NATIONAL
        found = _month(int(text[2:4]))
        if found is None or not any(_days(text, shape, found)):
            return Fault.DATE
        month = found
    first = check_digits.remainder(digits, check_digits.FIRST_WEIGHTS)
    second = check_digits.remainder(digits, check_digits.SECOND_WEIGHTS)
    new_rule = check_digits.REMAINDERS_FROM_2032 if shape is not Shape.HELP else frozenset({0})
    if second != 0 or first not in new_rule:
        return Fault.CHECK_DIGITS
    return PersonNumber(text, shape, month, first not in check_digits.REMAINDERS_OF_OLD)


def hints(number: PersonNumber) -> Hints:
    """What the digits suggest, for use only where no register has the person's own fields.

    Sex and birth date are not read from numbers that fit only the rule of 2032; and a number that
    was issued after a change of sex, to a refugee, or by mistake, suggests what is not so.
    """
    if number.shape is Shape.HELP or number.fits_only_from_2032:
        return Hints(None, None)
    individual = int(number.digits[6:9])
    century = _century(individual, year=int(number.digits[4:6]))
    days = _days(number.digits, number.shape, number.month)
    born_on = next((day for day in days if day.year // 100 * 100 == century), None)
    if born_on is None or born_on.year >= 2032:
        return Hints(born_on, None)
    return Hints(born_on, "male" if individual % 2 else "female")


def compose(
    born_on: date,
    individual: int,
    *,
    month: Month = Month.TENOR,
    shape: Shape = Shape.NATIONAL,
    leave: int = 0,
) -> str | None:
    """A synthetic number, or None where the rule has no check digits for this individual number.

    `leave` is the remainder of the first check digit: 1, 2 and 3 make numbers of the kind that is
    issued from 2032.
    """
    if month is Month.PLAIN:
        raise ValueError("Plain months belong to the register; made-up numbers carry an offset.")
    day = born_on.day + ADDED_TO_DAY[shape]
    text = f"{day:02d}{born_on.month + ADDED_TO_MONTH[month]:02d}{born_on:%y}{individual:03d}"
    digits = tuple(int(character) for character in text)
    with_first = check_digits.append(digits, check_digits.FIRST_WEIGHTS, leave=leave)
    whole = with_first and check_digits.append(with_first, check_digits.SECOND_WEIGHTS)
    return "".join(map(str, whole)) if whole else None


def compose_joint_help_number(serial: int) -> str | None:
    """A joint help number from its nine first digits (800000000–999999999), or None as above."""
    digits = tuple(int(character) for character in str(serial))
    with_first = check_digits.append(digits, check_digits.FIRST_WEIGHTS)
    whole = with_first and check_digits.append(with_first, check_digits.SECOND_WEIGHTS)
    return "".join(map(str, whole)) if whole else None


def individual_numbers(born_on: date) -> range:
    """The individual numbers of a birth year, in the order in which they are given out."""
    if born_on.year >= 2000:
        return range(999, 499, -1)
    return range(499, -1, -1) if born_on.year >= 1900 else range(749, 499, -1)


def _month(written: int) -> Month | None:
    for month, added in ADDED_TO_MONTH.items():
        if 1 <= written - added <= 12:
            return month
    return None


def _days(text: str, shape: Shape, month: Month) -> Iterator[date]:
    """The days that the six first digits can mean, one for each century in which they exist."""
    day = int(text[:2]) - ADDED_TO_DAY[shape]
    of_month = int(text[2:4]) - ADDED_TO_MONTH[month]
    for century in (1800, 1900, 2000, 2100):
        try:
            yield date(century + int(text[4:6]), of_month, day)
        except ValueError:
            continue


def _century(individual: int, year: int) -> int | None:
    """The century by the individual number, by the series used until 2032."""
    if individual < 500:
        return 1900
    if year < 40:
        return 2000
    if individual >= 900:
        return 1900
    return 1800 if individual < 750 and year >= 55 else None
