"""What would be measured in a made-up body on a day: analyses, blood pressure, weight, height.

A person has a level of their own for each analysis; diseases shift it, treatment takes some of the
shift back over months, and every measurement strays a little.
"""

from dataclasses import dataclass
from datetime import date
from math import exp

from samspill.population.draws import Draws
from samspill.population.facts.analyses import ANALYSES, PANELS
from samspill.population.facts.diseases import Disease, Effect, at_age
from samspill.population.people import Person

FASTEST_FALL = 0.12
"""The share of the usual value below which no analysis falls."""


@dataclass(frozen=True, slots=True)
class Case:
    """One disease of one person, diagnosed and treated from a day on."""

    key: str
    disease: Disease
    since: date


@dataclass(frozen=True, slots=True)
class Levels:
    """The body of one person with these diseases."""

    person: Person
    cases: tuple[Case, ...]
    seed: int = 0

    def panel(self, name: str, day: date) -> dict[str, float]:
        """A value for each analysis of a panel."""
        return {key: self.analysis(key, day) for key in PANELS[name][1]}

    def analysis(self, key: str, day: date) -> float:
        """In the analysis's own unit."""
        if key == "egfr":
            return self._filtration(day)
        fact = ANALYSES[key]
        own = self._draws("level", key).normal(fact.usual, fact.deviation)
        value = own + self._by_nature(key, day)
        for case in self.cases:
            for effect in case.disease.effects:
                if effect.analysis == key:
                    value += _shift(effect, case.since, day)
        strays = self._draws("day", key, day.toordinal()).normal(0, fact.deviation / 3)
        return max(value + strays, fact.usual * FASTEST_FALL)

    def pressure(self, day: date) -> tuple[int, int]:
        """Systolic and diastolic, in mmHg."""
        age = self.person.age_on(day)
        own = self._draws("pressure").normal(112 + 0.25 * min(age, 80), 8)
        for case in self.cases:
            years = max((day - case.since).days / 365.25, 0)
            own += case.disease.pressure * (0.35 + 0.65 * exp(-1.5 * years))
        strays = self._draws("pressure", day.toordinal())
        systolic = own + strays.normal(0, 5)
        return round(systolic), round(systolic * 0.6 + strays.normal(0, 3))

    def weight(self, day: date) -> float:
        """In kilograms."""
        age = (day - self.person.born_on).days / 365.25
        own = self._draws("weight").normal(1.0, 0.13)
        strays = self._draws("weight", day.toordinal()).normal(0, 0.008)
        grown = at_age(WEIGHTS[self.person.sex], age)
        return float(max(grown * (own if age > 1 else 1) * (1 + strays), 2.5))

    def height(self, day: date) -> float:
        """In centimetres."""
        age = (day - self.person.born_on).days / 365.25
        return at_age(HEIGHTS[self.person.sex], age) * self._draws("height").normal(1.0, 0.035)

    def _filtration(self, day: date) -> float:
        """Glomerular filtration as laboratories estimate it from creatinine, age and sex.

        The equation CKD-EPI of 2009: https://doi.org/10.7326/0003-4819-150-9-200905050-00006.
        """
        usual, power, factor = KIDNEYS[self.person.sex]
        share = self.analysis("creatinine", day) / usual
        age = max(self.person.age_on(day), 18)
        lower, upper = min(share, 1.0) ** power, max(share, 1.0) ** -1.209
        return float(factor * 141 * lower * upper * 0.993**age)

    def _by_nature(self, key: str, day: date) -> float:
        """What sex and age do to an analysis."""
        age = self.person.age_on(day)
        is_man = self.person.sex == "male" and age > 14
        match key:
            case "hb":
                return (0.9 if is_man else -0.4) - (1.5 if age < 6 else 0)
            case "creatinine":
                return (8 if is_man else -6) - (40 if age < 10 else 0)
            case "urate" | "ferritin":
                return 40 if is_man else -20
            case _:
                return 0

    def _draws(self, *path: str | int) -> Draws:
        return Draws(self.seed, "body", self.person.id, *path)


def _shift(effect: Effect, since: date, day: date) -> float:
    """A year before the diagnosis the disease begins to show; from then on it is treated."""
    months = (day - since).days / 30.44
    if months < 0:
        return effect.shift * max(0.0, 1 + months / 12)
    relief = effect.treated * (1 - exp(-months / effect.months))
    return effect.shift * (1 - relief) + effect.yearly * months / 12


KIDNEYS = {"female": (61.9, -0.329, 1.018), "male": (79.6, -0.411, 1.0)}
"""Of the equation: creatinine in µmol/L where it bends, the power below that, the factor."""
HEIGHTS = {
    "female": ((0, 49.0), (1, 74.0), (2, 86.0), (4, 103.0), (8, 129.0), (12, 153.0), (16, 167.0),
        (95, 165.0)),
    "male": ((0, 50.0), (1, 76.0), (2, 88.0), (4, 104.0), (8, 131.0), (12, 152.0), (17, 179.0),
        (95, 177.0)),
}  # fmt: skip
WEIGHTS = {
    "female": ((0, 3.4), (1, 9.3), (2, 12.2), (4, 16.5), (8, 27.0), (12, 43.0), (17, 61.0),
        (50, 71.0), (95, 64.0)),
    "male": ((0, 3.6), (1, 10.0), (2, 12.9), (4, 17.0), (8, 28.0), (12, 43.0), (18, 73.0),
        (50, 87.0), (95, 76.0)),
}  # fmt: skip
