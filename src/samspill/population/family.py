"""Who is related to whom: parents with custody, and partners."""

from samspill.population.chart import Chart
from samspill.population.people import Household, Person
from samspill.population.resources import persons


def relate(chart: Chart, household: Household) -> None:
    """Parents of a child, and the partner of an adult."""
    if chart.person in household.children:
        for parent in household.adults:
            custody = "felles" if len(household.adults) > 1 else parent_of(parent)
            persons.related(chart, parent, parent_of(parent), custody=custody)
    elif len(household.adults) == 2:
        (partner,) = (adult for adult in household.adults if adult != chart.person)
        persons.related(chart, partner, "ektefelleEllerPartner")


def parent_of(person: Person) -> str:
    return "mor" if person.sex == "female" else "far"
