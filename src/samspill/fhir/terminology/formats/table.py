"""What a reader hands out: the head of a code system, and its concepts one after the other.

https://hl7.org/fhir/R4/codesystem.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from samspill.fhir.terminology.concepts import PROPERTIES
from samspill.fhir.terminology.systems import Concept

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A code system that is read once, from the first concept to the last.

    A parent may come before or after its children.
    """

    head: Resource
    """The CodeSystem without its concepts."""
    concepts: Iterator[Concept]
    others: Iterable[Resource] = ()
    """Value sets and other resources of the same files, to be read after the concepts."""


def head(
    url: str, version: str, title: str, *, language: str, properties: Mapping[str, str]
) -> Resource:
    """The CodeSystem that concepts will belong to; `properties` gives the type of each."""
    stated = [
        {"code": code, "type": type, **_known(code)} for code, type in sorted(properties.items())
    ]
    return {
        "resourceType": "CodeSystem",
        "language": language,
        "url": url,
        **({"version": version} if version else {}),
        "name": "".join(part.capitalize() for part in title.split() if part.isalnum()) or "Codes",
        "title": title,
        "status": "active",
        "caseSensitive": True,
        "hierarchyMeaning": "is-a",
        "content": "complete",
        "property": stated,
    }


def _known(code: str) -> Resource:
    """The address of a property that FHIR itself defines."""
    return {"uri": PROPERTIES + code} if code in _OWN else {}


_OWN = frozenset({"inactive", "parent", "status", "deprecationDate", "notSelectable"})
