"""Innstillinger: what one has decided about the own record, in one place."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.portals.citizen import layout
from samspill.portals.citizen.pages import log, restrict
from samspill.portals.citizen.pages.restrict import InForce
from samspill.portals.shared import reading
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.privacy.model import Wish


@dataclass(frozen=True, slots=True)
class Setting:
    id: str
    heading: str
    text: str
    link: Link


@dataclass(frozen=True, slots=True)
class SettingsPage:
    frame: Frame
    heading: str
    lead: str
    notice: str
    places: tuple[Link, ...]
    places_label: str
    settings: tuple[Setting, ...]
    everywhere_heading: str
    everywhere_text: str
    everywhere: str
    in_force: tuple[InForce, ...]


def present(visit: Visit, wishes: Sequence[Wish]) -> SettingsPage:
    say, count = visit.language.say, visit.language.count
    active = [each for each in wishes if each.is_active]
    kept_out = restrict.in_force(visit, active, reading.names(visit), {})
    proxies = sum(each.kind == "proxy" for each in active)
    return SettingsPage(
        frame=layout.frame(visit, say("Innstillinger")),
        heading=say("Innstillinger for personvern"),
        lead=say("Du bestemmer over journalen din. Alt kan endres når du vil."),
        notice=log.said(visit),
        places_label=say("Tilgang til journalen"),
        places=log.places(visit),
        settings=(
            Setting(
                "sperrer",
                say("Sperrer"),
                count("%(number)s sperre gjelder.", "%(number)s sperrer gjelder.", len(kept_out)),
                Link(layout.RESTRICT, say("Endre sperrer")),
            ),
            Setting(
                "fullmakter",
                say("Fullmakter"),
                count("%(number)s fullmakt gjelder.", "%(number)s fullmakter gjelder.", proxies),
                Link(layout.PROXY, say("Endre fullmakter")),
            ),
            Setting(
                "logg",
                say("Innsyn i hvem som har sett"),
                say("Hvert oppslag blir stående i loggen, og ingen kan endre den."),
                Link(layout.LOG, say("Se loggen")),
            ),
        ),
        everywhere_heading=say("Logg ut overalt"),
        everywhere_text=say("Avslutter innloggingen din i alle nettlesere."),
        everywhere=say("Logg ut overalt"),
        in_force=kept_out,
    )
