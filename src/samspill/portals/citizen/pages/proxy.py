"""Fullmakt: for whom I may act, and whom I let act for me."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from samspill.access.rules.types import AREAS
from samspill.portals.citizen import layout
from samspill.portals.citizen.pages import log
from samspill.portals.shared import reading
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Choice, Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.privacy.model import Represented, Wish


@dataclass(frozen=True, slots=True)
class Other:
    """Someone for whom one may act."""

    patient: str
    name: str
    why: str
    act: str
    let_in: str
    """A button by which parents let a youth see the own record; "" where it does not apply."""


@dataclass(frozen=True, slots=True)
class Given:
    """A proxy that one has given."""

    id: str
    name: str
    areas: str
    until: str
    withdraw: str


@dataclass(frozen=True, slots=True)
class ProxyPage:
    frame: Frame
    heading: str
    lead: str
    notice: str
    places: tuple[Link, ...]
    places_label: str
    others_heading: str
    others: tuple[Other, ...]
    no_others: str
    given_heading: str
    given: tuple[Given, ...]
    no_given: str
    may_give: bool
    give_heading: str
    number_label: str
    family_label: str
    areas_label: str
    areas: tuple[Choice, ...]
    until_label: str
    give: str


def present(
    visit: Visit, others: Sequence[Represented], wishes: Sequence[Wish] | None
) -> ProxyPage:
    """Without wishes: one may give no proxy."""
    language, say = visit.language, visit.language.say
    named = reading.names(visit)
    ended = say("Du handler ikke lenger for en annen. Tilgangen er slutt eller endret.")
    names = area_names(language)
    return ProxyPage(
        frame=layout.frame(visit, say("Fullmakt")),
        heading=say("Fullmakt"),
        lead=say("Her ser du hvem du kan handle for, og hvem som kan handle for deg."),
        notice=ended if visit.query.get("slutt") else log.said(visit),
        places_label=say("Tilgang til journalen"),
        places=log.places(visit),
        others_heading=say("Du kan handle for"),
        others=tuple(_other(each, language) for each in others),
        no_others=say("Ingen akkurat nå."),
        given_heading=say("Disse kan handle for deg"),
        given=tuple(
            _given(each, language, named)
            for each in wishes or ()
            if each.kind == "proxy" and each.is_active
        ),
        no_given=say("Du har ikke gitt fullmakt til noen."),
        may_give=wishes is not None,
        give_heading=say("Gi fullmakt"),
        number_label=say("Fødselsnummeret til den som skal få fullmakt"),
        family_label=say("Etternavn"),
        areas_label=say("Hva gjelder fullmakten?"),
        areas=tuple(Choice(each, names[each], each == "all") for each in AREAS),
        until_label=say("Til og med (valgfritt)"),
        give=say("Gi fullmakt"),
    )


def area_names(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "all": say("Alt"),
        "appointments": say("Timer"),
        "dialogue": say("Meldinger"),
        "medication": say("Legemidler"),
        "results": say("Prøvesvar"),
        "documents": say("Dokumenter"),
    }


def _other(one: Represented, language: Language) -> Other:
    say, tag = language.say, language.tag
    is_youth = any("12 to 16" in each.en for each in one.bases)
    return Other(
        patient=one.patient,
        name=one.name,
        why=". ".join(each.said_in(tag) for each in one.bases),
        act=say("Handle for %(name)s", name=one.name),
        let_in=say("La %(name)s se egen journal", name=one.name) if is_youth else "",
    )


def _given(wish: Wish, language: Language, named: reading.Named) -> Given:
    say, names = language.say, area_names(language)
    areas = [names[each] for each in wish.areas or ("all",) if each in names]
    return Given(
        id=wish.id,
        name=", ".join(named(each) or say("En nærstående") for each in wish.towards),
        areas=", ".join(areas),
        until=_until(wish.until_on, language),
        withdraw=say("Trekk tilbake"),
    )


def _until(day: date | None, language: Language) -> str:
    if day is None:
        return language.say("Til du trekker den tilbake")
    return language.say("Til %(day)s", day=language.day(day))
