"""The front page: what this is, and the doors."""

from dataclasses import dataclass

from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit


@dataclass(frozen=True, slots=True)
class Door:
    """A way in, for one kind of reader."""

    link: Link
    says: str


@dataclass(frozen=True, slots=True)
class StartPage:
    frame: Frame
    heading: str
    lead: str
    doors_heading: str
    doors: tuple[Door, ...]
    about_heading: str
    about: tuple[str, ...]


def present(visit: Visit) -> StartPage:
    say = visit.language.say
    return StartPage(
        frame=layout.frame(visit, say("Én innbygger, én journal")),
        heading=say("Én innbygger, én journal"),
        lead=say(
            "Samspill samler helseopplysningene dine på ett sted. Du og de som behandler deg, "
            "ser det samme."
        ),
        doors_heading=say("Hvem er du?"),
        doors=(
            Door(
                Link("/logg-inn#innbyggere", say("Innbygger"), "Person"),
                say("Prøvesvar, legemidler, dokumenter og hele historien din."),
            ),
            Door(
                Link("/logg-inn#helsepersonell", say("Helsepersonell"), "Stethoscope"),
                say("Finn en pasient og se det viktigste først."),
            ),
            Door(
                Link("/utvikler", say("Utvikler"), "Terminal"),
                say("Den samme journalen som FHIR R4."),
            ),
        ),
        about_heading=say("Slik er det laget"),
        about=(
            say("Alle opplysninger sier hvor de kommer fra."),
            say("Alle sidene virker med tastatur, på små skjermer og uten JavaScript."),
            say("Alt bygger på den åpne standarden FHIR R4, og koden er åpen."),
        ),
    )
