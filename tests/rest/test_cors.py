"""Web pages of other origins. https://fetch.spec.whatwg.org/#http-cors-protocol"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from builders.server import start

NAMED = "https://app.example.org"


@pytest.fixture(scope="module")
def open_to_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("record")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMSPILL_CORS_ORIGINS", f"{NAMED}, http://localhost:3000")
        server = start(folder, "--open")
    with httpx.Client(base_url=server.fhir) as client:
        yield client
    server.stop()


def test_a_page_of_a_named_origin_may_call(open_to_one: httpx.Client) -> None:
    answer = open_to_one.get("/Patient/nobody", headers={"origin": NAMED})
    assert answer.headers["access-control-allow-origin"] == NAMED
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers


def test_the_browser_may_ask_beforehand(open_to_one: httpx.Client) -> None:
    asked = {"origin": NAMED, "access-control-request-method": "PUT"}
    answer = open_to_one.options("/Patient/1", headers=asked)
    assert answer.status_code == 204
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert "If-Match" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", f"{NAMED}.evil.example", "http://app.example.org", ""],
)
def test_other_origins_get_no_permission(open_to_one: httpx.Client, origin: str) -> None:
    answer = open_to_one.get("/Patient", headers={"origin": origin})
    assert "access-control-allow-origin" not in answer.headers


def test_by_default_there_is_none(fhir: httpx.Client) -> None:
    answer = fhir.options("/Patient", headers={"origin": NAMED})
    assert not any(name.startswith("access-control") for name in answer.headers)
