"""SNOMED CT as RF2 snapshot files, of one release or of an edition and what it builds on.

Descriptions are kept packed while the concepts go by, a few hundred bytes for each; all else is
read line by line. https://confluence.ihtsdotools.org/display/DOCRELFMT
"""

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samspill.base.errors import InvalidContent
from samspill.base.texts import Text
from samspill.fhir.terminology import entries
from samspill.fhir.terminology.concepts import PREFERRED as PREFERRED_USE
from samspill.fhir.terminology.entries import Code
from samspill.fhir.terminology.formats import lines, table
from samspill.fhir.terminology.formats.archives import Held
from samspill.fhir.terminology.formats.lines import Row
from samspill.fhir.terminology.formats.table import Table
from samspill.fhir.terminology.systems import Concept

Resource = dict[str, Any]

URL = "http://snomed.info/sct"
CORE = "900000000000207008"
IS_A = "116680003"
FULL_NAME = "900000000000003001"
SYNONYM = "900000000000013009"
PREFERRED = "900000000000548007"
DEFINED = "900000000000073002"
ENGLISH = "900000000000509007"
"""The language refset of the United States, whose preferred terms stand as displays."""
LANGUAGES: Mapping[str, str] = {ENGLISH: "en", "900000000000508004": "en-GB"}

FULL_NAME_USE: Resource = {
    "system": URL,
    "code": FULL_NAME,
    "display": "Fully specified name",
}
SYNONYM_USE: Resource = {"system": URL, "code": SYNONYM, "display": "Synonym"}
Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Edition:
    """What the operator, or the country, says of a release."""

    languages: Mapping[str, str]
    """The language tag of each language refset whose preferred terms are wanted."""
    modules: Mapping[str, str]
    """The module of an edition by the namespace in its file names, such as NO1000202."""


Named = Sequence[Sequence[str]]
"""Of one concept, for each description: language, type, tags of those that prefer it, term."""


def read(files: Iterable[Held], edition: Edition) -> Table:
    """The concepts of snapshot files, and a ValueSet for each simple refset.

    Raises InvalidContent when a file is missing, or a line has another form than RF2 says.
    """
    kinds = _sorted(files)
    for kind in ("Concept", "Description", "Relationship"):
        if not kinds[kind]:
            raise _missing(kind)
    version = _version(kinds["Concept"], edition)
    head = table.head(URL, version, "SNOMED CT", language="en", properties=_PROPERTIES)
    return Table(head, _concepts(kinds, edition), _refsets(kinds["Refset"], version))


def _sorted(files: Iterable[Held]) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = defaultdict(list)
    for each in files:
        for kind, form in _FILES.items():
            if form.fullmatch(each.name):
                found[kind].append(each)
    return found


def _concepts(kinds: Mapping[str, Sequence[Held]], edition: Edition) -> Iterator[Concept]:
    """The concepts in the order of the files; of an extension, what it says anew counts."""
    names = _names(kinds, edition)
    parents = _parents(kinds["Relationship"])
    seen: set[int] = set()
    for held in reversed(kinds["Concept"]):
        for row in _rows(held, _CONCEPT):
            id = int(row.values[0])
            if id not in seen:
                seen.add(id)
                yield _concept(row, _unpacked(names.get(id)), parents.get(id, ()))


def _concept(row: Row, named: Named, above: Iterable[int]) -> Concept:
    code, effective, active, module, status = row.values
    display = _display(named)
    return entries.concept(
        code,
        display,
        parents=[str(each) for each in above],
        designations=_designations(named),
        properties=[
            ("sufficientlyDefined", status == DEFINED),
            ("moduleId", Code(module)),
            ("effectiveTime", effective),
        ],
        is_active=active == "1",
    )


def _unpacked(packed: bytearray | None) -> Named:
    return [line.split("\t", 3) for line in packed.decode()[:-1].split("\n")] if packed else ()


def _display(named: Named) -> str:
    """The preferred English term; else the full name, else any."""
    preferred = [term for _, type, tags, term in named if type == SYNONYM and "en" in tags.split()]
    full = [term for _, type, _, term in named if type == FULL_NAME]
    return next(iter((*preferred, *full, *(each[3] for each in named))), "")


def _designations(named: Named) -> Iterator[Resource]:
    """Preferred terms first, so that they go before other names of their language."""
    for _, type, tags, term in named:
        if type == SYNONYM:
            for tag in tags.split():
                yield entries.designation(term, tag, PREFERRED_USE)
    for language, type, tags, term in named:
        if type == FULL_NAME:
            yield entries.designation(term, language, FULL_NAME_USE)
        elif not tags:
            yield entries.designation(term, language, SYNONYM_USE)


def _names(kinds: Mapping[str, Sequence[Held]], edition: Edition) -> Mapping[int, bytearray]:
    """The descriptions in use by their concepts, a line for each."""
    preferred = _preferred(kinds["Language"], edition.languages)
    held: defaultdict[int, bytearray] = defaultdict(bytearray)
    seen: set[int] = set()
    is_layered = len(kinds["Description"]) > 1
    for file in reversed(kinds["Description"]):
        for row in _rows(file, _DESCRIPTION):
            id, _, active, _, concept, language, type, term, _ = row.values
            if is_layered and int(id) in seen:
                continue
            if is_layered:
                seen.add(int(id))
            if active == "1" and type in (FULL_NAME, SYNONYM):
                tags = " ".join(tag for tag, ids in preferred.items() if _holds(ids, int(id)))
                language = _NORWEGIAN.get(language, language)
                held[int(concept)] += f"{language}\t{type}\t{tags}\t{term}\n".encode()
    return held


def _preferred(files: Iterable[Held], languages: Mapping[str, str]) -> dict[str, Sequence[int]]:
    """The descriptions that each language prefers, sorted, eight bytes each."""
    found: dict[str, array[int]] = {tag: array("Q") for tag in languages.values()}
    for held in files:
        for row in _rows(held, _LANGUAGE):
            tag = languages.get(row.values[4])
            if tag and row.values[2] == "1" and row.values[6] == PREFERRED:
                found[tag].append(int(row.values[5]))
    return {tag: array("Q", sorted(ids)) for tag, ids in found.items()}


def _holds(ids: Sequence[int], id: int) -> bool:
    at = bisect_left(ids, id)
    return at < len(ids) and ids[at] == id


def _parents(files: Sequence[Held]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    seen: set[int] = set()
    for held in reversed(files):
        for row in _rows(held, _RELATIONSHIP):
            id, _, active, _, child, parent, _, type, *_ = row.values
            if type != IS_A or (int(id) in seen):
                continue
            if len(files) > 1:
                seen.add(int(id))
            above = found.get(int(child), ())
            if active == "1" and int(parent) not in above:
                found[int(child)] = (*above, int(parent))
    return found


def _refsets(files: Iterable[Held], version: str) -> Iterator[Resource]:
    """A ValueSet for each simple refset, under its implicit address."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for held in files:
        for row in _rows(held, _REFSET):
            if row.values[2] == "1":
                members[row.values[4]].append(row.values[5])
    for refset, codes in members.items():
        include = {"system": URL, "concept": [{"code": code} for code in dict.fromkeys(codes)]}
        yield {
            "resourceType": "ValueSet",
            "id": f"sct-refset-{refset}",
            "url": f"{URL}?fhir_vs=refset/{refset}",
            "version": version,
            "name": f"Refset{refset}",
            "status": "active",
            "compose": {"include": [include]},
        }


def _rows(held: Held, checks: Mapping[str, Check]) -> Iterator[Row]:
    """The rows of a file whose values have the form that RF2 gives them."""
    found = lines.rows(
        held.open(), needs=checks, delimiter="\t", is_quoted=False, encoding="utf-8-sig"
    )
    tests = tuple(enumerate(checks.values()))
    for row in found:
        for at, check in tests:
            if not check(row.values[at]):
                name = tuple(checks)[at]
                expected = _FORMS[check]
                lines.refuse(
                    row.file,
                    row.line,
                    at + 1,
                    Text(f"{name}: {expected.en}", f"{name}: {expected.nb}"),
                )
        yield row


def _version(files: Sequence[Held], edition: Edition) -> str:
    """The address of the version: of the module that is told in the file names, else the core."""
    stamps = [each for held in files for each in _STAMP.findall(held.name)]
    module = next((edition.modules[name] for name, _ in stamps if name in edition.modules), CORE)
    date = max((date for _, date in stamps), default="")
    return f"{URL}/{module}" + (f"/version/{date}" if date else "")


def _missing(kind: str) -> InvalidContent:
    return InvalidContent(
        f"There is no {kind} file of a SNOMED CT snapshot",
        f"Det er ingen {kind}-fil fra en SNOMED CT-snapshot",
        expected=Text(
            f"sct2_{kind}_Snapshot… in a zip or a folder",
            f"sct2_{kind}_Snapshot… i en zip eller en mappe",
        ),
    )


def _any(text: str) -> bool:
    return True


def _flag(text: str) -> bool:
    return text in ("0", "1")


def _id(text: str) -> bool:
    return 6 <= len(text) <= 18 and text.isascii() and text.isdigit()


def _date(text: str) -> bool:
    return len(text) == 8 and text.isascii() and text.isdigit()


_FORMS: dict[Check, Text] = {
    _flag: Text("0 or 1", "0 eller 1"),
    _id: Text("an identifier of 6 to 18 digits", "en identifikator på 6 til 18 sifre"),
    _date: Text("a date as YYYYMMDD", "en dato som ÅÅÅÅMMDD"),
}
_CORE = {"effectiveTime": _date, "active": _flag, "moduleId": _id}
_CONCEPT: dict[str, Check] = {"id": _id, **_CORE, "definitionStatusId": _id}
_DESCRIPTION: dict[str, Check] = {
    "id": _id,
    **_CORE,
    "conceptId": _id,
    "languageCode": _any,
    "typeId": _id,
    "term": bool,
    "caseSignificanceId": _id,
}
_RELATIONSHIP: dict[str, Check] = {
    "id": _id,
    **_CORE,
    "sourceId": _id,
    "destinationId": _id,
    "relationshipGroup": _any,
    "typeId": _id,
}
_REFSET: dict[str, Check] = {"id": _any, **_CORE, "refsetId": _id, "referencedComponentId": _id}
_LANGUAGE: dict[str, Check] = {**_REFSET, "acceptabilityId": _id}
_PROPERTIES = {
    "inactive": "boolean",
    "sufficientlyDefined": "boolean",
    "moduleId": "code",
    "effectiveTime": "string",
}
_NORWEGIAN = {"no": "nb"}
"""`no` in RF2 files stands for Bokmål; Nynorsk has its own code."""
_FILES = {
    "Concept": re.compile(r"x?sct2_Concept_Snapshot.*\.txt"),
    "Description": re.compile(r"x?sct2_Description_Snapshot.*\.txt"),
    "Relationship": re.compile(r"x?sct2_Relationship_Snapshot.*\.txt"),
    "Language": re.compile(r"x?der2_cRefset_Language.*Snapshot.*\.txt"),
    "Refset": re.compile(r"x?der2_Refset_.*Snapshot.*\.txt"),
}
_STAMP = re.compile(r"_([A-Z]{2,3}\d*|INT)_(\d{8})")
