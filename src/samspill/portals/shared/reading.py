"""The access log in plain words: who looked, in which role and where, when, at what, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from samspill.access import actor as actors
from samspill.access.rules.texts import BASES
from samspill.base import clock
from samspill.base.errors import Gone, NotFound
from samspill.base.json import Resource
from samspill.interactions import read
from samspill.norway import codes
from samspill.portals.shared.languages import NORWAY, Language
from samspill.portals.shared.visit import Visit
from samspill.services.governance.model import Look

Named = Callable[[str], str]
"""The name of an organisation or person, by reference; "" when it is not known."""


@dataclass(frozen=True, slots=True)
class Told:
    """One look, told."""

    position: int
    who: str
    """Name, role and unit."""
    time: str
    what: str
    why: str
    origin: str
    behalf: str
    is_emergency: bool
    was_refused: bool


def names(visit: Visit) -> Named:
    """Looks names up in the registers; they are public."""
    session = visit.session.acting(actors.SYSTEM)

    @cache
    def named(reference: str) -> str:
        type, _, id = reference.partition("/")
        if type not in ("Organization", "Practitioner", "Patient"):
            return ""
        try:
            found = read.resource(session, type, id)
        except (NotFound, Gone):
            return ""
        name = found.get("name", "")
        if isinstance(name, str):
            return name
        first: Resource = next(iter(name), {})
        return " ".join((*first.get("given", ()), first.get("family", "")))

    return named


def tell(look: Look, patient: str, language: Language, named: Named) -> Told:
    say = language.say
    begins, ends = (language.time(clock.to_datetime(each)) for each in (look.at, look.until))
    behalf = ""
    is_other = look.who.reference.startswith("Patient/") and look.who.reference != (
        f"Patient/{patient}"
    )
    if is_other or look.on_behalf_of:
        behalf = say("På vegne av %(name)s", name=named(f"Patient/{patient}"))
    return Told(
        position=look.position,
        who=_who(look, patient, language, named),
        time=begins if begins == ends else f"{begins}–{ends}",
        what=_what(look, language),
        why=_why(look, language),
        origin=_origin(look, language),
        behalf=behalf,
        is_emergency=look.is_emergency,
        was_refused=look.was_refused,
    )


def day(look: Look, language: Language) -> tuple[str, str]:
    """The day in words and as 2026-11-16."""
    on = on_day(look)
    return language.day(on), on.isoformat()


def on_day(look: Look) -> date:
    return clock.to_datetime(look.until).astimezone(NORWAY).date()


def role(code: str, language: Language) -> str:
    text = codes.TABLES[codes.PERSONNEL].get(code)
    return text.said_in(language.tag).lower() if text else ""


def _who(look: Look, patient: str, language: Language, named: Named) -> str:
    say, who = language.say, look.who
    if who.reference == f"Patient/{patient}":
        return say("Du selv")
    if not who.reference:
        return who.name or who.client or say("Et system")
    roles = filter(None, (role(code, language) for code in who.roles))
    unit = named(who.department) or named(who.organization)
    return ", ".join(filter(None, (who.name, *dict.fromkeys(roles), unit)))


def _what(look: Look, language: Language) -> str:
    say = language.say
    kinds = what_kinds(language)
    listed = list(dict.fromkeys(kinds[each] for each in look.types if each in kinds))
    things = ", ".join(listed) or say("opplysninger")
    if look.was_refused:
        return say("Fikk ikke se: %(things)s", things=things)
    if look.has_written:
        return say("Så og skrev: %(things)s", things=things)
    return say("Så: %(things)s", things=things)


def _why(look: Look, language: Language) -> str:
    say = language.say
    if look.statement is not None:
        reason = say("«%(reason)s»", reason=look.statement.reason)
        if look.is_emergency:
            return say("Nødtilgang. Oppgitt grunn: %(reason)s", reason=reason)
        purpose = purposes(language).get(look.statement.purpose, "")
        return say("%(purpose)s. Oppgitt grunn: %(reason)s", purpose=purpose, reason=reason)
    grounds = [BASES[name].said_in(language.tag) for name in look.basis if name in BASES]
    purpose = purposes(language).get(look.purpose, "")
    return ". ".join(filter(None, (purpose, *grounds)))


def _origin(look: Look, language: Language) -> str:
    say = language.say
    client = look.who.client
    return say("Gjennom %(app)s", app=client) if client else say("Gjennom Samspills egne sider")


def purposes(language: Language) -> dict[str, str]:
    """What health information is read for (v3-PurposeOfUse)."""
    say = language.say
    return {
        "TREAT": say("Helsehjelp"),
        "ETREAT": say("Øyeblikkelig hjelp"),
        "COC": say("Samordning av helsehjelp"),
        "BTG": say("Nødtilgang"),
    }


def what_kinds(language: Language) -> dict[str, str]:
    """Kinds of resources as citizens know them; the others have no name of their own."""
    say = language.say
    return {
        "Patient": say("navn og kontaktopplysninger"),
        "Observation": say("prøvesvar og målinger"),
        "DiagnosticReport": say("prøvesvar og målinger"),
        "Condition": say("diagnoser"),
        "AllergyIntolerance": say("allergier"),
        "Flag": say("kritisk informasjon"),
        "MedicationRequest": say("legemidler"),
        "MedicationStatement": say("legemidler"),
        "MedicationDispense": say("legemidler"),
        "Immunization": say("vaksiner"),
        "Encounter": say("besøk og innleggelser"),
        "DocumentReference": say("dokumenter"),
        "Binary": say("dokumenter"),
        "Appointment": say("timer"),
        "ServiceRequest": say("henvisninger"),
        "Task": say("opplysninger om tilgang"),
        "Consent": say("opplysninger om tilgang"),
        "AuditEvent": say("opplysninger om tilgang"),
    }
