"""Bundles: addresses, links, results of a search, documents and messages."""

from typing import Any

from builders import profiles

Resource = dict[str, Any]
BASE = "http://example.org/fhir"


def _entry(resource: Resource, **more: Any) -> Resource:
    url = f"{BASE}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, **more}


def _patient(id: str = "p") -> Resource:
    return {"resourceType": "Patient", "id": id}


def _bundle(type: str, *entries: Resource, **more: Any) -> Resource:
    return {"resourceType": "Bundle", "type": type, "entry": list(entries), **more}


def _document(*entries: Resource, subject: str = "Patient/p") -> Resource:
    composition = {
        "resourceType": "Composition",
        "id": "c",
        "status": "final",
        "type": {"text": "a"},
        "date": "2026",
        "title": "a",
        "author": [{"display": "a"}],
        "subject": {"reference": subject},
    }
    return _bundle(
        "document",
        _entry(composition),
        *entries,
        identifier={"system": "urn:ietf:rfc:3986", "value": "a"},
        timestamp="2026-01-01T00:00:00Z",
    )


def _errors(bundle: Resource) -> list[str]:
    return profiles.errors(bundle, profile="")


def test_an_address_is_absolute() -> None:
    assert _errors(_bundle("collection", _entry(_patient()))) == []
    assert _errors(_bundle("collection", _entry(_patient(), fullUrl="Patient/p"))) == [
        "Bundle.entry[0].fullUrl"
    ]


def test_an_address_that_is_not_that_of_the_resource_is_a_warning() -> None:
    bundle = _bundle("collection", _entry(_patient(), fullUrl=f"{BASE}/Patient/q"))
    issues = profiles.validator().validate(bundle, is_thorough=True)

    assert [(e.severity, e.expression) for e in issues] == [("warning", "Bundle.entry[0].fullUrl")]


def test_only_batches_and_transactions_go_without_addresses() -> None:
    request = {"method": "POST", "url": "Patient"}

    assert _errors(_bundle("collection", {"resource": _patient()})) == ["Bundle.entry[0]"]
    assert _errors(_bundle("batch", {"resource": _patient(), "request": request})) == []


def test_a_link_of_a_kind_is_given_once() -> None:
    link = {"relation": "self", "url": f"{BASE}/Patient"}

    assert _errors(_bundle("collection", _entry(_patient()), link=[link, link])) == [
        "Bundle.link[1]"
    ]


def test_matches_are_of_the_type_that_was_sought() -> None:
    link = [{"relation": "self", "url": f"{BASE}/Patient?name=a"}]
    organization = {"resourceType": "Organization", "id": "o", "name": "a"}

    def found(mode: str) -> list[str]:
        entry = _entry(organization, search={"mode": mode})
        return _errors(_bundle("searchset", entry, link=link))

    assert found("include") == []
    assert found("match") == ["Bundle.entry[0].resource"]


def test_a_document_holds_what_its_composition_points_to() -> None:
    assert _errors(_document(_entry(_patient()))) == []
    assert _errors(_document()) == ["Bundle.entry[0].resource.subject"]


def test_a_document_holds_nothing_that_its_composition_does_not_lead_to() -> None:
    assert _errors(_document(_entry(_patient()), _entry(_patient("q")))) == ["Bundle.entry[2]"]


def test_a_reference_that_fits_two_versions_is_ambiguous() -> None:
    first = _entry({**_patient(), "meta": {"versionId": "1"}})
    second = _entry({**_patient(), "meta": {"versionId": "2"}})

    assert "Bundle.entry[0].resource.subject" in _errors(_document(first, second))
    assert "Bundle.entry[0].resource.subject" not in _errors(
        _document(first, second, subject="Patient/p/_history/2")
    )


def test_the_focus_of_a_message_is_in_it() -> None:
    header = {
        "resourceType": "MessageHeader",
        "id": "m",
        "eventUri": "http://example.org/event",
        "source": {"endpoint": "http://example.org"},
        "focus": [{"reference": "Patient/p"}],
    }

    assert _errors(_bundle("message", _entry(header), _entry(_patient()))) == []
    assert _errors(_bundle("message", _entry(header))) == ["Bundle.entry[0].resource.focus[0]"]


def test_ids_of_elements_are_unique_in_their_resource() -> None:
    twice = {**_patient(), "name": [{"id": "a", "text": "b"}, {"id": "a", "text": "c"}]}

    assert _errors(_bundle("collection", _entry(twice))) == ["Bundle.entry[0].resource.name[1].id"]
