"""What surrounds the clinician's pages: the search for a person, and the person in view."""

from dataclasses import dataclass
from datetime import date

from samspill.base import clock
from samspill.portals.shared import layout, reading
from samspill.portals.shared.events import Manner
from samspill.portals.shared.facts import Tag
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Critical, Event, Person

HOME = "/klinikk"
PATIENT = "/klinikk/pasient"
EMERGENCY = "/nodtilgang"


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
    access: "Access | None"


@dataclass(frozen=True, slots=True)
class Access:
    """Why the person is open, and what else one may do; the same whether or not anything is kept
    from the reader."""

    tone: str
    said: str
    question: str
    why: tuple[str, ...]
    emergency: Link | None
    close: str
    task: str


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
        access=_access(visit, person.id),
    )


def _access(visit: Visit, patient: str) -> Access | None:
    language, say, standing = visit.language, visit.language.say, visit.standing
    if standing is None:
        return None
    stated, said = standing.statement, say("Formål: helsehjelp")
    if stated is not None:
        purpose = reading.purposes(language).get(stated.purpose, "")
        time = language.time(clock.to_datetime(stated.until))
        said = say("%(purpose)s til kl. %(time)s: %(reason)s", purpose=purpose, time=time,
            reason=stated.reason)  # fmt: skip
    is_emergency = stated is not None and stated.is_emergency
    return Access(
        tone="warning" if is_emergency else "neutral",
        said=said,
        question=say("Hvorfor kan jeg se dette?"),
        why=tuple(each.said_in(language.tag) for each in standing.bases),
        emergency=None
        if is_emergency
        else Link(f"{EMERGENCY}?pasient={patient}", say("Nødtilgang")),
        close=say("Avslutt nødtilgang") if is_emergency else "",
        task=stated.task if stated is not None else "",
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
