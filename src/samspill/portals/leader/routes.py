"""The leader's addresses. Only those whose duty it is may review access."""

from starlette.routing import Route

from samspill.portals.leader import layout
from samspill.portals.leader.pages import queue, unusual
from samspill.portals.shared import site
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Redirect, Visit
from samspill.services.governance import service as governance
from samspill.services.privacy import service as privacy
from samspill.services.privacy.model import Outcome


def routes(of: Site) -> list[Route]:
    return [
        site.route(of, layout.EMERGENCIES, review, "GET", "POST"),
        site.route(of, layout.UNUSUAL, show_unusual),
    ]


def review(visit: Visit) -> Answer:
    """The queue: emergency accesses to approve or question, and cases to answer."""
    visit.require("Practitioner")
    form, session = visit.form, visit.session
    if id := form.get("nodtilgang"):
        outcome: Outcome = "justified" if form.get("svar") == "justified" else "questioned"
        privacy.review(session, id, outcome, form.get("tekst", ""))
        return Redirect(f"{layout.EMERGENCIES}?gjort=vurdert")
    if id := form.get("sak"):
        governance.answer(session, id, form.get("tekst", ""))
        return Redirect(f"{layout.EMERGENCIES}?gjort=besvart")
    content = queue.present(
        visit,
        privacy.emergencies(session),
        governance.open_cases(session),
        governance.figures(session),
    )
    return Page("leader/queue.html", content)


def show_unusual(visit: Visit) -> Answer:
    visit.require("Practitioner")
    return Page("leader/unusual.html", unusual.present(visit, governance.unusual(visit.session)))
