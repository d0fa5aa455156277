"""The code systems of the health service as tables: their addresses, and what stands above what.

The directorate publishes them as tables whose columns have changed over the years, so that the
operator names the columns. https://www.helsedirektoratet.no/digitalisering-og-e-helse/helsefaglige-kodeverk
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from samspill.fhir.terminology.formats import tables
from samspill.fhir.terminology.formats.rf2 import LANGUAGES, Edition
from samspill.fhir.terminology.formats.tables import Hierarchy, Parents
from samspill.norway import codes

SNOMED = Edition(
    languages=MappingProxyType({**LANGUAGES, "61000202103": "nb", "91000202106": "nn"}),
    modules=MappingProxyType({"NO1000202": "51000202101"}),
)
"""The Norwegian edition: its language refsets, and its module by the namespace in file names."""

LOINC_VARIANTS: Mapping[str, str] = MappingProxyType({"noNO": "nb", "nbNO": "nb", "nnNO": "nn"})


@dataclass(frozen=True, slots=True)
class Classification:
    """A code system that comes as a table."""

    url: str
    """Empty where no public source that we have read tells it, so that the operator must."""
    title: str
    hierarchy: Hierarchy


CHAPTERS: tuple[tuple[str, str, str], ...] = (
    ("I", "A00", "B99"),
    ("II", "C00", "D48"),
    ("III", "D50", "D89"),
    ("IV", "E00", "E90"),
    ("V", "F00", "F99"),
    ("VI", "G00", "G99"),
    ("VII", "H00", "H59"),
    ("VIII", "H60", "H95"),
    ("IX", "I00", "I99"),
    ("X", "J00", "J99"),
    ("XI", "K00", "K93"),
    ("XII", "L00", "L99"),
    ("XIII", "M00", "M99"),
    ("XIV", "N00", "N99"),
    ("XV", "O00", "O99"),
    ("XVI", "P00", "P96"),
    ("XVII", "Q00", "Q99"),
    ("XVIII", "R00", "R99"),
    ("XIX", "S00", "T98"),
    ("XX", "V00", "Y98"),
    ("XXI", "Z00", "Z99"),
    ("XXII", "U00", "U99"),
)
"""Of ICD-10: the numeral, and its first and last category."""


def icd_10(known: Mapping[str, int]) -> Parents:
    """Chapter, block, category, subcategory; levels that the table leaves out are passed over.

    A chapter is a row with its numeral (`IV`) or number (`04`), a block one such as `E10-E14`.
    """
    chapters = dict(zip((each[0] for each in CHAPTERS), CHAPTERS, strict=True))
    ranges = [(first, last, code) for code in known for first, last in [_range(code)] if first]
    for number, (numeral, first, last) in enumerate(CHAPTERS, 1):
        ranges += [(first, last, c) for c in (numeral, str(number), f"{number:02}") if c in known]
    by_prefix = tables.by_prefix({code: 0 for code in known if code not in chapters})

    def above(code: str) -> Sequence[str]:
        if code in chapters or code.isdigit():
            return ()
        first, last = _range(code)
        if not first:
            found = by_prefix(code)
            if found:
                return found
            first = last = code[:3]
        around = [
            each for each in ranges if each[0] <= first and last <= each[1] and each[2] != code
        ]
        # The narrowest: that which begins last, and of those that which ends first.
        narrow = min(around, key=lambda each: _width(each[0], each[1]), default=None)
        return (narrow[2],) if narrow else ()

    return above


def _range(code: str) -> tuple[str, str]:
    """First and last category of a block, or two empty texts for another code."""
    found = _BLOCK.fullmatch(code)
    return (found[1], found[2]) if found else ("", "")


def _width(first: str, last: str) -> int:
    return _place(last) - _place(first)


def _place(category: str) -> int:
    return ord(category[0]) * 100 + int(category[1:3])


_BLOCK = re.compile(r"\(?([A-Z]\d\d)[-\u2013]([A-Z]\d\d)\)?")

TABLES: Mapping[str, Classification] = MappingProxyType(
    {
        "icd-10": Classification(codes.ICD_10, "ICD-10", icd_10),
        "icpc-2": Classification(codes.ICPC_2, "ICPC-2", tables.by_prefix),
        "atc": Classification(codes.ATC, "ATC", tables.by_prefix),
        "nlk": Classification(codes.NLK, "Norsk laboratoriekodeverk", tables.flat),
        "ncrp": Classification(codes.volven(7270), "NCRP", tables.by_prefix),
        "ncmp": Classification("", "NCMP", tables.by_prefix),
        "ncsp": Classification("", "NCSP", tables.by_prefix),
    }
)
"""By the name on the command line."""
