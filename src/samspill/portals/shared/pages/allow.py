"""The page on which a person decides what an application may do, and about whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.identity import scopes
from samspill.portals.shared import layout
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Person as Patient


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Request:
    """What an application asks for."""

    id: str
    client: str
    scopes: Sequence[str]
    people: Sequence[Person]
    must_pick: bool
    """Whether a patient must be picked among the people."""
    may_search: bool
    """Whether others than these can be found."""
    sought: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that it may do: a box to tick, or a sentence if `name` is ""."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class AllowPage:
    frame: Frame
    id: str
    heading: str
    lead: str
    wants: str
    lines: tuple[Line, ...]
    pick: str
    """Heading above the patients; "" if none must be picked."""
    search: str
    """Label of the search; "" if there is none."""
    search_button: str
    sought: str
    people: tuple[Person, ...]
    nobody: str
    allow: str
    refuse: str


def present(visit: Visit, asked: Request) -> AllowPage:
    say = visit.language.say
    heading = say("Gi %(app)s tilgang?", app=asked.client)
    return AllowPage(
        frame=layout.frame(visit, heading),
        id=asked.id,
        heading=heading,
        lead=say(
            "Du er logget inn som %(name)s. Du bestemmer hva appen får gjøre.",
            name=visit.actor.name,
        ),
        wants=say("Appen ber om å få"),
        lines=tuple(_lines(asked.scopes, visit.language)),
        pick=_question(asked, visit.language),
        search=say("Finn en annen pasient") if asked.may_search else "",
        search_button=say("Søk"),
        sought=asked.sought,
        people=tuple(asked.people),
        nobody=say("Ingen treff."),
        allow=say("Ja, gi tilgang"),
        refuse=say("Nei"),
    )


def _question(asked: Request, language: Language) -> str:
    if not asked.must_pick:
        return ""
    return (
        language.say("Hvilken pasient?") if asked.may_search else language.say("Hvem gjelder det?")
    )


def person(found: Patient, language: Language) -> Person:
    """With the day of birth, since names are not enough to tell people apart."""
    born = language.day(found.born_on) if found.born_on else ""
    return Person(found.id, ", ".join(filter(None, (found.name, born))))


def _lines(asked: Sequence[str], language: Language) -> list[Line]:
    """What is about data can be left out; the rest is said."""
    boxes, said = [], []
    for number, text in enumerate(asked):
        scope = scopes.parse(text)
        if scope is not None:
            boxes.append(Line(f"omfang-{number}", _sentence(scope, language)))
        elif sentence := _plain(text, language):
            said.append(Line("", sentence))
    return [*boxes, *said]


def _sentence(scope: scopes.Scope, language: Language) -> str:
    say = language.say
    reads, writes = set("rs") & set(scope.letters), set("cud") & set(scope.letters)
    what = _types(language).get(scope.type, scope.type)
    if scope.query:
        what = f"{what} ({scope.query})"
    if reads and writes:
        return say("se og endre: %(what)s", what=what)
    return say("endre: %(what)s", what=what) if writes else say("se: %(what)s", what=what)


def _plain(scope: str, language: Language) -> str:
    say = language.say
    match scope:
        case "openid" | "fhirUser":
            return say("vite hvem du er") if scope == "fhirUser" else ""
        case "profile":
            return say("vite hva du heter")
        case "offline_access":
            return say("fortsette i 90 dager, også når du ikke er logget inn")
        case "online_access":
            return say("fortsette så lenge du er logget inn")
        case _:
            return ""


def _types(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "*": say("alt i journalen"),
        "Patient": say("navn og kontaktopplysninger"),
        "Observation": say("prøvesvar og målinger"),
        "DiagnosticReport": say("prøvesvar"),
        "Condition": say("diagnoser"),
        "AllergyIntolerance": say("allergier"),
        "MedicationRequest": say("resepter"),
        "MedicationStatement": say("legemidler i bruk"),
        "Immunization": say("vaksiner"),
        "Encounter": say("besøk og innleggelser"),
        "DocumentReference": say("dokumenter"),
        "Appointment": say("timer"),
    }
