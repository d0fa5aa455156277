"""Who gets in: people are picked in demo and open mode only, and every page says so."""

import pytest

from builders.pages import a_visit
from samspill.access.actor import Actor, Kind
from samspill.base.errors import LoginRequired
from samspill.portals.shared import entrance, layout, login
from samspill.portals.shared.visit import Redirect

KARI = Actor(Kind.DEMO, reference="Patient/1", name="Kari Nordmann", roles=("citizen",))


def test_the_mode_is_said_on_every_page() -> None:
    assert "oppdiktet" in layout.notice(a_visit(mode="demo"))
    assert "alt er synlig" in layout.notice(a_visit(mode="open"))
    assert layout.notice(a_visit(mode="normal")) == ""


def test_one_signs_in_as_the_right_kind() -> None:
    assert a_visit(actor=KARI).require("Patient") == "1"
    with pytest.raises(LoginRequired):
        a_visit(actor=KARI).require("Practitioner")
    with pytest.raises(LoginRequired):
        a_visit().require("Patient")


def test_a_choice_is_kept_and_leads_back() -> None:
    form = {"sprak": "en", "tilbake": "/helse", "annet": "x", "token": "t"}
    answer = entrance.choose(a_visit("/visning", form=form))
    assert answer == Redirect("/helse", kept={"sprak": "en"})


@pytest.mark.parametrize("session", ["", "id"])
def test_the_login_cookie_carries_the_sign_in(session: str) -> None:
    before = login.fresh(session, "2026-11-16")
    assert login.from_content(login.to_content(before)) == before


def test_a_cookie_of_an_older_program_is_as_good_as_none() -> None:
    assert login.from_content({"secret": "s", "kind": "demo"}).session == ""


def test_a_sign_in_has_a_secret_of_its_own() -> None:
    assert login.fresh("id").secret != login.fresh("id").secret


@pytest.mark.parametrize(
    ("wanted", "page"),
    [
        ("/helse/prover", "/helse/prover"),
        ("/helsevesen", "/hjem"),
        ("/klinikk", "/hjem"),
        ("//evil.example", "/hjem"),
        ("", "/hjem"),
        ("/oauth/godkjenn?sak=x", "/oauth/godkjenn?sak=x"),
    ],
)
def test_after_sign_in_one_comes_to_one_s_own_pages_only(wanted: str, page: str) -> None:
    assert entrance.first_page(KARI, wanted) == page
