"""Immunization: what the national register SYSVAK would hold."""

from datetime import date

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import chart
from samspill.population.chart import Chart


def add(of: Chart, day: date, vaccine: tuple[str, str], dose: int = 0) -> Resource:
    atc, name = vaccine
    return of.add(
        "Immunization",
        status="completed",
        vaccineCode={"coding": [{"system": codes.ATC, "code": atc}], "text": name},
        patient=of.patient,
        occurrenceDateTime=day.isoformat(),
        recorded=day.isoformat(),
        primarySource=True,
        performer=[{"actor": chart.organisation(of.care.gp.organisation)}],
        protocolApplied=[{"doseNumberPositiveInt": dose}] if dose else None,
    )
