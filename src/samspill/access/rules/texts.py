"""The rules in plain words: for the citizen's log, for explanations, for reviews of access."""

from collections.abc import Mapping
from types import MappingProxyType

from samspill.base.texts import Text

BASES: Mapping[str, Text] = MappingProxyType(
    {
        "pbrl-5-1-own-record": Text("It is their own record", "Det er egen journal"),
        "pbrl-4-3-youth-with-consent": Text(
            "It is their own record, with the parents' consent",
            "Det er egen journal, med samtykke fra foreldrene",
        ),
        "pbrl-4-4-parent-of-child": Text(
            "A parent of a child under 12", "Forelder til barn under 12 år"
        ),
        "pbrl-4-4-parent-of-youth": Text(
            "A parent of a youth from 12 to 16: administrative information only",
            "Forelder til ungdom fra 12 til 16 år: bare administrative opplysninger",
        ),
        "vgml-guardian": Text("A guardian, within the mandate", "Verge, innenfor mandatet"),
        "fullmakt": Text("A proxy given by the patient", "Fullmakt fra pasienten"),
        "pjl-19-care-relation": Text("Takes part in the care", "Tar del i helsehjelpen"),
        "tillitsrammeverk-attestation": Text(
            "Has stated a need within the last hour", "Har oppgitt tjenstlig behov siste time"
        ),
        "pbrl-4-1-consent": Text("The patient has consented", "Pasienten har samtykket"),
        "hpl-7-emergency": Text("Emergency access", "Nødrettstilgang"),
        "agreement": Text("An agreement with the operator", "Avtale med driftsansvarlig"),
        "platform": Text("The platform itself", "Plattformen selv"),
        "demo-mode": Text("Demonstration", "Demonstrasjon"),
        "open-mode": Text("Open mode for tests", "Åpen modus for test"),
        "blocking": Text(
            "The patient has blocked this person", "Pasienten har blokkert denne personen"
        ),
        "pbrl-5-3-restriction": Text(
            "The patient has restricted this", "Pasienten har sperret dette"
        ),
        "pbrl-5-3-locked": Text("This document is locked", "Dette dokumentet er sperret"),
        "pbrl-5-1-withheld": Text(
            "Withheld or delayed by the clinician", "Holdt tilbake eller utsatt av behandler"
        ),
        "pbrl-3-4-hidden-from-parents": Text("Hidden from parents", "Skjult for foreldre"),
        "pbrl-3-4-hidden-from-youth": Text("Hidden from the youth", "Skjult for ungdommen"),
    }
)
"""By the names of the rules in decisions."""
