"""The page after sign-out, with the way to sign out at the identity provider as well."""

from dataclasses import dataclass

from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit


@dataclass(frozen=True, slots=True)
class SignedOutPage:
    frame: Frame
    heading: str
    lead: str
    link: Link


def present(visit: Visit, provider: str, address: str) -> SignedOutPage:
    say = visit.language.say
    return SignedOutPage(
        frame=layout.frame(visit, say("Du er logget ut")),
        heading=say("Du er logget ut"),
        lead=say(
            "Du er logget ut her, men kanskje ikke hos %(provider)s. Gjør det hvis andre bruker "
            "denne maskinen.",
            provider=provider,
        ),
        link=Link(address, say("Logg ut av %(provider)s", provider=provider)),
    )
