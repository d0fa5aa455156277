"""LOINC as published: `Loinc.csv`, linguistic variants, and the hierarchy of components.

https://loinc.org/kb/loinc-database-structure/ and https://hl7.org/fhir/R4/loinc.html
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from samspill.base.errors import InvalidContent
from samspill.base.texts import Text
from samspill.fhir.terminology import entries
from samspill.fhir.terminology.formats import lines, table
from samspill.fhir.terminology.formats.archives import Held
from samspill.fhir.terminology.formats.table import Table
from samspill.fhir.terminology.systems import Concept

Resource = dict[str, Any]

URL = "http://loinc.org"
AXES = ("COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP", "CLASS")
"""Each is a property of the concept, under its own name."""
NEEDED = ("LOINC_NUM", "COMPONENT", "PROPERTY", "SYSTEM", "STATUS", "LONG_COMMON_NAME")
OTHERS = ("SHORTNAME", "CONSUMER_NAME")
OUT_OF_USE = frozenset({"DEPRECATED"})


def read(files: Iterable[Held], languages: Mapping[str, str], version: str = "") -> Table:
    """The terms of a release, or of `Loinc.csv` alone.

    `languages` names the linguistic variants that are wanted: the tag by the letters that begin
    the file's name, such as `noNO`. Raises InvalidContent for what has another form.
    """
    held = {each.name: each for each in files}
    main = next((each for name, each in held.items() if name.lower() == "loinc.csv"), None)
    if main is None:
        raise InvalidContent(
            "There is no Loinc.csv",
            "Det er ingen Loinc.csv",
            expected=Text("a release as zip or folder, or the file", "en utgave eller filen selv"),
        )
    variants = {
        languages[found[1]]: each
        for name, each in held.items()
        if (found := _VARIANT.fullmatch(name)) and found[1] in languages
    }
    properties = {**dict.fromkeys((*AXES, "STATUS"), "string"), "inactive": "boolean"}
    head = table.head(URL, version, "LOINC", language="en", properties=properties)
    return Table(head, _concepts(main, variants, held.get("ComponentHierarchyBySystem.csv")))


def _concepts(
    main: Held, variants: Mapping[str, Held], hierarchy: Held | None
) -> Iterator[Concept]:
    named = _named(variants)
    parents: defaultdict[str, list[str]] = defaultdict(list)
    if hierarchy:
        yield from _parts(hierarchy, parents)
    for row in lines.rows(main.open(), needs=NEEDED, delimiter=","):
        code = row.needed("LOINC_NUM")
        if not _CODE.fullmatch(code):
            row.refuse("LOINC_NUM", Text("a code such as 1234-5", "en kode som 1234-5"))
        yield entries.concept(
            code,
            row.needed("LONG_COMMON_NAME"),
            definition=row.text("DefinitionDescription"),
            parents=tuple(dict.fromkeys(parents.get(code, ()))),
            designations=[
                *(entries.designation(term, language) for language, term in named.get(code, ())),
                *(
                    entries.designation(row.text(column), "en", {"display": column})
                    for column in OTHERS
                    if row.text(column)
                ),
            ],
            properties=[(each, row.text(each)) for each in (*AXES, "STATUS") if row.text(each)],
            is_active=row.text("STATUS") not in OUT_OF_USE,
        )


def _named(variants: Mapping[str, Held]) -> Mapping[str, list[tuple[str, str]]]:
    """Names in other languages by code; where there is none as a whole, the translated axes."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for language, held in variants.items():
        for row in lines.rows(held.open(), needs=("LOINC_NUM",), delimiter=","):
            whole = row.text("LinguisticVariantDisplayName") or row.text("LONG_COMMON_NAME")
            axes = [row.text(each) for each in AXES[:-1] if row.text(each)]
            term = whole or ":".join(axes)
            if term:
                found[row.needed("LOINC_NUM")].append((language, term))
    return found


def _parts(held: Held, parents: defaultdict[str, list[str]]) -> Iterator[Concept]:
    """The parts that LOINC groups its terms under; the parents of terms are gathered meanwhile."""
    texts: dict[str, str] = {}
    for row in lines.rows(
        held.open(), needs=("IMMEDIATE_PARENT", "CODE", "CODE_TEXT"), delimiter=","
    ):
        code = row.needed("CODE")
        if row.text("IMMEDIATE_PARENT"):
            parents[code].append(row.text("IMMEDIATE_PARENT"))
        if code.startswith("LP"):
            texts.setdefault(code, row.text("CODE_TEXT"))
    for code, text in texts.items():
        yield entries.concept(code, text, parents=tuple(dict.fromkeys(parents.pop(code, ()))))


_CODE = re.compile(r"\d{1,7}-\d")
_VARIANT = re.compile(r"([a-z]{2}[A-Z]{2})\d*LinguisticVariant\.csv")
