"""Validation: a resource to paste or upload, a profile to pick, and the issues beside the lines."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from samspill.base.errors import Issue
from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions
from samspill.interactions.examine import Examined
from samspill.portals.shared import layout
from samspill.portals.shared.layout import Choice, Frame, Link
from samspill.portals.shared.visit import Visit

ALL_SHOWN = 400
"""Lines of a text that is shown whole; of a longer one, those around the issues."""
AROUND = 2
LONGEST = 1_000
"""Characters of a line that are shown."""
STANDARD = "https://hl7.org/fhir/R4/"
CANONICAL = "http://hl7.org/fhir/"
TONES = {"fatal": "danger", "error": "danger", "warning": "warning", "information": "info"}


@dataclass(frozen=True, slots=True)
class Found:
    """One issue in words."""

    severity: str
    tone: str
    text: str
    facts: tuple[tuple[str, str], ...]
    mend: Link | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text; number 0 stands for those that are left out."""

    number: int
    text: str
    issues: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Result:
    heading: str
    note: str
    elsewhere: tuple[Found, ...]
    """Issues of no line."""
    lines_heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ValidationPage:
    frame: Frame
    heading: str
    lead: str
    result: Result | None
    text_label: str
    text: str
    file_label: str
    file_help: str
    profile_label: str
    no_profile: Choice
    profiles: tuple[tuple[str, tuple[Choice, ...]], ...]
    """By resource type."""
    button: str
    back: Link


def present(visit: Visit, text: str, profile: str, found: Examined | None) -> ValidationPage:
    """The form with what was sent, and what was found in it."""
    say, definitions = visit.language.say, visit.session.platform.definitions
    return ValidationPage(
        frame=layout.frame(visit, say("Validering")),
        heading=say("Valider en ressurs"),
        lead=say("JSON eller XML i FHIR R4. Det du sender, blir verken lagret eller loggført."),
        result=_result(visit, found) if found else None,
        text_label=say("Lim inn en ressurs"),
        text=text,
        file_label=say("Eller velg en fil"),
        file_help=say("Fila går foran teksten. Høyst 1 MiB, i UTF-8."),
        profile_label=say("Profil"),
        no_profile=Choice("", say("Bare standarden, og profiler ressursen selv oppgir")),
        profiles=tuple(_profiles(definitions, profile)),
        button=say("Valider"),
        back=Link("/utvikler", say("Utvikler")),
    )


def _profiles(definitions: Definitions, chosen: str) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    entries = list(definitions.profiles())
    versions = Counter(each.url for each in entries)
    by_type: dict[str, list[Choice]] = defaultdict(list)
    for each in entries:
        name = each.url.rpartition("/")[2]
        value = f"{each.url}|{each.version}" if versions[each.url] > 1 else each.url
        said = f"{name} {each.version}".strip()
        by_type[each.constrained].append(Choice(value, said, is_chosen=value == chosen))
    for type in sorted(by_type):
        yield type, tuple(sorted(by_type[type], key=lambda choice: choice.text.casefold()))


def _result(visit: Visit, found: Examined) -> Result:
    say, lines = visit.language.say, found.text.split("\n")
    by_line: dict[int, list[Found]] = defaultdict(list)
    for issue in found.issues:
        by_line[issue.line if issue.line <= len(lines) else 0].append(_found(visit, issue))
    return Result(
        heading=_heading(visit, found.issues),
        note=say("Linjene er de i JSON-en som ressursen står for.") if found.is_other else "",
        elsewhere=tuple(by_line.pop(0, ())),
        lines_heading=say("Linjene"),
        lines=tuple(_lines(lines, by_line)),
    )


def _heading(visit: Visit, issues: Sequence[Issue]) -> str:
    count = visit.language.count
    errors = sum(each.severity in ("fatal", "error") for each in issues)
    others = len(issues) - errors
    if not issues:
        return visit.language.say("Ingen feil funnet")
    said = [count("%(number)s feil", "%(number)s feil", errors)]
    if others:
        said.append(count("%(number)s merknad", "%(number)s merknader", others))
    return ", ".join(said)


def _lines(lines: Sequence[str], by_line: dict[int, list[Found]]) -> Iterator[Line]:
    near = {n + step for n in by_line for step in range(-AROUND, AROUND + 1)}
    is_left_out = False
    for number, text in enumerate(lines, 1):
        if len(lines) <= ALL_SHOWN or number in near:
            shown = text if len(text) <= LONGEST else text[:LONGEST] + " …"
            yield Line(number, shown, tuple(by_line.get(number, ())))
            is_left_out = False
        elif not is_left_out:
            yield Line(0, "⋮", ())
            is_left_out = True


def _found(visit: Visit, issue: Issue) -> Found:
    say, tag = visit.language.say, visit.language.tag
    severities = {"warning": say("Advarsel"), "information": say("Opplysning")}
    expected = issue.expected.said_in(tag) if isinstance(issue.expected, Text) else issue.expected
    facts = (
        (say("Forventet"), expected),
        (say("Sted"), issue.expression),
        (say("Regel"), issue.rule),
        (say("Antall"), visit.language.number(issue.count) if issue.count > 1 else ""),
    )
    address = _mended_at(issue, visit.session.platform.definitions)
    return Found(
        severity=severities.get(issue.severity, say("Feil")),
        tone=TONES[issue.severity],
        text=issue.text.said_in(tag),
        facts=tuple((name, value) for name, value in facts if value),
        mend=Link(address, say("Les hvordan det skal være")) if address else None,
    )


def _mended_at(issue: Issue, definitions: Definitions) -> str:
    """Where it is told how it should be: the page of the standard, or the profile itself."""
    canonical = issue.rule.partition("#")[0].partition("|")[0]
    if canonical and not canonical.startswith(CANONICAL):
        return canonical if canonical.startswith(("http://", "https://")) else ""
    kind, _, name = canonical.removeprefix(CANONICAL).partition("/")
    name = name or issue.expression.partition(".")[0]
    if kind in ("ValueSet", "CodeSystem"):
        return f"{STANDARD}{kind.lower()}-{name}.html"
    if definitions.is_resource(name):
        return f"{STANDARD}{name.lower()}.html"
    if definitions.is_type(name):
        return f"{STANDARD}datatypes.html#{name}"
    return f"{STANDARD}{name}.html" if kind == "StructureDefinition" else ""
