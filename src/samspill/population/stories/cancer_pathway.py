"""Geir, 61: new in the cancer pathway for the bowel, with dates to keep and an answer to come."""

from datetime import date

from samspill.base.texts import Text
from samspill.norway import codes
from samspill.population import life
from samspill.population.chart import Chart, before
from samspill.population.households import Numbers
from samspill.population.levels import Levels
from samspill.population.people import Household
from samspill.population.resources import (
    documents,
    encounters,
    laboratory,
    planning,
    problems,
)
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "cancer-pathway",
    "Geir Strand",
    Text(
        "A new cancer pathway: referral, colonoscopy, a biopsy answer that he does not see yet",
        "Nytt pakkeforløp: henvisning, koloskopi, et vevssvar han ennå ikke ser",
    ),
    "clinician",
    "Patient/cancer-pathway",
)
SUSPECTED = problems.icpc("D75", "Kreft i tykktarm/endetarm")


def household(today: date, numbers: Numbers) -> Household:
    geir = person(
        "cancer-pathway", 70, "Geir", "Strand", "male", born(today, 61, 240), "Trondheim", numbers
    )
    return Household((geir,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    levels = life.live(chart, (life.case("hypertension", before(chart.today, 1800)),))
    suspect(chart, levels)
    work_up(chart, levels)
    plan(chart)


def suspect(chart: Chart, levels: Levels) -> None:
    """Three weeks ago the GP suspects cancer and refers into the pathway."""
    day, gp = before(chart.today, 21), chart.care.gp
    visit = encounters.contact(chart, day, gp, "Blod i avføringen", code=SUSPECTED)
    values = {**levels.panel("anaemia", day), "hb": 11.2, "ferritin": 9, "crp": 12}
    laboratory.report(chart, day, "anaemia", values, encounter=visit)
    documents.note(
        chart, day, "Blod i avføringen", "Seks ukers sykehistorie, 4 kg vekttap. Hb 11,2. "
        "Henvises i pakkeforløp for tykk- og endetarmskreft.\n", gp, encounter=visit,
    )  # fmt: skip
    problems.condition(
        chart, day, "Mistanke om kreft i tykktarmen", [SUSPECTED], certainty="provisional"
    )
    planning.referral(
        chart, day, chart.care.hospital.doctors["surgery"], "Mistanke om kreft i tykktarmen",
        code=SUSPECTED, priority="urgent", status="active",
        note="Pakkeforløp tykk- og endetarmskreft",
    )  # fmt: skip


def work_up(chart: Chart, levels: Levels) -> None:
    """Colonoscopy, blood, and a biopsy whose answer the patient is not shown yet."""
    day, surgeon = before(chart.today, 8), chart.care.hospital.doctors["surgery"]
    visit = encounters.contact(chart, day, surgeon, "Koloskopi", minutes=50)
    documents.note(
        chart, day, "Koloskopi", "Svulst i venstre del av tykktarmen, 4 cm. Vevsprøve tatt.\n",
        surgeon, encounter=visit,
    )  # fmt: skip
    documents.note(
        chart, before(chart.today, 1), "Vevsprøve fra tykktarm",
        "Adenokarsinom, lite differensiert.\n", surgeon, kind="C04-2", restriction="NORU",
    )  # fmt: skip
    values = {**levels.panel("cancer", day), "cea": 14.2, "hb": 10.9}
    laboratory.report(chart, day, "cancer", values, requester=surgeon)


def plan(chart: Chart) -> None:
    """The pathway: its team, its steps, the next appointment."""
    began, doctors = before(chart.today, 21), chart.care.hospital.doctors
    members = ((chart.care.gp, "6"), (doctors["surgery"], "3"), (doctors["oncology"], "17"))
    team = planning.care_team(chart, began, "Pakkeforløpet", members)
    planning.care_plan(
        chart, began, "Pakkeforløp for kreft", STEPS, team=team, author=doctors["surgery"]
    )
    planning.appointment(
        chart, before(chart.today, -2), doctors["surgery"], "Svar og videre plan", hour=9,
        minutes=45, instruction="Ta gjerne med en du stoler på.",
    )  # fmt: skip
    text = "Forløpskoordinator kontaktes ved spørsmål"
    problems.flag(chart, before(chart.today, 8), codes.CHANGED_PROCEDURE, "3", text)


STEPS = (
    "Henvisning mottatt og pakkeforløp startet",
    "Første fremmøte og koloskopi",
    "CT av bryst og mage",
    "Tverrfaglig møte",
    "Beslutning om behandling, senest 35 dager etter henvisning",
)
