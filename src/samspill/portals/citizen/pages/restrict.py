"""Sperring: keep others out of the record, in three steps; and what is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from samspill.portals.citizen.pages import log
from samspill.portals.shared import facts, reading
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Choice, Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Document
from samspill.services.privacy.model import EVERYTHING, Wish

Step = Literal["what", "whom", "confirm"]
KINDS = ("Observation", "Condition", "MedicationRequest", "Immunization", "Encounter")
"""Kinds of information that can be restricted as a whole."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A wish that is in force."""

    id: str
    text: str
    since: str
    lift: str


@dataclass(frozen=True, slots=True)
class RestrictPage:
    frame: Frame
    heading: str
    lead: str
    notice: str
    places: tuple[Link, ...]
    places_label: str
    step: Step
    step_said: str
    question: str
    choices: tuple[Choice, ...]
    documents_label: str
    documents: tuple[Choice, ...]
    what: str
    whom: str
    summary: str
    meaning: tuple[str, ...]
    until_label: str
    next: str
    back: str
    in_force_heading: str
    in_force: tuple[InForce, ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """How far one has come."""

    step: Step
    what: str = ""
    whom: str = ""


def present(
    visit: Visit,
    frame: Frame,
    chosen: Chosen,
    documents: Sequence[Document],
    readers: Sequence[str],
    wishes: Sequence[Wish],
) -> RestrictPage:
    language, say = visit.language, visit.language.say
    named = reading.names(visit)
    numbers: dict[Step, int] = {"what": 1, "whom": 2, "confirm": 3}
    is_person = chosen.whom.startswith("Practitioner/")
    titles = {f"DocumentReference/{each.id}": each.title for each in documents}
    return RestrictPage(
        frame=frame,
        heading=say("Sperre og blokkere"),
        lead=say("Du bestemmer hvem som ikke skal se. Sperren gjelder til du opphever den."),
        notice=log.said(visit),
        places_label=say("Tilgang til journalen"),
        places=log.places(visit),
        step=chosen.step,
        step_said=say("Steg %(number)s av 3", number=numbers[chosen.step]),
        question=_question(chosen.step, language),
        choices=_what(language) if chosen.step == "what" else _whom(readers, language, named),
        documents_label=say("Ett dokument"),
        documents=tuple(
            Choice(f"DocumentReference/{each.id}", _document(each, language)) for each in documents
        ),
        what=chosen.what,
        whom=chosen.whom,
        summary=summary(chosen.what, (chosen.whom,) if chosen.whom else (), language, named, titles)
        if chosen.step == "confirm"
        else "",
        meaning=_meaning(is_person, language),
        until_label=say("Til og med (valgfritt)"),
        next=say("Bekreft") if chosen.step == "confirm" else say("Neste"),
        back=say("Begynn på nytt"),
        in_force_heading=say("Gjelder nå"),
        in_force=in_force(visit, wishes, named, titles),
        nothing=say("Du har ikke sperret noe."),
    )


def in_force(
    visit: Visit, wishes: Sequence[Wish], named: reading.Named, titles: dict[str, str]
) -> tuple[InForce, ...]:
    language, say = visit.language, visit.language.say
    return tuple(
        InForce(
            id=each.id,
            text=summary(each.what, each.towards, language, named, titles),
            since=say("Siden %(day)s", day=language.day(each.from_on)) if each.from_on else "",
            lift=say("Opphev"),
        )
        for each in wishes
        if each.is_active and each.kind in ("restriction", "blocking")
    )


def summary(
    what: str,
    towards: Sequence[str],
    language: Language,
    named: reading.Named,
    titles: dict[str, str],
) -> str:
    """Hele journalen er sperret for …"""
    say = language.say
    if what == EVERYTHING:
        thing = say("Hele journalen")
    elif "/" in what:
        thing = say("Dokumentet «%(title)s»", title=titles.get(what, what))
    else:
        kind = reading.what_kinds(language).get(what, what)
        thing = kind[:1].upper() + kind[1:]
    people = ", ".join(named(each) or each for each in towards) or say("alle som arbeider i helse")
    return say("%(what)s er sperret for %(whom)s.", what=thing, whom=people)


def _document(one: Document, language: Language) -> str:
    return ", ".join(filter(None, (one.title, one.author, facts.day(one.when, language))))


def _question(step: Step, language: Language) -> str:
    say = language.say
    match step:
        case "what":
            return say("Hva vil du sperre?")
        case "whom":
            return say("For hvem?")
        case "confirm":
            return say("Stemmer dette?")


def _what(language: Language) -> tuple[Choice, ...]:
    say, names = language.say, reading.what_kinds(language)
    kinds = (Choice(each, say("Alle %(what)s", what=names[each])) for each in KINDS)
    return (Choice(EVERYTHING, say("Hele journalen"), True), *kinds)


def _whom(readers: Sequence[str], language: Language, named: reading.Named) -> tuple[Choice, ...]:
    say = language.say
    people = [each for each in readers if each.startswith("Practitioner/")]
    places = [each for each in readers if each.startswith("Organization/")]
    return (
        Choice(EVERYTHING, say("Alle som arbeider i helse"), True),
        *(Choice(each, say("Alle ved %(place)s", place=named(each))) for each in places),
        *(Choice(each, say("Blokker %(name)s", name=named(each))) for each in people),
    )


def _meaning(is_person: bool, language: Language) -> tuple[str, ...]:
    say = language.say
    first = (
        say("Personen ser ingenting i journalen, heller ikke i nød.")
        if is_person
        else say("Ved fare for liv kan helsepersonell åpne det sperrede. Du får vite det.")
    )
    return (
        first,
        say("De som behandler deg, kan mangle noe de trenger."),
        say("Du kan oppheve det når du vil."),
    )
