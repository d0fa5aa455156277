"""A developer looks for a code by an everyday word, and walks among concepts and value sets."""

from urllib.parse import quote

import pytest

from builders.accessibility import accessibility, widths
from builders.readers import Reader, Readers

pytestmark = pytest.mark.browser

GENDER = "http://hl7.org/fhir/ValueSet/administrative-gender"
TYPES = "http://hl7.org/fhir/ValueSet/resource-types"


def search(one: Reader, text: str) -> None:
    one.page.get_by_role("searchbox").fill(text)
    one.page.get_by_role("button", name="Søk").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_sukkersyke_leads_to_diabetes_and_to_its_code_elsewhere(
    reader: Readers, scripts: bool
) -> None:
    one = reader(scripts=scripts)
    one.open("/utvikler/kodeverk")
    search(one, "sukkersyke")

    hits = one.page.locator("#treff + ul > li")
    assert "«sukkersyke»" in hits.first.inner_text()
    one.page.get_by_role("link", name="Diabetes type 2", exact=True).click()
    assert one.page.get_by_role("heading", level=1).inner_text() == "Diabetes type 2"
    assert '"code":"T90"' in one.page.locator("pre").inner_text()
    one.page.get_by_role("link", name="Diabetes mellitus type 2 uten komplikasjoner").click()
    one.page.locator("#over + ul a").click()
    assert "E11" in one.page.locator(".head").inner_text()
    assert one.page.locator("#under + ul > li").count() == 1


def test_a_system_is_searched_alone(reader: Readers) -> None:
    one = reader()
    one.open("/utvikler/kodeverk/system?url=http://www.whocc.no/atc")
    assert one.page.locator("#begreper + ul > li").first.inner_text().startswith("A ")
    search(one, "metformin")

    assert one.page.locator("#begreper + ul > li").inner_text().startswith("A10BA02")


def test_the_codes_of_a_value_set_come_in_pages(reader: Readers) -> None:
    one = reader()
    one.open("/utvikler/verdisett")
    search(one, "administrative-gender")
    one.page.get_by_role("link", name="administrative-gender").first.click()
    assert one.page.locator("#koder + ul > li").count() == 4

    one.open(f"/utvikler/verdisett/koder?url={quote(TYPES)}")
    first = one.page.locator("#koder + ul > li").first.inner_text()
    one.page.get_by_role("link", name="Neste side").click()
    assert one.page.locator("#koder + ul > li").first.inner_text() != first
    one.page.get_by_role("link", name="Forrige side").click()
    assert one.page.locator("#koder + ul > li").first.inner_text() == first


def test_what_is_not_there_is_told(reader: Readers) -> None:
    one = reader()
    for address in (
        "/utvikler/kodeverk/system?url=x",
        "/utvikler/kodeverk/begrep?url=http://www.whocc.no/atc&kode=x",
        "/utvikler/kodeverk/begrep",
        "/utvikler/verdisett/koder?url=x",
        f"/utvikler/verdisett/koder?url={quote(GENDER)}&fra=-1",
    ):
        assert one.page.request.get(one.site + address).status in (400, 404), address
    one.open("/utvikler/verdisett/koder?url=http://hl7.org/fhir/ValueSet/observation-codes")
    assert one.page.get_by_role("heading", name="Kodene kan ikke vises").is_visible()


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_pages_can_be_used_by_all(reader: Readers, language: str) -> None:
    one = reader(language=language)
    for address in (
        "/utvikler/kodeverk?q=diabetes",
        "/utvikler/kodeverk/begrep?url=http://www.whocc.no/atc&kode=A10B",
        f"/utvikler/verdisett/koder?url={quote(TYPES)}",
    ):
        one.open(address)
        assert [*accessibility(one.page), *widths(one.page)] == [], address
