"""The citizen's addresses: each endpoint asks a service and presents the answer."""

from datetime import date, timedelta

from starlette.routing import Route

from samspill.portals.citizen import access, layout, sharing
from samspill.portals.citizen.pages import (
    critical,
    document,
    documents,
    home,
    medicines,
    result,
    results,
    timeline,
)
from samspill.portals.shared import site
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Redirect, Visit
from samspill.services.care_record import service as care_record
from samspill.services.care_record.model import KINDS
from samspill.services.governance import service as governance
from samspill.services.medication import service as medication
from samspill.services.results import service as result_service

NEWS_DAYS = 31
"""How far back the news go for one who has not been here before."""


def routes(of: Site) -> list[Route]:
    return [
        site.route(of, layout.HOME, show_home),
        site.route(of, layout.HEALTH, show_timeline, "GET", "POST"),
        site.route(of, layout.RESULTS, show_results),
        site.route(of, layout.RESULTS + "/{code}", show_result),
        site.route(of, layout.DOCUMENTS, show_documents),
        site.route(of, layout.DOCUMENTS + "/{id}", show_document),
        site.route(of, layout.MEDICINES, show_medicines),
        site.route(of, layout.MEDICINES + "/meld", tell_of_medicine, "POST"),
        site.route(of, layout.CRITICAL, show_critical),
        *access.routes(of),
        *sharing.routes(of),
    ]


def show_home(visit: Visit) -> Answer:
    id, session = visit.require("Patient"), visit.session
    since = date.fromisoformat(visit.last_seen) if visit.last_seen else visit.today
    news_since = since if visit.last_seen else since - timedelta(days=NEWS_DAYS)
    content = home.present(
        visit,
        care_record.person(session, id),
        care_record.events(session, id, since=news_since),
        care_record.next_appointments(session, id),
        result_service.all_series(session, id),
        care_record.critical_information(session, id),
        governance.emergencies(session, id),
    )
    return Page("citizen/home.html", content)


def show_timeline(visit: Visit) -> Answer:
    """The filter and the words come in a form, since what one looks for is private."""
    id = visit.require("Patient")
    form, gone = visit.form, visit.form.get("fjern", "")
    kind = form.get("vis") or form.get("naa") or visit.query.get("vis", "")
    kind = kind if kind in KINDS and gone != "vis" else ""
    sought = "" if gone == "sok" else form.get("sok", "").strip()
    limit = form.get("antall", "")
    content = timeline.present(
        visit,
        care_record.events(visit.session, id),
        kind,
        sought,
        int(limit) if limit.isdecimal() and len(limit) < 6 else timeline.AT_A_TIME,
    )
    template = "timeline_part" if visit.is_partial else "timeline"
    return Page(f"citizen/{template}.html", content)


def show_results(visit: Visit) -> Answer:
    series = result_service.all_series(visit.session, visit.require("Patient"))
    return Page("citizen/results.html", results.present(visit, series))


def show_result(visit: Visit) -> Answer:
    id = visit.require("Patient")
    series = result_service.one_series(visit.session, id, visit.parts["code"])
    return Page("citizen/result.html", result.present(visit, series))


def show_documents(visit: Visit) -> Answer:
    found = care_record.documents(visit.session, visit.require("Patient"))
    return Page("citizen/documents.html", documents.present(visit, found))


def show_document(visit: Visit) -> Answer:
    id = visit.require("Patient")
    found = care_record.document(visit.session, id, visit.parts["id"])
    return Page("citizen/document.html", document.present(visit, found))


def show_medicines(visit: Visit) -> Answer:
    found = medication.current_list(visit.session, visit.require("Patient"))
    return Page("citizen/medicines.html", medicines.present(visit, found))


def tell_of_medicine(visit: Visit) -> Answer:
    """A wish for a new prescription, or that a medicine is not taken."""
    id, form = visit.require("Patient"), visit.form
    if order := form.get("forny"):
        medication.ask_renewal(visit.session, id, order)
    elif line := form.get("ikke"):
        medication.report_not_taken(visit.session, id, line, "")
    return Redirect(f"{layout.MEDICINES}?meldt=1")


def show_critical(visit: Visit) -> Answer:
    id, session = visit.require("Patient"), visit.session
    found = care_record.critical_information(session, id)
    diagnoses = care_record.diagnoses(session, id)
    return Page("citizen/critical.html", critical.present(visit, found, diagnoses))
