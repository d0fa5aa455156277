"""Opening a record: the reader has a reason that the law knows, states one, or it is an emergency.

What a reader who may not see a record is shown is the same whether there is nothing, the record is
restricted, or the person does not exist.
"""

from dataclasses import replace

from msgspec import structs
from starlette.routing import Route

from samspill.access.actor import Kind
from samspill.base.errors import SamspillError
from samspill.portals.clinician import layout
from samspill.portals.clinician.pages import need
from samspill.portals.shared import site
from samspill.portals.shared.site import Endpoint, Site
from samspill.portals.shared.visit import Answer, Page, Redirect, Visit
from samspill.services.governance import service as governance
from samspill.services.privacy import service as privacy
from samspill.services.privacy.model import Card


def routes(of: Site) -> list[Route]:
    return [site.route(of, layout.EMERGENCY, emergency, "GET", "POST")]


def opened(endpoint: Endpoint) -> Endpoint:
    """An endpoint about a patient, carried out for those who may see the patient now; the others
    are asked why they need to."""

    def carry_out(visit: Visit) -> Answer:
        visit.require("Practitioner")
        id, session = visit.parts["id"], visit.session
        if session.actor.kind is not Kind.PROFESSIONAL:
            return endpoint(visit)
        if visit.form:
            purpose, reason = visit.form.get("formaal", ""), visit.form.get("grunn", "")
            privacy.attest(session, id, purpose, reason)
            return Redirect(visit.path)
        standing = governance.standing(session, id)
        if not standing.may:
            was_refused = standing.statement is not None
            return Page("clinician/need.html", need.present(visit, id, visit.path, was_refused))
        stated = standing.statement
        within = structs.replace(session, patient=id, purpose=stated.purpose if stated else "TREAT")
        return endpoint(replace(visit, session=within, standing=standing))

    return carry_out


def emergency(visit: Visit) -> Answer:
    """Emergency access (nødrett): a reason, one patient, one hour; the patient is told."""
    visit.require("Practitioner")
    form, session = visit.form, visit.session
    id = form.get("pasient") or visit.query.get("pasient", "")
    if ended := form.get("avslutt"):
        governance.close(session, ended)
        return Redirect(layout.HOME)
    if form:
        privacy.open_emergency(session, id, form.get("aarsak", ""), form.get("tekst", ""))
        return Redirect(f"{layout.PATIENT}/{id}")
    return Page("clinician/emergency.html", need.emergency(visit, id))


def look_up(visit: Visit, number: str) -> Card | None:
    """Whoever has the whole number, also when not among one's own patients."""
    if visit.actor.kind is not Kind.PROFESSIONAL:
        return None
    try:
        return privacy.look_up(visit.session, number)
    except SamspillError:
        return None
