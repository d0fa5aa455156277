"""Kjell, 69: COPD with home monitoring, three zones, and two stays last winter."""

from datetime import date

from samspill.base.texts import Text
from samspill.population import hospital, life
from samspill.population.chart import before
from samspill.population.households import Numbers
from samspill.population.people import Household
from samspill.population.resources import planning, vital_signs
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "copd",
    "Kjell Johnsen",
    Text(
        "COPD followed at home: oxygen and pulse every day, a plan in three zones",
        "KOLS fulgt hjemme: oksygen og puls hver dag, plan i tre soner",
    ),
    "citizen",
    "Patient/copd",
)


def household(today: date, numbers: Numbers) -> Household:
    kjell = person("copd", 100, "Kjell", "Johnsen", "male", born(today, 69, 151), "Bodø", numbers)
    return Household((kjell,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    today = chart.today
    cases = (
        life.case("copd", before(today, 3600)),
        life.case("heart-disease", before(today, 1900)),
    )
    levels = life.live(chart, cases)
    for days in (330, 285):
        hospital.stay(chart, levels, cases[0], before(today, days))
    planning.device(chart, "Pulsoksymeter til bruk hjemme")
    for days in range(60, 0, -1):
        day, dip = before(today, days), 3 if 7 <= days <= 10 else 0
        vital_signs.measure(chart, day, "saturation", 93 - dip + days % 2, hour=8)
        vital_signs.measure(chart, day, "pulse", 78 + dip * 5 + days % 4, hour=8)
    planning.care_plan(chart, before(today, 270), "Egenbehandlingsplan ved KOLS", ZONES)


ZONES = (
    "Grønn: som vanlig. Faste medisiner og mosjon.",
    "Gul: mer hoste, slim eller tungpust. Ta hurtigvirkende og start kuren du har hjemme.",
    "Rød: tungpust i hvile eller metning under 88 %. Ring 113.",
)
