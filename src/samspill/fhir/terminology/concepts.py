"""What is known of a concept: in use or not, abstract or not, and its names in languages.

https://hl7.org/fhir/R4/codesystem-concept-properties.html
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from samspill.fhir.terminology import words
from samspill.fhir.terminology.languages import Languages
from samspill.fhir.terminology.systems import PROPERTIES as PROPERTIES
from samspill.fhir.terminology.systems import Concept, System, value

Resource = dict[str, Any]

STANDARDS_STATUS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"
PREFERRED = {
    "system": "http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra",
    "code": "preferredForLanguage",
    "display": "Preferred For Language",
}
_OUT_OF_USE = frozenset({"retired", "inactive", "withdrawn"})
_NAMING = frozenset({"", "display", "preferredForLanguage", "900000000000013009"})


@dataclass(frozen=True, slots=True)
class Designation:
    """A name of a concept. `is_display`: the one that stands in `display`."""

    language: str
    value: str
    raw: Resource
    is_display: bool = False
    source: str = ""
    """The supplement that it comes from."""

    @property
    def is_name(self) -> bool:
        """Whether it can stand as display: names are; explanations and codes of a kind are not."""
        use = self.raw.get("use", {}).get("code", "")
        return self.is_display or (use in _NAMING and bool(self.language))


class Standing(Struct, frozen=True):
    """How a concept may be used."""

    status: str
    """By its property, or by the standards status of the concept; "" where none is told."""
    is_inactive: bool
    is_abstract: bool


def standing(system: System, concept: Concept) -> Standing:
    """What its properties tell, in one pass over them."""
    raw, own = concept.raw, system.own_names
    status, is_inactive, is_abstract = "", False, False
    if "property" in raw:
        statuses, inactive, abstract = (
            own.get(name, name) for name in ("status", "inactive", "notSelectable")
        )
        for each in raw["property"]:
            code = each.get("code")
            if code == statuses:
                status = status or str(value(each))
            elif code == inactive:
                is_inactive = is_inactive or value(each) in (True, "true")
            elif code == abstract:
                is_abstract = is_abstract or value(each) in (True, "true")
    if not status and "extension" in raw:
        status = extension(raw, STANDARDS_STATUS) or ""
    return Standing(status, is_inactive or status in _OUT_OF_USE, is_abstract)


def status(system: System, concept: Concept) -> str:
    return standing(system, concept).status


def is_inactive(system: System, concept: Concept) -> bool:
    return standing(system, concept).is_inactive


def is_abstract(system: System, concept: Concept) -> bool:
    return standing(system, concept).is_abstract


def describe_status(system: System, concept: Concept) -> str:
    """Of a concept out of use, as in "retired and inactive"."""
    told = status(system, concept)
    return f"{told} and inactive" if told not in ("", "inactive") else "inactive"


def extension(holder: Resource, url: str) -> Any:
    """The value of an extension, or None."""
    for each in holder.get("extension", ()):
        if each.get("url") == url:
            return next((value for key, value in each.items() if key.startswith("value")), None)
    return None


def designations(
    system: System, concept: Concept, supplements: Sequence[System] = ()
) -> Iterator[Designation]:
    """All names: the display first, those of supplements last."""
    language = str(system.resource.get("language", ""))
    if concept.display:
        raw = {"language": language, "use": PREFERRED, "value": concept.display}
        yield Designation(language, concept.display, raw, is_display=True)
    yield from _further(concept.raw, "")
    for supplement in supplements:
        added = supplement.get(concept.code)
        if added is not None:
            version = f"|{supplement.version}" if supplement.version else ""
            yield from _further(added.raw, supplement.url + version)


def words_of(concept: Concept) -> Set[str]:
    """The words that a concept is found by: of its code, its display and all its designations."""
    names = (str(each.get("value", "")) for each in concept.raw.get("designation", ()))
    return {word for name in (concept.code, concept.display, *names) for word in words.of(name)}


def _further(raw: Resource, source: str) -> Iterator[Designation]:
    for each in raw.get("designation", ()):
        language = str(each.get("language", ""))
        yield Designation(language, str(each.get("value", "")), each, source=source)


def listed(raw: Resource, language: str) -> Iterator[Designation]:
    """The names that a value set gives one of its concepts."""
    if raw.get("display"):
        yield Designation(language, raw["display"], {"value": raw["display"]}, is_display=True)
    yield from _further(raw, "")


def best(names: Sequence[Designation], languages: Languages) -> Designation | None:
    """The name to show: what fits the languages best, or else the display, or nothing where only
    these languages will do."""
    displays = [each for each in names if each.is_display]
    if not languages:
        return displays[0] if displays else None
    fitting = [each for each in names if each.is_name and languages.accept(each.language)]
    if fitting:
        return min(fitting, key=lambda each: languages.fit(each.language))
    return displays[0] if displays and not languages.is_hard else None
