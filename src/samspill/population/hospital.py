"""The hospital: referrals, outpatient visits, stays and the letters that follow them."""

from datetime import date

from samspill.base.json import Resource
from samspill.population.chart import Chart, after, before
from samspill.population.levels import Case, Levels
from samspill.population.resources import (
    documents,
    encounters,
    laboratory,
    planning,
    problems,
    vital_signs,
)


def visits(chart: Chart, levels: Levels, first: date) -> None:
    """What each disease brings with it at the hospital, in the years of the record."""
    for case in levels.cases:
        if not case.disease.department:
            continue
        begins = max(first, case.since)
        years = max((chart.end - begins).days / 365.25, 0)
        referred = False
        for _ in range(chart.draws.poisson(case.disease.outpatient * years)):
            day = chart.draws.day(after(begins, 20), before(chart.end, 2))
            if begins < day < chart.end:
                if not referred:
                    refer(chart, case, max(before(day, 45), chart.person.born_on))
                    referred = True
                outpatient(chart, levels, case, day)
        for _ in range(chart.draws.poisson(case.disease.admissions * years)):
            day = chart.draws.day(begins, before(chart.end, 14))
            if begins <= day < before(chart.end, 10):
                stay(chart, levels, case, day)


def refer(chart: Chart, case: Case, day: date) -> None:
    doctor = chart.care.hospital.doctors[case.disease.department]
    planning.referral(
        chart, day, doctor, case.disease.name, code=problems.icpc(*case.disease.icpc),
        note="Ber om vurdering og forslag til behandling.",
    )  # fmt: skip


def outpatient(chart: Chart, levels: Levels, case: Case, day: date) -> None:
    doctor = chart.care.hospital.doctors[case.disease.department]
    visit = encounters.contact(
        chart, day, doctor, case.disease.name, minutes=45, code=problems.icd(*case.disease.icd)
    )
    systolic, diastolic = levels.pressure(day)
    vital_signs.blood_pressure(chart, day, systolic, diastolic, by=doctor, encounter=visit)
    documents.note(
        chart, day, f"Poliklinisk notat: {case.disease.name}",
        f"Poliklinisk kontroll for {case.disease.name.lower()}. BT {systolic}/{diastolic}. "
        "Tilstanden er stabil. Fastlegen følger opp videre.\n",
        doctor, encounter=visit,
    )  # fmt: skip


def stay(chart: Chart, levels: Levels, case: Case, day: date, nights: int = 0) -> None:
    """A stay with daily vital signs, tests on arrival and before leaving, and the letter home."""
    doctor = chart.care.hospital.doctors[case.disease.department]
    nurse, last = chart.care.hospital.nurse, after(day, nights or chart.draws.between(2, 6))
    visit = encounters.stay(
        chart, day, last, doctor, f"Forverring: {case.disease.name}",
        code=problems.icd(*case.disease.icd),
    )  # fmt: skip
    now = day
    while now <= last:
        recovery = (now - day).days / max((last - day).days, 1)
        vital_signs.measure(
            chart, now, "pulse", 104 - 26 * recovery, by=nurse, encounter=visit, hour=10
        )
        vital_signs.measure(
            chart, now, "respiration", 24 - 8 * recovery, by=nurse, encounter=visit, hour=10
        )
        vital_signs.measure(
            chart, now, "saturation", 90 + 6 * recovery, by=nurse, encounter=visit, hour=10
        )
        vital_signs.blood_pressure(chart, now, *levels.pressure(now), by=nurse, encounter=visit)
        now = after(now, 1)
    panel = "acute-heart" if case.disease.department == "cardiology" else "infection"
    for tested, worse in ((day, 1.6), (last, 1.0)):
        values = levels.panel(panel, tested)
        values["crp"] = values["crp"] * worse + (45 if worse > 1 else 8)
        laboratory.report(chart, tested, panel, values, requester=doctor, encounter=visit)
    letter_home(chart, case, day, last, doctor=doctor.name, encounter=visit)


def letter_home(
    chart: Chart, case: Case, first: date, last: date, *, doctor: str, encounter: Resource
) -> None:
    """The discharge summary (epikrise), written on the day of leaving."""
    in_use = [
        entry["medicationCodeableConcept"]["text"]
        for entry in chart.entries
        if entry["resourceType"] == "MedicationStatement" and entry["status"] == "active"
    ]
    author = chart.care.hospital.doctors[case.disease.department]
    documents.letter(
        chart, last, f"Epikrise: {case.disease.name}",
        {
            "Årsak til innleggelsen": f"Forverring av {case.disease.name.lower()}.",
            "Forløp": f"Innlagt {first:%d.%m.%Y} til {last:%d.%m.%Y}. Bedring på behandling. "
            "Utskrives i god allmenntilstand.",
            "Legemidler ved utskrivning": ", ".join(in_use) or "Ingen faste legemidler.",
            "Videre oppfølging": f"Kontroll hos fastlegen innen to uker. Hilsen {doctor}.",
        },
        author, encounter=encounter,
    )  # fmt: skip
