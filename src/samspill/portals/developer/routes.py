"""The developer's addresses."""

from starlette.routing import Route

from samspill.base.errors import InvalidRequest, InvalidTerminology
from samspill.interactions import browse, examine
from samspill.portals.developer.pages import (
    addresses,
    concept,
    start,
    system,
    systems,
    validation,
    value_sets,
)
from samspill.portals.shared import site
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Visit


def routes(of: Site) -> list[Route]:
    return [
        site.route(of, "/utvikler", show_start),
        site.route(of, "/utvikler/validering", show_validation, "GET", "POST"),
        site.route(of, addresses.SYSTEMS, show_systems),
        site.route(of, addresses.SYSTEM, show_system),
        site.route(of, addresses.CONCEPT, show_concept),
        site.route(of, addresses.VALUE_SETS, show_value_sets),
        site.route(of, addresses.VALUE_SET, show_value_set),
    ]


def show_start(visit: Visit) -> Answer:
    return Page("developer/start.html", start.present(visit))


def show_validation(visit: Visit) -> Answer:
    """The form; with a text that was sent, what was found in it. Nothing is kept."""
    text = visit.form.get("fil") or visit.form.get("tekst", "")
    profile = visit.form.get("profil", "")
    found = examine.run(visit.session, text, profile) if text.strip() else None
    return Page("developer/validation.html", validation.present(visit, text, profile, found))


def show_systems(visit: Visit) -> Answer:
    """All code systems; with a text, the concepts that it finds."""
    text, session = _text(visit), visit.open_session()
    hits = browse.find(session, text)
    defined = browse.defined(session, "CodeSystem", text)
    page = systems.present(visit, text, hits, browse.systems(session), defined)
    return Page("developer/systems.html", page)


def show_system(visit: Visit) -> Answer:
    text, session = _text(visit), visit.open_session()
    canonical = visit.query.get("url", "")
    of = browse.system(session, canonical)
    if text:
        found = [hit.concept for hit in browse.find(session, text, canonical)]
    else:
        found = browse.top(of)
    return Page("developer/system.html", system.present(visit, of, text, found))


def show_concept(visit: Visit) -> Answer:
    canonical, code = visit.query.get("url", ""), visit.query.get("kode", "")
    shown = browse.show(visit.open_session(), canonical, code)
    return Page("developer/concept.html", concept.present(visit, shown))


def show_value_sets(visit: Visit) -> Answer:
    text, session = _text(visit), visit.open_session()
    defined = browse.defined(session, "ValueSet", text)
    page = value_sets.present(visit, text, browse.value_sets(session), defined)
    return Page("developer/systems.html", page)


def show_value_set(visit: Visit) -> Answer:
    """The codes of a value set, or why they cannot be told."""
    text, session = _text(visit), visit.open_session()
    canonical, start = visit.query.get("url", ""), visit.query.get("fra", "0")
    if not (start.isascii() and start.isdigit() and len(start) < 10):
        raise InvalidRequest(
            "This is no place in a list", "Dette er ikke et sted i en liste", where="fra"
        )
    resource = browse.value_set(session, canonical)
    found: browse.Expanded | str
    try:
        found = browse.expanded(session, resource, text, int(start))
    except InvalidTerminology as fault:
        found = fault.text.said_in(visit.language.tag)
    page = value_sets.present_one(visit, resource, text, found)
    return Page("developer/value_set.html", page)


def _text(visit: Visit) -> str:
    return visit.query.get("q", "").strip()[:200]
