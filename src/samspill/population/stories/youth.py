"""Jonas, 14: has told his doctor something that his parents may not see."""

from datetime import date

from samspill.base.texts import Text
from samspill.population import family, life
from samspill.population.chart import before
from samspill.population.households import Numbers
from samspill.population.people import Household
from samspill.population.resources import consents, documents, encounters, planning
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "youth",
    "Jonas Bakken",
    Text(
        "A youth of 14 whose parents see little, and one note that they never see",
        "En ungdom på 14 år: foreldrene ser lite, og ett notat ser de aldri",
    ),
    "citizen",
    "Patient/youth",
)


def household(today: date, numbers: Numbers) -> Household:
    town = "Bergen"
    return Household(
        (
            person("youth-mother", 30, "Camilla", "Bakken", "female", born(today, 44, 30), town,
                numbers),
            person("youth-father", 31, "Marius", "Bakken", "male", born(today, 46, 300), town,
                numbers),
        ),
        (person("youth", 32, "Jonas", "Bakken", "male", born(today, 14, 75), town, numbers),),
        STORY.id,
    )  # fmt: skip


def tell(charts: Charts, of: Household) -> None:
    for chart in charts.values():
        family.relate(chart, of)
    mother, father, jonas = (charts[person.id] for person in of.people)
    life.live(mother, (life.case("migraine", before(mother.today, 2600)),))
    life.live(father, ())
    life.live(jonas, (life.case("asthma", before(jonas.today, 2900)),))
    gp, day = jonas.care.gp, before(jonas.today, 34)
    visit = encounters.contact(jonas, day, gp, "Samtale alene med lege", minutes=30)
    documents.note(
        jonas, day, "Samtale",
            "Kommer alene. Ønsker at foreldrene ikke får se dette notatet. Snakker "
        "om søvn, skole og en vond opplevelse. Ny time om to uker.\n", gp, encounter=visit,
        restriction="NORN_FORANS",
    )  # fmt: skip
    consents.own_access(jonas, before(jonas.today, 300))
    planning.appointment(jonas, before(jonas.today, -4), gp, "Samtale", hour=14)
