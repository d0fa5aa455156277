"""Leaks as they have been found in other servers, planted one at a time: the two worlds must tell.

Where the check of everything that leaves would hide a leak, it is put out of force as well.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from msgspec import structs

from samspill.access import actor as actors
from samspill.access import narrow
from samspill.access.decide import Action
from samspill.base.errors import Forbidden, Gone
from samspill.interactions import (
    conditional,
    everything,
    guard,
    history,
    lastn,
    read,
    save,
    search,
    update,
    validate,
)
from samspill.interactions.session import Session
from samspill.store.group import check_expected
from samspill.store.search import compile, cursor, include, plan, select
from samspill.store.search.scope import TRUE

Patch = pytest.MonkeyPatch
GRAPHQL = import_module("samspill.interactions.graphql.execute")
Plant = Callable[[Patch], None]


def _without_narrow(module: Any, name: str) -> Plant:
    """One part of the search compiler forgets who asks."""

    def plant(patch: Patch) -> None:
        original = getattr(module, name)

        def leaking(scope: Any, *given: Any, **named: Any) -> Any:
            if hasattr(scope, "scope"):
                open_scope = structs.replace(scope.scope, narrow=None)
                return original(structs.replace(scope, scope=open_scope), *given, **named)
            return original(structs.replace(scope, narrow=None), *given, **named)

        patch.setattr(module, name, leaking)
        patch.setattr(guard, "shown", _masked_alone)

    return plant


def _masked_alone(session: Any, action: Action, found: Any) -> Any:
    """What has been found, not asked once more: the second check is out of force."""
    if guard.is_open(session) or not found:
        return tuple(found)
    asking = guard._Asking(session, action)
    known = guard._source(session).about([each.commit for each in found])
    return tuple(asking.masked(each, known[each.commit]) for each in found)


def _seen_by_all(module: Any) -> Plant:
    """A room that asks the store itself, past the guard."""

    def plant(patch: Patch) -> None:
        class Blind:
            def __getattr__(self, name: str) -> Any:
                if name == "narrow":
                    return lambda session, action, where=None: None
                if name in ("shown", "visible"):
                    return _masked_alone
                if name == "one":
                    return lambda session, action, version: version
                return getattr(guard, name)

        patch.setattr(module, "guard", Blind())

    return plant


def _as_the_platform(module: Any, *rooms: str) -> Plant:
    """An operation that looks things up as the platform itself."""

    def plant(patch: Patch) -> None:
        for name in rooms:
            patch.setattr(module, name, _Trusting(getattr(module, name)))

    return plant


class _Trusting:
    """A room of interactions in which everybody is the platform."""

    def __init__(self, room: Any) -> None:
        self._room = room

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._room, name)

        def trusting(first: Any, *given: Any, **named: Any) -> Any:
            first = first.acting(actors.SYSTEM) if isinstance(first, Session) else first
            return found(first, *given, **named)

        return trusting if callable(found) and not isinstance(found, type) else found


def _told(patch: Patch) -> None:
    patch.setattr(narrow.Guard, "told", lambda self, scope, type, parameter, t: TRUE)


def _unmasked(patch: Patch) -> None:
    patch.setattr(guard._Asking, "masked", lambda self, version, about: version)


def _refused_not_missing(patch: Patch) -> None:
    """403 instead of 404 for what is there."""
    original = guard.one

    def one(session: Any, action: Action, version: Any) -> Any:
        found = original(session, action, version)
        if found is None and version is not None:
            raise Forbidden("No", "Nei")
        return found

    patch.setattr(guard, "one", one)


def _gone_not_missing(patch: Patch) -> None:
    original = guard.one

    def one(session: Any, action: Action, version: Any) -> Any:
        if (
            version is not None
            and version.number > 1
            and original(session, action, version) is None
        ):
            raise Gone("Gone", "Borte")
        return original(session, action, version)

    patch.setattr(guard, "one", one)


def _readable_cursors(patch: Patch) -> None:
    """Commit numbers in page links, as text that a difference shows."""
    patch.setattr(cursor, "format", lambda at, subject, secret: f"page&t={at.t}")


def _conflict_for_the_hidden(patch: Patch) -> None:
    """412 for what is there and not seen, nothing for what never was."""
    original = update.refuse_client_id

    def refuse(session: Any, draft: Any) -> None:
        raw = save.inside(session).read(draft.change.type, draft.change.id)
        if raw is not None:
            check_expected(None, 99)
        original(session, draft)

    patch.setattr(update, "refuse_client_id", refuse)


def _references_checked_against_all(patch: Patch) -> None:
    original = guard.one

    def one(session: Any, action: Action, version: Any) -> Any:
        return version if action is Action.READ and session.transaction else original(
            session, action, version
        )  # fmt: skip

    patch.setattr(guard, "one", one)


def _order_by_all(patch: Patch) -> None:
    _told(patch)
    patch.setattr(guard._Asking, "masked", lambda self, version, about: version)


def _history_of_all(patch: Patch) -> None:
    patch.setattr(guard, "refuse_unless_open", lambda session: None)
    patch.setattr(guard, "visible", lambda session, action, found: tuple(found))


def _total_of_all(patch: Patch) -> None:
    _without_narrow(select, "total")(patch)


def _plan_told(patch: Patch) -> None:
    patch.setattr(guard, "refuse_unless_open", lambda session: None)


LEAKS: dict[str, Plant] = {
    "matches in the order of the main date": _without_narrow(select, "_by_main"),
    "matches in another order": _without_narrow(select, "_sorted"),
    "the statement as a whole": _without_narrow(select, "statement"),
    "the total": _total_of_all,
    "chained parameters": _without_narrow(compile, "_chain"),
    "_has": _without_narrow(compile, "_has"),
    "the targets that are looked up beforehand": _without_narrow(plan, "targets"),
    "the condition of a candidate": _without_narrow(plan, "met"),
    "_include": _without_narrow(include, "_referred"),
    "what is current of what is included": _without_narrow(include, "_current"),
    "_revinclude": _without_narrow(include, "_pointing"),
    "all includes": _without_narrow(include, "included"),
    "the whole search": _seen_by_all(search),
    "single reads and versions": _seen_by_all(read),
    "conditions of creates, updates and deletes": _seen_by_all(conditional),
    "heads that writes and patches start from": _seen_by_all(save),
    "histories": _history_of_all,
    "the history's own head": _seen_by_all(history),
    "searches by what tells where someone is": _told,
    "addresses in bodies": _unmasked,
    "sorts by what is masked": _order_by_all,
    "403 instead of 404": _refused_not_missing,
    "410 instead of 404": _gone_not_missing,
    "page links that count": _readable_cursors,
    "412 for the hidden": _conflict_for_the_hidden,
    "references checked against all there is": _references_checked_against_all,
    "query plans and histories of types": _plan_told,
    "$everything": _as_the_platform(everything, "search"),
    "$lastn": _as_the_platform(lastn, "search"),
    "$validate of what is stored": _as_the_platform(validate, "read"),
    "GraphQL lists": _as_the_platform(GRAPHQL, "search"),
    "GraphQL references": _as_the_platform(GRAPHQL, "read"),
}

OF_WRITES = frozenset(
    {
        "conditions of creates, updates and deletes",
        "heads that writes and patches start from", "412 for the hidden",
        "references checked against all there is",
    }
)  # fmt: skip
"""Those that only a write can tell."""

SLOW = frozenset(
    {
        "_has", "_include", "_revinclude", "addresses in bodies", "all includes",
        "chained parameters", "matches in another order", "matches in the order of the main date",
        "page links that count", "query plans and histories of types",
        "searches by what tells where someone is", "sorts by what is masked",
        "the targets that are looked up beforehand", "what is current of what is included",
        "references checked against all there is", "$everything", "$lastn",
        "$validate of what is stored", "GraphQL lists", "GraphQL references",
    }
)  # fmt: skip
"""Those that take many requests to be found: in the long form."""
