"""The pages of our authorization server: who are you, which patient, and what may the app do.

Programs call the endpoints of `identity.routes`; people come here, sent by an application.
"""

from collections.abc import Sequence
from urllib.parse import quote

from msgspec import structs
from starlette.routing import Route

from samspill.access.actor import Assurance
from samspill.base.errors import Forbidden, InvalidRequest
from samspill.identity import authorize, clients, launch, persons, scopes
from samspill.identity.authorize import Approval, Asked
from samspill.identity.faults import Returned
from samspill.identity.parties import PAGES
from samspill.identity.relying import LEVELS
from samspill.identity.sessions import SignIn
from samspill.identity.state import hashed
from samspill.interactions import read
from samspill.interactions.session import Session
from samspill.portals.shared import people, site
from samspill.portals.shared.pages import allow, apps, sign_in
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Redirect, Visit
from samspill.services.care_record import service as care_record
from samspill.services.privacy import service as privacy
from samspill.services.privacy.model import Represented

PLACE = "/oauth/godkjenn"


def routes(of: Site) -> list[Route]:
    return [
        site.route(of, "/oauth/authorize", begin),
        site.route(of, PLACE, decide, "GET", "POST"),
        site.route(of, "/oauth/apper", open_app, "GET", "POST"),
    ]


def begin(visit: Visit) -> Answer:
    """Takes the request of an application; what is wrong with it, the application is told."""
    provider = visit.entrance.provider
    try:
        id = authorize.begin(provider, visit.pairs)
    except Returned as fault:
        said = {"error": fault.error, "error_description": fault.says}
        return Redirect(authorize.answer(provider, fault.redirect, fault.state, **said), away=True)
    return Redirect(f"{PLACE}?sak={id}")


def decide(visit: Visit) -> Answer:
    """Shows what is asked for, and carries out what the person decides."""
    provider = visit.entrance.provider
    id = visit.form.get("sak") or visit.query.get("sak", "")
    asked = authorize.find(provider, id)
    if asked.client == PAGES:
        return _pick(visit, id, asked)
    signed = visit.signed
    if signed is None or not _is_enough(visit, asked, signed):
        if asked.prompt == "none":
            return Redirect(authorize.decline(provider, id, "login_required"), away=True)
        return Redirect(f"/logg-inn?til={quote(f'{PLACE}?sak={id}', safe='')}")
    if asked.prompt == "none":
        return Redirect(authorize.decline(provider, id, "consent_required"), away=True)
    match visit.form.get("svar"):
        case "ja" if visit.form.get("pasient") or _offered(visit, asked, "") is None:
            return Redirect(
                authorize.approve(provider, id, _approval(visit, asked, signed)), away=True
            )
        case "nei":
            return Redirect(authorize.decline(provider, id), away=True)
        case _:
            return _show(visit, id, asked)


def open_app(visit: Visit) -> Answer:
    """Shows the apps that can be opened with a patient, and opens one (EHR launch)."""
    visit.require("Practitioner")
    provider = visit.entrance.provider
    id = visit.form.get("pasient") or visit.query.get("pasient", "")
    person = care_record.person(_treating(visit, id), id)
    offered = [each for each in clients.all(provider.state) if each.launch_url]
    if chosen := visit.form.get("app"):
        client = provider.client(chosen)
        address = launch.start(provider, client, visit.actor.reference, patient=person.id)
        return Redirect(address, away=True)
    page = apps.present(visit, person.id, person.name, offered)
    return Page("shared/apps.html", page, leads_to=" ".join(each.launch_url for each in offered))


def _show(visit: Visit, id: str, asked: Asked) -> Answer:
    """What the application wants, and about whom where that is not given."""
    sought = visit.form.get("sok", "").strip()
    offered = _offered(visit, asked, sought)
    shown = allow.Request(
        id=id,
        client=visit.entrance.provider.client(asked.client).name,
        scopes=asked.scopes,
        people=offered or (),
        must_pick=offered is not None,
        may_search=visit.actor.reference.startswith("Practitioner/"),
        sought=sought,
    )
    return Page("shared/allow.html", allow.present(visit, shown), leads_to=asked.redirect)


def _offered(visit: Visit, asked: Asked, sought: str) -> Sequence[allow.Person] | None:
    """The patients to pick among; None when there is nothing to pick."""
    launched = launch.peek(visit.entrance.provider, asked.launch).patient
    if launched or not authorize.wants_patient(asked.scopes):
        return None
    type, _, id = visit.actor.reference.partition("/")
    if type == "Patient":
        others = _represented(visit)
        own = allow.Person(id, visit.actor.name)
        return (
            [own, *(allow.Person(each.patient, each.name) for each in others)] if others else None
        )
    if sought:
        hits = care_record.find_people(_treating(visit), sought)
    else:
        hits = care_record.listed_people(_treating(visit), id)
    return [allow.person(each, visit.language) for each in hits]


def _treating(visit: Visit, patient: str = "") -> Session:
    """As a professional looks at those in care; the law opens no others for this purpose."""
    return structs.replace(visit.session, patient=patient, purpose="TREAT")


def _represented(visit: Visit) -> Sequence[Represented]:
    """For whom a citizen may act: children, wards, those who gave a proxy."""
    if visit.signed is None:
        return ()
    return privacy.represented(visit.session.acting(visit.signed.actor))


def _approval(visit: Visit, asked: Asked, signed: SignIn) -> Approval:
    chosen = tuple(
        scope
        for number, scope in enumerate(asked.scopes)
        if scopes.parse(scope) is None or visit.form.get(f"omfang-{number}")
    )
    patient, other = _patient(visit, signed)
    return Approval(
        actor=signed.actor,
        scopes=chosen,
        at=signed.at,
        level=signed.level,
        patient=patient,
        on_behalf_of=other,
        session=hashed(visit.login),
        until=signed.until,
    )


def _patient(visit: Visit, signed: SignIn) -> tuple[str, str]:
    """The patient that was picked, and again if a citizen acts for another."""
    type, _, id = signed.actor.reference.partition("/")
    picked = visit.form.get("pasient", "")
    if type == "Patient":
        if picked in ("", id):
            return id, ""
        if picked not in {each.patient for each in _represented(visit)}:
            raise Forbidden(
                "You may not act for this person", "Du kan ikke handle for denne personen"
            )
        return picked, picked
    if picked:
        # That the person may see the patient at all; whoever may not is told there is none.
        read.read(_treating(visit, picked), "Patient", picked)
    return picked, ""


def _is_enough(visit: Visit, asked: Asked, signed: SignIn) -> bool:
    """Whether the person has signed in lately and surely enough for what is asked."""
    if "login" in asked.prompt.split() and signed.at < int(asked.at):
        return False
    now = visit.entrance.provider.now
    if asked.max_age is not None and now - signed.at > asked.max_age + 5:
        return False
    wanted = [LEVELS.get(level, 0) for level in asked.level.split()]
    return LEVELS.get(signed.level, 0) >= min(filter(None, wanted), default=0)


def _pick(visit: Visit, id: str, asked: Asked) -> Answer:
    """In demo and open mode: who would you like to be? This plays ID-porten and HelseID."""
    platform = visit.session.platform
    if platform.settings.mode not in ("demo", "open"):
        raise Forbidden(
            "People are picked in demo mode only", "Bare i demo kan du velge hvem du vil være"
        )
    if not visit.form:
        candidates = people.candidates(visit.open_session())
        return Page("shared/sign_in.html", sign_in.present(visit, candidates, id))
    who = visit.form.get("som", "")
    if who.partition("/")[0] not in ("Patient", "Practitioner"):
        raise InvalidRequest("Pick a person", "Velg en person", where="som")
    actor = persons.of_reference(platform, who, Assurance.HIGH)
    provider = visit.entrance.provider
    approval = Approval(
        actor=actor,
        scopes=asked.scopes,
        at=provider.now,
        level="idporten-loa-high",
        until=provider.now + 60,
    )
    return Redirect(authorize.approve(provider, id, approval), away=True)
