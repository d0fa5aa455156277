"""Why do you need this record: the purpose and the reason, or that it is an emergency."""

from dataclasses import dataclass

from samspill.portals.clinician import layout
from samspill.portals.clinician.layout import Desk
from samspill.portals.shared import reading
from samspill.portals.shared.layout import Choice, Frame
from samspill.portals.shared.visit import Visit
from samspill.services.privacy.service import REASONS

PURPOSES = ("TREAT", "ETREAT", "COC")


@dataclass(frozen=True, slots=True)
class EmergencyForm:
    heading: str
    lead: str
    patient: str
    label: str
    reasons: tuple[Choice, ...]
    text_label: str
    button: str


@dataclass(frozen=True, slots=True)
class NeedPage:
    frame: Frame
    desk: Desk
    heading: str
    lead: str
    refused: str
    here: str
    purpose_label: str
    purposes: tuple[Choice, ...]
    reason_label: str
    reason_hint: str
    button: str
    emergency: EmergencyForm


@dataclass(frozen=True, slots=True)
class EmergencyPage:
    frame: Frame
    desk: Desk
    heading: str
    emergency: EmergencyForm


def present(visit: Visit, patient: str, here: str, was_refused: bool) -> NeedPage:
    say, purposes = visit.language.say, reading.purposes(visit.language)
    return NeedPage(
        frame=layout.frame(visit, say("Åpne journalen")),
        desk=layout.desk(visit),
        heading=say("Hvorfor trenger du denne journalen?"),
        lead=say(
            "Oppgi formål og grunn. Det gjelder i én time, for denne pasienten. Pasienten ser det."
        ),
        refused=say("Det du har oppgitt, gir ikke tilgang.") if was_refused else "",
        here=here,
        purpose_label=say("Formål"),
        purposes=tuple(Choice(each, purposes[each], each == "TREAT") for each in PURPOSES),
        reason_label=say("Grunn"),
        reason_hint=say("For eksempel: vakt, ringer for svar på prøve."),
        button=say("Åpne journalen"),
        emergency=_form(visit, patient),
    )


def emergency(visit: Visit, patient: str) -> EmergencyPage:
    say = visit.language.say
    return EmergencyPage(
        frame=layout.frame(visit, say("Nødtilgang")),
        desk=layout.desk(visit),
        heading=say("Nødtilgang"),
        emergency=_form(visit, patient),
    )


def _form(visit: Visit, patient: str) -> EmergencyForm:
    say, tag = visit.language.say, visit.language.tag
    return EmergencyForm(
        heading=say("Er det fare for liv eller helse?"),
        lead=say(
            "Nødtilgang åpner journalen i én time, også det som kan være sperret. Pasienten får "
            "vite det, og lederen din går gjennom det."
        ),
        patient=patient,
        label=say("Årsak"),
        reasons=tuple(Choice(code, text.said_in(tag)) for code, text in REASONS.items()),
        text_label=say("Beskriv situasjonen"),
        button=say("Åpne med nødtilgang"),
    )
