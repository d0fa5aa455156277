"""J11: a citizen takes a summary along, and a doctor abroad reads it without an account."""

import io

import pytest
from pypdf import PdfReader

from builders import accessibility
from builders.readers import CITIZEN, Reader, Readers

pytestmark = pytest.mark.browser
CODE = "fjord482"


def a_link(one: Reader) -> str:
    """Makes a link on the page, and reads it off."""
    one.open("/del")
    one.page.get_by_label("Hva er lenken til?").fill("Portugal")
    one.page.get_by_label("Kode (minst 6 tegn)").fill(CODE)
    one.page.get_by_role("button", name="Lag lenke").click()
    one.page.get_by_role("heading", name="Lenken er klar").wait_for()
    assert one.page.get_by_role("img", name="QR-kode med lenken").is_visible()
    return one.page.locator(".long").inner_text()


def unlock(abroad: Reader, link: str, code: str) -> None:
    abroad.page.goto(link)
    abroad.page.get_by_label("Your name and where you work").fill("Dr Silva, Lisbon")
    abroad.page.get_by_label("Code").fill(code)
    abroad.page.get_by_role("button", name="Open").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_doctor_abroad_reads_a_shared_summary(reader: Readers, scripts: bool) -> None:
    owner = reader(CITIZEN, scripts=scripts)
    link = a_link(owner)
    abroad = reader(language="pt-PT", scripts=scripts)
    unlock(abroad, link, CODE)
    abroad.page.get_by_role("heading", name="Medicines").wait_for()
    text = abroad.page.locator("main").inner_text()
    assert "Berit Nygård" in text
    assert "ICD-10 E11.9" in text
    assert "2 times a day" in text
    assert abroad.page.locator("html").get_attribute("lang") == "en"
    if scripts:
        assert [*accessibility.accessibility(abroad.page)] == []


def test_a_link_that_is_stopped_leads_nowhere(reader: Readers) -> None:
    owner = reader(CITIZEN)
    link = a_link(owner)
    owner.page.get_by_role("button", name="Stopp lenken: Portugal").first.click()
    owner.page.get_by_text("Stoppet").first.wait_for()
    abroad = reader(language="en-GB")
    unlock(abroad, link, CODE)
    abroad.page.get_by_text("The link does not work").wait_for()
    abroad.faults.clear()  # The browser says that the answer is 404.


def test_five_wrong_codes_lock_a_link(reader: Readers) -> None:
    link = a_link(reader(CITIZEN))
    abroad = reader(language="en-GB")
    for said in ("4 tries left", "3 tries left", "2 tries left", "1 try left", "is locked"):
        unlock(abroad, link, "wrong code")
        abroad.page.get_by_role("alert").filter(has_text=said).wait_for()
    unlock(abroad, link, CODE)
    abroad.page.get_by_role("alert").filter(has_text="is locked").wait_for()
    abroad.faults.clear()  # The browser says that the answers are 403.


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_of_sharing_is_for_everyone(reader: Readers, width: int) -> None:
    one = reader(CITIZEN, width=width)
    for path in ("/del", "/del/oppsummering"):
        one.open(path)
        assert [*accessibility.accessibility(one.page), *accessibility.widths(one.page)] == []


def test_the_pdf_is_tagged_and_says_what_the_page_says(reader: Readers) -> None:
    one = reader(CITIZEN)
    a_link(one)
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="Hent PDF med QR-kode").click()
    file = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    assert "Kandesartan" in "".join(page.extract_text() for page in file.pages)
