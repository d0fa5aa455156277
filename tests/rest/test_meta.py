"""`$meta` of a type and of all types, on both stores.

https://hl7.org/fhir/R4/resource-operation-meta.html
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders.resources import a_patient, an_observation
from builders.sessions import STORES, a_session
from samspill.base.errors import NotFound, TooCostly
from samspill.interactions import create, delete, meta, operation
from samspill.interactions.session import Session

A, B = {"system": "urn:x", "code": "a", "display": "A"}, {"system": "urn:x", "code": "b"}


@pytest.fixture(params=STORES)
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    with a_session(tmp_path, request.param) as opened:
        create.create(opened, a_patient(meta={"tag": [A, B]}))
        create.create(opened, a_patient(meta={"tag": [A], "security": [{**B, "id": "one"}]}))
        create.create(opened, an_observation(meta={"tag": [B]}))
        gone = create.create(opened, a_patient(meta={"tag": [{"system": "urn:x", "code": "gone"}]}))
        delete.delete(opened, "Patient", gone.id)
        yield opened


def _meta(session: Session, type: str = "") -> Any:
    return operation.run(session, "meta", type)["parameter"][0]["valueMeta"]  # type: ignore[index]


def test_what_is_in_use_on_a_type_and_on_all(session: Session) -> None:
    assert _meta(session, "Patient") == {"security": [B], "tag": [A, B]}
    assert _meta(session, "Observation") == {"tag": [B]}
    assert _meta(session, "Device") == {}
    assert _meta(session) == {"security": [B], "tag": [A, B]}


def test_too_much_to_look_at_is_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meta, "PAGE", 1)
    assert _meta(session)["tag"] == [A, B]
    monkeypatch.setattr(meta, "MOST", 1)
    with pytest.raises(TooCostly):
        _meta(session)


@pytest.mark.parametrize("name", ["meta-add", "meta-delete"])
def test_metadata_are_changed_on_instances_alone(session: Session, name: str) -> None:
    for type in ("", "Patient"):
        with pytest.raises(NotFound):
            operation.run(session, name, type, parameters=[("meta", {"tag": [A]})])
