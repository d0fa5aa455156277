"""Thea, 17: depression, outpatient at the children's psychiatry, treatment on the internet."""

from datetime import date

from samspill.base.texts import Text
from samspill.population import family, life
from samspill.population.chart import before
from samspill.population.households import Numbers
from samspill.population.people import Household
from samspill.population.resources import documents, encounters, planning
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "mental-health",
    "Thea Halvorsen",
    Text(
        "A teenager of 17 who decides herself who sees her record; a programme on the internet",
        "En tenåring på 17 som selv bestemmer hvem som ser journalen; internettbehandling",
    ),
    "citizen",
    "Patient/mental-health",
)


def household(today: date, numbers: Numbers) -> Household:
    town = "Sandnes"
    return Household(
        (person("mental-health-mother", 130, "Silje", "Halvorsen", "female", born(today, 45, 45),
            town, numbers),),
        (person("mental-health", 131, "Thea", "Halvorsen", "female", born(today, 17, 120), town,
            numbers),),
        STORY.id,
    )  # fmt: skip


def tell(charts: Charts, of: Household) -> None:
    mother, thea = (charts[person.id] for person in of.people)
    today = thea.today
    family.relate(thea, of)
    life.live(mother, ())
    life.live(thea, (life.case("depression", before(today, 260)),))
    therapist = thea.care.hospital.doctors["child-psychiatry"]
    planning.referral(thea, before(today, 230), therapist, "Depresjon, nedstemt i fire måneder")
    for days in (190, 160, 130, 95, 60, 25):
        visit = encounters.contact(
            thea, before(today, days), therapist, "Samtale", kind="VR" if days < 100 else "AMB",
            minutes=45,
        )  # fmt: skip
        documents.note(
            thea, before(today, days), "Samtale, BUP", "Møter til avtalt tid. Snakker om skole og "
            "venner. Ingen selvmordstanker nå. Kriseplanen er gjennomgått.\n", therapist,
            encounter=visit,
        )  # fmt: skip
    planning.care_plan(
        thea, before(today, 120), "Internettbehandling", ("Modul 1–4 fullført", "Modul 5 pågår"),
        author=therapist,
    )  # fmt: skip
    planning.appointment(thea, before(today, -5), therapist, "Samtale", is_video=True, hour=15)
