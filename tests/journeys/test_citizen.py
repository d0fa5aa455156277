"""What citizens come for."""

import pytest

from builders.readers import CITIZEN, Readers

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1280])
def test_from_what_is_new_to_a_result_understood_in_two_clicks(reader: Readers, width: int) -> None:
    one = reader(CITIZEN, width=width)
    assert one.page.url.endswith("/hjem")
    one.page.get_by_role("link", name="Prøvesvar", exact=True).click()
    one.page.get_by_role("link", name="Langtidsblodsukker (HbA1c)").click()
    said = one.page.locator("main .lead").first.inner_text()
    for words in ("enn forrige gang", "målet du og legen har satt", "Referanseområdet er 28–40."):
        assert words in said
    drawn = one.page.get_by_role("img", name="Langtidsblodsukker (HbA1c) over tid")
    assert drawn.filter(visible=True).count() == 1
    one.page.get_by_text("Vis tallene i tabell").click()
    one.page.get_by_role("row").first.wait_for()
    assert one.page.get_by_role("row").count() > 3


def test_a_search_answers_as_one_types_and_its_filters_can_be_taken_away(
    reader: Readers,
) -> None:
    one = reader(CITIZEN)
    one.open("/helse")
    before = one.page.locator(".found strong").inner_text()
    one.page.get_by_label("Søk i helsen din").last.fill("metformin")
    one.page.locator(".found .chip").wait_for()
    found = one.page.locator(".found strong").inner_text()
    assert found != before
    assert one.page.locator("#live").inner_text() == found
    one.page.get_by_role("button", name="Legemidler").first.click()
    one.page.locator(".found .chip", has_text="Legemidler").wait_for()
    assert "metformin" not in one.page.url, "what one looks for is private"
    one.page.locator(".found .chip", has_text="metformin").click()
    one.page.locator(".found .chip", has_text="metformin").wait_for(state="detached")
    assert one.page.locator("#sok").input_value() == ""
    one.page.locator(".found .chip", has_text="Legemidler").click()
    one.page.locator(".found .chip").wait_for(state="detached")
    assert one.page.locator(".found strong").inner_text() == before


@pytest.mark.parametrize("word", ["diabetes", "diabtes", "sukkersyke"])
def test_everything_about_a_condition_is_found_by_ones_own_words(
    reader: Readers, word: str
) -> None:
    one = reader(CITIZEN)
    one.open("/helse")
    one.page.locator("#sok").fill(word)
    one.page.locator(".found .chip").wait_for()
    kinds = one.page.locator("button[name=vis]").all_inner_texts()
    for kind in ("Prøver", "Legemidler", "Diagnoser"):
        assert any(text.startswith(kind) for text in kinds), kinds
    groups = one.page.locator("section.year h2").all_inner_texts()
    assert {"Notater og brev (4)", "Kontakter (4)"} <= {*groups}, groups


def test_the_history_can_be_searched_and_filtered_without_scripts(reader: Readers) -> None:
    one = reader(CITIZEN, scripts=False)
    one.open("/helse")
    one.page.locator("#sok").fill("metformin")
    one.page.get_by_role("button", name="Søk", exact=True).click()
    assert one.page.locator("#sok").input_value() == "metformin"
    titles = one.page.locator(".life .what").all_inner_texts()
    assert titles
    assert all("etformin" in title for title in titles)
    one.page.locator("button[name=vis][value=medicine]").click()
    assert one.page.locator("button[value=medicine]").get_attribute("aria-pressed") == "true"
    one.page.locator("button[name=fjern][value=sok]").click()
    assert one.page.locator("#sok").input_value() == ""


def test_every_fact_says_where_it_comes_from(reader: Readers) -> None:
    one = reader(CITIZEN)
    for path in ("/helse", "/helse/prover/NPU27300", "/helse/legemidler", "/helse/kritisk"):
        one.open(path)
        source = one.page.locator("details.source").first
        source.locator("summary").click()
        assert "Fra " in source.inner_text()
        assert "utgave" in source.inner_text()


def test_a_document_is_read(reader: Readers) -> None:
    one = reader(CITIZEN)
    one.open("/helse/dokumenter")
    one.page.locator(".life a").first.click()
    assert len(one.page.locator(".text").inner_text()) > 40


def test_the_language_and_the_look_are_kept(reader: Readers) -> None:
    one = reader(CITIZEN)
    one.open("/helse/legemidler")
    one.page.get_by_role("button", name="English").click()
    assert one.page.get_by_role("heading", level=1).inner_text() == "Your medicines"
    assert one.page.url.endswith("/helse/legemidler")
    one.page.get_by_role("button", name="Dark").click()
    assert one.page.locator("html").get_attribute("data-color-scheme") == "dark"
    one.open("/hjem")
    assert one.page.locator("html").get_attribute("lang") == "en"


def test_nobody_sees_the_record_of_another(reader: Readers) -> None:
    one = reader(CITIZEN)
    answer = one.page.request.get(one.site + "/helse/dokumenter/heart-failure-do1")
    assert answer.status == 404
    answer = one.page.request.get(one.site + "/klinikk/pasient/heart-failure", max_redirects=0)
    assert answer.status == 303


def test_one_signs_out(reader: Readers) -> None:
    one = reader(CITIZEN)
    one.page.get_by_role("button", name="Logg ut").click()
    one.open("/hjem")
    assert "/oauth/godkjenn" in one.page.url
