"""Lawful access, as people meet it: who has looked (J3), acting for another (J4), emergency (J10).

By keyboard alone where it says so; what is written here is seen by the next reader.
"""

import pytest

from builders.accessibility import accessibility, widths
from builders.readers import EMERGENCY_DOCTOR, GP, LEADER, Reader, Readers

pytestmark = pytest.mark.browser

HILDE, JONAS_MOTHER = "Patient/dementia-daughter", "Patient/youth-mother"
PER, SOLVEIG = "Patient/blocked-doctor", "Patient/heart-failure"


def press(one: Reader, name: str, role: str = "button") -> None:
    """Presses a button or link of the page by the keyboard."""
    found = one.page.locator("main").get_by_role(role, name=name).first  # type: ignore[arg-type]
    found.focus()
    one.page.keyboard.press("Enter")


def sees(one: Reader, text: str) -> None:
    """Waits for a text, and fails when it does not come."""
    one.page.get_by_text(text).first.wait_for(timeout=5000)


def open_in_emergency(one: Reader, patient: str, text: str) -> None:
    one.open(f"/nodtilgang?pasient={patient}")
    one.page.get_by_role("radio", name="Fare for liv").focus()
    one.page.keyboard.press("Space")
    one.page.locator("#tekst").focus()
    one.page.keyboard.type(text)
    one.page.keyboard.press("Enter")
    one.page.wait_for_url(f"**/klinikk/pasient/{patient}")


def state_a_need(one: Reader, patient: str, reason: str) -> None:
    one.open(f"/klinikk/pasient/{patient}")
    one.page.locator("#grunn").focus()
    one.page.keyboard.type(reason)
    one.page.keyboard.press("Enter")
    one.page.locator(".banner").wait_for()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_odd_reader_is_asked_about_and_blocked(reader: Readers, width: int) -> None:
    """J3, by keyboard alone."""
    doctor = reader(EMERGENCY_DOCTOR)
    who = "copd" if width == 390 else "mental-health"
    state_a_need(doctor, who, "Vakt")
    one = reader(f"Patient/{who}", width=width)
    one.open("/innsyn")
    told = one.page.locator(".looks > li").first.inner_text()
    assert "Ella Haugland, lege, Akuttmottaket" in told
    assert "Oppgitt grunn: «Vakt»" in told
    assert "legemidler" in told
    assert [*accessibility(one.page), *widths(one.page)] == []
    one.page.set_viewport_size({"width": width, "height": 900})
    press(one, "Spør om dette", "link")
    sees(one, "Hvorfor kan personen se journalen i dag?")
    one.page.locator("#tekst").focus()
    one.page.keyboard.type("Jeg kjenner ikke denne legen")
    press(one, "Send")
    sees(one, "Saken er opprettet")
    sees(one, "Svar innen")
    press(one, "Spør om dette", "link")
    press(one, "Blokker personen", "link")
    sees(one, "er sperret for Ella Haugland")
    press(one, "Bekreft")
    sees(one, "Personen er blokkert fra nå.")
    doctor.open(f"/klinikk/pasient/{who}")
    assert doctor.page.locator(".banner").count() == 0
    sees(doctor, "gir ikke tilgang")


def test_a_case_is_answered_by_a_leader(reader: Readers) -> None:
    state_a_need(reader(EMERGENCY_DOCTOR), "sami-speaker", "Vakt")
    one = reader("Patient/sami-speaker")
    one.open("/innsyn")
    press(one, "Spør om dette", "link")
    one.page.locator("#tekst").fill("Hvorfor så du dette?")
    press(one, "Send")
    leader = reader(LEADER)
    item = leader.page.locator("li").filter(has_text="Hvorfor så du dette?")
    item.locator("textarea").fill("Legen hadde vakt.")
    item.get_by_role("button", name="Send svar").click()
    one.open("/innsyn")
    sees(one, "Svar: Legen hadde vakt.")


def test_a_daughter_acts_for_her_mother_and_the_log_says_so(reader: Readers) -> None:
    """J4, by keyboard alone."""
    one = reader(HILDE)
    one.open("/fullmakt")
    press(one, "Handle for Bjørg Solheim")
    one.page.wait_for_url("**/hjem")
    for path in ("/hjem", "/helse", "/helse/legemidler", "/innsyn", "/fullmakt", "/innstillinger"):
        one.open(path)
        banner = one.page.get_by_role("region", name="Du handler for Bjørg Solheim")
        assert banner.is_visible(), path
        assert [*accessibility(one.page), *widths(one.page)] == [], path
    one.open("/innsyn")
    told = one.page.locator(".looks > li").first.inner_text()
    assert "Hilde Solheim" in told
    assert "På vegne av Bjørg Solheim" in told
    one.page.get_by_role("button", name="Tilbake til deg selv").focus()
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**/hjem")
    sees(one, "Hei, Hilde")
    assert one.page.locator(".acting").count() == 0


def test_nobody_acts_for_someone_without_a_right_to(reader: Readers) -> None:
    one = reader(PER)
    one.open("/fullmakt")
    token = one.page.locator('input[name="token"]').first.get_attribute("value") or ""
    form = {"token": token, "for": "diabetes"}
    answer = one.page.request.post(one.site + "/fullmakt/handle", form=form)
    assert answer.status == 403


@pytest.mark.parametrize("width", [390, 1280])
def test_an_emergency_is_opened_told_and_reviewed(reader: Readers, width: int) -> None:
    """J10, by keyboard alone: a restricted record and another one look the same."""
    restricted, other = "diabetes" if width == 390 else "blocked-doctor", "traveller"
    doctor = reader(EMERGENCY_DOCTOR, width=width)
    forms = []
    for patient in (restricted, other, "nobody-at-all"):
        doctor.open(f"/klinikk/pasient/{patient}")
        forms.append(doctor.page.locator("main").inner_text())
    assert forms[0] == forms[1] == forms[2]
    assert [*accessibility(doctor.page), *widths(doctor.page)] == []
    open_in_emergency(doctor, restricted, f"Bevisstløs ved {width}")
    assert "Nødtilgang til kl." in doctor.page.locator(".banner").inner_text()
    assert doctor.page.get_by_role("heading", name="Diagnoser", exact=True).is_visible()

    one = reader(f"Patient/{restricted}")
    sees(one, f"Oppgitt grunn: «Bevisstløs ved {width}»")

    leader = reader(LEADER)
    item = leader.page.locator("li").filter(has_text=f"«Bevisstløs ved {width}»")
    item.get_by_role("button", name="Godkjenn").focus()
    leader.page.keyboard.press("Enter")
    sees(leader, "Vurderingen er lagret.")
    assert leader.page.get_by_text(f"«Bevisstløs ved {width}»").count() == 0


def test_a_restriction_takes_three_steps_and_is_lifted(reader: Readers) -> None:
    one = reader(SOLVEIG, scripts=False)
    one.open("/innsyn/sperring")
    one.page.get_by_role("radio", name="Alle diagnoser").check()
    press(one, "Neste")
    sees(one, "Steg 2 av 3")
    one.page.get_by_role("radio", name="Alle som arbeider i helse").check()
    press(one, "Neste")
    sees(one, "Diagnoser er sperret for alle")
    press(one, "Bekreft")
    sees(one, "Sperren gjelder fra nå.")
    press(one, "Opphev: Diagnoser")
    sees(one, "Det er opphevet.")
    assert one.page.get_by_text("Diagnoser er sperret").count() == 0


def test_only_leaders_review(reader: Readers) -> None:
    one = reader(GP)
    for path in ("/styring/nodtilgang", "/styring/uvanlig"):
        assert one.page.request.get(one.site + path).status == 403
