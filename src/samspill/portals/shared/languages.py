"""The reader's language: texts from the catalogues, and dates, numbers and names in its manner.

The source language is Bokmål: a text is written in Bokmål in the code and looked up by itself.
`catalogues/<tag>.po` holds the other languages; they are read once, at start. A text that lacks
there is shown in Bokmål. https://www.gnu.org/software/gettext/ · https://babel.pocoo.org
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages import pofile

NORWAY = ZoneInfo("Europe/Oslo")
SOURCE = "nb"
COOKIE = "sprak"
"""Name of the cookie with the reader's choice."""

Texts = Mapping[str, str | tuple[str, ...]]
"""Text in Bokmål → the translation, or its forms for one and for many."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language that pages are offered in."""

    tag: str
    name: str
    """In the language itself."""
    locale: Locale = field(repr=False)
    texts: Texts = field(repr=False)

    def say(self, text: str, **values: object) -> str:
        """A text in this language, with its `%(name)s` filled in."""
        said = self.texts.get(text, text)
        return str(said) % values if values else str(said)

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """A text that depends on a number, which fills `%(number)s`."""
        forms = self.texts.get(one, (one, many))
        form = forms[0 if number == 1 else -1] if isinstance(forms, tuple) else forms
        return form % {"number": self.number(number), **values}

    def number(self, value: Decimal | int | float) -> str:
        """1 234,5 or 1,234.5; as many decimals as the value has."""
        if not isinstance(value, Decimal):
            return str(numbers.format_decimal(value, locale=self.locale))
        decimals = max(0, -int(value.as_tuple().exponent))
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(numbers.format_decimal(value, pattern, locale=self.locale))

    def day(self, on: date) -> str:
        """16. november 2026"""
        return str(dates.format_date(on, self._pattern("d. MMMM y", "d MMMM y"), self.locale))

    def short_day(self, on: date) -> str:
        """16. nov. 2026"""
        return str(dates.format_date(on, self._pattern("d. MMM y", "d MMM y"), self.locale))

    def day_of_year(self, on: date) -> str:
        """16. nov."""
        return str(dates.format_date(on, self._pattern("d. MMM", "d MMM"), self.locale))

    def axis_day(self, on: date) -> str:
        """16.11.26 under a curve"""
        return str(dates.format_date(on, self._pattern("d.M.yy", "d/M/yy"), self.locale))

    def weekday(self, on: date) -> str:
        """torsdag 3. desember"""
        return str(dates.format_date(on, self._pattern("EEEE d. MMMM", "EEEE d MMMM"), self.locale))

    def month(self, on: date) -> str:
        """november"""
        return str(dates.format_date(on, "LLLL", self.locale))

    def time(self, at: datetime) -> str:
        """09.20 in Norway, 24 hours with a colon: 09:20"""
        return f"{at.astimezone(NORWAY):%H:%M}"

    def _pattern(self, norwegian: str, other: str) -> str:
        return norwegian if self.tag in {"nb", "nn"} else other


def marked(text: str) -> str:
    """The text itself, marked for the catalogues; for tables that are said later."""
    return text


def load() -> Mapping[str, Language]:
    """All languages by tag, in the order in which they are offered."""
    offered = {"nb": "Norsk bokmål", "en": "English"}
    locales = {"nb": "nb_NO", "en": "en_GB"}
    return MappingProxyType(
        {
            tag: Language(tag, name, Locale.parse(locales[tag]), _catalogue(tag))
            for tag, name in offered.items()
        }
    )


def choose(languages: Mapping[str, Language], cookie: str, accepted: str) -> Language:
    """The reader's own choice, else the browser's first that we have, else Bokmål."""
    wishes = [cookie, *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    also = {"no": "nb", "nn": "nb", "da": "nb", "sv": "nb", "se": "nb"}
    for wish in wishes:
        tag = wish if wish in languages else also.get(wish, "")
        if tag in languages:
            return languages[tag]
    return languages[SOURCE]


def _catalogue(tag: str) -> Texts:
    if tag == SOURCE:
        return {}
    path = resources.files(__package__) / "catalogues" / f"{tag}.po"
    with path.open("rb") as file:
        catalogue = pofile.read_po(file, locale=tag)
    texts: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        match message.id, message.string:
            case str(said), str(translation) if said and translation:
                texts[said] = translation
            case (one, _), forms if forms and all(forms):
                texts[one] = tuple(forms)
    return texts
