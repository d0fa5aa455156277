"""Arne, who died two months ago at 88: the record is closed, and the access log still tells."""

from datetime import date

from samspill.base.texts import Text
from samspill.population import hospital, life
from samspill.population.chart import before
from samspill.population.households import Numbers
from samspill.population.people import Household
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "deceased",
    "Arne Tveit",
    Text("Died two months ago at 88", "Døde for to måneder siden, 88 år gammel"),
    "clinician",
    "Patient/deceased",
)


def household(today: date, numbers: Numbers) -> Household:
    arne = person(
        "deceased", 150, "Arne", "Tveit", "male", born(today, 88, 130), "Voss", numbers,
        language="nn", died_on=before(today, 62),
    )  # fmt: skip
    return Household((arne,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    cases = tuple(
        life.case(key, before(chart.today, days))
        for key, days in (("heart-disease", 5000), ("stroke", 1600), ("prostate-cancer", 2300))
    )
    levels = life.live(chart, cases)
    hospital.stay(chart, levels, cases[1], before(chart.today, 70), nights=6)
