"""J5: reconciliation by keyboard in one minute; a change meanwhile is shown, never overwritten."""

from typing import Any

import httpx
import pytest

from builders.accessibility import accessibility, widths
from builders.readers import Reader, Readers

pytestmark = pytest.mark.browser

PATIENT = "heart-failure"
GP = "Practitioner/gp-5501-1"
"""Of the person."""
LIST = f"/klinikk/pasient/{PATIENT}/legemidler"
RECONCILE = f"/klinikk/pasient/{PATIENT}/samstemming"
ATC = "http://www.whocc.no/atc"
Resource = dict[str, Any]


@pytest.fixture(scope="module")
def told(site: str) -> None:
    """Nine medicines in a list; the discharge letter differs in two, the patient in one."""
    who = {"subject": {"reference": f"Patient/{PATIENT}"}}
    found = httpx.get(
        f"{site}/fhir/MedicationStatement", params={"patient": PATIENT, "_count": 200}
    ).json()
    lines = [each["resource"] for each in found["entry"] if each["resource"]["status"] == "active"]
    entries, new = [], []
    for n in range(9 - len(lines)):
        concept = {"coding": [{"system": ATC, "code": f"Z01AA{n:02}"}], "text": f"Prøvol {n} mg"}
        dosage = [{"text": "1 tablett daglig"}]
        new.append({"status": "active", **who, "medicationCodeableConcept": concept,
                    "dosage": dosage})  # fmt: skip
    entries += [_put({"resourceType": "MedicationStatement", **each}) for each in new]
    letter = []
    for n, line in enumerate([*lines, *new]):
        same = {name: value for name, value in line.items() if name not in ("id", "meta", "text")}
        if n in (0, 3):
            same["dosage"] = [{"text": "2 tabletter kveld"}]
        entry = _put({**same, "resourceType": "MedicationStatement"})
        letter.append({"item": {"reference": entry["fullUrl"]}})
        entries.append(entry)
    code = {"coding": [{"system": "http://loinc.org", "code": "10183-2"}]}
    entries.append(
        _put({"resourceType": "List", "status": "current", "mode": "snapshot", "code": code, **who,
              "date": "2026-11-20", "entry": letter})
    )  # fmt: skip
    concept = [*lines, *new][5]["medicationCodeableConcept"]
    says = {"resourceType": "MedicationStatement", "status": "not-taken", **who,
            "medicationCodeableConcept": concept,
            "informationSource": {"reference": f"Patient/{PATIENT}"}}  # fmt: skip
    entries.append(_put(says))
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    answer = httpx.post(f"{site}/fhir", json=bundle, timeout=30)
    assert answer.status_code == 200, answer.text


def _put(resource: Resource) -> Resource:
    _put.made += 1  # type: ignore[attr-defined]
    place = f"urn:uuid:00000000-0000-4000-8000-{_put.made:012}"  # type: ignore[attr-defined]
    request = {"method": "POST", "url": resource["resourceType"]}
    return {"fullUrl": place, "resource": resource, "request": request}


_put.made = 0  # type: ignore[attr-defined]


def _rows(one: Reader) -> int:
    return one.page.locator("[data-row]").count()


@pytest.mark.usefixtures("told")
def test_three_of_nine_differences_are_settled_by_keyboard_and_signed(reader: Readers) -> None:
    other = reader(GP)
    other.open(RECONCILE)
    one = reader(GP, width=1440)
    one.open(LIST)
    one.page.get_by_role("link", name="Samstem").focus()
    keys = ["Enter", "s", "e", "b", "Control+Enter"]
    one.page.keyboard.press(keys[0])
    one.page.wait_for_url("**/samstemming")
    assert "3 av 9" in one.page.locator("main").inner_text()
    assert _rows(one) == 3
    assert [*accessibility(one.page)] == []
    for key in keys[1:4]:
        one.page.keyboard.press(key)
    assert one.page.locator("input:checked").count() == 3
    with one.page.expect_navigation(url="**/legemidler"):
        one.page.keyboard.press(keys[4])
    assert len(keys) <= 12
    assert "Versjon 1" in one.page.locator("main").inner_text()
    assert [*accessibility(one.page)] == []
    assert [*widths(one.page)] == []
    # The other one had the list open all the while: what both did is shown, nothing is lost.
    other.page.keyboard.press("b")
    other.page.keyboard.press("b")
    other.page.keyboard.press("e")
    with other.page.expect_navigation():
        other.page.keyboard.press("Control+Enter")
    assert "Ingenting er overskrevet" in other.page.locator("main").inner_text()
    assert [*accessibility(other.page)] == []
    for choice in other.page.locator("input[value=min]").all():
        choice.check()
    with other.page.expect_navigation(url="**/legemidler"):
        other.page.get_by_role("button", name="Signer").click()
    told = other.page.locator("main").inner_text()
    assert "Versjon 2" in told
    assert "Seponert" in told


@pytest.mark.usefixtures("told")
def test_without_scripts_a_line_is_stopped_and_a_prescription_renewed(reader: Readers) -> None:
    one = reader(GP, scripts=False)
    one.open(LIST)
    before = one.page.locator("main .rows.two > li").count()
    one.page.locator("details.more summary").first.click()
    one.page.locator("input[name=ord]").first.fill("Bivirkninger")
    one.page.get_by_role("button", name="Seponer").first.click()
    one.page.wait_for_url("**/legemidler")
    assert one.page.locator("main .rows.two > li").count() == before - 1
    one.page.get_by_role("button", name="Forny resept").first.click()
    one.page.wait_for_url("**/legemidler")


def test_a_person_asks_for_renewal_and_says_what_is_not_taken(reader: Readers) -> None:
    one = reader(f"Patient/{PATIENT}")
    one.open("/helse/legemidler")
    one.page.get_by_role("button", name="Forny resept").first.click()
    thanks = one.page.locator("main [role=status]")
    assert thanks.inner_text() == "Takk. Legen din får beskjed."
    one.page.get_by_role("button", name="Jeg bruker ikke dette").first.click()
    assert thanks.is_visible()
    assert [*accessibility(one.page)] == []
