"""No other site acts in a reader's name: every address that changes something × five origins.

T37 of docs/threats.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from samspill import app
from samspill.base import settings
from samspill.identity import parts
from samspill.portals import app as portals
from samspill.portals.shared import login
from samspill.web import cookies, forms

HERE = "http://testserver"
ORIGINS = (
    "http://evil.example", "null", "http://testserver:8001", "https://testserver",
    "http://testserver.evil.example",
)  # fmt: skip
SAFE = {"GET", "HEAD", "OPTIONS"}
WITHOUT_COOKIE = ("/oauth/", "/.well-known/", "/fhir/", "/logg-ut/varsel", "/sharing/")
"""Called by programs, which prove themselves: these look at no cookie."""
BROWSER = {"/oauth/godkjenn", "/oauth/apper"}
"""But for the forms among them."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages to a reader, and what the forms of that reader carry."""

    app: Starlette
    cookie: str
    secret: str

    def send(self, method: str, path: str, origin: str = "", token: str = "") -> httpx.Response:
        headers = {"cookie": self.cookie, **({"origin": origin} if origin else {})}
        data = {forms.TOKEN: token} if token else None

        async def answer() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
                return await client.request(method, path, headers=headers, data=data)

        return anyio.run(answer)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    given = settings.load({}, data=tmp_path_factory.mktemp("record"), mode="demo")
    platform = app.build(given)
    state, key = login.fresh(), cookies.open_key(given.data, "cookies.key")
    seal = cookies.Seal(key, platform.clock, given.idle_minutes * 60)
    cookie = f"{cookies.name(False)}={seal.close(login.to_content(state))}"
    yield Pages(portals.build(platform, parts.build(platform)), cookie, state.secret)
    platform.close()


def unsafe(pages: Pages) -> Iterator[tuple[str, str]]:
    """The methods and paths of forms."""
    for route in pages.app.routes:
        assert isinstance(route, Route)
        path = route.path.replace("{", "").replace("}", "").replace(":path", "")
        if path.startswith(WITHOUT_COOKIE) and path not in BROWSER:
            continue
        yield from ((method, path) for method in sorted(set(route.methods or ()) - SAFE))


@pytest.mark.parametrize("origin", ORIGINS)
def test_no_other_site_sends_a_form(pages: Pages, origin: str) -> None:
    ways = list(unsafe(pages))
    assert len(ways) > 8
    for method, path in ways:
        answer = pages.send(method, path, origin, forms.token(pages.secret))
        assert answer.status_code == 403, (method, path, answer.status_code)


def test_a_form_without_its_token_is_refused_everywhere(pages: Pages) -> None:
    for method, path in unsafe(pages):
        assert pages.send(method, path, HERE).status_code == 403, path


def test_the_same_form_from_here_passes_the_guard(pages: Pages) -> None:
    passed = [
        pages.send(method, path, HERE, forms.token(pages.secret)).status_code
        for method, path in unsafe(pages)
    ]
    assert 403 not in passed


def test_no_page_can_be_framed(pages: Pages) -> None:
    policy = pages.send("GET", "/logg-inn").headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
