"""Health personnel: authorised, with a reason to see this patient, and not kept out by the patient.

https://lovdata.no/lov/2014-06-20-42 (pasientjournalloven, pjl.) and
https://lovdata.no/lov/1999-07-02-64 (helsepersonelloven, hpl.)
"""

from samspill.access.policy import (
    ALL,
    NONE,
    Applies,
    Labelled,
    PatientIs,
    Predicate,
    Related,
)
from samspill.access.rules.asked import Asked
from samspill.access.rules.types import GUARDED
from samspill.norway import withholding

PURPOSES = frozenset({"", "TREAT", "ETREAT", "COC", "BTG"})
"""Treatment, emergency treatment, coordination of care, emergency access; none is treatment."""


def permitted(asked: Asked) -> dict[str, Predicate]:
    """What lets a professional in, by its basis."""
    if not asked.is_authorised or asked.purpose not in PURPOSES:
        return {}
    return {
        "pjl-19-care-relation": care_relation(asked),
        "tillitsrammeverk-attestation": attested(asked),
        "pbrl-4-1-consent": consented(asked),
        "hpl-7-emergency": emergency(asked),
    }


def denied(asked: Asked) -> dict[str, Predicate]:
    """What keeps a professional out, and emergency access does not lift."""
    return {"blocking": blocked(asked)}


def denied_unless_emergency(asked: Asked) -> dict[str, Predicate]:
    return {"pbrl-5-3-restriction": restricted(asked), "pbrl-5-3-locked": locked()}


def care_relation(asked: Asked) -> Predicate:
    """Takes part in the care: appointment, stay, referral, list of a GP, team, or a stated need
    (pjl. § 19, hpl. § 45)."""
    return Related("care", asked.actor.subjects)


def attested(asked: Asked) -> Predicate:
    """Has stated the purpose for this patient within the hour (tillitsrammeverk)."""
    return PatientIs(asked.attested) if asked.attested else NONE


def consented(asked: Asked) -> Predicate:
    """The patient has consented to it (pbrl. § 4-1)."""
    return Applies("grant", _named(asked), asked.purpose, "limited")


def emergency(asked: Asked) -> Predicate:
    """Has opened emergency access to this patient, with a reason (hpl. § 7)."""
    return Related("emergency", frozenset({asked.actor.reference}))


def restricted(asked: Asked) -> Predicate:
    """The patient has restricted this (sperring, pbrl. § 5-3)."""
    return Applies("restriction", _named(asked), asked.purpose, "spared")


def locked() -> Predicate:
    """The patient has locked this document (9603 NORS)."""
    return Labelled(frozenset({withholding.label(withholding.LOCKED)}))


def blocked(asked: Asked) -> Predicate:
    """The patient has blocked this person (blokkering), which holds in an emergency too."""
    return Applies("blocking", _named(asked), asked.purpose)


def may_write(asked: Asked) -> Predicate:
    """All that documents care (hpl. § 39); what decides about access has use cases of its own."""
    return NONE if asked.type in GUARDED else ALL


def _named(asked: Asked) -> frozenset[str]:
    """What a patient may name a professional by: person, organisation, unit, role."""
    return asked.actor.subjects | {f"role:{each}" for each in asked.actor.roles}
