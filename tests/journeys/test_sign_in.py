"""Signing in and out, and forms that another site sends in the reader's name."""

import re

import httpx
import pytest

from builders.readers import CITIZEN, GP, Readers

STRANGERS = [
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "http://127.0.0.1:1"},
    {"origin": "null"},
]
FORMS = {
    "/oauth/godkjenn": {"som": CITIZEN},
    "/oauth/apper": {"app": "x", "pasient": "diabetes"},
    "/logg-ut": {},
    "/visning": {"sprak": "en"},
    "/helse": {"sok": "a"},
    "/klinikk": {"sok": "a"},
    "/klinikk/pasient/diabetes": {"formaal": "TREAT", "grunn": "a"},
    "/nodtilgang": {"pasient": "diabetes", "aarsak": "life", "tekst": "a"},
    "/innsyn/sporsmal": {"linje": "1", "tekst": "a"},
    "/innsyn/sperring": {"steg": "done", "hva": "all"},
    "/fullmakt": {"trekk": "x"},
    "/fullmakt/handle": {"for": "dementia"},
    "/styring/nodtilgang": {"sak": "x", "tekst": "a"},
    "/utvikler/validering": {"tekst": "{}"},
}


def a_form(client: httpx.Client, wanted: str = "") -> dict[str, str]:
    """The hidden fields of the page on which one picks a person."""
    page = client.get("/logg-inn", params={"til": wanted}, follow_redirects=True).text
    return dict(re.findall(r'name="(token|sak)" value="([^"]+)"', page))


def a_token(client: httpx.Client) -> str:
    return a_form(client)["token"]


def sign_in(client: httpx.Client, who: str, wanted: str = "") -> httpx.Response:
    """The answer after the whole way."""
    form = a_form(client, wanted) | {"som": who}
    return client.post("/oauth/godkjenn", data=form, follow_redirects=True)


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("path", FORMS)
def test_a_form_from_another_site_changes_nothing(
    site: str, path: str, stranger: dict[str, str]
) -> None:
    with httpx.Client(base_url=site) as client:
        form = {**FORMS[path], "token": a_token(client)}
        assert client.post(path, data=form, headers=stranger).status_code == 403
        assert client.post(path, data=FORMS[path]).status_code == 403, "without a token"


def test_a_token_fits_one_reader_only(site: str) -> None:
    with httpx.Client(base_url=site) as one, httpx.Client(base_url=site) as other:
        stolen = a_form(one)
        a_form(other)
        form = stolen | {"som": CITIZEN}
        assert other.post("/oauth/godkjenn", data=form).status_code == 403


def test_a_new_sign_in_has_a_new_secret(site: str) -> None:
    with httpx.Client(base_url=site) as client:
        before = a_token(client)
        assert sign_in(client, CITIZEN).url.path == "/hjem"
        assert client.post("/logg-ut", data={"token": before}).status_code == 403


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/klinikk", "/oauth/authorize"]
)
def test_a_sign_in_leads_only_to_the_reader_s_own_pages(site: str, wanted: str) -> None:
    with httpx.Client(base_url=site) as client:
        assert sign_in(client, CITIZEN, wanted).url.path == "/hjem"


@pytest.mark.parametrize("who", ["Patient/nobody", "Organization/gp-5001", "x", ""])
def test_one_cannot_be_someone_who_is_not_there(site: str, who: str) -> None:
    with httpx.Client(base_url=site) as client:
        assert sign_in(client, who).status_code in {400, 404}


def test_an_answer_counts_in_the_browser_that_asked_and_once(site: str) -> None:
    with httpx.Client(base_url=site) as one, httpx.Client(base_url=site) as other:
        a_form(other)
        answer = one.post("/oauth/godkjenn", data=a_form(one) | {"som": CITIZEN})
        back = answer.headers["location"]
        assert other.get(back).status_code == 403, "in another browser"
        assert one.get(back).status_code == 403, "it was used up by the other"


def test_a_sign_out_ends_it_in_the_record_and_not_only_in_the_browser(site: str) -> None:
    with httpx.Client(base_url=site) as client:
        token = re.search(r'name="token" value="([^"]+)"', sign_in(client, CITIZEN).text)
        kept = dict(client.cookies)
        assert token is not None
        client.post("/logg-ut", data={"token": token[1]})
        old = httpx.get(site + "/hjem", cookies=kept)
        assert old.headers["location"].startswith("/logg-inn")


def test_a_sign_out_everywhere_ends_it_in_other_browsers(site: str) -> None:
    who = "Patient/copd"
    with httpx.Client(base_url=site) as one, httpx.Client(base_url=site) as other:
        token = re.search(r'name="token" value="([^"]+)"', sign_in(one, who).text)
        sign_in(other, who)
        assert token is not None
        assert other.get("/hjem").status_code == 200
        one.post("/logg-ut", data={"token": token[1], "overalt": "ja"})
        assert other.get("/hjem").status_code == 303


def test_pages_are_not_kept_and_the_cookie_is_out_of_reach_of_scripts(site: str) -> None:
    answer = httpx.get(site + "/logg-inn")
    assert answer.headers["cache-control"] == "no-store"
    assert "httponly" in answer.headers["set-cookie"].lower()


@pytest.mark.browser
def test_after_signing_in_one_comes_to_the_page_that_was_asked_for(reader: Readers) -> None:
    one = reader()
    one.open("/klinikk/pasient/diabetes")
    assert "/oauth/godkjenn" in one.page.url
    one.page.locator(f'button[value="{GP}"]').click()
    one.page.wait_for_url("**/klinikk/pasient/diabetes")


@pytest.mark.browser
def test_a_search_after_the_login_has_ended_says_so_in_its_place(reader: Readers) -> None:
    one = reader(GP)
    one.page.context.clear_cookies()
    one.page.locator("#sok").fill("Solveig")
    one.page.locator("#treff .found").wait_for()
    assert "for gammelt" in one.page.locator("#treff").inner_text()
    assert one.page.locator("h1").count() == 1
    one.faults.clear()


@pytest.mark.browser
def test_home_knows_when_one_was_here_last(reader: Readers) -> None:
    one = reader(CITIZEN)
    assert one.page.get_by_role("heading", name="Nytt siste måned").is_visible()
    one.page.get_by_role("button", name="Logg ut").click()
    one.sign_in(CITIZEN)
    assert one.page.get_by_role("heading", name="Nytt siden sist du var her").is_visible()
