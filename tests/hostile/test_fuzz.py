"""Random requests, made from the server's own CapabilityStatement: never 5xx, always an outcome."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders.server import Server, serving

RUNS = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LONG_RUNS = settings(RUNS, max_examples=3_000)


@dataclass(frozen=True, slots=True)
class Surface:
    """What the server says that it offers."""

    client: httpx.Client
    types: tuple[str, ...]
    parameters: dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("record"), "--open") as server:
        yield server


@pytest.fixture(scope="module")
def surface(server: Server) -> Iterator[Surface]:
    with httpx.Client(base_url=server.fhir, timeout=30) as client:
        resources = client.get("/metadata").json()["rest"][0]["resource"]
        parameters = {
            each["type"]: tuple(found["name"] for found in each.get("searchParam", ()))
            for each in resources
        }
        yield Surface(client, tuple(parameters), parameters)


TEXT = st.text(max_size=20)
WORDS = st.sampled_from(
    [
        *(
            "",
            "0",
            "-1",
            "1e9",
            "2026",
            "2026-02-30",
            "ge2026-11",
            "ap5",
            "true",
            "null",
            "*",
            "a|b",
            "|",
            "a,b",
        ),
        *(
            "\\",
            "\\,",
            "$",
            "a$b",
            "%",
            "'",
            '"',
            "http://a/b",
            "urn:uuid:x",
            "Patient/1",
            "#a",
            "../..",
            "æøå",
        ),
        *(
            "5.40|http://unitsofmeasure.org|mg",
            "9" * 40,
            "NaN",
            "+5",
            "1.",
            "2026-11-23T10:00:00+25:00",
        ),
    ]
)
MODIFIERS = st.sampled_from(
    [
        "",
        ":missing",
        ":exact",
        ":contains",
        ":not",
        ":text",
        ":of-type",
        ":in",
        ":above",
        ":identifier",
        ":Patient",
        ":x",
    ]
)
CONTROLS = st.sampled_from(
    [
        "_sort",
        "_count",
        "_include",
        "_revinclude",
        "_total",
        "_summary",
        "_elements",
        "_has",
        "_cursor",
        "_lastUpdated",
    ]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["If-Match", "If-None-Match", "If-Modified-Since", "If-None-Exist", "Prefer", "Accept"]
    ),
    st.sampled_from(
        [
            "",
            "*",
            'W/"1"',
            "W/1",
            "0",
            "handling=lenient",
            "x/y",
            "return=minimal",
            "name=a",
            "name=x&_id=1",
        ]
    ),
    max_size=2,
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def check(answer: httpx.Response) -> None:
    """No fault of the server, and every refusal says why in FHIR's form."""
    assert answer.status_code < 500, answer.text[:500]
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        outcome = answer.json()
        assert outcome["resourceType"] == "OperationOutcome"
        assert all(issue.get("diagnostics") or issue["details"] for issue in outcome["issue"])


def search(surface: Surface, data: st.DataObject) -> None:
    type = data.draw(st.sampled_from(surface.types))
    names = st.sampled_from(surface.parameters[type] or ("_id",)) | CONTROLS | TEXT
    name = st.builds("{}{}".format, names, MODIFIERS)
    pairs = data.draw(st.lists(st.tuples(name, WORDS | TEXT), max_size=3))
    answer = surface.client.get(f"/{type}", params=pairs, headers=data.draw(HEADERS))
    check(answer)
    if answer.status_code == 200:
        assert answer.json()["resourceType"] == "Bundle"


def write(surface: Surface, data: st.DataObject) -> None:
    type = data.draw(st.sampled_from(surface.types))
    body = data.draw(
        st.dictionaries(
            st.sampled_from(["id", "meta", "name", "text", "identifier", "contained", "extension"])
            | TEXT,
            JSON,
            max_size=4,
        )
    )
    method, path = data.draw(
        st.sampled_from(
            [
                ("POST", type),
                ("PUT", f"{type}/a"),
                ("PATCH", f"{type}/a"),
                ("POST", ""),
                ("DELETE", f"{type}/a"),
                ("POST", f"{type}/$validate"),
            ]
        )
    )
    resource: dict[str, Any] = {
        "resourceType": type if path else "Bundle",
        "type": "transaction",
        **body,
    }
    if path:
        resource.pop("type")
    check(surface.client.request(method, f"/{path}", json=resource, headers=data.draw(HEADERS)))


def wander(surface: Surface, data: st.DataObject) -> None:
    parts = (
        st.sampled_from(
            [
                *surface.types[:5],
                "_history",
                "_search",
                "$everything",
                "metadata",
                "1",
                "a",
                "*",
                "%2e",
            ]
        )
        | TEXT
    )
    path = "/".join(data.draw(st.lists(parts, max_size=5))).lstrip("/:")
    method = data.draw(
        st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE"])
    )
    check(surface.client.request(method, f"/{quote(path)}", headers=data.draw(HEADERS)))


WAYS = {"search": search, "write": write, "wander": wander}


@pytest.mark.parametrize("way", WAYS)
def test_random_requests_are_answered_or_refused(surface: Surface, way: str) -> None:
    given(st.data())(RUNS(lambda data: WAYS[way](surface, data)))()


@pytest.mark.proof
@pytest.mark.parametrize("way", WAYS)
def test_many_random_requests_are_answered_or_refused(
    surface: Surface, way: str, proof: Any
) -> None:
    given(st.data())(LONG_RUNS(lambda data: WAYS[way](surface, data)))()
    proof(f"Random requests ({way}) never lead to 5xx", runs=3_000, found="none")
