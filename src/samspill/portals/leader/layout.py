"""What surrounds the leader's pages."""

from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit

EMERGENCIES = "/styring/nodtilgang"
UNUSUAL = "/styring/uvanlig"


def frame(visit: Visit, title: str) -> Frame:
    say = visit.language.say
    menu = tuple(
        Link(address, text, icon, layout.is_here(visit, address))
        for address, text, icon in (
            (EMERGENCIES, say("Nødtilgang og saker"), "ClipboardCheckmark"),
            (UNUSUAL, say("Uvanlige mønstre"), "MagnifyingGlass"),
        )
    )
    return layout.frame(visit, title, menu=menu, home=EMERGENCIES, role=say("Styring"))
