"""Per, 55: has blocked one doctor by name, and locked one document."""

from datetime import date

from samspill.base.texts import Text
from samspill.population import life
from samspill.population.chart import before, practitioner
from samspill.population.households import Numbers
from samspill.population.people import Household
from samspill.population.resources import consents, documents, encounters
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "blocked-doctor",
    "Per Haugland",
    Text(
        "One doctor is blocked by name, even in an emergency, and one document is locked",
        "Én lege er blokkert ved navn, også ved nødrett, og ett dokument er sperret",
    ),
    "citizen",
    "Patient/blocked-doctor",
)


def household(today: date, numbers: Numbers) -> Household:
    per = person(
        "blocked-doctor", 50, "Per", "Haugland", "male", born(today, 55, 201), "Trondheim", numbers
    )
    return Household((per,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    today, doctors = chart.today, chart.care.hospital.doctors
    life.live(
        chart,
        (life.case("hypertension", before(today, 2200)), life.case("gout", before(today, 800))),
    )
    visit = encounters.contact(
        chart, before(today, 420), doctors["neurology"], "Utredning", minutes=45
    )
    document = documents.note(
        chart, before(today, 420), "Poliklinisk notat, nevrologi",
        "Utredet for nummenhet i venstre hånd. Ingen sikker årsak.\n", doctors["neurology"],
        encounter=visit, restriction="NORS",
    )  # fmt: skip
    consents.locked(chart, before(today, 400), document)
    consents.blocked(chart, before(today, 390), practitioner(doctors["surgery"]))
