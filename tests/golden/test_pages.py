"""Pages as they come out of presenter and template; `make golden` rewrites them."""

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec import structs

from builders.pages import a_visit
from samspill.access.actor import Actor, Kind
from samspill.base.json import Resource
from samspill.fhir.terminology import held
from samspill.fhir.terminology.library import Given, Library
from samspill.interactions import browse
from samspill.population.resources import vocabulary
from samspill.portals import app
from samspill.portals.citizen.pages import result
from samspill.portals.developer.pages import concept
from samspill.services.results.mapping import record as mapping
from samspill.web import static, templates

PAGES = Path(__file__).parent / "pages"
KARI = Actor(Kind.DEMO, reference="Patient/1", name="Kari Nordmann", roles=("citizen",))


def an_hba1c(number: int, on: str, value: str) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "meta": {"versionId": "1", "lastUpdated": f"{on}T14:05:00.000Z"},
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"code": "NPU27300"}], "text": "HbA1c"},
        "effectiveDateTime": f"{on}T08:40:00+01:00",
        "issued": f"{on}T14:00:00+01:00",
        "performer": [{"display": "Fjellvik laboratorium"}],
        "valueQuantity": {"value": Decimal(value), "unit": "mmol/mol"},
        "referenceRange": [{"low": {"value": Decimal(28)}, "high": {"value": Decimal(40)}}],
    }


GOAL: Resource = {
    "resourceType": "Goal",
    "lifecycleStatus": "active",
    "target": [
        {
            "measure": {"coding": [{"code": "NPU27300"}]},
            "detailQuantity": {"value": Decimal(53), "comparator": "<"},
        }
    ],
}


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_result(language: str) -> None:
    values = [an_hba1c(1, "2025-11-03", "61"), an_hba1c(2, "2026-06-15", "55")]
    [series] = mapping.series([*values, an_hba1c(3, "2026-11-16", "52")], [GOAL])
    visit = a_visit("/helse/prover/NPU27300", language=language, actor=KARI)
    html = rendered("citizen/result.html", result.present(visit, series))
    expect(f"result.{language}.html", html)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_concept(language: str) -> None:
    icd_10 = next(each for each in vocabulary.all_resources() if each["id"] == "demo-icd-10")
    of = held.read(icd_10)
    library = Library((Given([icd_10]),))
    visit = a_visit("/utvikler/kodeverk/begrep", language=language)
    platform = SimpleNamespace(**vars(visit.session.platform), library=library)
    visit = replace(visit, session=structs.replace(visit.session, platform=platform))
    concept_page = concept.present(visit, browse.show(visit.session, of.url, "E11"))
    html = rendered("developer/concept.html", concept_page)
    expect(f"concept.{language}.html", html)


def rendered(template: str, page: object) -> str:
    """The content of a page; what surrounds it changes with the assets."""
    environment = templates.environment(app.PACKAGES, static.load())
    html = environment.get_template(template).render(page=page)
    return html[html.index("<main") : html.index("</main>")]


def expect(name: str, html: str) -> None:
    lines = "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"
    path = PAGES / name
    if os.environ.get("GOLDEN") == "write":
        path.write_text(lines)
    assert lines == path.read_text()
