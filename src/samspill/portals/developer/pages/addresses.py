"""Addresses of the terminology pages, and how a concept is shown in a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from samspill.fhir.terminology import concepts, languages
from samspill.fhir.terminology.systems import Concept, System
from samspill.portals.shared.visit import Visit

SYSTEMS = "/utvikler/kodeverk"
SYSTEM = f"{SYSTEMS}/system"
CONCEPT = f"{SYSTEMS}/begrep"
VALUE_SETS = "/utvikler/verdisett"
VALUE_SET = f"{VALUE_SETS}/koder"


@dataclass(frozen=True, slots=True)
class Row:
    """A concept, system or value set in a list."""

    code: str
    text: str
    note: str
    address: str


def canonical(url: str, version: str) -> str:
    return f"{url}|{version}" if version else url


def of_system(url: str, version: str = "") -> str:
    return f"{SYSTEM}?{urlencode({'url': canonical(url, version)})}"


def of_concept(url: str, version: str, code: str) -> str:
    return f"{CONCEPT}?{urlencode({'url': canonical(url, version), 'kode': code})}"


def of_value_set(url: str, text: str = "", offset: int = 0) -> str:
    asked = {"url": url, "q": text, "fra": str(offset) if offset else ""}
    return f"{VALUE_SET}?{urlencode({name: value for name, value in asked.items() if value})}"


def rows(visit: Visit, of: System, found: Iterable[Concept]) -> tuple[Row, ...]:
    """Concepts of one system, by their names in the reader's language."""
    return tuple(
        Row(
            each.code,
            name(visit, of, each),
            visit.language.say("Ute av bruk") if concepts.is_inactive(of, each) else "",
            of_concept(of.url, of.version, each.code),
        )
        for each in found
    )


def name(visit: Visit, of: System, concept: Concept) -> str:
    """The name that fits the reader best; a concept without any is called by its code."""
    wanted = languages.parse(f"{visit.language.tag}, nb, en")
    best = concepts.best(list(concepts.designations(of, concept)), wanted)
    return best.value if best else concept.code
