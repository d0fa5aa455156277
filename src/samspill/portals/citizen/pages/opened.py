"""Delt: what the one who holds a link sees, without an account: a code, then the summary."""

from dataclasses import dataclass

from samspill.portals.citizen import layout
from samspill.portals.shared import layout as shared
from samspill.portals.shared import summaries
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.summaries import Sheet
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Summary


@dataclass(frozen=True, slots=True)
class OpenedPage:
    frame: Frame
    address: str
    heading: str
    lead: str
    name_label: str
    name_hint: str
    name: str
    code_label: str
    open: str
    fault: str
    sheet: Sheet | None
    print: str


def present(
    visit: Visit, *, summary: Summary | None = None, fault: str = "", name: str = ""
) -> OpenedPage:
    say = visit.language.say
    return OpenedPage(
        frame=shared.frame(visit, say("Delt pasientoppsummering"), home=layout.HOME),
        address=visit.path,
        heading=say("En pasient har delt en oppsummering med deg"),
        lead=say(
            "Skriv koden du fikk av pasienten. Hver åpning blir loggført, og pasienten ser den. "
            "Etter fem gale koder er lenken låst."
        ),
        name_label=say("Navnet ditt og hvor du arbeider"),
        name_hint=say("Pasienten ser dette."),
        name=name,
        code_label=say("Kode"),
        open=say("Åpne"),
        fault=fault,
        sheet=summaries.present(summary, visit.language) if summary else None,
        print=say("Skriv ut"),
    )
