"""Who gets in: people are picked in demo and open mode only, and every page says so."""

import pytest

from builders.pages import a_visit
from samspill.access import actor as actors
from samspill.access.actor import Actor, Assurance, Kind
from samspill.base.errors import Forbidden, LoginRequired
from samspill.portals.shared import entrance, layout, login
from samspill.portals.shared.visit import Redirect

KARI = Actor(Kind.DEMO, reference="Patient/1", name="Kari Nordmann", roles=("citizen",))


def test_nobody_is_picked_in_normal_mode() -> None:
    with pytest.raises(Forbidden):
        entrance.sign_in_as(a_visit("/logg-inn", mode="normal", form={"som": "Patient/1"}))


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


def test_signing_out_leaves_nobody() -> None:
    assert entrance.sign_out(a_visit(actor=KARI)) == Redirect("/", actors.NOBODY)


def test_a_choice_is_kept_and_leads_back() -> None:
    form = {"sprak": "en", "tilbake": "/helse", "annet": "x", "token": "t"}
    answer = entrance.choose(a_visit("/visning", form=form))
    assert answer == Redirect("/helse", kept={"sprak": "en"})


@pytest.mark.parametrize(
    "actor", [actors.NOBODY, KARI, Actor(Kind.DEMO, "Practitioner/2", "Å", ("clinician", "x"))]
)
def test_the_login_cookie_carries_the_actor(actor: Actor) -> None:
    before = login.fresh(actor, "2026-11-16")
    after = login.from_content(login.to_content(before))
    assert after == before
    assert after.actor.assurance is Assurance.NONE


def test_a_sign_in_has_a_secret_of_its_own() -> None:
    assert login.fresh(KARI).secret != login.fresh(KARI).secret
