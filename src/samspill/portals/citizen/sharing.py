"""The addresses of sharing: the citizen makes and stops links; whoever holds one opens it."""

from dataclasses import replace

from starlette.routing import Route

from samspill.base import clock
from samspill.base.errors import NotFound
from samspill.portals.citizen.pages import opened, share
from samspill.portals.citizen.pages.share import SheetPage
from samspill.portals.shared import site
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Paper, Redirect, Visit
from samspill.services.care_record import service as care_record
from samspill.services.care_record.model import Summary
from samspill.services.sharing import mapping
from samspill.services.sharing import service as sharing
from samspill.services.sharing.model import Made, WrongPasscode

PLACE = "/del"


def routes(of: Site) -> list[Route]:
    return [
        site.route(of, PLACE, show, "GET", "POST"),
        site.route(of, PLACE + "/oppsummering", read),
        site.route(of, PLACE + "/pdf", paper, "POST"),
        site.route(of, "/delt/{secret}", open_link, "GET", "POST"),
    ]


def show(visit: Visit) -> Answer:
    """Makes a link, which is shown with the answer and never again, or stops one."""
    id, session, form = visit.require("Patient"), visit.session, visit.form
    if stopped := form.get("stopp"):
        sharing.revoke(session, id, stopped)
        return Redirect(PLACE)
    made: Made | None = None
    if "dager" in form:
        made = sharing.share(
            session,
            id,
            label=form.get("navn", ""),
            days=int(form["dager"]) if form["dager"].isdecimal() else 0,
            sections=[value for name, value in form.items() if name.startswith("del")],
            passcode=form.get("kode", ""),
        )
    content = share.present(
        visit,
        _summary(visit, id),
        sharing.shares(session, id),
        clock.to_datetime(session.platform.clock()),
        mapping.REQUIRED,
        made,
    )
    return Page("citizen/share.html", content)


def read(visit: Visit) -> Answer:
    return Page("citizen/sheet.html", share.sheet(visit, _summary(visit, visit.require("Patient"))))


def paper(visit: Visit) -> Answer:
    """The summary as PDF in English, with the QR code of a link that was just made."""
    id, english = visit.require("Patient"), _in_english(visit)
    page = share.sheet(english, _summary(english, id))
    link = visit.form.get("lenke", "")
    if link.startswith(f"{visit.session.platform.settings.base_url}/delt/"):
        page = _with_link(english, page, link)
    return Paper("citizen/paper.html", page, "patient-summary.pdf")


def open_link(visit: Visit) -> Answer:
    """The page that a link leads to; English, since it is for those who do not know us."""
    visit = _in_english(visit)
    platform, secret, form = visit.session.platform, visit.parts["secret"], visit.form
    if "kode" not in form:
        return Page("citizen/opened.html", opened.present(visit))
    name = form.get("navn", "")
    say = visit.language.say
    try:
        found = sharing.open(platform, secret, form["kode"], name)
    except WrongPasscode as wrong:
        fault = (
            visit.language.count(
                "Feil kode. Du har %(number)s forsøk igjen.",
                "Feil kode. Du har %(number)s forsøk igjen.",
                wrong.left,
            )
            if wrong.left
            else say("Lenken er låst etter fem gale koder. Be pasienten om en ny.")
        )
        return Page("citizen/opened.html", opened.present(visit, fault=fault, name=name), 403)
    except NotFound:
        fault = say("Lenken virker ikke. Den er utløpt, eller pasienten har stoppet den.")
        return Page("citizen/opened.html", opened.present(visit, fault=fault, name=name), 404)
    summary = care_record.read_summary(sharing.content(found))
    return Page("citizen/opened.html", opened.present(visit, summary=summary))


def _summary(visit: Visit, id: str) -> Summary:
    return care_record.read_summary(care_record.summary(visit.session, id))


def _in_english(visit: Visit) -> Visit:
    english = next(one for one in visit.languages if one.tag == "en")
    return replace(visit, language=english, session=visit.session.speaking("en"))


def _with_link(visit: Visit, page: SheetPage, link: str) -> SheetPage:
    return replace(page, made=share.printed(visit, link))
