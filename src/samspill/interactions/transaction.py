"""transaction: all entries or none, in FHIR's order, with references between them.

Everything is planned – ids given, references resolved, resources checked – before the writer is
asked. The plan names the conditions it rests on; if the record has moved meanwhile, it is made
again on the writer. https://hl7.org/fhir/R4/http.html#transaction
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from samspill.access.decide import Action
from samspill.base.errors import (
    InvalidRequest,
    InvalidResource,
    Issue,
    NotSupported,
    PreconditionFailed,
    SamspillError,
    TooLarge,
)
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import bundle
from samspill.fhir.bundle import Request
from samspill.fhir.search.query import Query
from samspill.interactions import conditional, delete, lasting, patch, save, update
from samspill.interactions.links import Links
from samspill.interactions.save import Asked, Draft
from samspill.interactions.session import Session
from samspill.store import Version

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What became of an entry; `read` is the answer to a GET, as the reader made it."""

    request: Request
    status: int
    version: Version | None = None
    read: T | None = None
    issues: Sequence[Issue] = ()
    """What was found in the resource and let pass."""


Holds = Callable[[Session], bool]
"""Whether something that a plan rests on is still so."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry and its place in the record: the draft to write, or an id to delete or keep."""

    request: Request
    type: str
    id: str = ""
    draft: Draft | None = None
    expected: int | None = None
    query: Query | None = None
    """The condition of a conditional entry."""
    found: str = ""
    """Id that the condition led to; "" when it led nowhere."""

    @property
    def is_kept(self) -> bool:
        """A conditional create that found its resource."""
        return self.request.method == "POST" and self.found != ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in the order of the work, and what they rest on."""

    steps: Sequence[Step]
    rests_on: Sequence[Holds]


Reader = Callable[[Session, Request], T]
"""Answers a GET or HEAD of the bundle, inside the transaction."""


def transaction(session: Session, resource: Resource) -> Sequence[Answer[None]]:
    """Carries out a transaction Bundle without reads; returns when it is durable."""

    def refuse(session: Session, request: Request) -> None:
        raise NotSupported("No reads here", "Ingen lesing her", where=request.expression)

    return start(session, resource, refuse).result()


def start(session: Session, resource: Resource, read: Reader[T]) -> "Future[Sequence[Answer[T]]]":
    """As `transaction`, without waiting. The answers are in the order of the entries."""
    requests = bundle.requests(resource)
    most = session.platform.settings.largest_bundle_entries
    if len(requests) > most:
        raise TooLarge(
            f"The bundle has more than {most} entries", f"Bunten har mer enn {most} entries"
        )
    return save.submit_planned(
        session,
        lambda at: plan(at, requests),
        lambda inner, made: all(holds(inner) for holds in made.rests_on),
        lambda inner, made: _carry_out(inner, made, read),
        lambda made: [(step.type, step.id) for step in made.steps if step.id],
    )


def plan(session: Session, requests: Sequence[Request]) -> Plan:
    """Gives every entry its place, then checks and indexes what is to be written."""
    ordered = sorted(requests, key=lambda request: bundle.METHODS.index(request.method))
    placed = [_place(session, request) for request in ordered]
    _refuse_twins(placed)
    rests_on = [_leads_to(step.query, step.found) for step in placed if step.query]
    known: dict[str, str] = {}

    def find(text: str, where: str) -> str:
        if text not in known:
            type, query, id = _reference(session, text, where)
            rests_on.append(_leads_to(query, id))
            known[text] = f"{type}/{id}"
        return known[text]

    links = Links(session.platform.definitions, dict(_targets(placed)), find)
    steps = _drafted(session, placed, links)
    rests_on += [_is_at(s.draft) for s in steps if s.draft and s.request.method == "PATCH"]
    return Plan(steps, rests_on)


def _leads_to(query: Query, id: str) -> Holds:
    return lambda session: conditional.find_id(session, query) == id


def _is_at(draft: Draft) -> Holds:
    """Whether a patched resource is still at the version that the patch was applied to."""
    change = draft.change
    return lambda session: save.number(session, change.type, change.id) == draft.base


def _place(session: Session, request: Request) -> Step:
    """The type and id that an entry is about."""
    path, method = request.path, request.method
    match method, path, request.query:
        case "GET" | "HEAD", _, _:
            return Step(request, "")
        case "POST", (type,), "":
            return _place_create(session, request, type)
        case "PUT" | "PATCH" | "DELETE", (type, id), "":
            save.check_type(session, type)
            return Step(request, type, id, expected=_expected(request))
        case "PUT" | "PATCH" | "DELETE", (type,), query if query:
            return _place_conditional(session, request, type)
        case _:
            raise NotSupported(
                "This request is not offered inside a transaction",
                "Denne forespørselen tilbys ikke i en transaksjon",
                where=f"{request.expression}.request.url",
                expected=Text(
                    "Type, Type/id or Type?condition", "Type, Type/id eller Type?betingelse"
                ),
            )


def _place_create(session: Session, request: Request, type: str) -> Step:
    save.check_type(session, type)
    if not request.if_none_exist:
        return Step(request, type, session.platform.ids())
    where = f"{request.expression}.request.ifNoneExist"
    query = conditional.parse(session, type, request.if_none_exist, where)
    found = conditional.find_id(session, query)
    return Step(request, type, found or session.platform.ids(), query=query, found=found)


def _place_conditional(session: Session, request: Request, type: str) -> Step:
    save.check_type(session, type)
    where = f"{request.expression}.request.url"
    query = conditional.parse(session, type, request.query, where)
    found = conditional.find_id(session, query)
    id = found
    if request.method == "PUT":
        id = found or (request.resource or {}).get("id") or session.platform.ids()
    return Step(request, type, id, expected=_expected(request), query=query, found=found)


def _reference(session: Session, text: str, where: str) -> tuple[str, Query, str]:
    """The one resource that a conditional reference names."""
    type, _, query_string = text.partition("?")
    save.check_type(session, type)
    query = conditional.parse(session, type, query_string, where)
    id = conditional.find_id(session, query)
    if not id:
        raise PreconditionFailed(
            "A conditional reference finds no resource",
            "En betinget referanse finner ingen ressurs",
            where=where,
        )
    return type, query, id


def _expected(request: Request) -> int | None:
    if request.if_none_match == "*":
        return 0
    if not request.if_match:
        return None
    return parse_etag(request.if_match, f"{request.expression}.request.ifMatch")


def parse_etag(text: str, where: str) -> int:
    """The version number of an ETag: W/"3"."""
    number = text.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise InvalidRequest(
            "This is not an ETag of ours",
            "Dette er ikke en ETag herfra",
            where=where,
            expected='W/"1"',
        )
    return int(number)


def _refuse_twins(steps: Iterable[Step]) -> None:
    """A resource may appear only once in a transaction."""
    seen: set[tuple[str, str]] = set()
    for step in steps:
        if not step.id or step.is_kept:
            continue
        if (step.type, step.id) in seen:
            raise InvalidRequest(
                "Two entries change the same resource",
                "To entries endrer den samme ressursen",
                where=step.request.expression,
            )
        seen.add((step.type, step.id))


def _targets(steps: Iterable[Step]) -> Iterable[tuple[str, str]]:
    """Full URL → place; a full URL of the web also stands for its relative form."""
    for step in steps:
        url = step.request.full_url
        if not url or not step.id or step.request.method not in ("POST", "PUT"):
            continue
        place = f"{step.type}/{step.id}"
        yield url, place
        if url.startswith(("http://", "https://")):
            yield "/".join(url.split("/")[-2:]), place


def _drafted(session: Session, steps: Sequence[Step], links: Links) -> list[Step]:
    """The steps with their drafts; raises with the issues of all entries at once."""
    asked = {n: each for n, step in enumerate(steps) if (each := _asked(step, links))}
    brought = lasting.with_given(session.platform.library, (a.resource for a in asked.values()))
    knowing = session.knowing(brought)
    made = dict(zip(asked, save.drafts(knowing, asked.values()), strict=True))
    drafted, issues = [], list[Issue]()
    for n, step in enumerate(steps):
        try:
            draft = made[n] if n in made else _draft(session, step, links)
            if isinstance(draft, SamspillError):
                raise draft
            drafted.append(replace(step, draft=draft))
        except InvalidResource as error:
            issues += [_placed(issue, step.request) for issue in error.issues]
        except SamspillError as error:
            raise _named(error, step.request) from None
    if issues:
        raise InvalidResource(issues)
    return drafted


def _asked(step: Step, links: Links) -> Asked | None:
    """What a plain create or update asks for; None for every other entry."""
    request = step.request
    if request.method not in ("POST", "PUT") or step.is_kept or request.resource is None:
        return None
    if request.method == "PUT" and step.query:
        return None
    resource = links.resolved(request.resource, request)
    if request.method == "POST":
        return Asked(resource, step.type, step.id, Action.CREATE)
    update.check_id(resource, step.type, step.id)
    return Asked(resource, step.type, step.id, Action.UPDATE)


def _draft(session: Session, step: Step, links: Links) -> Draft | None:
    """The draft of a patch or a conditional update; None where nothing is written."""
    request = step.request
    if request.method not in ("POST", "PUT", "PATCH") or step.is_kept:
        return None
    if request.resource is None:
        raise InvalidRequest(
            "This entry needs a resource",
            "Denne entry trenger en ressurs",
            where=f"{request.expression}.resource",
        )
    resource = links.resolved(request.resource, request)
    if request.method == "PATCH":
        return patch.draft(session, step.type, step.id, resource)
    return update.conditional_draft(session, step.type, resource, step.found, step.id)


def _placed(issue: Issue, request: Request) -> Issue:
    """An issue of a resource, as an issue of the bundle that holds it."""
    _, dot, path = issue.expression.partition(".")
    return replace(issue, expression=f"{request.expression}.resource{dot}{path}")


def _named(error: SamspillError, request: Request) -> SamspillError:
    """The error with the entry that it came from."""
    if not error.where.startswith("Bundle"):
        error.where = ".".join(part for part in (request.expression, error.where) if part)
    return error


def _carry_out(session: Session, made: Plan, read: Reader[T]) -> list[Answer[T]]:
    answers = []
    for step in made.steps:
        try:
            answers.append(_answer(session, step, read))
        except SamspillError as error:
            raise _named(error, step.request) from None
    return sorted(answers, key=lambda answer: answer.request.index)


def _answer(session: Session, step: Step, read: Reader[T]) -> Answer[T]:
    request = step.request
    if request.method in ("GET", "HEAD"):
        return Answer(request, 200, read=read(session, request))
    if request.method == "DELETE":
        gone = delete.write(session, step.type, step.id, step.expected) if step.id else None
        return Answer(request, 204, gone)
    if step.draft is None:
        return Answer(request, 200, save.current(session, step.type, step.id))
    if request.method != "POST":
        update.refuse_client_id(session, step.draft)
    written = save.write(session, step.draft, step.expected)
    status = 201 if written.created else 200
    return Answer(request, status, written.version, issues=written.issues)
