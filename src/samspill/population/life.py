"""A made-up life and the record it leaves: diseases, contacts, medicines, tests, letters.

Each part follows from the person's diseases, so that the record hangs together over time: the
diabetes comes first, then metformin, and then the long-term blood sugar falls.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import childhood, clinic, hospital
from samspill.population.chart import Chart, after, before
from samspill.population.draws import Draws
from samspill.population.facts.diseases import DISEASES, Disease, at_age
from samspill.population.facts.medicines import MEDICINES
from samspill.population.levels import Case, Levels
from samspill.population.people import Person
from samspill.population.resources import medication, problems

YEARS_OF_RECORD = 14
YEARS_OF_DISPENSING = 4


def live(chart: Chart, cases: tuple[Case, ...] | None = None) -> Levels:
    """Adds a whole life to the chart; the cases are drawn where none are given."""
    given = tuple(drawn_cases(chart.person, chart.end, chart.draws)) if cases is None else cases
    levels = Levels(chart.person, given)
    first = max(chart.person.born_on, before(chart.end, YEARS_OF_RECORD * 365.25))
    childhood.vaccines(chart, first)
    childhood.growth(chart, levels, first)
    critical_information(chart, {case.key for case in given})
    for case in given:
        diagnosis(chart, case)
    treatment(chart, given, first)
    clinic.controls(chart, levels, first)
    clinic.illnesses(chart, levels, first)
    hospital.visits(chart, levels, first)
    clinic.plans(chart, levels)
    return levels


def drawn_cases(person: Person, end: date, draws: Draws) -> Iterator[Case]:
    """The diseases that chance gives a person, each since the age at which it became likely."""
    age = person.age_on(end)
    for key, disease in DISEASES.items():
        luck = draws.uniform()
        if disease.sex not in ("", person.sex) or luck >= at_age(disease.by_age, age):
            continue
        onset = next(year for year in range(age + 1) if luck < at_age(disease.by_age, year))
        since = person.born_on + timedelta(days=round(onset * 365.25) + draws.between(0, 364))
        yield Case(key, disease, min(since, before(end, 20)))


def case(key: str, since: date) -> Case:
    """A case that a story gives a person."""
    return Case(key, DISEASES[key], since)


def diagnosis(chart: Chart, of: Case) -> None:
    codings = [problems.icpc(*of.disease.icpc), problems.icd(*of.disease.icd)]
    problems.condition(chart, of.since, of.disease.name, codings)
    if of.key == "diabetes":
        clinic.diabetes_goal(chart, of)


def treatment(chart: Chart, cases: Collection[Case], first: date) -> None:
    """Each medicine once, since the first of the diseases that call for it."""
    begun: dict[str, tuple[date, Disease]] = {}
    for of in cases:
        for months, key in (*((0.25, key) for key in of.disease.medicines), *of.disease.later):
            since = after(of.since, months * 30.44)
            if not chart.tolerates(MEDICINES[key].atc, since):
                continue
            if since < chart.end and (key not in begun or since < begun[key][0]):
                begun[key] = since, of.disease
    for key, (since, disease) in begun.items():
        reason: Resource = {"coding": [problems.icpc(*disease.icpc)], "text": disease.name}
        medicine(chart, key, since, first, reason=reason)


def medicine(
    chart: Chart, key: str, since: date, first: date, *, reason: Resource | None = None,
    until: date | None = None,
) -> None:  # fmt: skip
    """A medicine in use from a day: its line in the list, a prescription a year, dispensings."""
    medication.statement(chart, key, since, until=until, reason=reason)
    end = min(until or chart.end, chart.end)
    fetched_from = before(chart.end, YEARS_OF_DISPENSING * 365.25)
    day = max(since, first)
    while day < end:
        expires = after(day, medication.PRESCRIPTION_DAYS)
        is_valid = expires > chart.today and not until and not chart.person.died_on
        request = medication.prescription(
            chart, key, day, status="active" if is_valid else "stopped" if until else "completed"
        )
        fetched = max(day, after(day, chart.draws.between(0, 3)))
        while fetched < min(expires, end):
            if fetched >= fetched_from and not chart.draws.chance(0.06):
                medication.dispensing(chart, key, fetched, request)
            fetched = after(fetched, medication.PACKAGE_DAYS + chart.draws.between(-8, 6))
        day = expires


def critical_information(chart: Chart, diseases: Collection[str]) -> None:
    """Allergies and flags, by the groups of critical information."""
    draws, end = chart.draws, chart.end
    some_day = draws.day(max(chart.person.born_on, before(end, 5000)), before(end, 30))
    for text, coding, category, share in ALLERGIES:
        if draws.chance(share):
            problems.allergy(
                chart, some_day, text, coding=coding, category=category,
                reaction=draws.choose(("1", "4", "10", "11", "13", "20")),
                is_severe=draws.chance(0.3),
                status=draws.weighted((("confirmed", 7), ("unconfirmed", 2), ("refuted", 1))),
                source=draws.choose(("1", "2", "3", "5")),
            )  # fmt: skip
    for system, code, text, share, disease in FLAGS:
        if (not disease or disease in diseases) and draws.chance(share):
            problems.flag(chart, some_day, system, code, text)


def _atc(code: str, display: str) -> Resource:
    return {"system": codes.ATC, "code": code, "display": display}


ALLERGIES: tuple[tuple[str, Resource | None, problems.Category, float], ...] = (
    (
        "Penicillin",
        _atc("J01C", "Betalaktamantibakterielle midler, penicilliner"),
        "medication",
        0.05,
    ),
    ("Trimetoprim-sulfa", _atc("J01EE01", "Sulfametoksazol og trimetoprim"), "medication", 0.012),
    ("Acetylsalisylsyre", _atc("N02BA01", "Acetylsalisylsyre"), "medication", 0.01),
    ("Nøtter", None, "food", 0.02),
    ("Skalldyr", None, "food", 0.012),
    ("Pels fra katt", None, "environment", 0.04),
    ("Vepsestikk", None, "environment", 0.008),
)
FLAGS = (
    (codes.IMPLANT, "9", "Pacemaker", 0.2, "fibrillation"),
    (codes.IMPLANT, "10", "Implantert hjertestarter (ICD)", 0.15, "heart-failure"),
    (codes.IMPLANT, "13", "Stent i kransåre", 0.5, "heart-disease"),
    (codes.IMPLANT, "19", "Kneprotese", 0.25, "knee-arthritis"),
    (codes.ONGOING_TREATMENT, "4", "Viktig blodfortynnende behandling", 1.0,
        "fibrillation"),
    (codes.ONGOING_TREATMENT, "2", "Immunhemmende behandling", 0.9,
        "rheumatoid-arthritis"),
    (codes.INFECTION, "1", "Har hatt MRSA", 0.004, ""),
    (codes.CHANGED_PROCEDURE, "1", "Ønsker ikke blodprodukter", 0.002, ""),
)  # fmt: skip
