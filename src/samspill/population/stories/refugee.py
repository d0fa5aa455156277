"""Yasmin, 29: came with a DUF number, had a D-number, and now has a national identity number."""

from datetime import date

from samspill.base.texts import Text
from samspill.norway.identifiers import Kind
from samspill.norway.person_numbers import Shape
from samspill.population import life
from samspill.population.chart import before
from samspill.population.facts import vaccines
from samspill.population.households import Numbers
from samspill.population.people import Household, Number
from samspill.population.resources import documents, encounters, immunizations
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "refugee",
    "Yasmin Haddad",
    Text(
        "Found by her old D-number and by her new number; speaks Arabic",
        "Finnes både ved sitt gamle D-nummer og sitt nye nummer; snakker arabisk",
    ),
    "clinician",
    "Patient/refugee",
)


def household(today: date, numbers: Numbers) -> Household:
    born_on, came_on, changed_on = born(today, 29, 310), before(today, 900), before(today, 260)
    earlier = (
        Number(Kind.DUF, f"{came_on.year}00004711", came_on, changed_on),
        Number(Kind.D, numbers.next(born_on, "female", Shape.D), before(today, 820), changed_on),
    )
    yasmin = person(
        "refugee", 80, "Yasmin", "Haddad", "female", born_on, "Drammen", numbers, language="ar",
        citizenship="SY", earlier=earlier, from_on=changed_on,
    )  # fmt: skip
    return Household((yasmin,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    today, gp = chart.today, chart.care.gp
    life.live(chart, (life.case("iron-deficiency", before(today, 800)),))
    arrival = before(today, 880)
    visit = encounters.contact(chart, arrival, gp, "Helseundersøkelse ved ankomst", minutes=60)
    documents.note(
        chart, arrival, "Helseundersøkelse ved ankomst",
            "Tolk: arabisk. Undersøkt for tuberkulose, "
        "negativ. Mangler vaksiner, tilbys her.\n", gp, encounter=visit,
    )  # fmt: skip
    for days in (870, 840):
        immunizations.add(chart, before(today, days), ("J07BD52", "MMR-vaksine"), 1 + (days < 850))
    immunizations.add(chart, before(today, 860), vaccines.COVID, 1)
