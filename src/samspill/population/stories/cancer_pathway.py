"""Geir, 61: new in the cancer pathway for the bowel, with dates to keep and an answer to come."""

from datetime import date

from samspill.base.texts import Text
from samspill.norway import codes
from samspill.population import life
from samspill.population.chart import before
from samspill.population.households import Numbers
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
    today, gp, doctors = chart.today, chart.care.gp, chart.care.hospital.doctors
    surgeon = doctors["surgery"]
    levels = life.live(chart, (life.case("hypertension", before(today, 1800)),))
    seen = before(today, 21)
    visit = encounters.contact(chart, seen, gp, "Blod i avføringen", code=SUSPECTED)
    values = levels.panel("anaemia", seen)
    values["hb"], values["ferritin"], values["crp"] = 11.2, 9, 12
    laboratory.report(chart, seen, "anaemia", values, encounter=visit)
    documents.note(
        chart, seen, "Blod i avføringen",
            "Seks ukers sykehistorie, 4 kg vekttap. Hb 11,2. Henvises i "
        "pakkeforløp for tykk- og endetarmskreft.\n", gp, encounter=visit,
    )  # fmt: skip
    problems.condition(
        chart, seen, "Mistanke om kreft i tykktarmen", [SUSPECTED], certainty="provisional"
    )
    planning.referral(
        chart, seen, surgeon, "Mistanke om kreft i tykktarmen", code=SUSPECTED, priority="urgent",
        status="active", note="Pakkeforløp tykk- og endetarmskreft",
    )  # fmt: skip
    scope = before(today, 8)
    visit = encounters.contact(chart, scope, surgeon, "Koloskopi", minutes=50)
    documents.note(
        chart, scope, "Koloskopi", "Svulst i venstre del av tykktarmen, 4 cm. Vevsprøve tatt.\n",
        surgeon, encounter=visit,
    )  # fmt: skip
    documents.note(
        chart, before(today, 1), "Vevsprøve fra tykktarm", "Adenokarsinom, lite differensiert.\n",
        surgeon, kind="C04-2", restriction="NORU",
    )  # fmt: skip
    laboratory.report(
        chart, scope, "cancer", {**levels.panel("cancer", scope), "cea": 14.2, "hb": 10.9},
        requester=surgeon,
    )  # fmt: skip
    team = planning.care_team(
        chart, seen, "Pakkeforløpet", ((gp, "6"), (surgeon, "3"), (doctors["oncology"], "17"))
    )
    planning.care_plan(chart, seen, "Pakkeforløp for kreft", STEPS, team=team, author=surgeon)
    planning.appointment(
        chart, before(today, -2), surgeon, "Svar og videre plan", hour=9, minutes=45,
        instruction="Ta gjerne med en du stoler på.",
    )  # fmt: skip
    problems.flag(
        chart, scope, codes.CHANGED_PROCEDURE, "3", "Forløpskoordinator kontaktes ved spørsmål"
    )


STEPS = (
    "Henvisning mottatt og pakkeforløp startet",
    "Første fremmøte og koloskopi",
    "CT av bryst og mage",
    "Tverrfaglig møte",
    "Beslutning om behandling, senest 35 dager etter henvisning",
)
