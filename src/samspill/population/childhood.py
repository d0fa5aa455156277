"""Vaccines of all ages, and the growth of children as the health station measures it."""

from datetime import date, timedelta

from samspill.population.chart import Chart, after
from samspill.population.facts import vaccines as facts
from samspill.population.levels import Levels
from samspill.population.resources import encounters, immunizations, vital_signs

MONTHS_OF_MEASURING = (0, 1, 3, 6, 12, 15, 24, 48, 72, 96, 156)


def vaccines(chart: Chart, first: date) -> None:
    """The childhood programme, COVID-19 in 2021, and the yearly dose against influenza from 65."""
    person, draws = chart.person, chart.draws
    if draws.chance(0.97):
        for dose in facts.PROGRAMME:
            due = after(person.born_on, dose.months * 30.44 + draws.between(0, 20))
            if person.born_on.year >= dose.born_from and due < chart.end:
                immunizations.add(chart, due, (dose.atc, dose.name), dose.number)
    covid = date(2021, 5, 1) + timedelta(days=draws.between(0, 60))
    if person.age_on(covid) >= 16 and draws.chance(0.9):
        for number in range(3):
            given = after(covid, 42 * number if number < 2 else 200)
            if given < chart.end:
                immunizations.add(chart, given, facts.COVID, number + 1)
    for year in range(first.year, chart.end.year + 1):
        given = date(year, 10, draws.between(5, 28))
        if first < given < chart.end and person.age_on(given) >= 65 and draws.chance(0.62):
            immunizations.add(chart, given, facts.INFLUENZA)


def growth(chart: Chart, levels: Levels, first: date) -> None:
    for months in MONTHS_OF_MEASURING:
        day = after(chart.person.born_on, months * 30.44 + chart.draws.between(0, 12))
        if not first <= day < chart.end:
            continue
        nurse = chart.care.health_secretary
        visit = encounters.contact(chart, day, nurse, "Kontroll på helsestasjonen", hour=9)
        vital_signs.measure(chart, day, "weight", levels.weight(day), by=nurse, encounter=visit)
        vital_signs.measure(chart, day, "height", levels.height(day), by=nurse, encounter=visit)
