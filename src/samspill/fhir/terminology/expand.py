"""$expand: a value set as the list of its codes.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyroaring import BitMap

from samspill.fhir.terminology import concepts, contents, issues, languages, words
from samspill.fhir.terminology.compose import Composition
from samspill.fhir.terminology.languages import Languages
from samspill.fhir.terminology.library import Library
from samspill.fhir.terminology.options import Options, flag
from samspill.fhir.terminology.selection import Key, Part, Pick, Selection
from samspill.fhir.terminology.supplements import find as find_supplements
from samspill.fhir.terminology.supplements import of as find_those_of
from samspill.fhir.terminology.systems import Places, System

Resource = dict[str, Any]

MOST_CODES = 10_000
"""Codes in an answer; larger value sets are given in pages."""
_EXPANSION_PARAMETER = "http://hl7.org/fhir/StructureDefinition/valueset-expansion-parameter"
REPEATED = {
    "activeOnly": "valueBoolean",
    "count": "valueInteger",
    "date": "valueDateTime",
    "designation": "valueString",
    "excludeNested": "valueBoolean",
    "filter": "valueString",
    "includeDefinition": "valueBoolean",
    "includeDesignations": "valueBoolean",
    "offset": "valueInteger",
    "system-version": "valueUri",
    "check-system-version": "valueUri",
    "force-system-version": "valueUri",
}
"""Parameters that the expansion repeats, and their types."""
_LEFT_OUT = frozenset({"text", "expansion", "meta"})
_DEFINITION = frozenset({"compose", "contained", "publisher", "contact"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes an expansion unlike all others: an identifier and a time."""

    identifier: str
    at: str


def expand(value_set: Resource, library: Library, options: Options, stamp: Stamp) -> Resource:
    """The value set with its expansion; raises `InvalidTerminology`."""
    options = _with_defaults(value_set, options)
    supplements = find_supplements(value_set, library, options.supplements)
    composition = Composition(library, options)
    found = _shown(composition.select(value_set), value_set, options, supplements)
    total = len(found)
    if options.count is None and total - options.offset > MOST_CODES:
        raise issues.too_many(issues.canonical(value_set), MOST_CODES)
    count = MOST_CODES if options.count is None else options.count
    page = found.picks(options.offset, options.offset + count)
    writer = contents.Writer(options, supplements)
    rows = [(pick, writer.write(pick)) for pick in page]
    is_paged = options.count is not None or options.offset > 0
    contains = (
        [row for _, row in rows] if is_paged or options.exclude_nested else list(_nested(rows))
    )
    expansion: Resource = {
        "identifier": f"urn:uuid:{stamp.identifier}",
        "timestamp": stamp.at,
        "total": total,
        **({"offset": options.offset} if options.offset else {}),
        "parameter": list(_parameters(value_set, options, composition, supplements)),
        **({"property": writer.properties()} if writer.properties() else {}),
        **({"contains": contains} if contains else {}),
    }
    with_definition = flag(options.pairs, "includeDefinition")
    left_out = _LEFT_OUT if with_definition else _LEFT_OUT | _DEFINITION
    kept = {key: value for key, value in value_set.items() if key not in left_out}
    return {**kept, "expansion": expansion}


def _with_defaults(value_set: Resource, options: Options) -> Options:
    """Parameters that the value set itself names, where the caller has not."""
    if options.languages:
        return options
    return replace(options, languages=default_languages(value_set))


def default_languages(value_set: Resource) -> Languages:
    """By the value set's parameter for expansions, or else its language."""
    for each in value_set.get("compose", {}).get("extension", ()):
        if each.get("url") == _EXPANSION_PARAMETER:
            name = concepts.extension(each, "name")
            if name == "displayLanguage":
                return languages.parse(str(concepts.extension(each, "value") or ""))
    return languages.parse(str(value_set.get("language", "")))


def _shown(
    found: Selection, value_set: Resource, options: Options, supplements: Sequence[System]
) -> Selection:
    """Those that are in use, where only these are wanted, and meet the text."""
    if options.active_only or value_set.get("compose", {}).get("inactive") is False:
        found = Selection(
            replace(part, places=part.places - part.system.inactive()) for part in found.parts
        )
    for word in words.sought(options.filter):
        found = Selection(part.within(_with_word(part, word, supplements)) for part in found.parts)
    return found


def _with_word(part: Part, word: str, supplements: Sequence[System]) -> Places:
    """Concepts with a word that begins so, also in a name that the value set or a supplement has
    for them."""
    found = part.system.with_word(word)
    for place, entry in part.listed.items():
        names = [entry, *entry.get("designation", ())]
        told = (str(each.get("display") or each.get("value") or "") for each in names)
        if any(held.startswith(word) for name in told for held in words.of(name)):
            found.add(place)
    for supplement in find_those_of(part.system, supplements):
        codes = supplement.codes(supplement.with_word(word))
        places = (part.system.place(code) for code in codes)
        found |= BitMap([place for place in places if place is not None])
    return found


def _nested(rows: Sequence[tuple[Pick, Resource]]) -> Iterator[Resource]:
    """The rows with those below others inside them; in the place of the first, in order."""
    by_key: dict[Key, Resource] = {pick.key: row for pick, row in rows}
    for pick, row in rows:
        parent = _parent(pick, by_key) if pick.is_nested else None
        if parent is None:
            yield row
        else:
            parent.setdefault("contains", []).append(row)


def _parent(pick: Pick, by_key: dict[Key, Resource]) -> Resource | None:
    """The row of the nearest ancestor that has one."""
    seen, waiting = {pick.concept.code}, list(pick.concept.parents)
    while waiting:
        for code in waiting:
            row = by_key.get((pick.system.url, code))
            if row is not None and code not in seen:
                return row
        seen.update(waiting)
        above = (pick.system.get(code) for code in waiting)
        waiting = [code for each in above if each for code in each.parents if code not in seen]
    return None


def _parameters(
    value_set: Resource, options: Options, composition: Composition, supplements: Sequence[System]
) -> Iterator[Resource]:
    found = list(_repeated(options))
    used = composition.used
    for system in used.systems.values():
        named = issues.canonical(system.resource)
        found.append({"name": "used-codesystem", "valueUri": named})
        found += _warnings(system.resource, named, value_set)
    for named, imported in used.value_sets.items():
        found.append({"name": "used-valueset", "valueUri": named})
        found += _warnings(imported, named, value_set)
    for each in supplements:
        found.append({"name": "used-supplement", "valueUri": issues.canonical(each.resource)})
    yield from sorted(found, key=lambda each: (each["name"], str(list(each.values())[1])))


def _repeated(options: Options) -> Iterator[Resource]:
    for name, value in options.pairs:
        if name in REPEATED:
            yield {"name": name, REPEATED[name]: _typed(REPEATED[name], value)}
    if options.languages:
        yield {"name": "displayLanguage", "valueCode": options.languages.text}


def _typed(kind: str, value: Any) -> Any:
    match kind, value:
        case "valueBoolean", str():
            return value == "true"
        case "valueInteger", str():
            return int(value)
    return value


def _warnings(used: Resource, named: str, value_set: Resource) -> Iterable[Resource]:
    warned = warning(used, value_set)
    return [{"name": f"warning-{warned}", "valueUri": named}] if warned else []


def warning(used: Resource, by: Resource) -> str:
    """Why a resource should not be relied on: its status, or "" where nothing is wrong. A draft
    may rely on a draft, and what is experimental on what is so too."""
    standing = str(concepts.extension(used, concepts.STANDARDS_STATUS) or "")
    if standing in ("deprecated", "withdrawn"):
        return standing
    if used.get("status") == "retired":
        return "retired"
    if used.get("experimental") and not by.get("experimental"):
        return "experimental"
    if "draft" in (standing, used.get("status")) and by.get("status") != "draft":
        return "draft"
    return ""
