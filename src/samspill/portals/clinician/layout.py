"""What surrounds the clinician's pages: the search for a person, and the person in view."""

from dataclasses import dataclass
from datetime import date

from samspill.portals.shared import layout
from samspill.portals.shared.events import Manner
from samspill.portals.shared.facts import Tag
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Critical, Event, Person

HOME = "/klinikk"
PATIENT = "/klinikk/pasient"


@dataclass(frozen=True, slots=True)
class Desk:
    """The texts of the search that every page carries."""

    open: str
    keys: str
    label: str
    hint: str
    button: str
    close: str


@dataclass(frozen=True, slots=True)
class Banner:
    """The person in view, on every page about them."""

    name: str
    address: str
    number: str
    about: str
    place: str
    gp: str
    tags: tuple[Tag, ...]
    """What is critical, and that an address is protected or the person has died."""
    nothing_critical: str


def frame(visit: Visit, title: str) -> Frame:
    return layout.frame(visit, title, home=HOME, role=visit.language.say("Klinikk"))


def desk(visit: Visit) -> Desk:
    say = visit.language.say
    return Desk(
        open=say("Finn pasient"),
        keys="Ctrl K",
        label=say("Navn eller 11 siffer"),
        hint=say("Skriv deler av navnet, fødselsnummer, D-nummer eller hjelpenummer."),
        button=say("Finn"),
        close=say("Lukk"),
    )


def banner(visit: Visit, person: Person, critical: tuple[Critical, ...]) -> Banner:
    language, say = visit.language, visit.language.say
    tags = [_critical(one, language) for one in critical if not one.is_refuted]
    if person.is_protected:
        tags.append(Tag(say("Adressen er beskyttet"), "brand1"))
    if person.died_on:
        tags.insert(0, Tag(say("Død %(day)s", day=language.short_day(person.died_on)), "neutral"))
    return Banner(
        name=person.name,
        address=f"{PATIENT}/{person.id}",
        number=spaced(person.number),
        about=about(person, visit.today, language),
        place=person.municipality,
        gp=say("Fastlege: %(name)s", name=person.regular_gp) if person.regular_gp else "",
        tags=tuple(tags),
        nothing_critical="" if critical else say("Ingen kritisk informasjon registrert"),
    )


def about(person: Person, today: date, language: Language) -> str:
    """81 år, kvinne"""
    age, say = person.age(today), language.say
    years = "" if age is None else language.count("%(number)s år", "%(number)s år", age)
    sexes = {"female": say("kvinne"), "male": say("mann"), "other": say("annet kjønn")}
    return ", ".join(filter(None, (years, sexes.get(person.sex, ""))))


def spaced(number: str) -> str:
    """120345 12345, as it is read out."""
    return f"{number[:6]} {number[6:]}" if len(number) == 11 else number


def manner(language: Language, patient: str) -> Manner:
    """Names as in the record; rows lead to the person's curves and documents."""

    def address(event: Event) -> str:
        match event.kind:
            case "result" | "measurement" if len(event.codes) == 1:
                return f"{PATIENT}/{patient}/prover/{event.codes[0]}"
            case "document":
                return f"{PATIENT}/{patient}/dokumenter/{event.id}"
            case _:
                return ""

    return Manner(language, lambda _, given: given, address)


def _critical(one: Critical, language: Language) -> Tag:
    tone = "danger" if one.is_severe else "warning"
    if one.group == "allergy":
        return Tag(language.say("CAVE %(what)s", what=one.title), tone)
    return Tag(one.title, tone)
