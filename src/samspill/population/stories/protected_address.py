"""Someone whose address must never be shown, with a child who shares the protection."""

from datetime import date

from samspill.base.texts import Text
from samspill.norway.confidentiality import Protection
from samspill.population import family, life
from samspill.population.chart import before
from samspill.population.households import Numbers
from samspill.population.people import Household
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "protected-address",
    "Vilde Brekke",
    Text(
        "A strictly confidential address: found by name, never placed on a map",
        "Strengt fortrolig adresse: finnes ved navn, vises aldri med sted",
    ),
    "clinician",
    "Patient/protected-address",
)
GRADE = Protection.STRICTLY_CONFIDENTIAL


def household(today: date, numbers: Numbers) -> Household:
    mother = person(
        "protected-address", 40, "Vilde", "Brekke", "female", born(today, 36, 12), "Hamar",
        numbers, protection=GRADE,
    )  # fmt: skip
    child = person(
        "protected-address-child", 41, "Tobias", "Brekke", "male", born(today, 6, 180), "Hamar",
        numbers, protection=GRADE,
    )  # fmt: skip
    return Household((mother,), (child,), STORY.id)


def tell(charts: Charts, of: Household) -> None:
    mother, child = (charts[person.id] for person in of.people)
    family.relate(child, of)
    life.live(mother, (life.case("anxiety", before(mother.today, 700)),))
    life.live(child, ())
