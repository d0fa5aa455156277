"""Texts, dates and numbers in the reader's language; the English catalogue is complete."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import samspill.portals
from samspill.portals.shared import languages

LANGUAGES = languages.load()
NB, EN = LANGUAGES["nb"], LANGUAGES["en"]
PORTALS = Path(samspill.portals.__file__).parent


def said_in_code() -> Iterator[str]:
    """Every text that a presenter says: the first argument of `say`, `count` and `marked`."""
    for path in PORTALS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                first = node.args[0]
                is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
                if name in {"say", "count", "marked"} and is_text:
                    yield first.value


def test_every_text_is_there_in_english() -> None:
    said = set(said_in_code())
    assert len(said) > 150
    assert said <= set(EN.texts), sorted(said - set(EN.texts))


def test_the_catalogue_holds_no_text_that_nobody_says() -> None:
    assert set(EN.texts) <= set(said_in_code())


@pytest.mark.parametrize("text", sorted(EN.texts))
def test_a_translation_has_the_same_places_to_fill(text: str) -> None:
    forms = EN.texts[text]
    for form in forms if isinstance(forms, tuple) else (forms,):
        assert set(re.findall(r"%\(\w+\)s", form)) == set(re.findall(r"%\(\w+\)s", text))


@pytest.mark.parametrize(
    ("cookie", "accepted", "tag"),
    [
        ("en", "nb-NO,nb;q=0.9", "en"),
        ("", "nn-NO,nn;q=0.9,en;q=0.5", "nb"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "se,en;q=0.9", "nb"),
        ("", "de-DE,de;q=0.9", "nb"),
        ("", "de-DE,de;q=0.9,en;q=0.8", "en"),
        ("", "", "nb"),
        ("xx", "en", "en"),
    ],
)
def test_the_reader_chooses_the_language(cookie: str, accepted: str, tag: str) -> None:
    assert languages.choose(LANGUAGES, cookie, accepted).tag == tag


@pytest.mark.parametrize(
    ("value", "nb", "en"),
    [
        (Decimal("1234.50"), "1\xa0234,50", "1,234.50"),
        (Decimal("5"), "5", "5"),
        (Decimal("1E+2"), "100", "100"),
        (3, "3", "3"),
        (0.25, "0,25", "0.25"),
    ],
)
def test_numbers_keep_their_decimals(value: Decimal | int | float, nb: str, en: str) -> None:
    assert NB.number(value) == nb
    assert EN.number(value) == en


def test_dates_are_written_as_in_the_language() -> None:
    on = date(2026, 12, 3)
    assert NB.day(on) == "3. desember 2026"
    assert NB.short_day(on) == "3. des. 2026"
    assert NB.weekday(on) == "torsdag 3. desember"
    assert EN.day(on) == "3 December 2026"
    assert EN.axis_day(on) == "3/12/26"


def test_a_text_for_one_and_for_many() -> None:
    one, many = "%(number)s hendelse", "%(number)s hendelser"
    assert NB.count(one, many, 1) == "1 hendelse"
    assert NB.count(one, many, 2) == "2 hendelser"
    assert EN.count(one, many, 1) == "1 event"
    assert EN.count(one, many, 0) == "0 events"
