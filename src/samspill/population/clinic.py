"""The GP's office: controls of chronic diseases, short illnesses, what is planned next."""

from collections.abc import Iterator
from datetime import date

from samspill.population.chart import Chart, after, before, working_day
from samspill.population.facts.analyses import ANALYSES
from samspill.population.facts.diseases import ILLNESSES, Illness, at_age
from samspill.population.facts.medicines import MEDICINES
from samspill.population.levels import Case, Levels
from samspill.population.resources import (
    documents,
    encounters,
    laboratory,
    medication,
    planning,
    problems,
    vital_signs,
)

MOST_CONTROLS_A_YEAR = 5.0
VIDEO_SHARE = 0.12


def controls(chart: Chart, levels: Levels, first: date) -> None:
    """Contacts because of chronic diseases: the busiest one sets the pace, the others follow."""
    watched = [case for case in levels.cases if case.disease.controls]
    if not watched:
        return
    rates = sorted((case.disease.controls for case in watched), reverse=True)
    pace = min(rates[0] + 0.3 * sum(rates[1:]), MOST_CONTROLS_A_YEAR)
    for day in _days(chart, max(first, min(case.since for case in watched)), 365.25 / pace):
        known = [(case, case.disease.controls) for case in watched if case.since <= day]
        if known:
            control(chart, levels, chart.draws.weighted(known), day)


def control(chart: Chart, levels: Levels, case: Case, day: date) -> None:
    """One control: contact, blood pressure, tests, note."""
    gp, disease = chart.care.gp, case.disease
    is_video = day.year >= 2020 and chart.draws.chance(VIDEO_SHARE)
    visit = encounters.contact(
        chart, day, gp, f"Kontroll: {disease.name}", kind="VR" if is_video else "AMB",
        hour=chart.draws.between(8, 15), code=problems.icpc(*disease.icpc),
    )  # fmt: skip
    findings = []
    if not is_video and chart.person.age_on(day) >= 16:
        systolic, diastolic = levels.pressure(day)
        vital_signs.blood_pressure(chart, day, systolic, diastolic, by=gp, encounter=visit)
        pulse = chart.draws.between(58, 92)
        vital_signs.measure(chart, day, "pulse", pulse, by=gp, encounter=visit)
        findings.append(f"BT {systolic}/{diastolic}, puls {pulse}.")
        if chart.draws.chance(0.4):
            weight = levels.weight(day)
            vital_signs.measure(chart, day, "weight", weight, by=gp, encounter=visit)
            findings.append(f"Vekt {weight:.1f} kg.".replace(".", ",", 1))
    if disease.panel and not is_video:
        values = levels.panel(disease.panel, day)
        laboratory.report(chart, day, disease.panel, values, encounter=visit)
        findings.append(_told(values))
    text = f"Kontroll for {disease.name.lower()}. {chart.draws.choose(FEELS)} {' '.join(findings)}"
    plan = f"{chart.draws.choose(PLANS)} Ny kontroll etter avtale."
    documents.note(
        chart, day, f"Kontroll: {disease.name}", f"{text.strip()}\n{plan}\n", gp, encounter=visit
    )


def illnesses(chart: Chart, levels: Levels, first: date) -> None:
    """Short illnesses, year by year, as often as the age makes likely."""
    person = chart.person
    for illness in ILLNESSES:
        if illness.sex not in ("", person.sex):
            continue
        for year in range(first.year, chart.end.year + 1):
            age = person.age_on(date(year, 7, 1))
            for _ in range(chart.draws.poisson(at_age(illness.by_age, max(age, 0)))):
                day = chart.draws.day(date(year, 1, 2), date(year, 12, 28))
                if first <= day < before(chart.end, 3):
                    _illness(chart, levels, illness, day)


def _illness(chart: Chart, levels: Levels, illness: Illness, day: date) -> None:
    gp, coding = chart.care.gp, problems.icpc(*illness.icpc)
    visit = encounters.contact(
        chart, day, gp, illness.name, hour=chart.draws.between(8, 15), code=coding
    )
    over = min(after(day, chart.draws.between(5, 21)), chart.end)
    problems.condition(chart, day, illness.name, [coding], until=over, encounter=visit)
    text = f"{illness.name}. {chart.draws.choose(STORIES)}"
    if illness.panel == "infection":
        fever = chart.draws.normal(37.6, 0.7)
        vital_signs.measure(chart, day, "temperature", fever, by=gp, encounter=visit)
    is_treated = illness.medicine and chart.draws.chance(illness.treated)
    if is_treated and chart.tolerates(MEDICINES[illness.medicine].atc, day):
        request = medication.prescription(
            chart, illness.medicine, day, status="completed", encounter=visit
        )
        medication.dispensing(chart, illness.medicine, day, request)
        text += f" Får resept på {MEDICINES[illness.medicine].label}."
    if illness.panel and chart.draws.chance(0.5):
        values = levels.panel(illness.panel, day)
        if illness.panel == "infection":
            values["crp"] += chart.draws.between(3, 90)
            values["leukocytes"] += chart.draws.between(0, 6)
        laboratory.report(chart, day, illness.panel, values, encounter=visit)
        text += f" {_told(values)}"
    documents.note(chart, day, illness.name, f"{text}\n", gp, encounter=visit)


def plans(chart: Chart, levels: Levels) -> None:
    """The next appointments of the living, and some that were kept."""
    if chart.person.died_on:
        return
    gp, draws = chart.care.gp, chart.draws
    for case in levels.cases[:2]:
        if case.disease.controls >= 1:
            day = after(chart.today, draws.between(3, 60))
            planning.appointment(
                chart, day, gp, f"Kontroll: {case.disease.name}", hour=draws.between(8, 14),
                instruction="Ta blodprøve en uke før timen." if case.disease.panel else "",
                is_video=draws.chance(VIDEO_SHARE),
            )  # fmt: skip
    for _ in range(draws.poisson(0.8)):
        day = before(chart.today, draws.between(20, 700))
        if day > chart.person.born_on:
            status = draws.weighted(KEPT_OR_NOT)
            planning.appointment(chart, day, gp, "Time hos fastlegen", status=status)


def diabetes_goal(chart: Chart, case: Case) -> None:
    analysis = ANALYSES["hba1c"]
    planning.goal(
        chart, case.since, "Langtidsblodsukker under 53 mmol/mol", (analysis.code, analysis.name),
        53, analysis.unit,
    )  # fmt: skip


def _days(chart: Chart, first: date, apart: float) -> Iterator[date]:
    """Working days from the first until the end, about so many days apart."""
    day = after(first, chart.draws.between(7, 40))
    while day < chart.end:
        yield working_day(day) if working_day(day) < chart.end else day
        day = after(day, max(apart * chart.draws.normal(1, 0.18), 14))


def _told(values: dict[str, float]) -> str:
    """The three first values in words, as a doctor would note them."""
    said = (
        f"{ANALYSES[key].name} {value:.{ANALYSES[key].decimals}f}".replace(".", ",")
        for key, value in list(values.items())[:3]
    )
    return f"{'; '.join(said)}."


KEPT_OR_NOT: tuple[tuple[planning.AppointmentStatus, float], ...] = (
    ("fulfilled", 8),
    ("cancelled", 1),
    ("noshow", 1),
)
FEELS = (
    "Har det stort sett bra.",
    "Litt mer sliten enn før.",
    "Ingen nye plager.",
    "Tar medisinene som avtalt.",
    "Har glemt medisinen noen ganger.",
    "Er mer i aktivitet enn i fjor.",
)
PLANS = (
    "Fortsetter uendret behandling.",
    "Snakket om kosthold og mosjon.",
    "Medisinlisten er gjennomgått sammen med pasienten.",
    "Doseringen vurderes på nytt ved neste kontroll.",
)
STORIES = (
    "Plager i noen dager, allmenntilstanden er god.",
    "Har hatt vondt i en uke. Undersøkelsen er uten alvorlige funn.",
    "Kommer seg, men ønsker en vurdering.",
    "Var bekymret, men funnene er beroligende.",
)
