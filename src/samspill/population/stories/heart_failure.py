"""Solveig, 78: chronic heart failure at home, with a home nurse and a scale that tells."""

from datetime import date

from samspill.base.texts import Text
from samspill.norway import codes
from samspill.population import hospital, life
from samspill.population.chart import Chart, before
from samspill.population.households import Numbers
from samspill.population.levels import Levels
from samspill.population.people import Household
from samspill.population.resources import (
    documents,
    encounters,
    planning,
    problems,
    vital_signs,
)
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "heart-failure",
    "Solveig Aas",
    Text(
        "Chronic heart failure at home: daily weight, a home nurse, a stay three weeks ago",
        "Kronisk hjertesvikt hjemme: daglig vekt, hjemmesykepleier, innlagt for tre uker siden",
    ),
    "citizen",
    "Patient/heart-failure",
)


def household(today: date, numbers: Numbers) -> Household:
    born_on = born(today, 78, 140)
    solveig = person("heart-failure", 10, "Solveig", "Aas", "female", born_on, "Tromsø", numbers)
    return Household((solveig,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    today = chart.today
    cases = (
        life.case("hypertension", before(today, 5200)),
        life.case("heart-failure", before(today, 1400)),
        life.case("kidney-disease", before(today, 900)),
    )
    problems.allergy(
        chart, before(today, 4000), "Penicillin", reaction="10", is_severe=True, source="2",
        coding={"system": codes.ATC, "code": "J01C", "display": "Penicilliner"},
    )  # fmt: skip
    levels = life.live(chart, cases)
    problems.flag(
        chart, before(today, 700), codes.CHANGED_PROCEDURE, "3",
        "Kontakt hjertemedisinsk avdeling ved forverring",
    )  # fmt: skip
    hospital.stay(chart, levels, cases[1], before(today, 26), nights=5)
    plan(chart)
    measure_at_home(chart)
    visit_at_home(chart, levels)


def plan(chart: Chart) -> None:
    """Home care, a team, zones, and the appointment after the stay."""
    today, nurse = chart.today, chart.care.home_nurse
    cardiologist = chart.care.hospital.doctors["cardiology"]
    planning.episode(chart, before(today, 400), nurse.organisation, "15")
    team = planning.care_team(
        chart, before(today, 400), "Team rundt Solveig",
        ((chart.care.gp, "6"), (nurse, "9"), (cardiologist, "3")),
    )  # fmt: skip
    planning.care_plan(
        chart, before(today, 20), "Egenbehandlingsplan ved hjertesvikt", ZONES, team=team,
        author=cardiologist,
    )  # fmt: skip
    planning.appointment(
        chart, before(today, -6), cardiologist, "Kontroll etter innleggelse", hour=11, minutes=40,
        instruction="Ta med medisinlisten og vektskjemaet.",
    )  # fmt: skip


def measure_at_home(chart: Chart) -> None:
    """Weight and pulse every morning; the last days show water that gathers."""
    for days in range(45, 0, -1):
        day, swelling = before(chart.today, days), max(0.0, (12 - days) * 0.22)
        vital_signs.measure(chart, day, "weight", 68.4 + swelling + days % 3 * 0.1, hour=8)
        vital_signs.measure(chart, day, "pulse", 74 + swelling * 4 + days % 5, hour=8)


def visit_at_home(chart: Chart, levels: Levels) -> None:
    """The home nurse, once a week."""
    nurse = chart.care.home_nurse
    for days in range(42, 0, -7):
        day = before(chart.today, days)
        visit = encounters.contact(
            chart, day, nurse, "Tilsyn og veiing", kind="HH", hour=9, minutes=30
        )
        systolic, diastolic = levels.pressure(day)
        vital_signs.blood_pressure(chart, day, systolic, diastolic, by=nurse, encounter=visit)
        documents.note(
            chart, day, "Tilsyn hjemme", f"BT {systolic}/{diastolic}. Litt hovne ankler. Dosett er "
            "fylt for uken.\n", nurse, encounter=visit, kind="A04-2",
        )  # fmt: skip


ZONES = (
    "Grønn: vekten er stabil. Ta medisinene som avtalt.",
    "Gul: opp 2 kg på tre dager eller mer tungpust. Ta én ekstra vanndrivende og ring sykepleier.",
    "Rød: tungpust i hvile eller brystsmerter. Ring 113.",
)
