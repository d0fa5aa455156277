"""Results and series of results, and what can be said of a series by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from samspill.base.texts import Text
from samspill.services.elements import Origin, When

Kind = Literal["laboratory", "measurement"]
Side = Literal["", "over", "under"]
Outcome = Literal["1", "2", "3"]
"""Of a message (Volven 8258): taken in, refused, taken in with faults."""
Direction = Literal["first", "same", "up", "down"]


@dataclass(frozen=True, slots=True)
class Range:
    """A reference range; None is an open end."""

    low: Decimal | None
    high: Decimal | None

    def side(self, value: Decimal) -> Side:
        """Tests both ends."""
        if self.high is not None and value > self.high:
            return "over"
        if self.low is not None and value < self.low:
            return "under"
        return ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What the person and the doctor have agreed to reach."""

    value: Decimal
    is_ceiling: bool
    """Whether to stay under the value, not over it."""

    def is_met_by(self, value: Decimal) -> bool:
        return value <= self.value if self.is_ceiling else value >= self.value


@dataclass(frozen=True, slots=True)
class Result:
    """One value, or one text where there is no number."""

    id: str
    when: When
    value: Decimal | None
    comparator: str
    """"<" or ">" where the instrument could not say more."""
    second: Decimal | None
    """The lower pressure of a blood pressure."""
    text: str
    unit: str
    range: Range | None
    second_range: Range | None
    range_text: str
    note: str
    is_from_home: bool
    status: str
    origin: Origin
    code: str = ""
    """The unit's UCUM code; "" where it has none."""
    written: str = ""
    """Value and unit as the laboratory gave them, where they are converted here."""

    @property
    def side(self) -> Side:
        """Of the first number, else of the second one."""
        first = self.range.side(self.value) if self.range and self.value is not None else ""
        reach, second = self.second_range, self.second
        return first or (reach.side(second) if reach and second is not None else "")


@dataclass(frozen=True, slots=True)
class Series:
    """All results of one examination for one person, the newest first; never empty."""

    code: str
    """The first code of the examination; stands in addresses."""
    name: str
    kind: Kind
    results: tuple[Result, ...]
    goal: Goal | None = None

    @property
    def latest(self) -> Result:
        return self.results[0]

    @property
    def previous(self) -> Result | None:
        return self.results[1] if len(self.results) > 1 else None

    @property
    def measured(self) -> tuple[Result, ...]:
        """Those with a number in the unit of the latest, the oldest first: what a curve shows."""
        unit = next((result.unit for result in self.results if result.value is not None), "")
        return tuple(
            result
            for result in reversed(self.results)
            if result.value is not None and result.unit == unit
        )

    @property
    def direction(self) -> Direction:
        """How the latest number lies to the one before it."""
        numbers = [result.value for result in self.measured[-2:] if result.value is not None]
        if len(numbers) < 2:
            return "first"
        before, now = numbers
        return "same" if now == before else "up" if now > before else "down"

    @property
    def comes_closer(self) -> bool | None:
        """Whether the latest change went towards the range; None if it was and is within it."""
        previous, latest = self.previous, self.latest
        if previous is None or not (previous.side or latest.side):
            return None
        return _distance(latest) < _distance(previous)


def _distance(result: Result) -> Decimal:
    """How far outside the range a number lies."""
    reach, value = result.range, result.value
    if reach is None or value is None:
        return Decimal(0)
    over = value - reach.high if reach.high is not None else Decimal(0)
    under = reach.low - value if reach.low is not None else Decimal(0)
    return max(over, under, Decimal(0))


def order(series: Sequence[Series]) -> tuple[Series, ...]:
    """The newest day first, and within a day what lies outside its range."""
    return tuple(sorted(series, key=_rank))


def _rank(series: Series) -> tuple[int, bool, str]:
    return -series.latest.when.on.toordinal(), not series.latest.side, series.name


@dataclass(frozen=True, slots=True)
class Told:
    """A fault of a message, for the one who sent it."""

    code: str
    """Of Volven 8221."""
    text: Text
    """What is wrong, where, and what was expected."""
    refuses: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a message."""

    source: str
    """Id of the Binary that holds it as it came."""
    outcome: Outcome
    faults: tuple[Told, ...]
    reports: tuple[str, ...]
    """Ids of the DiagnosticReports."""
    is_known: bool
    """Whether the same message had come before."""
    receipt: bytes
    """The application receipt, as XML."""
