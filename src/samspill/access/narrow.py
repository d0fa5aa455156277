"""A decision in SQL: the condition under which a search may know of a version.

The other evaluator of the tree in `policy`; tests ask both, and Cedar, the same questions.
docs/adr/0020
"""

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from samspill.access import policy as p
from samspill.access.actor import Actor, Context
from samspill.access.decide import Action, asked, decide
from samspill.access.rules.asked import Asked
from samspill.fhir.search.query import Clause
from samspill.norway import confidentiality
from samspill.store import index
from samspill.store.connect import question_marks
from samspill.store.facts import EVER
from samspill.store.memo import Facts
from samspill.store.search import compile
from samspill.store.search.scope import (
    FALSE,
    TRUE,
    Scope,
    all_of,
    any_of,
    look_up,
    not_,
)
from samspill.store.types import Sql

Clauses = Callable[[str, tuple[tuple[str, str], ...]], Clause]
"""From a type and the parameters of a SMART scope to what a search by them asks."""


class Guard(Struct, frozen=True):
    """What a search asks of every resource that it meets, for one actor at one moment."""

    actor: Actor
    context: Context
    action: Action
    clauses: Clauses
    near: tuple[str, ...] = ()
    """Ids of the patients that the search names, who are looked at before all others."""

    @property
    def holder(self) -> str:
        """Whose page links these are: the actor, the application, and whom it acts for."""
        actor, context = self.actor, self.context
        named = (actor.kind.value, actor.reference, actor.client, context.on_behalf_of)
        return repr((*named, context.purpose, context.patient, context.scopes))

    def asker(self, facts: Facts) -> Hashable:
        """Who asks, on which day, and how often since then the answer may have changed."""
        since, until, turn = facts.get(self._asked, (0, 0, 0))
        if not since <= self.context.now < until:
            turn += 1
            facts[self._asked] = (self.context.now, EVER[1], turn)
        return self._asked, turn

    def hold(self, facts: Facts, until: int) -> None:
        """What has been asked of the facts may be answered otherwise from this moment on."""
        since, before, turn = facts.get(self._asked, (self.context.now, EVER[1], 0))
        facts[self._asked] = (since, min(before, until), turn)

    @property
    def _asked(self) -> Asked:
        return asked(self.actor, self.context, self.action, "")

    def visible(self, scope: Scope, type: str, t: str) -> Sql:
        """That the actor may know of version `t`, of a resource of the type."""
        decision = decide(self.actor, self.context, self.action, type)
        return _sql(decision.predicate, _Place(self, scope, type, t))

    def told(self, scope: Scope, type: str, parameter: str, t: str) -> Sql:
        """That the actor may learn by which value of the parameter version `t` is found: not when
        it tells where someone is whose whereabouts are protected."""
        decision = decide(self.actor, self.context, self.action, type)
        compartment = scope.parameter(type, index.PATIENTS)
        if decision.masked == p.NONE or not confidentiality.tells(type, parameter):
            return TRUE
        if not compartment:
            return TRUE
        row = scope.alias()
        place = _Place(self, scope, type, t, Sql(f"{row}.value"))
        masked = _sql(decision.masked, place)
        return _no_row(f"fact {row}", _of_version(row, t, compartment), masked)


class _Place(Struct, frozen=True):
    """Where a predicate is asked: of a version, and within it of one of its patients."""

    guard: Guard
    scope: Scope
    type: str
    t: str
    patient: Sql = FALSE

    @property
    def now(self) -> int:
        return self.guard.context.now


def _sql(predicate: p.Predicate, at: _Place) -> Sql:
    match predicate:
        case p.Const(allowed):
            return TRUE if allowed else FALSE
        case p.And(parts):
            return all_of(_sql(each, at) for each in parts)
        case p.Or(parts):
            return any_of(_sql(each, at) for each in parts)
        case p.Not(part):
            return not_(_sql(part, at))
        case p.ForAllPatients(part):
            return _for_all(part, at)
        case p.NamesNobody():
            compartment = at.scope.parameter(at.type, index.PATIENTS)
            row = at.scope.alias()
            return (
                _no_row(f"fact {row}", _of_version(row, at.t, compartment)) if compartment else TRUE
            )
        case p.Of(id, part):
            rid = "(SELECT rid FROM resource WHERE type = ? AND id = ?)"
            return _sql(part, replace(at, patient=Sql(rid, (at.scope.type("Patient"), id))))
        case p.Labelled(labels):
            marks = question_marks(labels)
            return _labelled(
                Sql(f"SELECT rid FROM label WHERE code IN ({marks})", _sorted(labels)), at
            )
        case p.LabelledBut(system, labels):
            within = f"code >= ? AND code < ? AND code NOT IN ({question_marks(labels)})"
            values = (f"{system}|", f"{system}}}", *_sorted(labels))
            return _labelled(Sql(f"SELECT rid FROM label WHERE {within}", values), at)
        case p.Is(type, id):
            mine = compile.resources_among(at.scope, type, (id,))
            return _of_rid(at, mine.condition)
        case p.ScopeMatch(pairs):
            clause = at.guard.clauses(at.type, pairs)
            return compile.condition(at.scope, clause, at.type, at.t)
        case _:
            return _of_patient(predicate, at)


def _for_all(part: p.Predicate, at: _Place) -> Sql:
    """There are patients, and none for whom it is not true: what is unknown is not true."""
    compartment = at.scope.parameter(at.type, index.PATIENTS)
    if not compartment:
        return FALSE
    some, row = at.scope.alias(), at.scope.alias()
    met = _sql(part, replace(at, patient=Sql(f"{row}.value")))
    if met == FALSE:
        return FALSE
    unmet = FALSE if met == TRUE else Sql(f"({met.text}) IS NOT TRUE", met.parameters)
    return all_of(
        (
            _a_row(f"fact {some}", _of_version(some, at.t, compartment)),
            _no_row(f"fact {row}", _of_version(row, at.t, compartment), unmet),
        )
    )


def _of_version(row: str, t: str, parameter: int) -> Sql:
    return Sql(f"{row}.t = {t} AND {row}.parameter = ?", (parameter,))


def _no_row(table: str, *where: Sql) -> Sql:
    return not_(_a_row(table, *where))


def _a_row(table: str, *where: Sql) -> Sql:
    met = all_of(where)
    return (
        met
        if met == FALSE
        else Sql(f"EXISTS (SELECT 1 FROM {table} WHERE {met.text})", met.parameters)
    )


def _sorted(values: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(values))


def _labelled(select: Sql, at: _Place) -> Sql:
    """Labels that matter are rare: the resources that have one are looked up beforehand."""
    return _of_rid(at, look_up(at.scope, select).condition)


def _of_rid(at: _Place, condition: Callable[[str], Sql]) -> Sql:
    version = at.scope.alias()
    return _a_row(f"version {version}", Sql(f"{version}.t = {at.t}"), condition(f"{version}.rid"))


def _of_patient(
    predicate: p.PatientIs
    | p.Related
    | p.Applies
    | p.BornBy
    | p.BornAfter
    | p.Living
    | p.Hidden
    | p.LivesWithParent,
    at: _Place,
) -> Sql:
    match predicate:
        case p.PatientIs(id):
            of_id = "(SELECT rid FROM resource WHERE type = ? AND id = ?)"
            values = (*at.patient.parameters, at.scope.type("Patient"), id)
            return Sql(f"{at.patient.text} IS NOT DISTINCT FROM {of_id}", values)
        case p.Related():
            return _related(predicate, at)
        case p.Applies():
            return _applies(predicate, at)
        case p.BornBy(day):
            return _person(at, "{0}.born_to > 0 AND {0}.born_to <= ?", day)
        case p.BornAfter(day):
            return _person(at, "{0}.born_from > ?", day)
        case p.Living():
            at.guard.hold(at.scope.facts, at.now)
            return _person(at, "({0}.died_at IS NULL OR {0}.died_at > ?)", at.now)
        case p.Hidden():
            return not_(_person(at, "{0}.hidden = 0"))
        case p.LivesWithParent():
            return _lives_with_parent(at)
        case _:
            assert_never(predicate)


def _related(related: p.Related, at: _Place) -> Sql:
    """The patients of an actor are looked up once, and kept until one comes or goes."""
    limits = [
        Sql(f"{column} IN ({question_marks(values)})", _sorted(values))
        for column, values in (
            ("subject", related.subjects),
            ("basis", related.bases),
            ("type", related.types),
        )
        if values or column == "subject"
    ]
    among = all_of((*limits, Sql("name = ?", (related.relation,))))
    found = _stated(among, at)
    at.guard.hold(at.scope.facts, found.until)
    if not found.ids:
        return FALSE
    near = compile.resources_among(at.scope, "Patient", at.guard.near).ids if at.guard.near else ()
    first = [id for id in near or () if id in found.ids]
    if not first and len(found.ids) <= MOST:
        return _among(found.ids, at)
    in_force = all_of((among, Sql("low <= ? AND high > ?", (at.now, at.now))))
    chosen = f"SELECT patient FROM relation WHERE {in_force.text}"
    others = Sql(f"{at.patient.text} IN ({chosen})", (*at.patient.parameters, *in_force.parameters))
    return any_of((_among(first, at), others)) if first else others


def _among(ids: Sequence[int], at: _Place) -> Sql:
    return Sql(f"{at.patient.text} IN ({question_marks(ids)})", (*at.patient.parameters, *ids))


MOST = 5_000
"""Patients of one actor who are named in a statement; more are left to a subselect."""


class _Patients(Struct, frozen=True):
    """Those to whom an actor is related, from the moment of asking until one comes or goes."""

    ids: tuple[int, ...]
    since: int
    until: int


def _patients(at: _Place, among: Sql) -> _Patients:
    connection = at.scope.connection
    rows = connection.rows(
        f"SELECT DISTINCT patient FROM relation WHERE {among.text} AND low <= ? LIMIT {MOST + 1}",
        (*among.parameters, at.now),
    )
    change = "min(CASE WHEN low > ? THEN low ELSE high END)"
    row = connection.row(
        f"SELECT {change} FROM relation WHERE {among.text}", (at.now, *among.parameters)
    )
    until = row[0] if row and row[0] is not None else EVER[1]
    return _Patients(tuple(sorted(row[0] for row in rows)), at.now, until)


def _person(at: _Place, condition: str, *values: int) -> Sql:
    row = at.scope.alias()
    who = Sql(f"{row}.patient = {at.patient.text}", at.patient.parameters)
    return _a_row(f"person {row}", who, Sql(condition.format(row), values))


def _in_force(row: str, relation: str, at: _Place) -> Sql:
    """That a row of `relation` has the name, is about the patient, and holds now."""
    text = f"{row}.name = ? AND {row}.patient = {at.patient.text}"
    text = f"{text} AND {row}.low <= ? AND {row}.high > ?"
    return Sql(text, (relation, *at.patient.parameters, at.now, at.now))


def _applies(asked: p.Applies, at: _Place) -> Sql:
    """Few patients have said anything about this actor: they are looked up beforehand."""
    subjects = _sorted({"", *asked.subjects})
    marks = question_marks(subjects)
    for name in filter(None, (asked.relation, asked.spared)):
        of_name = Sql(f"subject IN ({marks}) AND name = ?", (*subjects, name))
        at.guard.hold(at.scope.facts, _stated(of_name, at).until)
    said = f"SELECT DISTINCT patient FROM relation WHERE subject IN ({marks}) AND name = ?"
    concerned = look_up(at.scope, Sql(said, (*subjects, asked.relation)))
    if concerned.ids == ():
        return FALSE
    few = TRUE
    if concerned.ids is not None and at.patient.text.isascii() and not at.patient.parameters:
        few = concerned.condition(at.patient.text)
    row = at.scope.alias()
    met = [_in_force(row, asked.relation, at), *_is_meant(row, asked, at)]
    if asked.spared:
        other = at.scope.alias()
        same = Sql(f"{other}.source = {row}.source AND {other}.node = {row}.node")
        spared = [_in_force(other, asked.spared, at), same, *_is_meant(other, asked, at)]
        met.append(_no_row(f"relation {other}", *spared))
    return all_of((few, _a_row(f"relation {row}", *met)))


def _is_meant(row: str, asked: p.Applies, at: _Place) -> tuple[Sql, ...]:
    """That a relation is about this actor, this purpose and this resource."""
    subjects, type = _sorted({"", *asked.subjects}), at.scope.type(at.type)
    version, label, fact, kept = (at.scope.alias() for _ in range(4))
    labelled = (
        f"SELECT 1 FROM version {version} CROSS JOIN label {label} WHERE {version}.t = {at.t}"
        f" AND {label}.rid = {version}.rid AND {label}.code = {row}.label"
    )
    itself = f"SELECT {version}.rid FROM version {version} WHERE {version}.t = {at.t}"
    refers = (
        f"SELECT 1 FROM fact {fact} WHERE {fact}.t = {at.t} AND {fact}.value = {row}.target AND"
        f" {fact}.parameter IN (SELECT id FROM parameter WHERE type = ? AND kind = 'reference')"
    )
    referred = (
        f"SELECT 1 FROM about {kept} WHERE {kept}.t = {at.t} AND {kept}.target = {row}.target"
        f" AND {kept}.is_patient = 0"
    )
    return (
        Sql(f"{row}.subject IN ({question_marks(subjects)})", subjects),
        Sql(f"{row}.purpose IN ('', ?)", (asked.purpose,)),
        Sql(f"{row}.type IN ('', ?)", (at.type,)),
        Sql(f"({row}.label = '' OR EXISTS ({labelled}))"),
        Sql(
            f"({row}.target = 0 OR {row}.target = ({itself}) OR EXISTS ({refers})"
            f" OR EXISTS ({referred}))",
            (type,),
        ),
    )


def _stated(which: Sql, at: _Place) -> _Patients:
    """The patients of relations in force, asked for anew when one comes or goes."""
    found = at.scope.facts.get(which)
    if not isinstance(found, _Patients) or not found.since <= at.now < found.until:
        current = all_of((which, Sql("high > ?", (at.now,))))
        found = at.scope.facts[which] = _patients(at, current)
    return found


def _lives_with_parent(at: _Place) -> Sql:
    at.guard.hold(at.scope.facts, at.now)
    child, row, number, parent = (at.scope.alias() for _ in range(4))
    tables = (
        f"person {child} CROSS JOIN relation {row} CROSS JOIN person_number {number}"
        f" CROSS JOIN person {parent}"
    )
    joined = (
        f"{child}.patient = {row}.patient AND {row}.basis = 'parent' AND {child}.home <> ''"
        f" AND {number}.value = {row}.subject AND {parent}.patient = {number}.patient"
        f" AND {parent}.home = {child}.home"
    )
    return _a_row(tables, _in_force(row, "rep", at), Sql(joined))
