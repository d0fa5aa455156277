"""Reference search: `id`, `Type/id`, an absolute address or a canonical.

https://hl7.org/fhir/R4/search.html#reference
"""

import re
from functools import lru_cache
from typing import Any

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text
from samspill.fhir import references
from samspill.fhir.search import escapes
from samspill.fhir.search.query import ReferenceIs, ReferenceUrl, RefersTo
from samspill.fhir.search.values import Reference

ReferenceTest = ReferenceIs | ReferenceUrl

EXPECTED = Text("id, Type/id or an absolute address", "id, Type/id eller en absolutt adresse")
ELSEWHERE = Reference("", "")
"""Of a reference that has no address: an identifier or a text only."""

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
reference = lru_cache(maxsize=8192)(Reference)


def parse(
    text: str, targets: tuple[str, ...], bases: tuple[str, ...] = (), modifier: str = ""
) -> ReferenceTest:
    """`targets` are the types that may be meant; none at all means any."""
    given = escapes.unescape(text)
    if modifier == "below":
        found = references.canonical(given)
        return ReferenceUrl(found.url, found.version, below=True)
    if _ID.fullmatch(given):
        return ReferenceIs(targets, given)
    address = references.parse(given).within(bases)
    if address.type and not address.base:
        if targets and address.type not in targets:
            raise InvalidSearch(
                f"This parameter does not refer to {address.type}",
                f"Denne parameteren viser ikke til {address.type}",
                expected=" | ".join(targets),
            )
        return ReferenceIs((address.type,), address.id, address.version)
    if ":" not in address.url:
        raise InvalidSearch(
            "This is not a reference", "Dette er ikke en referanse", expected=EXPECTED
        )
    return ReferenceUrl(address.url, address.version)


def format(test: ReferenceTest) -> str:
    match test:
        case ReferenceIs((type,), id, version):
            return f"{type}/{id}" + (f"/_history/{version}" if version else "")
        case ReferenceIs(_, id):
            return id
        case ReferenceUrl(url, version):
            if not version:
                return escapes.escape(url)
            restful = references.parse(url).base
            return escapes.escape(url + ("/_history/" if restful else "|") + version)


def extract(type: str, value: Any, bases: tuple[str, ...] = ()) -> Reference:
    match type:
        case "Reference":
            text = value.get("reference")
            return _of_text(text, bases) if isinstance(text, str) else ELSEWHERE
        case "canonical":
            found = references.canonical(value)
            return reference("", "", found.url, found.version)
        case "uri" | "url":
            return _of_text(value, bases)
    return reference(value.get("resourceType", ""), value.get("id", ""))


TYPES = frozenset({"Reference", "canonical", "uri", "url", "Resource"})


def _of_text(text: str, bases: tuple[str, ...]) -> Reference:
    address = references.parse(text)
    if address.base:
        address = address.within(bases)
    if address.type and not address.base:
        return reference(address.type, address.id, "", address.version)
    return reference("", "", address.url, address.version)


def matches(test: ReferenceTest | RefersTo, row: Reference) -> bool:
    if isinstance(test, RefersTo):
        return not row.url and bool(row.id) and row.type in test.types
    if isinstance(test, ReferenceIs):
        return (
            row.id == test.id
            and not row.url
            and (not test.types or row.type in test.types)
            and test.version in ("", row.version)
        )
    if row.url != test.url:
        return False
    return test.version in ("", row.version) or (
        test.below and row.version.startswith(test.version + ".")
    )
