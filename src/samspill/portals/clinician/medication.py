"""The medication list's addresses: read it, act on a line, reconcile, sign, and merge."""

from urllib.parse import unquote

from starlette.routing import Route

from samspill.base import json
from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.portals.clinician import layout, opening
from samspill.portals.clinician.pages import medicines, reconcile
from samspill.portals.shared import site
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Redirect, Visit
from samspill.services.care_record import service as care_record
from samspill.services.medication import service as medication
from samspill.services.medication.model import reconciling
from samspill.services.medication.model.versions import Lines, Stale

SETTLES = "svar:"
"""Names of form fields that settle a line."""


def routes(of: Site) -> list[Route]:
    person = layout.PATIENT + "/{id}"
    list = person + "/legemidler"
    return [
        site.route(of, list, opening.opened(show), "GET", "POST"),
        site.route(of, list + "/endre", act, "POST"),
        site.route(of, list + "/flett", merge, "POST"),
        site.route(of, person + "/samstemming", opening.opened(compare), "GET", "POST"),
        site.route(of, person + "/samstemming/signer", settle, "POST"),
    ]


def show(visit: Visit) -> Answer:
    session, id = visit.session, visit.parts["id"]
    about = medicines.About(
        person=care_record.person(session, id),
        critical=care_record.critical_information(session, id),
        history=medication.history(session, id),
        orders=medication.orders(session, id),
        questions=medication.questions(session, id),
    )
    return Page("clinician/medicines.html", medicines.present(visit, about))


def act(visit: Visit) -> Answer:
    """One thing done with a line or a prescription: the button says which."""
    visit.require("Practitioner")
    form, session, id = visit.form, visit.session, visit.parts["id"]
    action, _, what = form.get("gjor", "").partition(":")
    words = form.get("ord", "").strip()
    match action:
        case "forny":
            medication.renew(session, id, what)
        case "tilbakekall":
            medication.recall(session, id, what, words or visit.language.say("Tilbakekalt"))
        case "resept":
            medication.prescribe(session, id, what)
        case "spor":
            medication.ask(session, id, what, words)
        case "seponer":
            return _stop(visit, what, words)
        case _:
            raise InvalidRequest("This is not known", "Dette er ikke kjent", where="gjor")
    return _list(visit)


def _stop(visit: Visit, line: str, reason: str) -> Answer:
    base = _number(visit.form.get("base", ""))
    seen = medication.person_list(visit.session, visit.parts["id"], base)
    if line not in seen.lines:
        raise InvalidRequest("There is no such line", "Denne linjen finnes ikke", where="gjor")
    return _sign(visit, base, {line: reconciling.stopped(seen.lines[line], reason)}, reason)


def compare(visit: Visit) -> Answer:
    session, id = visit.session, visit.parts["id"]
    newest, rows = medication.reconciliation(session, id)
    person = care_record.person(session, id)
    critical = care_record.critical_information(session, id)
    content = reconcile.present(visit, person, critical, newest, rows)
    return Page("clinician/reconcile.html", content)


def settle(visit: Visit) -> Answer:
    """Signs what was settled; what was not stays open."""
    visit.require("Practitioner")
    answers = {
        unquote(name.removeprefix(SETTLES)): reconciling.Answer(value)
        for name, value in visit.form.items()
        if name.startswith(SETTLES) and value in tuple(reconciling.Answer)
    }
    base, id = _number(visit.form.get("base", "")), visit.parts["id"]
    reason = visit.language.say("Samstemming")
    try:
        medication.reconcile(visit.session, id, base, answers, reason)
    except Stale as stale:
        return _merge(visit, stale, reason)
    return _list(visit)


def merge(visit: Visit) -> Answer:
    """Signs what two have changed, with the choice made where both changed one line."""
    visit.require("Practitioner")
    form = visit.form
    changes = json.parse(form.get("endringer", "{}").encode())
    if not isinstance(changes, dict) or not all(isinstance(v, dict) for v in changes.values()):
        raise InvalidRequest("These are no lines", "Dette er ikke linjer", where="endringer")
    mine = {id: line for id, line in changes.items() if form.get(f"velg:{id}") != "ny"}
    return _sign(visit, _number(form.get("base", "")), mine, form.get("grunn", ""))


def _sign(visit: Visit, base: int, changes: Lines, reason: str) -> Answer:
    try:
        medication.sign(visit.session, visit.parts["id"], base, changes, reason)
    except Stale as stale:
        return _merge(visit, stale, reason)
    return _list(visit)


def _merge(visit: Visit, stale: Stale, reason: str) -> Answer:
    session, id = visit.session, visit.parts["id"]
    joined = stale.merge.lines
    changes: dict[str, Resource] = {
        line: joined[line] for line in joined if joined[line] != stale.theirs.get(line)
    }
    changes |= {one.id: one.mine for one in stale.merge.conflicts}
    person = care_record.person(session, id)
    critical = care_record.critical_information(session, id)
    told = json.format(changes).decode()
    content = reconcile.merged(visit, person, critical, stale, reason, told)
    return Page("clinician/merge.html", content)


def _list(visit: Visit) -> Answer:
    return Redirect(f"{layout.PATIENT}/{visit.parts['id']}/legemidler")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise InvalidRequest("The version is missing", "Versjonen mangler", where="base")
    return int(text)
