"""What a rule is asked: who, about what, on which day. https://lovdata.no/lov/2014-06-20-42"""

from datetime import date

from msgspec import Struct

from samspill.access.actor import Actor
from samspill.access.policy import BornAfter, BornBy, Of, Predicate
from samspill.norway import rules


class Asked(Struct, frozen=True):
    """The subject and the context of a decision, as far as it rests on them. The time of day is
    left to the facts, so that a decision holds for a day, or until an attestation runs out."""

    actor: Actor
    type: str
    writes: bool
    deletes: bool
    day: int
    """Today in Norway, as an ordinal."""
    purpose: str
    patient: str
    on_behalf_of: str
    scopes: tuple[str, ...] | None
    attested: str
    """Id of the patient for whom a statement is in force; "" for none."""
    is_authorised: bool

    @property
    def id(self) -> str:
        """Id of the citizen who acts; "" for anyone else."""
        type, _, id = self.actor.reference.partition("/")
        return id if type == "Patient" else ""

    def years(self, rule: str) -> int:
        return rules.on(rule, date.fromordinal(self.day)).value


def aged(asked: Asked, rule: str) -> Predicate:
    """The patient has reached the age that the rule names."""
    return BornBy(birthday(asked.day, asked.years(rule)))


def under(asked: Asked, rule: str) -> Predicate:
    """The patient has certainly not reached it."""
    return BornAfter(birthday(asked.day, asked.years(rule)))


def actor_is_aged(asked: Asked, rule: str) -> Predicate:
    return Of(asked.id, aged(asked, rule))


def birthday(day: int, years: int) -> int:
    """The last day of birth of those who have reached an age on a day.

    Who was born on 29 February reaches an age on 1 March in years that have no such day.
    """
    today = date.fromordinal(day)
    try:
        return today.replace(year=today.year - years).toordinal()
    except ValueError:
        return date(today.year - years, 2, 28).toordinal()
