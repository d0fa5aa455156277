"""The addresses of access: who has looked, restricting, proxies, acting for another, settings."""

from collections.abc import Sequence
from datetime import date

from msgspec import structs
from starlette.routing import Route

from samspill.access import actor as actors
from samspill.base.errors import Forbidden, InvalidRequest
from samspill.portals.citizen import layout
from samspill.portals.citizen.pages import log, proxy, question, restrict, settings
from samspill.portals.citizen.pages.restrict import Chosen
from samspill.portals.shared import site
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Redirect, Visit
from samspill.services.care_record import service as care_record
from samspill.services.governance import service as governance
from samspill.services.governance.model import KINDS, CaseKind, Kind, Look
from samspill.services.privacy import service as privacy
from samspill.services.privacy.model import EVERYTHING, Wish


def routes(of: Site) -> list[Route]:
    return [
        site.route(of, layout.LOG, show_log),
        site.route(of, layout.LOG + "/sporsmal", ask, "GET", "POST"),
        site.route(of, layout.RESTRICT, change_restrictions, "GET", "POST"),
        site.route(of, layout.PROXY, change_proxies, "GET", "POST"),
        site.route(of, layout.PROXY + "/handle", act_for, "POST"),
        site.route(of, layout.SETTINGS, show_settings),
    ]


def show_log(visit: Visit) -> Answer:
    id, asked = visit.require("Patient"), visit.query.get("vis", "")
    kind: Kind = next((each for each in KINDS if each == asked), "others")
    looks, older = governance.looks(visit.session, id, kind, _number(visit.query.get("foer", "")))
    cases = governance.cases(visit.session, id)
    return Page("citizen/log.html", log.present(visit, id, kind, looks, older, cases))


def ask(visit: Visit) -> Answer:
    """Opens a case about someone who has looked."""
    id, session = visit.require("Patient"), visit.session
    position = _number(visit.form.get("linje") or visit.query.get("linje", ""))
    look = governance.look(session, id, position)
    if visit.form:
        kind: CaseKind = "complaint" if visit.form.get("slag") == "complaint" else "question"
        about = question.about(visit, id, look)
        governance.ask(session, id, kind, position, about, visit.form.get("tekst", ""))
        return Redirect(f"{layout.LOG}?gjort=spurt")
    why = None
    if look.who.reference.startswith("Practitioner/") and _wishes(visit, id) is not None:
        why = privacy.why(session, id, look.who.reference, "Observation")
    return Page("citizen/question.html", question.present(visit, id, look, why))


def change_restrictions(visit: Visit) -> Answer:
    """What, for whom, and yes; or lifts one that is in force."""
    id, session, form = visit.require("Patient"), visit.session, visit.form
    if lifted := form.get("opphev"):
        privacy.lift(session, id, lifted)
        return Redirect(f"{layout.RESTRICT}?gjort=opphevet")
    what, whom = form.get("hva", ""), form.get("hvem", "")
    if form.get("steg") == "done":
        return Redirect(f"{layout.RESTRICT}?gjort={_restrict(visit, id, what, whom)}")
    chosen = Chosen("what")
    if blocked := visit.query.get("person"):
        chosen = Chosen("confirm", EVERYTHING, f"Practitioner/{blocked}")
    elif form.get("steg") == "whom" and what:
        chosen = Chosen("whom", what)
    elif form.get("steg") == "confirm" and what and whom:
        chosen = Chosen("confirm", what, "" if whom == EVERYTHING else whom)
    wishes = privacy.wishes(session, id)
    content = restrict.present(
        visit,
        layout.frame(visit, visit.language.say("Sperre og blokkere")),
        chosen,
        care_record.documents(session, id),
        _readers(governance.looks(session, id, "others")[0]),
        wishes,
    )
    return Page("citizen/restrict.html", content)


def _restrict(visit: Visit, id: str, what: str, whom: str) -> str:
    until = _day(visit.form.get("til", ""))
    if whom.startswith("Practitioner/"):
        privacy.block(visit.session, id, whom, until)
        return "blokkert"
    privacy.restrict(visit.session, id, what, (whom,) if whom else (), until=until)
    return "sperret"


def _readers(looks: Sequence[Look]) -> tuple[str, ...]:
    """The people and places that have looked, each once."""
    named = [
        each
        for look in looks
        for each in (look.who.organization, look.who.department, look.who.reference)
        if each.startswith(("Practitioner/", "Organization/"))
    ]
    return tuple(dict.fromkeys(named))


def change_proxies(visit: Visit) -> Answer:
    id, session, form = visit.require("Patient"), visit.session, visit.form
    if given := form.get("trekk"):
        privacy.withdraw(session, id, given)
        return Redirect(f"{layout.PROXY}?gjort=opphevet")
    if child := form.get("slipp_inn"):
        privacy.let_in(structs.replace(session, on_behalf_of=child), child)
        return Redirect(f"{layout.PROXY}?gjort=samtykket")
    if "nummer" in form:
        areas = [name.removeprefix("omr-") for name in form if name.startswith("omr-")]
        until = _day(form.get("til", ""))
        privacy.give_proxy(session, id, _receiver(visit), areas, until)
        return Redirect(f"{layout.PROXY}?gjort=fullmakt")
    others = privacy.represented(structs.replace(session, on_behalf_of=""))
    return Page("citizen/proxy.html", proxy.present(visit, others, _wishes(visit, id)))


def _receiver(visit: Visit) -> str:
    """Whoever has the number and the family name: a slip of one digit gives nobody a proxy."""
    inside = structs.replace(visit.session, actor=actors.SYSTEM, on_behalf_of="")
    family = visit.form.get("etternavn", "").strip().casefold()
    for person in care_record.find_people(inside, visit.form.get("nummer", "").strip()):
        if family and person.name.casefold().endswith(family):
            return f"Patient/{person.id}"
    raise InvalidRequest(
        "The number and the family name do not belong together",
        "Nummeret og etternavnet hører ikke sammen",
        where="nummer",
    )


def act_for(visit: Visit) -> Answer:
    """From now on for another, or for oneself again."""
    visit.require("Patient")
    other = visit.form.get("for", "")
    own = structs.replace(visit.session, on_behalf_of="")
    if not other:
        return Redirect(layout.HOME, acting=("", ""))
    privacy.act_for(own, other)
    name = next((each.name for each in privacy.represented(own) if each.patient == other), "")
    return Redirect(layout.HOME, acting=(other, name))


def show_settings(visit: Visit) -> Answer:
    id = visit.require("Patient")
    return Page("citizen/settings.html", settings.present(visit, _wishes(visit, id) or ()))


def _wishes(visit: Visit, id: str) -> Sequence[Wish] | None:
    """None for those who may look, but not decide."""
    try:
        return privacy.wishes(visit.session, id)
    except Forbidden:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(
            "This is not a day", "Dette er ikke en dato", where="til", expected="2026-11-23"
        ) from None
