"""First call in five minutes: the base, three requests to try, what the server says of itself."""

from dataclasses import dataclass

from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit


@dataclass(frozen=True, slots=True)
class Example:
    says: str
    command: str


@dataclass(frozen=True, slots=True)
class DeveloperPage:
    frame: Frame
    heading: str
    lead: str
    base_label: str
    base: str
    examples_heading: str
    examples: tuple[Example, ...]
    links_heading: str
    links: tuple[Link, ...]
    access_heading: str
    access: str


def present(visit: Visit) -> DeveloperPage:
    say, settings = visit.language.say, visit.session.platform.settings
    base = f"{settings.base_url}/fhir"
    asks = f"curl -s -H 'Accept: application/fhir+json' '{base}"
    if settings.mode == "normal":
        access = say("Basen krever et tilgangstoken. Utstedelse av token er ikke på plass ennå.")
    else:
        access = say("I denne modusen er basen åpen, men bare fra denne maskinen.")
    return DeveloperPage(
        frame=layout.frame(visit, say("Utvikler")),
        heading=say("Journalen som FHIR R4"),
        lead=say("Alt som sidene viser, er FHIR-ressurser, lest gjennom den samme døren."),
        base_label=say("Basen"),
        base=base,
        examples_heading=say("Prøv"),
        examples=(
            Example(say("Fem personer"), f"{asks}/Patient?_count=5'"),
            Example(
                say("Langtidsblodsukker over grensen, nyeste først"),
                f"{asks}/Observation?code=NPU27300&value-quantity=gt42&_sort=-date'",
            ),
            Example(say("Alt om én person"), f"{asks}/Patient/{{id}}/$everything'"),
        ),
        links_heading=say("Om tjeneren"),
        links=(
            Link("/utvikler/validering", say("Valider en ressurs, og se feilene ved linjene")),
            Link("/utvikler/kodeverk", say("Let i kodeverk, og finn koder ved ord")),
            Link("/utvikler/verdisett", say("Se verdisett og kodene i dem")),
            Link("/fhir/metadata", say("Hva den kan (CapabilityStatement)")),
            Link("/health", say("Om den er klar")),
            Link("/metrics", say("Målinger for Prometheus")),
        ),
        access_heading=say("Tilgang"),
        access=access,
    )
