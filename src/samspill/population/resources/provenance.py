"""Provenance: which institution's system a resource came from."""

from samspill.base.json import Resource
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.institutions import Organisation


def add(of: Chart, targets: list[Resource], recorded: str, source: Organisation) -> None:
    """`recorded` is an instant in the form of chart.at."""
    of.add(
        "Provenance",
        target=targets,
        recorded=recorded,
        activity={
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation",
                    "code": "CREATE",
                    "display": "create",
                }
            ]
        },
        agent=[
            {
                "type": {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                            "code": "author",
                            "display": "Author",
                        }
                    ]
                },
                "who": chart.organisation(source),
            }
        ],
    )
