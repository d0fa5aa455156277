"""Pages as they come out of presenter and template; `make golden` rewrites them."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from builders.pages import a_visit
from samspill.access.actor import Actor, Kind
from samspill.base.json import Resource
from samspill.portals import app
from samspill.portals.citizen.pages import result
from samspill.services.results import mapping
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
    """The content of the page; what surrounds it changes with the assets."""
    values = [an_hba1c(1, "2025-11-03", "61"), an_hba1c(2, "2026-06-15", "55")]
    [series] = mapping.series([*values, an_hba1c(3, "2026-11-16", "52")], [GOAL])
    visit = a_visit("/helse/prover/NPU27300", language=language, actor=KARI)
    environment = templates.environment(app.PACKAGES, static.load())
    page = result.present(visit, series)
    html = environment.get_template("citizen/result.html").render(page=page)
    expect(f"result.{language}.html", html[html.index("<main") : html.index("</main>")])


def expect(name: str, html: str) -> None:
    lines = "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"
    path = PAGES / name
    if os.environ.get("GOLDEN") == "write":
        path.write_text(lines)
    assert lines == path.read_text()
