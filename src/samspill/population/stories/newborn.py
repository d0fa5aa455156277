"""Little Selma, three weeks: born with a joint help number that her own number has replaced."""

from datetime import date

from samspill.base.texts import Text
from samspill.norway import person_numbers
from samspill.norway.identifiers import Kind
from samspill.population import family, life
from samspill.population.chart import after, before
from samspill.population.households import Numbers
from samspill.population.people import Household, Number
from samspill.population.resources import encounters, problems, vital_signs
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "newborn",
    "Selma Rønning",
    Text(
        "Three weeks old: a joint help number at birth, then a number of her own",
        "Tre uker gammel: felles hjelpenummer ved fødselen, så eget fødselsnummer",
    ),
    "clinician",
    "Patient/newborn",
)
FIRST_HELP_NUMBER = 800_990_000
AGE_DAYS = 21


def household(today: date, numbers: Numbers) -> Household:
    town, born_on = "Ålesund", before(today, AGE_DAYS)
    serials = range(FIRST_HELP_NUMBER, FIRST_HELP_NUMBER + 50)
    help_number = next(filter(None, map(person_numbers.compose_joint_help_number, serials)))
    earlier = (Number(Kind.JOINT_HELP, help_number, born_on, after(born_on, 6)),)
    return Household(
        (
            person("newborn-mother", 140, "Hedda", "Rønning", "female", born(today, 30, 80), town,
                numbers),
            person("newborn-father", 141, "Sindre", "Rønning", "male", born(today, 31, 199), town,
                numbers),
        ),
        (
            person("newborn", 142, "Selma", "Rønning", "female", born_on, town, numbers,
                   earlier=earlier, from_on=after(born_on, 6)),
        ),
        STORY.id,
    )  # fmt: skip


def tell(charts: Charts, of: Household) -> None:
    for chart in charts.values():
        family.relate(chart, of)
    mother, father, selma = (charts[person.id] for person in of.people)
    life.live(mother, ())
    life.live(father, ())
    born_on, doctor = selma.person.born_on, selma.care.hospital.doctors["paediatrics"]
    stay = encounters.stay(selma, born_on, after(born_on, 3), doctor, "Nyfødt")
    problems.condition(
        selma, born_on, "Gulsott hos nyfødt",
            [problems.icd("P59.9", "Uspesifisert neonatal ikterus")],
        until=after(born_on, 9), encounter=stay, recorder=doctor,
    )  # fmt: skip
    for days, weight in ((0, 3.42), (2, 3.21), (7, 3.40), (14, 3.72), (20, 4.05)):
        vital_signs.measure(
            selma, after(born_on, days), "weight", weight, by=selma.care.hospital.nurse, hour=11
        )
