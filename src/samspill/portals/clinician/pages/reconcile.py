"""Samstemming: the list beside discharge letter, dispensings and what the patient says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from samspill.base.json import Resource
from samspill.portals.clinician import layout
from samspill.portals.clinician.layout import Banner, Desk
from samspill.portals.clinician.pages import medicines
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Critical, Person
from samspill.services.medication.mapping.lists import PersonList
from samspill.services.medication.model import dosage
from samspill.services.medication.model.reconciling import Answer, Difference, From, Row
from samspill.services.medication.model.versions import Stale

KEYS = {Answer.KEEP: "b", Answer.CHANGE: "e", Answer.STOP: "s"}


@dataclass(frozen=True, slots=True)
class Cell:
    name: str
    dosage: str
    reference: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Open:
    """A difference to settle."""

    id: str
    name: str
    why: str
    cells: tuple[Cell | None, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ReconcilePage:
    frame: Frame
    desk: Desk
    banner: Banner
    heading: str
    lead: str
    base: int
    address: str
    columns: tuple[str, ...]
    answer: str
    open: tuple[Open, ...]
    nothing: str
    agreed_heading: str
    agreed: tuple[str, ...]
    sign: str
    keys: str
    from_where: str


@dataclass(frozen=True, slots=True)
class Both:
    """A line that two have changed."""

    id: str
    name: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class MergePage:
    frame: Frame
    desk: Desk
    banner: Banner
    heading: str
    lead: str
    address: str
    base: int
    reason: str
    columns: tuple[str, ...]
    joined_heading: str
    joined: tuple[Both, ...]
    conflicts_heading: str
    conflicts: tuple[Both, ...]
    mine: str
    theirs: str
    sign: str
    changes: str
    back: str
    back_address: str


def present(
    visit: Visit,
    person: Person,
    critical: tuple[Critical, ...],
    list: PersonList,
    rows: Sequence[Row],
) -> ReconcilePage:
    language, say = visit.language, visit.language.say
    opened = [row for row in rows if row.is_open]
    counts = {"open": len(opened), "all": len(rows)}
    return ReconcilePage(
        frame=layout.frame(visit, person.name),
        desk=layout.desk(visit),
        banner=layout.banner(visit, person, critical),
        heading=say("Samstemming"),
        lead=say("%(open)s av %(all)s legemidler er ulike.", **counts),
        base=list.number,
        address=f"{layout.PATIENT}/{person.id}/samstemming/signer",
        columns=tuple(_sources(language).values()),
        answer=say("Svar"),
        open=tuple(_open(row, language) for row in opened),
        nothing=say("Alt stemmer."),
        agreed_heading=say("Stemmer"),
        agreed=tuple(row.name for row in rows if not row.is_open),
        sign=say("Signer"),
        keys=say("B beholder, E endrer, S seponerer. Ctrl Enter signerer."),
        from_where=say("Hvor kommer dette fra?"),
    )


def _sources(language: Language) -> Mapping[From, str]:
    say = language.say
    return {
        From.LIST: say("Listen"),
        From.LETTER: say("Epikrise"),
        From.DISPENSED: say("Hentet"),
        From.PATIENT: say("Pasienten sier"),
    }


def _open(row: Row, language: Language) -> Open:
    say = language.say
    words = {
        Difference.NOT_ON_LIST: say("Ikke på listen"),
        Difference.NOT_IN_LETTER: say("Ikke i epikrisen"),
        Difference.STRENGTH: say("Ulik styrke"),
        Difference.DOSAGE: say("Ulik dosering"),
        Difference.BRAND: say("Annet merke"),
        Difference.NOT_TAKEN: say("Brukes ikke"),
        Difference.DUPLICATE: say("Samme virkestoff to ganger"),
    }
    return Open(
        id=row.id,
        name=row.name,
        why=", ".join(words[each] for each in row.differences),
        cells=tuple(_cell(row, each, language) for each in From),
        choices=tuple(
            Choice(each.value, KEYS[each].upper(), _word(row, each, language))
            for each in row.answers
        ),
    )


def _cell(row: Row, source: From, language: Language) -> Cell | None:
    if (said := row.said.get(source)) is None:
        return None
    words = said.dosage if said.is_taken else language.say("Bruker ikke")
    return Cell(said.name, words, said.reference)


def _word(row: Row, answer: Answer, language: Language) -> str:
    say = language.say
    if row.listed is None:
        new = {Answer.KEEP: say("Ikke før opp"), Answer.CHANGE: say("Før opp")}
        return new.get(answer, say("Brukes ikke"))
    return {
        Answer.KEEP: say("Behold"), Answer.CHANGE: say("Endre"), Answer.STOP: say("Seponer")
    }[answer]  # fmt: skip


def merged(
    visit: Visit,
    person: Person,
    critical: tuple[Critical, ...],
    stale: Stale,
    reason: str,
    changes: str,
) -> MergePage:
    """Both versions of what has been changed meanwhile; nothing has been written."""
    say = visit.language.say
    address = f"{layout.PATIENT}/{person.id}/legemidler"
    conflicts = {one.id for one in stale.merge.conflicts}
    differing = [id for id in {**stale.theirs, **stale.mine} if _differs(stale, id)]
    shown = [_both(stale, id, visit.language) for id in differing]
    return MergePage(
        frame=layout.frame(visit, person.name),
        desk=layout.desk(visit),
        banner=layout.banner(visit, person, critical),
        heading=say("Listen er endret av en annen"),
        lead=say("Ingenting er overskrevet. Se begge versjoner, og signer på nytt."),
        address=f"{address}/flett",
        base=stale.newest,
        reason=reason,
        columns=(say("Legemiddel"), say("Din"), say("Den nye")),
        joined_heading=say("Slås sammen"),
        joined=tuple(one for one in shown if one.id not in conflicts),
        conflicts_heading=say("Begge har endret: velg"),
        conflicts=tuple(one for one in shown if one.id in conflicts),
        mine=say("Din"),
        theirs=say("Den nye"),
        sign=say("Signer"),
        changes=changes,
        back=say("Til listen"),
        back_address=address,
    )


def _differs(stale: Stale, id: str) -> bool:
    return stale.mine.get(id) != stale.theirs.get(id)


def _both(stale: Stale, id: str, language: Language) -> Both:
    mine, theirs = stale.mine.get(id), stale.theirs.get(id)
    return Both(id, medicines.name(mine or theirs or {}), _told(mine, language),
                _told(theirs, language))  # fmt: skip


def _told(line: Resource | None, language: Language) -> str:
    if line is None:
        return "–"
    ended = language.say("Seponert") if line.get("status") == "stopped" else ""
    said = dosage.text(line.get("dosage", ()), language.tag)
    return " · ".join(filter(None, (medicines.name(line), said, ended)))
