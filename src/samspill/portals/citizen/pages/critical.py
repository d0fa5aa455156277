"""Kritisk informasjon: what those who treat must know at once, and the diagnoses."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from samspill.portals.citizen import layout
from samspill.portals.shared import facts
from samspill.portals.shared.facts import Source, Tag
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Critical, Diagnosis


@dataclass(frozen=True, slots=True)
class Item:
    title: str
    detail: str
    tag: Tag | None
    source: Source


@dataclass(frozen=True, slots=True)
class Group:
    heading: str
    items: tuple[Item, ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class CriticalPage:
    frame: Frame
    heading: str
    lead: str
    groups: tuple[Group, ...]
    print: str
    share: Link


def present(
    visit: Visit, critical: Sequence[Critical], diagnoses: Sequence[Diagnosis]
) -> CriticalPage:
    language, say = visit.language, visit.language.say
    known = [one for one in critical if not one.is_refuted]
    refuted = [one for one in critical if one.is_refuted]
    groups = [
        *_groups(known, language),
        Group(
            say("Diagnoser nå"),
            tuple(_diagnosis(one, language) for one in diagnoses if one.is_active),
            say("Ingen diagnoser er registrert."),
        ),
    ]
    if earlier := [one for one in diagnoses if not one.is_active]:
        items = tuple(_diagnosis(one, language) for one in earlier)
        groups.append(Group(say("Tidligere diagnoser"), items, ""))
    if refuted:
        items = tuple(_critical(one, language) for one in refuted)
        groups.append(Group(say("Avkreftet"), items, ""))
    return CriticalPage(
        frame=layout.frame(visit, say("Kritisk informasjon")),
        heading=say("Kritisk informasjon og diagnoser"),
        lead=say("Dette ser de som behandler deg, først av alt."),
        groups=tuple(groups),
        print=say("Skriv ut"),
        share=Link("/del", say("Del med andre")),
    )


def _groups(known: Sequence[Critical], language: Language) -> list[Group]:
    """The fixed groups that hold something; or that there is nothing."""
    say = language.say
    if not known:
        return [
            Group(say("Allergier og annet kritisk"), (), say("Ingenting kritisk er registrert."))
        ]
    names = facts.critical_groups(language)
    return [
        Group(names[group], tuple(_critical(one, language) for one in items), "")
        for group, some in groupby(known, key=lambda one: one.group)
        if (items := [*some])
    ]


def _critical(one: Critical, language: Language) -> Item:
    tag = Tag(language.say("Alvorlig"), "danger") if one.is_severe and not one.is_refuted else None
    return Item(
        one.title, facts.critical_detail(one, language), tag, facts.source(one.origin, language)
    )


def _diagnosis(one: Diagnosis, language: Language) -> Item:
    known = facts.period(one.since, one.until, language)
    since = language.say("Siden %(day)s", day=known) if known and one.is_active else known
    code = f"{one.system} {one.code}".strip()
    detail = " · ".join(filter(None, (since, code)))
    return Item(one.name, detail, None, facts.source(one.origin, language))
