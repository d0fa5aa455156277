"""The parameters of terminology operations, read once.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from samspill.base.errors import InvalidRequest
from samspill.base.texts import Text
from samspill.fhir.terminology import languages
from samspill.fhir.terminology.languages import Languages

Resource = dict[str, Any]
Pairs = Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller asked for; None where nothing was said."""

    pairs: Pairs
    languages: Languages = languages.NONE
    """Of displays: by parameter or else by header."""
    active_only: bool | None = None
    exclude_nested: bool = False
    with_designations: bool = False
    designations: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    supplements: tuple[str, ...] = ()
    offset: int = 0
    count: int | None = None
    filter: str = ""
    default_versions: Mapping[str, str] = field(default_factory=dict)
    check_versions: Mapping[str, str] = field(default_factory=dict)
    force_versions: Mapping[str, str] = field(default_factory=dict)
    value_set_versions: Mapping[str, str] = field(default_factory=dict)

    def version(self, system: str, named: str) -> str:
        """The version of a system to use where `named` stands, which may be ""."""
        if system in self.force_versions:
            return self.force_versions[system]
        return named or self.default_versions.get(system, "") or self.check_versions.get(system, "")


def read(pairs: Pairs, accept_language: str = "") -> Options:
    """Raises `InvalidRequest` where a number or a truth value is none."""
    wanted = languages.parse(str(first(pairs, "displayLanguage") or accept_language))
    designations = tuple(str(each) for each in every(pairs, "designation"))
    return Options(
        pairs=pairs,
        languages=wanted,
        active_only=flag(pairs, "activeOnly"),
        exclude_nested=flag(pairs, "excludeNested") or False,
        with_designations=(flag(pairs, "includeDesignations") or False) or bool(designations),
        designations=designations,
        properties=tuple(str(each) for each in every(pairs, "property")),
        supplements=tuple(str(each) for each in every(pairs, "useSupplement")),
        offset=number(pairs, "offset") or 0,
        count=number(pairs, "count"),
        filter=str(first(pairs, "filter") or ""),
        default_versions=_versions(pairs, "system-version"),
        check_versions=_versions(pairs, "check-system-version"),
        force_versions=_versions(pairs, "force-system-version"),
        value_set_versions=_versions(pairs, "default-valueset-version"),
    )


def every(pairs: Pairs, name: str) -> list[Any]:
    return [value for given, value in pairs if given == name]


def first(pairs: Pairs, name: str) -> Any:
    for given, value in pairs:
        if given == name:
            return value
    return None


def text(pairs: Pairs, name: str) -> str:
    value = first(pairs, name)
    return value if isinstance(value, str) else ""


def flag(pairs: Pairs, name: str) -> bool | None:
    match first(pairs, name):
        case None:
            return None
        case True | "true":
            return True
        case False | "false":
            return False
    raise InvalidRequest(
        f"The parameter {name} is true or false",
        f"Parameteren {name} er true eller false",
        where=name,
        expected=Text("true or false", "true eller false"),
    )


def number(pairs: Pairs, name: str) -> int | None:
    value = first(pairs, name)
    if value is None:
        return None
    if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()):
        found = int(value)
        if found >= 0:
            return found
    raise InvalidRequest(
        f"The parameter {name} is a whole number",
        f"Parameteren {name} er et heltall",
        where=name,
        expected=Text("0 or more", "0 eller mer"),
    )


def _versions(pairs: Pairs, name: str) -> dict[str, str]:
    split = (str(each).partition("|") for each in every(pairs, name))
    return {url: version for url, _, version in split}
