"""A developer validates a text, without and with a profile, as text and as a file."""

import pytest
from playwright.sync_api import FilePayload

from builders.accessibility import accessibility, widths
from builders.readers import Reader, Readers

pytestmark = pytest.mark.browser

FAULTY = """{
  "resourceType": "Patient",
  "gender": "unknwon",
  "shoeSize": 42
}"""


def validate(one: Reader, text: str, profile: str = "") -> None:
    one.open("/utvikler/validering")
    one.page.get_by_label("Lim inn en ressurs").fill(text)
    if profile:
        one.page.get_by_label("Profil").select_option(profile)
    one.page.get_by_role("button", name="Valider").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_issues_stand_beside_the_lines(reader: Readers, scripts: bool) -> None:
    one = reader(scripts=scripts)
    validate(one, FAULTY)

    lines = one.page.locator(".listing > li")
    assert lines.count() == 5
    assert "female, male, other, unknown" in lines.nth(2).inner_text()
    assert "shoeSize" in lines.nth(3).locator(".told").inner_text()
    assert lines.nth(1).locator(".told").count() == 0
    assert one.page.get_by_role("heading", name="2 feil").is_visible()
    assert one.page.get_by_label("Lim inn en ressurs").input_value() == FAULTY
    mend = lines.nth(2).get_by_role("link").get_attribute("href") or ""
    assert mend.endswith("/valueset-administrative-gender.html")


def test_a_profile_that_is_picked_is_asked(reader: Readers) -> None:
    one = reader()
    profile = "http://hl7.org/fhir/StructureDefinition/bodyweight"
    validate(one, '{"resourceType": "Observation", "status": "final"}', profile)

    assert profile in one.page.locator(".listing").inner_text()
    assert one.page.get_by_label("Profil").input_value() == profile


def test_xml_from_a_file_is_taken_and_shown_as_the_json_it_stands_for(reader: Readers) -> None:
    one = reader()
    one.open("/utvikler/validering")
    xml = b'<Patient xmlns="http://hl7.org/fhir"><gender value="x"/></Patient>'
    file = FilePayload(name="patient.xml", mimeType="application/xml", buffer=xml)
    one.page.get_by_label("Eller velg en fil").set_input_files(file)
    one.page.get_by_role("button", name="Valider").click()

    assert one.page.get_by_text("Linjene er de i JSON-en").is_visible()
    assert '"gender": "x"' in one.page.locator(".listing .marked").inner_text()


def test_what_cannot_be_read_is_told_at_its_line(reader: Readers) -> None:
    one = reader()
    validate(one, '{\n "resourceType": "Patient",\n "id": \n}')

    assert one.page.locator(".listing .marked .number").inner_text() == "4"


def test_markup_in_the_text_stays_text(reader: Readers) -> None:
    one = reader()
    validate(one, '{"resourceType": "<img src=x onerror=alert(1)>"}\n</textarea><script>1</script>')

    assert one.page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_answer_can_be_used_by_all(reader: Readers, language: str) -> None:
    one = reader(language=language)
    one.open("/utvikler/validering")
    one.page.locator("#tekst").fill(FAULTY)
    one.page.locator("form.sheet button").click()
    one.page.locator(".listing").wait_for()

    assert [*accessibility(one.page), *widths(one.page)] == []
