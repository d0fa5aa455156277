"""The login cookie cannot be read, changed, carried over or kept too long."""

from datetime import UTC, datetime

import pytest
from starlette.responses import Response

from samspill.base import clock
from samspill.web import cookies
from samspill.web.cookies import Seal

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = cookies.new_key()


def a_seal(at: datetime = NOON, key: bytes = KEY) -> Seal:
    return Seal(key, clock.fixed(at), lives_seconds=1800)


def test_what_was_sealed_opens_again_but_cannot_be_read() -> None:
    sealed = a_seal().close({"reference": "Patient/1"})
    assert "Patient" not in sealed
    assert a_seal().open(sealed) == {"reference": "Patient/1"}


@pytest.mark.parametrize("later", [1801, 86_400])
def test_a_seal_that_is_too_old_does_not_open(later: int) -> None:
    sealed = a_seal().close({"reference": "Patient/1"})
    at = datetime.fromtimestamp(NOON.timestamp() + later, UTC)
    assert a_seal(at).open(sealed) == {}


def test_a_changed_or_foreign_seal_does_not_open() -> None:
    sealed = a_seal().close({"reference": "Patient/1"})
    changed = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]
    assert a_seal().open(changed) == {}
    assert a_seal(key=cookies.new_key()).open(sealed) == {}
    assert a_seal().open("") == {}
    assert a_seal().open("not a seal at all ÆØÅ") == {}


def test_the_browser_guards_the_cookie() -> None:
    response = Response()
    cookies.put(response, "sealed", secure=True, lives_seconds=60)
    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith("__host-samspill=")
    for word in ("httponly", "secure", "samesite=lax", "path=/"):
        assert word in cookie
    assert "domain=" not in cookie
