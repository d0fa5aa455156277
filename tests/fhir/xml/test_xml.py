"""FHIR XML and JSON say the same; what is no FHIR XML is refused with its place."""

import gzip
import json
import socket
import time
from decimal import Decimal
from typing import Any

import pytest

from builders import shared
from samspill.base.errors import InvalidContent, InvalidResource, SamspillError
from samspill.fhir import xml
from samspill.fhir.definitions import Definitions

DEFINITIONS = Definitions.load()
DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p id="a">A &amp; B<br/>&#160;</p></div>'

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "kari",
    "text": {"status": "generated", "div": DIV},
    "contained": [{"resourceType": "Organization", "id": "gp", "name": 'A "B" & <C>\n\tD'}],
    "extension": [{"url": "urn:x", "valueDecimal": Decimal("1.00")}],
    "active": True,
    "name": [{"id": "n1", "given": [None, "Anne"], "_given": [{"id": "g1"}, None]}],
    "_birthDate": {"extension": [{"url": "urn:y", "valueCode": "unknown"}]},
    "multipleBirthInteger": 2,
}


def patient(inside: str) -> bytes:
    return f'<Patient xmlns="http://hl7.org/fhir">{inside}</Patient>'.encode()


def test_nothing_is_lost_on_the_way_there_and_back() -> None:
    written = xml.format(PATIENT, DEFINITIONS)
    read = xml.parse(written, DEFINITIONS)
    assert read == PATIENT
    assert str(read["extension"][0]["valueDecimal"]) == "1.00"
    assert xml.format(read, DEFINITIONS) == written


def test_the_narrative_is_kept_to_the_byte() -> None:
    div = "<div xmlns='http://www.w3.org/1999/xhtml' >a<b ></b></div>"
    text = f"<text><status value='empty'/>{div}</text>"
    assert xml.parse(patient(text), DEFINITIONS)["text"]["div"] == div


def test_a_narrative_takes_its_namespace_along() -> None:
    data = (
        b'<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml">'
        b'<f:text><f:status value="empty"/><h:div><h:p>x</h:p></h:div></f:text></f:Patient>'
    )
    div = xml.parse(data, DEFINITIONS)["text"]["div"]
    assert div == '<h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>x</h:p></h:div>'


def test_elements_come_in_the_order_of_the_definition() -> None:
    resource = {"resourceType": "Patient", "gender": "male", "active": False, "id": "a"}
    assert xml.format(resource, DEFINITIONS).endswith(
        b'<id value="a"/><active value="false"/><gender value="male"/></Patient>'
    )


def test_comments_are_left_out() -> None:
    assert xml.parse(patient("<!-- a --><id value='x'/>"), DEFINITIONS)["id"] == "x"


def examples() -> list[dict[str, Any]]:
    with gzip.open(shared.folder("examples") / "r4-examples.ndjson.gz") as lines:
        return [json.loads(line, parse_float=Decimal) for line in lines]


def said(value: Any) -> Any:
    """With numbers as their text, and without the nulls at the end of a list."""
    if isinstance(value, dict):
        return {key: said(one) for key, one in value.items()}
    if isinstance(value, list):
        several = [said(one) for one in value]
        while several and several[-1] is None:
            several.pop()
        return several
    return str(value) if isinstance(value, Decimal | int) else value


def test_every_example_comes_back_as_it_was() -> None:
    for resource in examples():
        again = xml.parse(xml.format(resource, DEFINITIONS), DEFINITIONS)
        assert said(again) == said(resource), resource["id"]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("\n<colour value='red'/>", "Patient has no element colour"),
        ("\n<active value='true' size='1'/>", "active has no attribute size"),
        ("\n<active value='true'>yes</active>", "Text is not allowed in active"),
        ("<gender value='male'/>\n<active value='true'/>", "active is out of order"),
        ("\n<contained><Banana/></contained>", "Banana is no resource type"),
        ("\n<id xmlns='urn:other' value='x'/>", "Patient has no element id"),
        (
            "\n<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>",
            "include",
        ),
    ],
)
def test_what_is_not_of_fhir_is_told_with_its_line(inside: str, expected: str) -> None:
    with pytest.raises(InvalidResource) as raised:
        xml.parse(patient(inside), DEFINITIONS)
    assert expected in str(raised.value)
    assert [issue.line for issue in raised.value.issues] == [2]


def test_reading_goes_on_after_a_fault() -> None:
    reading = xml.read(patient("<colour><a/></colour><id value='x'/><b/>"), DEFINITIONS)
    assert reading.resource == {"resourceType": "Patient", "id": "x"}
    assert [issue.text.en for issue in reading.issues] == [
        "Patient has no element colour",
        "Patient has no element b",
    ]


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(1, 9))
HOSTILE = {
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + patient("&x;"),
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/">%x;]>'
    + patient(""),
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l1 "ha">{LAUGHS}]>'.encode() + patient("&l9;"),
    "external document type": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">' + patient(""),
    "unknown entity": patient("<id value='&x;'/>"),
    "deep elements": patient("<extension>" * 5000),
    "deep narrative": patient("<text><div xmlns='http://www.w3.org/1999/xhtml'>" + "<b>" * 5000),
    "many elements": patient("<name/>" * 300_000),
    "too many bytes": patient(" " * 6_000_000),
    "a huge attribute": patient(f"<id {'x' * 4_000_000}='1'/>"),
    "an attribute given twice": patient("<id value='a' value='b'/>"),
    "latin-1": '<?xml version="1.0" encoding="ISO-8859-1"?><a å="1"/>'.encode("latin-1"),
    "utf-16": '<?xml version="1.0" encoding="UTF-16"?><Patient/>'.encode("utf-16"),
    "not closed": b"<Patient xmlns='http://hl7.org/fhir'><id",
    "a null character": patient("<id value='\0'/>"),
    "nothing": b"",
    "no resource": b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
    "no namespace": b"<Patient/>",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_refused_in_time_and_asks_nobody(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object) -> None:
        pytest.fail("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", connect)
    began = time.process_time()
    with pytest.raises(SamspillError):
        xml.parse(data, DEFINITIONS)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Patient", "colour": "red"},
        {"resourceType": "Patient", "gender": {"a": 1}},
        {"resourceType": "Patient", "name": ["Kari"]},
        {"resourceType": "Patient", "id": "a\0b"},
        {"resourceType": "Patient", "text": {"div": "<div>"}},
        {"resourceType": "Patient", "text": {"div": DIV + DIV}},
        {"resourceType": "Patient", "text": {"div": "<!DOCTYPE a>" + DIV}},
        {"resourceType": "Banana"},
    ],
)
def test_what_cannot_be_said_in_xml_is_refused(resource: dict[str, Any]) -> None:
    with pytest.raises(InvalidContent):
        xml.format(resource, DEFINITIONS)
