"""Every page, in both languages, light and dark: usable by all, on any screen, without scripts."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page

from builders.accessibility import accessibility, widths
from builders.readers import CITIZEN, EMERGENCY_DOCTOR, GP, LEADER, Reader, Readers

pytestmark = pytest.mark.browser

OPEN = ("/", "/logg-inn", "/utvikler", "/utvikler/validering", "/finnes-ikke")
CITIZENS = (
    "/hjem",
    "/helse",
    "/helse/prover",
    "/helse/prover/NPU27300",
    "/helse/prover/85354-9",
    "/helse/dokumenter",
    "/helse/dokumenter/diabetes-do1",
    "/helse/legemidler",
    "/helse/kritisk",
    "/innsyn",
    "/innsyn?vis=own",
    "/innsyn/sperring",
    "/fullmakt",
    "/innstillinger",
)
CLINICIANS = (
    "/klinikk",
    "/klinikk/pasient/diabetes",
    "/klinikk/pasient/diabetes/tidslinje",
    "/klinikk/pasient/diabetes/prover/NPU27300",
    "/klinikk/pasient/diabetes/dokumenter/diabetes-do1",
)
STRANGERS = ("/klinikk/pasient/copd", "/nodtilgang?pasient=copd")
LEADERS = ("/styring/nodtilgang", "/styring/uvanlig")
ROOMS = {
    "": OPEN,
    CITIZEN: CITIZENS,
    GP: CLINICIANS,
    EMERGENCY_DOCTOR: STRANGERS,
    LEADER: LEADERS,
}

MADE_UP = {
    "nb": "Demo: alle personer og opplysninger her er oppdiktet.",
    "en": "Demo: all people and facts here are made up.",
}


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("who", ROOMS)
def test_every_page_can_be_used_by_all(reader: Readers, who: str, language: str) -> None:
    one = reader(who, language=language)
    faults = {}
    for path in ROOMS[who]:
        open_quietly(one, path)
        if found := [*outline(one.page, language), *accessibility(one.page), *widths(one.page)]:
            faults[path] = found
    assert faults == {}


def open_quietly(one: Reader, path: str) -> None:
    """Open a page; that a page which is not there answers 404 is no fault."""
    one.page.set_viewport_size({"width": 1280, "height": 900})
    one.page.emulate_media(color_scheme="light")
    one.open(path)
    if path == "/finnes-ikke":
        one.faults.clear()


def outline(page: Page, language: str) -> Iterator[str]:
    """One heading, a title, the language, and that the people are made up."""
    if page.locator("h1").count() != 1:
        yield "not one h1"
    if not page.title().endswith(" – Samspill"):
        yield f"title: {page.title()}"
    if page.locator("html").get_attribute("lang") != language:
        yield "language"
    if not page.get_by_text(MADE_UP[language]).is_visible():
        yield "does not say that the people are made up"


@pytest.mark.parametrize(
    ("who", "path", "most"), [(CITIZEN, "/hjem", 110), (GP, CLINICIANS[1], 130)]
)
def test_a_first_visit_and_the_next_page_are_small(
    reader: Readers, who: str, path: str, most: int
) -> None:
    one = reader(who)
    one.open(path)
    addresses = one.page.evaluate(
        "performance.getEntriesByType('resource').map(e => new URL(e.name).pathname)"
    )
    cookies = {cookie["name"]: cookie["value"] for cookie in one.page.context.cookies()}
    with httpx.Client(base_url=one.site, cookies=cookies) as client:
        page = packed(client, path)
        files = sum(packed(client, address) for address in set(addresses))
        others = [packed(client, next) for next in ROOMS[who]]
    assert page + files <= most * 1024
    assert max(others) <= 10 * 1024


def packed(client: httpx.Client, path: str) -> int:
    """Bytes over the wire."""
    with client.stream("GET", path, headers={"accept-encoding": "br"}) as response:
        assert response.status_code == 200, path
        return sum(len(chunk) for chunk in response.iter_raw())


def test_static_files_are_fetched_once(site: str) -> None:
    page = httpx.get(site + "/").text
    style = page.split('href="/static/app.')[1].split('"')[0]
    answer = httpx.get(f"{site}/static/app.{style}", headers={"accept-encoding": "br"})
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "br"
