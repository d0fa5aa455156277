"""Finding rows by the words that people use: other words for the same, and wrongly typed ones.

Each word that is sought must be there as a part of a word, or another word for it, or a word that
is nearly the same.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

NEAR = 0.8
"""Likeness, from 0 to 1, at which a word counts as wrongly typed."""
SHORTEST_NEAR = 5
"""Letters under which a word is taken as it is typed."""


def finder(sought: str, texts: Iterable[str]) -> Callable[[str], bool]:
    """A test for one text, with errors of typing mended by the words of all texts."""
    vocabulary = {word for text in texts for word in words(text)}
    wanted = [_alternatives(word, vocabulary) for word in words(sought)]

    def is_found(text: str) -> bool:
        folded = fold(text)
        return all(any(word in folded for word in alternatives) for alternatives in wanted)

    return is_found


def words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def fold(text: str) -> str:
    """Small letters without accents; æ, ø and å stay letters of their own.

    >>> fold("Ánne Tørr HbA1c")
    'anne tørr hba1c'
    """
    parts = unicodedata.normalize("NFD", text.casefold().replace("å", "\0"))
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return plain.replace("\0", "å")


def _alternatives(word: str, vocabulary: set[str]) -> Sequence[str]:
    """The word, other words for it, and if nobody uses it the words that are nearly the same."""
    same = (word, *SAME.get(word, ()))
    is_used = any(one in other for one in same for other in vocabulary)
    if is_used or len(word) < SHORTEST_NEAR:
        return same
    near = difflib.get_close_matches(word, {*vocabulary, *SAME}, n=5, cutoff=NEAR)
    return (*same, *near, *(other for one in near for other in SAME.get(one, ())))


SAME: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "diabetes": ("blodsukker", "hba1c", "glukose", "insulin"),
        "sukkersyke": ("diabetes", "blodsukker", "hba1c", "glukose", "insulin"),
        "blodsukker": ("glukose", "hba1c"),
        "blodprosent": ("hemoglobin",),
        "hypertensjon": ("blodtrykk",),
        "hjerte": ("kardio", "ntprobnp", "probnp", "kransåre"),
        "kolesterol": ("ldl", "hdl", "statin"),
        "stoffskifte": ("tsh", "tyreo", "tyroksin"),
        "betennelse": ("crp", "infeksjon"),
        "nyrer": ("nyre", "kreatinin", "egfr"),
        "lever": ("alat", "gamma-gt"),
        "lunger": ("lunge", "kols", "astma", "inhalasjon"),
        "sprøyte": ("vaksine", "injeksjon"),
        "influensa": ("influensavaksine",),
        "medisin": ("legemiddel", "tablett", "kapsler"),
        "medisiner": ("legemiddel", "tablett", "kapsler"),
        "sykehus": ("innleggelse", "poliklinikk", "epikrise", "sykehus"),
        "lege": ("konsultasjon", "fastlege", "legesenter"),
        "psykolog": ("psykisk", "samtale"),
        "svangerskap": ("gravid",),
    }
)
