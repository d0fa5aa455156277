"""What clinicians come for, by keyboard."""

import pytest

from builders.readers import GP, GP_IN_THE_WEST, Readers

pytestmark = pytest.mark.browser


def test_a_patient_is_found_and_opened_by_keyboard_alone(reader: Readers) -> None:
    one = reader(GP_IN_THE_WEST, width=1440)
    one.page.keyboard.press("Control+k")
    one.page.keyboard.type("solv aas")
    one.page.locator("#finn-treff [data-hit]").first.wait_for()
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**/klinikk/pasient/heart-failure")
    banner = one.page.locator(".banner")
    assert "Solveig Aas" in banner.inner_text()
    assert "CAVE Penicillin" in banner.inner_text()


def test_a_patient_is_found_by_number_and_the_number_is_in_no_address(reader: Readers) -> None:
    one = reader(GP_IN_THE_WEST)
    one.open("/klinikk/pasient/heart-failure")
    number = one.page.locator(".banner .figures").first.inner_text()
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url))
    one.open("/klinikk")
    one.page.locator("#sok").fill(number)
    one.page.locator("#treff [data-hit]").first.wait_for()
    assert one.page.locator("#treff [data-hit]").count() == 1
    assert one.page.locator("#live").inner_text() == "1 treff"
    assert not [address for address in asked if number[:6] in address]


def test_a_patient_is_found_without_scripts(reader: Readers) -> None:
    one = reader(GP_IN_THE_WEST, scripts=False)
    one.page.locator("#sok").fill("Solveig")
    one.page.locator("main").get_by_role("button", name="Finn").click()
    one.page.locator("#treff").get_by_role("link", name="Solveig Aas").click()
    assert one.page.locator(".banner").get_by_text("CAVE Penicillin").is_visible()


def test_the_summary_leads_to_the_curve_of_a_result(reader: Readers) -> None:
    one = reader(GP, width=1440)
    one.open("/klinikk/pasient/diabetes")
    row = one.page.get_by_role("row").filter(has_text="HbA1c")
    assert "28–40" in row.inner_text()
    row.get_by_role("link").click()
    assert one.page.get_by_role("img", name="over tid").filter(visible=True).count() == 1
    assert one.page.locator(".banner").get_by_text("Berit Nygård").is_visible()


def test_what_lies_outside_is_said_in_words_too(reader: Readers) -> None:
    one = reader(GP_IN_THE_WEST, width=1440)
    one.open("/klinikk/pasient/heart-failure")
    assert one.page.get_by_text("Over referanseområdet").count() > 0
    assert one.page.get_by_text("Under referanseområdet").count() > 0


def test_a_protected_address_is_marked_and_not_shown(reader: Readers) -> None:
    one = reader(GP)
    one.open("/klinikk/pasient/protected-address")
    one.page.locator("#grunn").fill("Ringer om en henvisning")
    one.page.locator("main").get_by_role("button", name="Åpne journalen").click()
    assert one.page.get_by_text("Adressen er beskyttet").is_visible()


def test_a_citizen_is_no_clinician(reader: Readers) -> None:
    one = reader("Patient/diabetes")
    one.open("/klinikk/pasient/heart-failure")
    assert "/oauth/godkjenn" in one.page.url
