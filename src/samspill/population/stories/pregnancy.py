"""Ingrid, 32: in week 28 with her third child; Emil and Live are four and seven."""

from datetime import date

from samspill.base.texts import Text
from samspill.population import family, life
from samspill.population.chart import Chart, after, before
from samspill.population.households import Numbers
from samspill.population.levels import Levels
from samspill.population.people import Household
from samspill.population.resources import (
    documents,
    encounters,
    laboratory,
    planning,
    problems,
    vital_signs,
)
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "pregnancy",
    "Ingrid Moen",
    Text(
        "Pregnant in week 28, mother of two: her own record and the children's",
        "Gravid i uke 28 og mor til to: egen og barnas journal",
    ),
    "citizen",
    "Patient/pregnancy",
)
DAYS_PREGNANT = 28 * 7
PREGNANCY = problems.icpc("W78", "Svangerskap")


def household(today: date, numbers: Numbers) -> Household:
    town = "Trondheim"
    return Household(
        (
            person("pregnancy", 20, "Ingrid", "Moen", "female", born(today, 32, 90), town, numbers),
            person("pregnancy-partner", 21, "Eirik", "Moen", "male", born(today, 34, 10), town,
                numbers),
        ),
        (
            person("pregnancy-live", 22, "Live", "Moen", "female", born(today, 7, 200), town,
                numbers),
            person("pregnancy-emil", 23, "Emil", "Moen", "male", born(today, 4, 60), town, numbers),
        ),
        STORY.id,
    )  # fmt: skip


def tell(charts: Charts, of: Household) -> None:
    mother, father, daughter, son = (charts[person.id] for person in of.people)
    for chart in charts.values():
        family.relate(chart, of)
    life.live(father, ())
    life.live(daughter, (life.case("asthma", before(daughter.today, 900)),))
    life.live(son, (life.case("eczema", before(son.today, 1100)),))
    levels = life.live(mother, (life.case("hypothyroidism", before(mother.today, 1900)),))
    expect(mother, levels)


def expect(chart: Chart, levels: Levels) -> None:
    """The pregnancy: controls in weeks 8, 12, 18, 24 and 28, an ultrasound, what is to come."""
    began = before(chart.today, DAYS_PREGNANT)
    problems.condition(
        chart, after(began, 40), "Gravid",
        [PREGNANCY, problems.icd("Z34.9", "Kontroll av uspesifisert normalt svangerskap")],
        note=f"Termin {after(began, 283):%d.%m.%Y}",
    )  # fmt: skip
    midwife = chart.care.hospital.doctors["maternity"]
    for week in (8, 12, 24, 28):
        day = after(began, week * 7)
        if day >= chart.today:
            day = before(chart.today, 1)
        visit = encounters.contact(
            chart, day, chart.care.gp, f"Svangerskapskontroll uke {week}", code=PREGNANCY
        )
        vital_signs.blood_pressure(
            chart, day, 108 + week // 4, 68, by=chart.care.gp, encounter=visit
        )
        vital_signs.measure(
            chart, day, "weight", 66 + week * 0.35, by=chart.care.gp, encounter=visit
        )
        values = levels.panel("pregnancy", day)
        values["hb"], values["ferritin"] = 13.2 - week * 0.07, 48 - week * 1.2
        laboratory.report(chart, day, "pregnancy", values, encounter=visit)
        documents.note(
            chart, day, f"Svangerskapskontroll uke {week}",
            f"Uke {week}. Kjenner liv. Fosterlyd god. Ingen protein i urinen.\n", chart.care.gp,
            encounter=visit,
        )  # fmt: skip
    ultrasound = after(began, 18 * 7)
    planning.referral(chart, after(began, 60), midwife, "Ultralyd i uke 18", code=PREGNANCY)
    visit = encounters.contact(chart, ultrasound, midwife, "Ultralyd i uke 18", minutes=40)
    documents.note(
        chart, ultrasound, "Ultralyd i uke 18",
            "Ett foster, normal anatomi. Morkaken ligger høyt.\n",
        midwife, encounter=visit, kind="E01-2",
    )  # fmt: skip
    planning.appointment(
        chart, after(chart.today, 24), midwife, "Svangerskapskontroll uke 32", hour=13
    )
