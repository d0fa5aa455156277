"""What surrounds the citizen's pages: five nouns in the menu, and whose record this is."""

from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit

HOME = "/hjem"
HEALTH = "/helse"
RESULTS = "/helse/prover"
MEDICINES = "/helse/legemidler"
DOCUMENTS = "/helse/dokumenter"
CRITICAL = "/helse/kritisk"
LOG = "/innsyn"
RESTRICT = "/innsyn/sperring"
PROXY = "/fullmakt"
SETTINGS = "/innstillinger"


def frame(visit: Visit, title: str) -> Frame:
    return layout.frame(visit, title, menu=_menu(visit), home=HOME)


def _menu(visit: Visit) -> tuple[Link, ...]:
    say = visit.language.say
    places = (
        (HOME, say("Hjem"), "House"),
        (HEALTH, say("Helsen min"), "HeadHeart"),
        (RESULTS, say("Prøvesvar"), "LineGraphDot"),
        (MEDICINES, say("Legemidler"), "PillRectangle"),
        (DOCUMENTS, say("Dokumenter"), "FileText"),
    )
    # The deepest place that the page lies under is the current one.
    above = [address for address, _, _ in places if layout.is_here(visit, address)]
    here = max(above, key=len, default="")
    return tuple(Link(address, text, icon, address == here) for address, text, icon in places)
