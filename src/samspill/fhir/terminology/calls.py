"""The terminology operations: from the parameters of a call to the resource to answer with.

https://hl7.org/fhir/R4/terminology-service.html
"""

from collections.abc import Iterator
from typing import Any

from samspill.base.errors import InvalidRequest, InvalidTerminology
from samspill.fhir.terminology import (
    expand,
    issues,
    lookup,
    options,
    subsumes,
    translate,
    validate_code,
)
from samspill.fhir.terminology.expand import Stamp
from samspill.fhir.terminology.library import Given, Library
from samspill.fhir.terminology.options import Options, Pairs
from samspill.fhir.terminology.systems import System
from samspill.fhir.terminology.translate import Wanted

Resource = dict[str, Any]


def with_given(library: Library, pairs: Pairs) -> Library:
    """The library with the resources of the call (`tx-resource`) on its nearest shelf."""
    given = [each for each in options.every(pairs, "tx-resource") if isinstance(each, dict)]
    return library.with_nearer(Given(given)) if given else library


def expand_value_set(pairs: Pairs, library: Library, accept: str, stamp: Stamp) -> Resource:
    """ValueSet/$expand. `accept` is the header Accept-Language."""
    library = with_given(library, pairs)
    value_set = _value_set(pairs, library)
    return expand.expand(value_set, library, options.read(pairs, accept), stamp)


def validate_in_value_set(pairs: Pairs, library: Library, accept: str, language: str) -> Resource:
    """ValueSet/$validate-code. `language` is that of the messages."""
    library = with_given(library, pairs)
    value_set = _value_set(pairs, library)
    return validate_code.in_value_set(value_set, library, options.read(pairs, accept), language)


def validate_in_system(pairs: Pairs, library: Library, accept: str, language: str) -> Resource:
    """CodeSystem/$validate-code."""
    library = with_given(library, pairs)
    given = options.read(pairs, accept)
    inline = options.first(pairs, "codeSystem")
    coding = _coding(pairs)
    url = options.text(pairs, "url") or coding.get("system", "")
    version = options.text(pairs, "version") or coding.get("version", "")
    if isinstance(inline, dict):
        library = library.with_nearer(Given([inline]))
        url, version = inline.get("url", ""), inline.get("version", "")
    system = _find_system(library, given, url, version, [coding.get("code", "")])
    if system is None:
        return validate_code.in_unknown_system(url, version, library, given, language)
    return validate_code.in_system(system, library, given, language)


def look_up(pairs: Pairs, library: Library, accept: str) -> Resource:
    """CodeSystem/$lookup."""
    library = with_given(library, pairs)
    given = options.read(pairs, accept)
    coding = _coding(pairs)
    code = coding.get("code") or options.text(pairs, "code")
    url = coding.get("system") or options.text(pairs, "system") or options.text(pairs, "url")
    version = coding.get("version") or options.text(pairs, "version")
    _need(url and code, "code", "system and code, or coding")
    system = _system(library, given, url, version, code)
    return lookup.lookup(system, code, library, given)


def compare(pairs: Pairs, library: Library) -> Resource:
    """CodeSystem/$subsumes."""
    library = with_given(library, pairs)
    one, other = (options.first(pairs, name) or {} for name in ("codingA", "codingB"))
    a, b = (
        coding.get("code") or options.text(pairs, name)
        for coding, name in ((one, "codeA"), (other, "codeB"))
    )
    url = options.text(pairs, "system") or options.text(pairs, "url") or one.get("system", "")
    _need(url and a and b, "codeA", "system, codeA and codeB, or codingA and codingB")
    if other and other.get("system", url) != url:
        raise InvalidRequest(
            "Both codings must be of the same code system",
            "Begge kodene må være fra samme kodeverk",
            where="codingB",
        )
    system = _system(library, options.read(pairs), url, options.text(pairs, "version"), a)
    return subsumes.subsumes(system, a, b)


def translate_code(pairs: Pairs, library: Library) -> Resource:
    """ConceptMap/$translate, by one map (`url`, `conceptMap`) or by all that are known."""
    library = with_given(library, pairs)
    target = options.text(pairs, "targetsystem") or options.text(pairs, "targetSystem")
    is_backwards = options.first(pairs, "targetCode") or options.first(pairs, "targetCoding")
    is_reverse = options.flag(pairs, "reverse") or bool(is_backwards)
    wanted = [
        Wanted(
            library.name(str(each.get("system", ""))),
            each.get("code", ""),
            library.name(target),
            is_reverse,
            tuple(_dependencies(pairs)),
        )
        for each in _codings(pairs)
    ]
    _need(wanted, "code", "code and system, coding or codeableConcept")
    return translate.translate(
        _maps(pairs, library),
        wanted,
        translate.over(library),
    )


def _dependencies(pairs: Pairs) -> Iterator[tuple[str, Resource]]:
    """The parameters `dependency`: an element, and a CodeableConcept of what it holds."""
    for parts in options.every(pairs, "dependency"):
        if isinstance(parts, list):
            element, concept = options.text(parts, "element"), options.first(parts, "concept")
            codings = concept.get("coding", ()) if isinstance(concept, dict) else ()
            yield from ((element, each) for each in codings)


def _value_set(pairs: Pairs, library: Library) -> Resource:
    inline = options.first(pairs, "valueSet") or options.first(pairs, "resource")
    if isinstance(inline, dict) and inline.get("resourceType") == "ValueSet":
        return inline
    url = options.text(pairs, "url") or options.text(pairs, "valueSet")
    _need(url, "url", "url of a value set, or valueSet")
    version = options.text(pairs, "valueSetVersion")
    canonical = f"{url}|{version}" if version else url
    found = library.value_set(canonical)
    if found is None:
        raise issues.unknown_value_set(canonical)
    return found


def _system(library: Library, given: Options, url: str, version: str, code: str) -> System:
    found = _find_system(library, given, url, version, [code])
    if found is None:
        versions = library.versions("CodeSystem", url)
        fault = issues.system_not_found(url, "system", version=version, versions=versions)
        raise InvalidTerminology([fault])
    return found


def _find_system(
    library: Library, given: Options, url: str, version: str, codes: list[str]
) -> System | None:
    version = given.version(url, version)
    found = library.system(f"{url}|{version}" if version else url)
    if found is None or found.content == "not-present":
        return library.by_form(url, codes)
    return found


def _coding(pairs: Pairs) -> Resource:
    return next(iter(_codings(pairs)), {})


def _codings(pairs: Pairs) -> Iterator[Resource]:
    """The codes of a call, however they are given."""
    for name in ("coding", "sourceCoding", "targetCoding"):
        yield from (each for each in options.every(pairs, name) if isinstance(each, dict))
    for name in ("codeableConcept", "sourceCodeableConcept"):
        for concept in options.every(pairs, name):
            yield from concept.get("coding", ()) if isinstance(concept, dict) else ()
    for name in ("code", "sourceCode", "targetCode"):
        code = options.text(pairs, name)
        if code:
            yield {"system": options.text(pairs, "system"), "code": code}


def _maps(pairs: Pairs, library: Library) -> list[Resource]:
    inline = options.first(pairs, "conceptMap")
    url = options.text(pairs, "url")
    if isinstance(inline, dict):
        return [inline]
    if not url:
        return [each for each in library.maps() if _fits(pairs, each)]
    version = options.text(pairs, "conceptMapVersion")
    found = library.find("ConceptMap", f"{url}|{version}" if version else url)
    if found is None:
        raise issues.unknown_map(url)
    return [found]


def _fits(pairs: Pairs, map: Resource) -> bool:
    """Whether a map is between the value sets that the call names."""
    for name in ("source", "target"):
        asked = options.text(pairs, name)
        if asked and asked not in (map.get(f"{name}Uri"), map.get(f"{name}Canonical")):
            return False
    return True


def _need(given: object, where: str, expected: str) -> None:
    if not given:
        raise InvalidRequest(
            "A parameter is missing", "En parameter mangler", where=where, expected=expected
        )
