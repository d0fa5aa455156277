"""Biret, 66, of Kautokeino: speaks Northern Sami, takes blood thinners, has far to the hospital."""

from datetime import date

from samspill.base.texts import Text
from samspill.norway import codes
from samspill.population import life
from samspill.population.chart import before
from samspill.population.households import Numbers
from samspill.population.people import Household
from samspill.population.resources import encounters, problems
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "sami-speaker",
    "Biret Ánne Hætta",
    Text(
        "Northern Sami as first language; video consultations instead of a day's drive",
        "Nordsamisk som førstespråk; videokonsultasjon i stedet for en dags kjøring",
    ),
    "citizen",
    "Patient/sami-speaker",
)


def household(today: date, numbers: Numbers) -> Household:
    biret = person(
        "sami-speaker", 110, "Biret Ánne", "Hætta", "female", born(today, 66, 222), "Kautokeino",
        numbers, language="se",
    )  # fmt: skip
    return Household((biret,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    today, cardiologist = chart.today, chart.care.hospital.doctors["cardiology"]
    life.live(chart, (life.case("fibrillation", before(today, 1100)),))
    problems.flag(
        chart,
        before(today, 1080),
        codes.ONGOING_TREATMENT,
        "4",
        "Bruker apiksaban (blodfortynnende)",
    )
    for days in (400, 210, 40):
        encounters.contact(
            chart, before(today, days), cardiologist, "Kontroll av hjerterytme", kind="VR"
        )
