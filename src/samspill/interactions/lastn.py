"""Observation/$lastn: the latest observations of each code.

https://hl7.org/fhir/R4/observation-operation-lastn.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from samspill.base.errors import InvalidRequest, TooCostly
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.interactions import read, search
from samspill.interactions.search import Found, Pairs
from samspill.interactions.service import Call, Operation
from samspill.store import Version

MOST = 10_000
"""Observations that are looked through."""
PAGE = "1000"


def run(call: Call) -> Found:
    """Takes `max` (1 unless given), and search parameters that must name patient or subject."""
    pairs = [(name, str(value)) for name, value in call.parameters if name != "max"]
    if not {"patient", "subject"} & {name.partition(":")[0] for name, _ in pairs}:
        raise InvalidRequest(
            "Name the patient or subject whose observations are asked for",
            "Oppgi pasienten observasjonene gjelder",
            where="patient",
        )
    most = _number(call)
    first = search.search(call.session, "Observation", [*pairs, *_NEWEST_FIRST])
    latest = tuple(_latest(_all(call, pairs, first), most))
    return replace(first, versions=latest, total=len(latest), next="", previous="", first="")


def _number(call: Call) -> int:
    text = str(call.value("max") or "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST):
        raise InvalidRequest(
            "max must be a number of observations",
            "max må være et antall observasjoner",
            where="max",
            expected=Text(f"1 to {MOST}", f"1 til {MOST}"),
        )
    return int(text)


def _all(call: Call, pairs: Pairs, page: Found) -> Iterator[Version]:
    """All observations of the search, the newest first."""
    seen = 0
    while True:
        yield from page.versions
        seen += len(page.versions)
        if not page.next:
            return
        if seen >= MOST:
            raise TooCostly(
                "There are too many observations to look through",
                "Det er for mange observasjoner å gå gjennom",
                expected=Text(
                    f"a search that finds at most {MOST}", f"et søk som finner høyst {MOST}"
                ),
            )
        cursor = (search.CURSOR, page.next)
        page = search.search(call.session, "Observation", [*pairs, *_NEWEST_FIRST, cursor])


def _latest(versions: Iterable[Version], most: int) -> Iterator[Version]:
    """The first `most` of each code; codes are the same when they share a coding, or a text."""
    groups: dict[tuple[str, str], list[int]] = {}
    for version in versions:
        names = _names(read.parsed(version).get("code", {}))
        # One counter, shared by all names that have been seen together.
        counter = next((groups[name] for name in names if name in groups), [0])
        for name in names:
            groups.setdefault(name, counter)
        counter[0] += 1
        if counter[0] <= most:
            yield version


def _names(code: Resource) -> list[tuple[str, str]]:
    codings = [(each.get("system", ""), each.get("code", "")) for each in code.get("coding", ())]
    return [name for name in codings if name[1]] or [("text", code.get("text", ""))]


_NEWEST_FIRST = (("_sort", "-date"), ("_count", PAGE), ("_total", "none"))

OPERATION = Operation(
    name="lastn",
    on="Observation",
    run=run,
    levels=("type",),
    definition="http://hl7.org/fhir/OperationDefinition/Observation-lastn",
)
