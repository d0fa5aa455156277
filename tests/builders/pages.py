"""A visit to a page without a server, for the tests of presenters and endpoints."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from samspill.access import actor as actors
from samspill.access.actor import Actor
from samspill.base import clock
from samspill.base.settings import Settings
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.portals.shared import languages
from samspill.portals.shared.visit import Visit

LANGUAGES = languages.load()
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)


def a_visit(
    path: str = "/",
    *,
    mode: str = "demo",
    language: str = "nb",
    actor: Actor = actors.NOBODY,
    **parts: Any,
) -> Visit:
    """Today is 23 November 2026; there is no record behind it."""
    platform = SimpleNamespace(settings=replace(Settings(), mode=mode), clock=clock.fixed(NOON))
    visit = Visit(
        session=Session(cast(Platform, platform), actor, language=language),
        language=LANGUAGES[language],
        path=path,
        parts={},
        query={},
        form={},
        token="token",
        is_partial=False,
        languages=tuple(LANGUAGES.values()),
    )
    return replace(visit, **parts)
