"""Berit, 58: diabetes type 2 for five years; metformin brought her long-term blood sugar down."""

from datetime import date

from samspill.base.texts import Text
from samspill.population import life
from samspill.population.chart import before
from samspill.population.households import Numbers
from samspill.population.levels import Levels
from samspill.population.people import Household
from samspill.population.resources import documents, encounters, laboratory, planning, problems
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "diabetes",
    "Berit Nygård",
    Text(
        "Diabetes type 2: HbA1c from 71 down to 50 with metformin, and a goal of 53",
        "Diabetes type 2: HbA1c fra 71 ned til 50 med metformin, og et mål på 53",
    ),
    "citizen",
    "Patient/diabetes",
)
HBA1C = ((1800, 71), (1700, 66), (1600, 60), (1500, 57), (1350, 54), (1200, 52), (1000, 51),
         (800, 52), (620, 53), (440, 51), (260, 50), (95, 52), (12, 50))  # fmt: skip
"""Days ago, and what was measured."""
YEARLY_DAYS = (1345, 995, 615, 255)
"""How long ago the yearly controls were, each some days after a measurement."""


def household(today: date, numbers: Numbers) -> Household:
    berit = person(
        "diabetes", 90, "Berit", "Nygård", "female", born(today, 58, 17), "Trondheim", numbers
    )
    return Household((berit,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    today = chart.today
    # The measured series below is written by hand, so the drawn controls leave the sugar alone.
    levels = life.live(chart, (life.case("hypertension", before(today, 2500)),))
    case = life.case("diabetes", before(today, 1795))
    life.diagnosis(chart, case)
    life.treatment(chart, (case,), before(today, 3200))
    with_diabetes = Levels(chart.person, (*levels.cases, case))
    for days, hba1c in HBA1C:
        day = before(today, days)
        values = {**with_diabetes.panel("diabetes", day), "hba1c": float(hba1c)}
        values["glucose"] = round(5.2 + (hba1c - 35) * 0.14, 1)
        laboratory.report(chart, day, "diabetes", values)
    planning.care_plan(
        chart,
        before(today, 1700),
        "Plan for diabetes",
        ("Årskontroll", "Øyelege hvert annet år", "Fotkontroll"),
    )
    planning.appointment(
        chart, before(today, -11), chart.care.gp, "Årskontroll diabetes", hour=9, minutes=40,
        instruction="Ta blodprøve en uke før timen.",
    )  # fmt: skip
    for days in YEARLY_DAYS:
        day, gp = before(today, days), chart.care.gp
        code = problems.icpc(*case.disease.icpc)
        visit = encounters.contact(chart, day, gp, "Årskontroll diabetes", minutes=40, code=code)
        hba1c = next(value for ago, value in reversed(HBA1C) if ago > days)
        text = f"Årskontroll for diabetes type 2. HbA1c {hba1c}. Føtter og nyrer uten anmerkning.\n"
        documents.note(chart, day, "Årskontroll diabetes", text, gp, encounter=visit)
