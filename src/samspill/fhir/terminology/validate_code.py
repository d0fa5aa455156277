"""$validate-code: whether a code, Coding or CodeableConcept is in a value set or code system.

https://hl7.org/fhir/R4/valueset-operation-validate-code.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from samspill.base.errors import InvalidRequest, InvalidTerminology, Issue, Severity
from samspill.base.texts import Text
from samspill.fhir import outcome
from samspill.fhir.terminology import concepts, displays, expand, issues, library, options
from samspill.fhir.terminology import supplements as supplementing
from samspill.fhir.terminology.compose import Composition
from samspill.fhir.terminology.concepts import Designation
from samspill.fhir.terminology.library import Library
from samspill.fhir.terminology.options import Options, Pairs
from samspill.fhir.terminology.selection import Pick
from samspill.fhir.terminology.systems import Concept, System

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One code to look for, and the path at which its parts are told of."""

    coding: Resource
    root: str = ""
    """Path of the coding: "Coding", "CodeableConcept.coding[0]", or "" for plain parameters."""
    of_many: bool = False

    def at(self, part: str) -> str:
        return f"{self.root}.{part}" if self.root else part

    def text(self, name: str) -> str:
        return str(self.coding.get(name, ""))


@dataclass(slots=True)
class Answer:
    """What is known of one coding."""

    is_in: bool = False
    system: str = ""
    code: str = ""
    version: str = ""
    display: str = ""
    normalized: str = ""
    """The code as the system writes it, where it was written otherwise."""
    inactive: bool = False
    status: str = ""
    issues: list[Issue] = field(default_factory=list)
    unknown: str = ""
    """The system that is not known."""
    is_caused: bool = False
    """Whether the value set is built on the system that is not known."""

    @property
    def is_right(self) -> bool:
        return self.is_in and not any(each.severity == "error" for each in self.issues)


def in_value_set(
    value_set: Resource, shelf: Library, given: Options, language: str = "en"
) -> Resource:
    """The Parameters to answer with; raises `InvalidTerminology` when the value set is broken."""
    check = _Check(value_set, shelf, given)
    return check.answer(language)


def in_system(system: System, shelf: Library, given: Options, language: str = "en") -> Resource:
    """The same for a code system: is the code one of its own?"""
    all_of_it = {
        "resourceType": "ValueSet",
        "experimental": True,
        "status": "draft",
        "compose": {"include": [{"system": system.url, "version": system.version}]},
    }
    within = shelf.with_nearer(library.One(system))
    return _Check(all_of_it, within, given, system=system.url).answer(language)


def in_unknown_system(
    url: str, version: str, shelf: Library, given: Options, language: str = "en"
) -> Resource:
    """The same for a code system that is not known here."""
    (asked, *_), concept = _asked(given.pairs, url)
    versions = shelf.versions("CodeSystem", url)
    found = issues.system_not_found(url, asked.at("system"), version=version, versions=versions)
    answer = Answer(code=asked.text("code"), system=url, unknown=url)
    return _parameters(answer, False, [found], concept, language)


class _Check:
    """One call: what was asked, against one value set."""

    def __init__(
        self, value_set: Resource, shelf: Library, given: Options, system: str = ""
    ) -> None:
        chosen = given.languages or expand.default_languages(value_set)
        self._options = replace(given, languages=chosen)
        self._value_set = value_set
        self._system = system
        self._name = issues.canonical(value_set) or "(unidentified)"
        self._library = shelf
        self._composition = Composition(shelf, self._options)
        self._supplements = supplementing.find(value_set, shelf, given.supplements)
        pairs = given.pairs
        self._only_membership = options.flag(pairs, "valueset-membership-only") or False
        self._severity: Severity = (
            "warning" if options.flag(pairs, "lenient-display-validation") else "error"
        )
        inactive = value_set.get("compose", {}).get("inactive")
        self._active_only = bool(given.active_only) or inactive is False

    def answer(self, language: str) -> Resource:
        asked, concept = _asked(self._options.pairs, self._system)
        try:
            answers = [self._judge(each) for each in asked]
        except InvalidTerminology as fault:
            # A broken value set is told as a fault of the request; a missing part as an answer.
            if any(each.topic != "not-found" for each in fault.issues):
                raise
            return _parameters(
                _failed(asked, fault, concept), False, fault.issues, concept, language
            )
        if concept is None:
            (only,) = answers
            return _parameters(only, only.is_right, only.issues, None, language)
        right = next((each for each in answers if each.is_in), None)
        found = [issue for each in answers for issue in each.issues]
        if right is None:
            found.append(issues.none_in_value_set(self._name))
        is_right = right is not None and not any(each.severity == "error" for each in found)
        told = right or Answer(unknown=next((a.unknown for a in answers if a.unknown), ""))
        told.is_caused = any(each.is_caused for each in answers)
        return _parameters(told, is_right, found, concept, language)

    def _judge(self, asked: Asked) -> Answer:
        answer = Answer(code=asked.text("code"), system=asked.text("system"))
        if not answer.system and not self._find_system(asked, answer):
            return answer
        system = self._known_system(asked, answer)
        if system is None:
            self._tell_unknown_system(asked, answer)
            return answer
        answer.version = system.version
        self._tell_standing(answer, system)
        pick = self._member(asked, answer, system)
        concept = pick.concept if pick else system.find(answer.code)
        if concept is None:
            self._tell_unknown_code(asked, answer, system)
            return answer
        self._tell_concept(asked, answer, system, concept, pick)
        return answer

    def _find_system(self, asked: Asked, answer: Answer) -> bool:
        """Finds the system of a code that came without; False when that cannot be."""
        if asked.root:
            answer.issues.append(issues.no_system(asked.root))
            self._tell_not_in(asked, answer)
            return False
        systems = sorted(self._composition.systems(self._value_set))
        found = [
            url for url in systems if self._composition.contains(self._value_set, url, answer.code)
        ]
        if len(found) == 1:
            answer.system = found[0]
            return True
        answer.issues.append(issues.cannot_infer(answer.code, self._name, found, systems))
        self._tell_not_in(asked, answer)
        return False

    def _known_system(self, asked: Asked, answer: Answer) -> System | None:
        """The system in the version that the value set uses, or else the one that was given."""
        url, given = answer.system, asked.text("version")
        includes = self._value_set.get("compose", {}).get("include", ())
        named = next((i.get("version", "") for i in includes if i.get("system") == url), "")
        used = self._options.version(url, named)
        wanted = used or (given if self._has(url, given) else "")
        system = self._library.system(f"{url}|{wanted}" if wanted else url)
        if system is None or system.content == "not-present":
            return self._library.by_form(url, [answer.code])
        if given and not library.fits(given, system.version):
            self._tell_other_version(asked, answer, system, is_named=bool(named))
        return system

    def _has(self, url: str, version: str) -> bool:
        return bool(version) and self._library.find("CodeSystem", f"{url}|{version}") is not None

    def _tell_other_version(
        self, asked: Asked, answer: Answer, system: System, *, is_named: bool
    ) -> None:
        url, given = answer.system, asked.text("version")
        where = asked.at("version")
        answer.issues.append(
            issues.other_version(url, system.version, given, where, is_named=is_named)
        )
        if not self._has(url, given):
            versions = self._library.versions("CodeSystem", url)
            answer.unknown = f"{url}|{given}"
            answer.issues.append(
                issues.system_not_found(url, asked.at("system"), version=given, versions=versions)
            )

    def _tell_unknown_system(self, asked: Asked, answer: Answer) -> None:
        url, where = answer.system, asked.at("system")
        version = asked.text("version")
        if self._library.value_set(url) is not None:
            answer.issues.append(issues.is_value_set(url, where))
            self._tell_not_in(asked, answer)
            return
        answer.unknown = url
        if ":" not in url:
            answer.issues.append(issues.is_relative(where))
        versions = self._library.versions("CodeSystem", url)
        answer.issues.append(
            issues.system_not_found(url, where, version=version, versions=versions)
        )
        if version and versions:
            answer.unknown = f"{url}|{version}"
        if url in self._composition.systems(self._value_set):
            answer.is_caused = True
        else:
            self._tell_not_in(asked, answer)

    def _member(self, asked: Asked, answer: Answer, system: System) -> Pick | None:
        return self._composition.contains(self._value_set, answer.system, answer.code)

    def _tell_standing(self, answer: Answer, system: System) -> None:
        """Tells of a code system that should not be relied on."""
        status = expand.warning(system.resource, self._value_set)
        if status:
            name = issues.canonical(system.resource)
            answer.issues.append(issues.reference_to(status, "CodeSystem", name))

    def _tell_unknown_code(self, asked: Asked, answer: Answer, system: System) -> None:
        told = issues.unknown_in_fragment if system.content == "fragment" else issues.unknown_code
        if system.content == "fragment" and not self._lists(system.url):
            answer.is_in = True
        if not self._only_membership:
            where = asked.at("code")
            answer.issues.append(told(answer.code, answer.system, system.version, where))
        if not self._system and not answer.is_in:
            self._tell_not_in(asked, answer)

    def _lists(self, url: str) -> bool:
        """Whether the value set narrows the system down to some of its codes."""
        includes = self._value_set.get("compose", {}).get("include", ())
        mine = [each for each in includes if each.get("system") == url]
        return not mine or any("concept" in each or "filter" in each for each in mine)

    def _tell_concept(
        self, asked: Asked, answer: Answer, system: System, concept: Concept, pick: Pick | None
    ) -> None:
        answer.is_in = pick is not None
        answer.inactive = concepts.is_inactive(system, concept)
        answer.status = concepts.status(system, concept)
        if answer.code != concept.code:
            answer.normalized = concept.code
            where = asked.at("code")
            answer.issues.append(issues.other_case(answer.code, concept.code, answer.system, where))
        names = self._names(system, concept, pick)
        answer.display = displays.best(names, self._options.languages)
        if answer.inactive and self._active_only and answer.is_in:
            answer.is_in = False
            answer.issues.append(issues.not_active(answer.code, asked.at("code")))
        if not answer.is_in:
            self._tell_not_in(asked, answer)
        if self._only_membership:
            return
        if answer.inactive and not (asked.of_many and not answer.is_in):
            said = concepts.describe_status(system, concept)
            answer.issues.append(issues.inactive(answer.code, said, asked.root or "code"))
        is_abstract_refused = options.flag(self._options.pairs, "abstract") is False
        if is_abstract_refused and concepts.is_abstract(system, concept):
            where = asked.at("code")
            answer.issues.append(issues.abstract(answer.system, answer.code, where))
        if asked.text("display") and names and not (asked.of_many and not answer.is_in):
            answer.issues += displays.check(
                asked.text("display"),
                f"{answer.system}#{answer.code}",
                names,
                self._options.languages,
                asked.at("display"),
                self._severity,
            )

    def _names(self, system: System, concept: Concept, pick: Pick | None) -> list[Designation]:
        own = concepts.listed(pick.listed, pick.language) if pick else ()
        adding = supplementing.of(system, self._supplements)
        return [*own, *concepts.designations(system, concept, adding)]

    def _tell_not_in(self, asked: Asked, answer: Answer) -> None:
        found = issues.not_in_value_set(
            answer.system, asked.text("code"), asked.text("display"), self._name, asked.at("code")
        )
        if asked.of_many:
            found = replace(found, severity="information", topic="this-code-not-in-vs")
        answer.issues.append(found)


def _asked(pairs: Pairs, system: str) -> tuple[Sequence[Asked], Resource | None]:
    """The codings to look for; and the CodeableConcept, if it was one."""
    concept = options.first(pairs, "codeableConcept")
    coding = options.first(pairs, "coding")
    if isinstance(concept, dict):
        many = concept.get("coding", ())
        return [
            Asked(each, f"CodeableConcept.coding[{index}]", of_many=True)
            for index, each in enumerate(many)
        ], concept
    if isinstance(coding, dict):
        return [Asked({"system": system, **coding} if system else coding, "Coding")], None
    code = options.text(pairs, "code")
    if not code:
        raise InvalidRequest(
            "There is no code to validate",
            "Det er ingen kode å kontrollere",
            where="code",
            expected=Text("code, coding or codeableConcept", "code, coding eller codeableConcept"),
        )
    parts = {
        "system": system or options.text(pairs, "system"),
        "version": options.text(pairs, "systemVersion")
        or (options.text(pairs, "version") if system else ""),
        "code": code,
        "display": options.text(pairs, "display"),
    }
    return [Asked(parts)], None


def _failed(asked: Sequence[Asked], fault: InvalidTerminology, concept: Resource | None) -> Answer:
    if concept is not None:
        return Answer()
    return Answer(code=asked[0].text("code"), system=asked[0].text("system"))


def _parameters(
    answer: Answer, is_right: bool, found: Sequence[Issue], concept: Resource | None, language: str
) -> Resource:
    said = issues.ordered(found)
    rows = list(_rows(answer, is_right, concept))
    if said:
        rows.append({"name": "issues", "resource": outcome.to_fhir(said, language)})
        rows.append({"name": "message", "valueString": issues.join(said, language)})
    return {"resourceType": "Parameters", "parameter": sorted(rows, key=lambda row: row["name"])}


def _rows(answer: Answer, is_right: bool, concept: Resource | None) -> Iterator[Resource]:
    yield {"name": "result", "valueBoolean": is_right}
    if concept is not None:
        yield {"name": "codeableConcept", "valueCodeableConcept": concept}
    if answer.unknown:
        name = "x-caused-by-unknown-system" if answer.is_caused else "x-unknown-system"
        yield {"name": name, "valueCanonical": answer.unknown}
    if answer.inactive:
        yield {"name": "inactive", "valueBoolean": True}
        if answer.status and answer.status != "inactive":
            yield {"name": "status", "valueCode": answer.status}
    texts = {
        "code": ("valueCode", answer.code),
        "normalized-code": ("valueCode", answer.normalized),
        "system": ("valueUri", answer.system),
        "version": ("valueString", answer.version),
        "display": ("valueString", answer.display),
    }
    for name, (kind, text) in texts.items():
        if text:
            yield {"name": name, kind: text}
