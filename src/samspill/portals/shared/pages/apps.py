"""The apps that a professional can open with the patient in view."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.identity.clients import Client
from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit


@dataclass(frozen=True, slots=True)
class App:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class AppsPage:
    frame: Frame
    heading: str
    lead: str
    patient: str
    apps: tuple[App, ...]


def present(visit: Visit, patient: str, name: str, clients: Sequence[Client]) -> AppsPage:
    say = visit.language.say
    lead = say("Appen åpnes med %(name)s.", name=name)
    return AppsPage(
        frame=layout.frame(visit, say("Åpne en app")),
        heading=say("Åpne en app"),
        lead=lead if clients else say("Ingen apper kan åpnes herfra."),
        patient=patient,
        apps=tuple(App(client.id, client.name) for client in clients),
    )
