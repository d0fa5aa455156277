"""Rune, 41: epilepsy, anaphylaxis to penicillin, refuses blood – what must be seen in seconds."""

from datetime import date

from samspill.base.texts import Text
from samspill.norway import codes
from samspill.population import life
from samspill.population.chart import before
from samspill.population.households import Numbers
from samspill.population.people import Household
from samspill.population.resources import problems
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "emergency",
    "Rune Dahl",
    Text(
        "Critical information of every group, for the emergency ward",
        "Kritisk informasjon fra alle grupper, for akuttmottaket",
    ),
    "clinician",
    "Patient/emergency",
)
PENICILLIN = {"system": codes.ATC, "code": "J01C", "display": "Penicilliner"}
CODEINE = {"system": codes.ATC, "code": "R05DA04", "display": "Kodein"}


def household(today: date, numbers: Numbers) -> Household:
    rune = person("emergency", 160, "Rune", "Dahl", "male", born(today, 41, 303), "Tromsø", numbers)
    return Household((rune,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    today = chart.today
    problems.allergy(
        chart, before(today, 5000), "Penicillin", coding=PENICILLIN, reaction="1", is_severe=True,
        source="2",
    )  # fmt: skip
    problems.allergy(
        chart, before(today, 2000), "Kodein", coding=CODEINE, reaction="13", status="refuted",
        source="1",
    )  # fmt: skip
    life.live(chart, (life.case("epilepsy", before(today, 7000)),))
    for system, code, text in (
        (codes.CHANGED_PROCEDURE, "1", "Reservert mot blodprodukter"),
        (codes.IMPLANT, "9", "Pacemaker"),
        (codes.ONGOING_TREATMENT, "2", "Immunhemmende behandling"),
        (codes.INFECTION, "1", "Har hatt MRSA"),
        (codes.CHANGED_PROCEDURE, "4", "Vanskelig intubasjon: bruk videolaryngoskop"),
    ):
        problems.flag(chart, before(today, 1500), system, code, text)
