"""Del: the summary of the record, to take along on paper or to share by a link with a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import segno

from samspill.portals.citizen import layout
from samspill.portals.shared import facts, summaries
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.summaries import Sheet
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Section, Summary
from samspill.services.elements import When
from samspill.services.sharing.model import Made, Share

DAYS = (1, 7, 30, 90)


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    text: str
    is_chosen: bool = False
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A link that was made before."""

    id: str
    label: str
    state: str
    detail: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Card:
    """The new link, shown once."""

    heading: str
    once: str
    link: str
    link_label: str
    code_label: str
    code: str
    until: str
    qr: str
    """As data: address of a picture."""
    qr_text: str
    pdf: str


@dataclass(frozen=True, slots=True)
class SharePage:
    frame: Frame
    heading: str
    lead: str
    made: Card | None
    form_heading: str
    contents_label: str
    contents: tuple[Option, ...]
    label_label: str
    label_hint: str
    days_label: str
    days: tuple[Option, ...]
    code_label: str
    code_hint: str
    share: str
    paper_heading: str
    paper_lead: str
    paper: str
    see: str
    links_heading: str
    links: tuple[Row, ...]
    revoke: str
    nothing: str


@dataclass(frozen=True, slots=True)
class Print:
    """A link on paper; the passcode is never printed with it."""

    qr: str
    qr_text: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The summary to read and print."""

    frame: Frame
    sheet: Sheet
    print: str
    made: Print | None = None


def present(
    visit: Visit,
    summary: Summary,
    links: Sequence[Share],
    now: datetime,
    required: Sequence[str],
    made: Made | None = None,
) -> SharePage:
    say = visit.language.say
    return SharePage(
        frame=layout.frame(visit, say("Del")),
        heading=say("Del helsen din"),
        lead=say(
            "Ta med deg det viktigste om helsen din på reise, eller vis det til en lege i "
            "utlandet. Du bestemmer hva, til hvem og hvor lenge."
        ),
        made=card(visit, made) if made else None,
        form_heading=say("Lag en lenke"),
        contents_label=say("Hva vil du dele?"),
        contents=tuple(_content(one, required, visit) for one in summary.sections),
        label_label=say("Hva er lenken til?"),
        label_hint=say("For eksempel «Ferie i Portugal»"),
        days_label=say("Hvor lenge skal den virke?"),
        days=tuple(
            Option(
                str(one), visit.language.count("%(number)s dag", "%(number)s dager", one), one == 7
            )
            for one in DAYS
        ),
        code_label=say("Kode (minst 6 tegn)"),
        code_hint=say("La feltet stå tomt, så lager vi en kode."),
        share=say("Lag lenke"),
        paper_heading=say("På papir"),
        paper_lead=say("Den samme oppsummeringen, på engelsk, som PDF."),
        paper=say("Hent PDF"),
        see=say("Les oppsummeringen"),
        links_heading=say("Lenkene dine"),
        links=tuple(_row(one, now, visit) for one in links),
        revoke=say("Stopp lenken"),
        nothing=say("Du har ikke delt noe."),
    )


def printed(visit: Visit, link: str) -> Print:
    """The QR code of a link, for paper."""
    say = visit.language.say
    return Print(
        qr=_qr(link),
        qr_text=say("QR-kode med lenken"),
        what=say(
            "Skann koden for å lese oppsummeringen på nett. Pasienten har koden som åpner den."
        ),
        where=link.partition("#")[0],
    )


def card(visit: Visit, made: Made) -> Card:
    say = visit.language.say
    return Card(
        heading=say("Lenken er klar"),
        once=say("Lenken vises bare nå. Skriv ut siden, eller vis den til den som skal lese."),
        link=made.link,
        link_label=say("Lenke"),
        code_label=say("Kode"),
        code=made.passcode,
        until=say("Virker til %(day)s", day=_day(made.share.until, visit)),
        qr=_qr(made.link),
        qr_text=say("QR-kode med lenken"),
        pdf=say("Hent PDF med QR-kode"),
    )


def _qr(link: str) -> str:
    """As the data: address of a picture."""
    return segno.make(link, error="m").svg_data_uri(scale=4, border=2)


def _content(section: Section, required: Sequence[str], visit: Visit) -> Option:
    count = visit.language.count(
        "%(number)s opplysning", "%(number)s opplysninger", len(section.lines)
    )
    text = f"{section.heading} ({count})"
    return Option(section.code, text, bool(section.lines), section.code in required)


def _row(share: Share, now: datetime, visit: Visit) -> Row:
    language, say = visit.language, visit.language.say
    state = share.state(now)
    names = {
        "open": say("Virker til %(day)s", day=_day(share.until, visit)),
        "expired": say("Utløpt %(day)s", day=_day(share.until, visit)),
        "revoked": say("Stoppet"),
        "locked": say("Låst etter fem gale koder"),
    }
    opened = language.count("åpnet %(number)s gang", "åpnet %(number)s ganger", share.opened)
    made = say("Laget %(day)s", day=_day(share.made_at, visit))
    detail = f"{names[state]} · {made} · {opened}"
    label = share.label or say("Uten navn")
    return Row(share.id, label, state, detail, state == "open")


def _day(at: datetime, visit: Visit) -> str:
    return facts.day_and_time(When(at, "time"), visit.language)


def sheet(visit: Visit, summary: Summary) -> SheetPage:
    """The summary as a page of the citizen."""
    say = visit.language.say
    return SheetPage(
        frame=layout.frame(visit, say("Pasientoppsummering")),
        sheet=summaries.present(summary, visit.language),
        print=say("Skriv ut"),
    )
