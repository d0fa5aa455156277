"""Bjørg, 84: dementia, cared for by the municipality; her daughter Hilde acts for her."""

from datetime import date

from samspill.base.texts import Text
from samspill.population import life
from samspill.population.chart import before
from samspill.population.households import Numbers
from samspill.population.people import Household
from samspill.population.resources import consents, documents, encounters, persons, planning
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "dementia",
    "Bjørg Solheim",
    Text(
        "Dementia; her daughter Hilde acts for her by power of attorney",
        "Demens; datteren Hilde handler for henne med fullmakt",
    ),
    "citizen",
    "Patient/dementia-daughter",
)


def household(today: date, numbers: Numbers) -> Household:
    town = "Sunnfjord"
    return Household(
        (
            person("dementia", 60, "Bjørg", "Solheim", "female", born(today, 84, 33), town,
                numbers, language="nn"),
            person("dementia-daughter", 61, "Hilde", "Solheim", "female", born(today, 55, 99),
                town, numbers, language="nn"),
        ),
        story=STORY.id,
    )  # fmt: skip


def tell(charts: Charts, of: Household) -> None:
    mother, daughter = (charts[person.id] for person in of.adults)
    today, nurse = mother.today, mother.care.home_nurse
    life.live(daughter, (life.case("hay-fever", before(today, 9000)),))
    cases = ("dementia", 1500), ("hypertension", 6000), ("osteoporosis", 3000)
    life.live(mother, tuple(life.case(key, before(today, days)) for key, days in cases))
    persons.related(mother, daughter.person, "barn")
    consents.proxy(mother, before(today, 1300), daughter.patient, "FU")
    planning.episode(mother, before(today, 1000), nurse.organisation, "15")
    planning.episode(mother, before(today, 600), nurse.organisation, "4")
    planning.episode(mother, before(today, 900), nurse.organisation, "6")
    planning.care_team(
        mother,
        before(today, 1000),
        "Primærkontakt og fastlege",
        ((mother.care.gp, "6"), (nurse, "9")),
    )
    for days in range(180, 0, -30):
        visit = encounters.contact(
            mother, before(today, days), nurse, "Medisiner og frokost", kind="HH", hour=8
        )
        documents.note(
            mother, before(today, days), "Tilsyn heime", "Vaken og blid. Leitar etter ord. Tok "
            "medisinane med hjelp. Dottera er orientert.\n", nurse, encounter=visit, kind="A04-2",
        )  # fmt: skip
