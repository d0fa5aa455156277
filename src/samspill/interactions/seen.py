"""Whom a version that was seen is about: what the access log adds to its lines of reads."""

from collections.abc import Callable
from functools import lru_cache

from samspill.access import actor as actors
from samspill.base import json
from samspill.interactions import save
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.store import Version

REMEMBERED = 50_000
"""Versions whose patients are known without a look: a version never changes."""


def patients(platform: Platform) -> Callable[[str], tuple[str, ...]]:
    """What gives the ids of the patients of "Type/id/number"."""
    session = Session(platform, actors.SYSTEM, base=platform.settings.base_url)

    @lru_cache(REMEMBERED)
    def found(seen: str) -> tuple[str, ...]:
        type, id, number = seen.split("/")
        if type == "Patient":
            return (id,)
        version = _with_content(platform, type, id, int(number))
        return save.patients_of(session, json.parse_own(version.body)) if version else ()

    return found


def _with_content(platform: Platform, type: str, id: str, number: int) -> Version | None:
    """The version, or the last one before a deletion."""
    version = platform.store.read_version(type, id, number)
    if version is not None and version.deleted and number > 1:
        version = platform.store.read_version(type, id, number - 1)
    return None if version is None or version.deleted else version
