"""The clinician's addresses: each endpoint asks services and presents the answer.

Names and numbers of people come in forms and never stand in addresses.
"""

from datetime import timedelta

from starlette.routing import Route

from samspill.portals.clinician import layout, opening
from samspill.portals.clinician import medication as medicine_pages
from samspill.portals.clinician.pages import curve, document, find, summary, timeline
from samspill.portals.shared import site
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Visit
from samspill.services.care_record import service as care_record
from samspill.services.care_record.model import KINDS
from samspill.services.medication import service as medication
from samspill.services.results import service as results

TIMELINE_DAYS = 3 * 365


def routes(of: Site) -> list[Route]:
    person = layout.PATIENT + "/{id}"
    return [
        site.route(of, layout.HOME, find_person, "GET", "POST"),
        site.route(of, person, opening.opened(show_summary), "GET", "POST"),
        site.route(of, person + "/tidslinje", opening.opened(show_timeline), "GET", "POST"),
        site.route(of, person + "/prover/{code}", opening.opened(show_curve), "GET", "POST"),
        site.route(
            of, person + "/dokumenter/{document}", opening.opened(show_document), "GET", "POST"
        ),
        *opening.routes(of),
        *medicine_pages.routes(of),
    ]


def find_person(visit: Visit) -> Answer:
    practitioner = visit.require("Practitioner")
    sought = visit.form.get("sok", "").strip()
    found = care_record.find_people(visit.session, sought) if sought else ()
    card = None if found or not sought else opening.look_up(visit, sought)
    if visit.is_partial:
        return Page("clinician/hits_part.html", find.present(visit, sought, found, (), card))
    listed = care_record.listed_people(visit.session, practitioner)
    return Page("clinician/find.html", find.present(visit, sought, found, listed, card))


def show_summary(visit: Visit) -> Answer:
    session, id = visit.session, visit.parts["id"]
    record = summary.Record(
        person=care_record.person(session, id),
        critical=care_record.critical_information(session, id),
        diagnoses=care_record.diagnoses(session, id),
        series=results.all_series(session, id),
        medication=medication.current_list(session, id),
        events=care_record.events(session, id, since=visit.today - timedelta(days=TIMELINE_DAYS)),
        appointments=care_record.next_appointments(session, id),
    )
    return Page("clinician/summary.html", summary.present(visit, record))


def show_timeline(visit: Visit) -> Answer:
    session, id = visit.session, visit.parts["id"]
    kind, first = visit.query.get("vis", ""), visit.query.get("fra", "")
    content = timeline.present(
        visit,
        care_record.person(session, id),
        care_record.critical_information(session, id),
        care_record.events(session, id),
        kind if kind in KINDS else "",
        int(first) if first.isdecimal() and len(first) < 6 else 0,
    )
    return Page("clinician/timeline.html", content)


def show_curve(visit: Visit) -> Answer:
    session, id = visit.session, visit.parts["id"]
    content = curve.present(
        visit,
        care_record.person(session, id),
        care_record.critical_information(session, id),
        results.one_series(session, id, visit.parts["code"]),
    )
    return Page("clinician/curve.html", content)


def show_document(visit: Visit) -> Answer:
    session, id = visit.session, visit.parts["id"]
    content = document.present(
        visit,
        care_record.person(session, id),
        care_record.critical_information(session, id),
        care_record.document(session, id, visit.parts["document"]),
    )
    return Page("clinician/document.html", content)
