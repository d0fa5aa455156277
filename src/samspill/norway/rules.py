"""Dated legal rules: ages, deadlines, caps and durations, each with its source and its period.

Law changes by date; so a rule is looked up for a day and never written as a number in code. A new
value is a new line with the day it begins; the line before it ends there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Literal

Unit = Literal["years", "working days", "days", "hours", "minutes", "NOK", "entries", "percent"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A value that holds from a day until the next line of the same name."""

    name: str
    value: int
    unit: Unit
    source: str
    from_on: date | None = None
    """None: as long as the platform looks back."""
    is_confirmed: bool = True
    """False: known, but not read in the source; an operator should check it."""


def on(name: str, day: date) -> Rule:
    """The rule that holds on a day; raises LookupError for a name or a day that no line covers."""
    held = [rule for rule in BY_NAME[name] if rule.from_on is None or rule.from_on <= day]
    if not held:
        raise LookupError(f"No value of the rule {name!r} is known for {day}.")
    return held[-1]


RULES: tuple[Rule, ...] = (
    # Ages.
    Rule("parents-see-all-until", 12, "years", "pbrl. § 3-4; Helsenorge, foreldreinnsyn"),
    Rule("own-limited-access-from", 13, "years", "Helsenorge, ungdom med samtykke fra foreldre"),
    Rule("health-majority", 16, "years", "pbrl. § 4-3"),
    Rule("proxy-given-from", 16, "years", "Helsenorge, fullmakt"),
    Rule("proxy-held-from", 18, "years", "Helsenorge, fullmakt"),
    Rule("majority", 18, "years", "Vergemålsloven § 8"),
    # Deadlines and durations.
    Rule("referral-assessed-within", 10, "working days", "pbrl. § 2-2"),
    Rule("discharge-summary-within", 1, "days", "National target: 70 % within one day"),
    Rule("discharge-summary-target", 70, "percent", "National target: 70 % within one day"),
    Rule("citizen-answered-within", 5, "working days", "Helsenorge, dialog med fastlege"),
    Rule("receipt-missing-after", 96, "hours", "HITS 1168, applikasjonskvittering"),
    Rule("attestation-expires-after", 60, "minutes", "Tillitsrammeverk, attest"),
    Rule("emergency-access-lasts", 60, "minutes", "Normen, nødrettstilgang; pjl. § 19"),
    Rule("access-question-answered-within", 30, "days", "Personvernforordningen art. 12 nr. 3"),
    Rule("care-before-appointment", 14, "days", "pjl. § 19, tjenstlig behov", is_confirmed=False),
    Rule("care-after-contact", 90, "days", "pjl. § 19, tjenstlig behov", is_confirmed=False),
    Rule("care-after-referral", 365, "days", "pjl. § 19, tjenstlig behov", is_confirmed=False),
    Rule("fees-reported-within", 14, "days", "HIS 1024, egenandeler"),
    Rule("secondary-use-decided-within", 30, "working days", "Helsedataservice, one source"),
    Rule("linked-use-decided-within", 60, "working days", "Helsedataservice, linked sources"),
    Rule("lymphoma-to-radiotherapy", 17, "days", "Pakkeforløp lymfom", date(2023, 1, 1)),
    Rule("lymphoma-in-all", 35, "days", "Pakkeforløp lymfom", date(2023, 1, 1)),
    Rule("myeloma-work-up", 14, "working days", "Pakkeforløp myelomatose", date(2023, 1, 1)),
    # Caps.
    Rule("self-entered-diseases", 30, "entries", "Kjernejournal"),
    Rule("user-fee-cap", 2460, "NOK", "Egenandelstak 1", date(2020, 1, 1)),
    Rule("user-fee-cap", 2921, "NOK", "Egenandelstak", date(2022, 1, 1)),
    Rule("user-fee-cap", 3040, "NOK", "Egenandelstak", date(2023, 1, 1)),
    Rule("user-fee-cap", 3165, "NOK", "Egenandelstak", date(2024, 1, 1), is_confirmed=False),
    Rule("user-fee-cap", 3278, "NOK", "Egenandelstak", date(2025, 1, 1), is_confirmed=False),
    Rule("user-fee-cap", 3278, "NOK", "Egenandelstak", date(2026, 1, 1)),
)

BY_NAME: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {name: tuple(rules) for name, rules in groupby(RULES, key=lambda rule: rule.name)}
)
