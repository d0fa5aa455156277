"""Facts about access, read out of resources: who takes part in care, who acts for whom, people.

Each kind of resource has a function; `Consent` has a module. Pure: references, codes and periods of
one resource go in, rows come out. docs/adr/0020 says which resource carries which fact.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from samspill.access import consent, labels
from samspill.base.json import Resource
from samspill.fhir import references
from samspill.fhir.search.types import date as dates
from samspill.norway import codes, confidentiality, rules
from samspill.store.facts import EVER, NOTHING, Facts, Person, Relation

OSLO = ZoneInfo("Europe/Oslo")
DAY = 86_400_000_000

ACCESS_TASK = "urn:samspill:access-task"
"""Code system of the Tasks that carry a professional's statements: `stated`, `emergency`."""

FAMILY = "no-basis-family-relation"
CUSTODY = "no-basis-parental-responsibility"
PARENTS = frozenset({"mor", "far", "medmor"})


def extract(resource: Resource) -> Facts | None:
    """Everything that follows from a resource about access; None when nothing can."""
    reader = _READERS.get(resource["resourceType"])
    relations = tuple(reader(resource)) if reader else ()
    person = _person(resource) if resource["resourceType"] == "Patient" else None
    own, made_of = labels.of(resource), labels.made_of(resource)
    found = Facts(relations, person, own, made_of)
    return None if found == NOTHING and reader is None else found


def local(reference: object, *types: str) -> str:
    """The Type/id of a reference to a resource of one of the types (or any); "" if it is none."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(text, str):
        return ""
    found = references.parse(text)
    if not found.id or found.base or (types and found.type not in types):
        return ""
    return f"{found.type}/{found.id}"


def patient_of(reference: object) -> str:
    """The id of the patient that a reference leads to; "" if it leads elsewhere."""
    return local(reference, "Patient").partition("/")[2]


def period(element: object, *, before: int = 0, after: int = 0) -> tuple[int, int]:
    """A Period as [low, high) in microseconds, made longer by days on both sides."""
    given = element if isinstance(element, dict) else {}
    low, high = _instant(given.get("start"), 0), _instant(given.get("end"), 1)
    return (
        EVER[0] if low is None else low - before * DAY,
        EVER[1] if high is None else high + after * DAY,
    )


def _instant(text: object, end: int) -> int | None:
    """The first moment that a date means, or the one after the last."""
    found = dates.period(text, OSLO) if isinstance(text, str) else None
    return None if found is None else (found.low, found.high)[end]


def _days(rule: str, of: int) -> int:
    """The days of a rule at a time."""
    return rules.on(rule, _day(of)).value


def _care(
    patient: str, members: Iterable[object], basis: str, within: tuple[int, int]
) -> Iterator[Relation]:
    """A row for each local member; none without a patient."""
    for each in dict.fromkeys(filter(None, (local(member, *_CARERS) for member in members))):
        if patient:
            low, high = within
            yield Relation("care", patient, each, basis=basis, low=low, high=high)


_CARERS = ("Practitioner", "PractitionerRole", "Organization", "CareTeam")


def _of_patient(resource: Resource) -> Iterator[Relation]:
    """The list of a GP, or of a GP's practice."""
    members = resource.get("generalPractitioner", ())
    yield from _care(resource.get("id", ""), members, "gp", EVER)


def _of_encounter(resource: Resource) -> Iterator[Relation]:
    """A contact or stay: those who took part, and the unit while it lasted and some time after."""
    if resource.get("status") in ("cancelled", "entered-in-error"):
        return
    members = [each.get("individual") for each in resource.get("participant", ())]
    members.append(resource.get("serviceProvider"))
    low, high = period(resource.get("period"))
    if high == EVER[1] and resource.get("status") == "finished":
        high = low
    within = low, high if high == EVER[1] else high + _days("care-after-contact", high) * DAY
    yield from _care(patient_of(resource.get("subject")), members, "contact", within)


def _of_appointment(resource: Resource) -> Iterator[Relation]:
    """An appointment, some time before and after."""
    if resource.get("status") in ("cancelled", "entered-in-error", "noshow", "proposed"):
        return
    low, high = period(resource)
    if EVER[0] in (low, high) or EVER[1] in (low, high):
        return
    before, after = _days("care-before-appointment", low), _days("care-after-contact", high)
    actors = [each.get("actor") for each in resource.get("participant", ())]
    for each in actors:
        within = (low - before * DAY, high + after * DAY)
        yield from _care(patient_of(each), actors, "appointment", within)


def _of_referral(resource: Resource) -> Iterator[Relation]:
    """A referral: who sent it and who received it, for a year."""
    if resource.get("status") not in ("active", "completed", "on-hold"):
        return
    low = _instant(resource.get("authoredOn"), 0)
    if low is None:
        return
    members = [resource.get("requester"), *resource.get("performer", ())]
    within = (low, low + _days("care-after-referral", low) * DAY)
    yield from _care(patient_of(resource.get("subject")), members, "referral", within)


def _of_care_team(resource: Resource) -> Iterator[Relation]:
    if resource.get("status", "active") != "active":
        return
    patient, whole = patient_of(resource.get("subject")), period(resource.get("period"))
    for each in resource.get("participant", ()):
        own = period(each.get("period"))
        within = max(whole[0], own[0]), min(whole[1], own[1])
        yield from _care(patient, [each.get("member")], "team", within)


def _of_episode(resource: Resource) -> Iterator[Relation]:
    """A service over time, such as health care at home."""
    if resource.get("status") in ("planned", "cancelled", "entered-in-error"):
        return
    members = [resource.get("careManager"), resource.get("managingOrganization")]
    within = period(resource.get("period"))
    yield from _care(patient_of(resource.get("patient")), members, "episode", within)


def _of_task(resource: Resource) -> Iterator[Relation]:
    """What a professional has stated: a need to see a patient, or an emergency; for one hour."""
    stated = states(resource)
    low, high = period(resource.get("executionPeriod"))
    if not stated or EVER[0] == low or resource.get("status") in _VOID:
        return
    minutes = rules.on("emergency-access-lasts", _day(low)).value
    high = min(high, low + minutes * 60_000_000)
    patient, who = patient_of(resource.get("for")), local(resource.get("requester"), "Practitioner")
    if patient and who and "emergency" in stated:
        yield Relation("emergency", patient, who, low=low, high=high)
    elif patient and who and "stated" in stated:
        yield Relation("care", patient, who, basis="stated", low=low, high=high)


def states(resource: Resource) -> frozenset[str]:
    """What a Task states about access: such a one is written by the use cases alone."""
    if resource.get("resourceType") != "Task":
        return frozenset()
    return frozenset(
        str(each.get("code"))
        for each in resource.get("code", {}).get("coding", ())
        if each.get("system") == ACCESS_TASK
    )


_VOID = frozenset({"cancelled", "entered-in-error", "failed", "rejected"})


def _day(at: int) -> date:
    """The day in Norway; of times that no calendar has, the first or last."""
    try:
        return (
            (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(OSLO).date()
        )
    except OverflowError:
        return date.min if at < 0 else date.max


def _of_related(resource: Resource) -> Iterator[Relation]:
    """A parent with custody, by the parent's numbers; see norway's no-basis lists."""
    patient = patient_of(resource.get("patient"))
    found = {
        each.get("system", "").rpartition("/")[2]: each.get("code")
        for relationship in resource.get("relationship", ())
        for each in relationship.get("coding", ())
    }
    is_parent = found.get(FAMILY) in PARENTS
    has_custody = found.get(CUSTODY) in ("felles", found.get(FAMILY))
    if not (patient and is_parent and has_custody and resource.get("active", True)):
        return
    low, high = period(resource.get("period"))
    for number in numbers(resource):
        yield Relation("rep", patient, number, basis="parent", low=low, high=high)


def numbers(resource: Resource) -> Iterator[str]:
    """The numbers of a person, as they are compared: system|value."""
    for each in resource.get("identifier", ()):
        system, value = each.get("system"), each.get("value")
        if system and value and each.get("use") != "temp":
            yield f"{codes.canonical(system)}|{value}"


def _person(patient: Resource) -> Person:
    born = dates.period(patient.get("birthDate"), OSLO) if patient.get("birthDate") else None
    hidden = confidentiality.is_hidden(confidentiality.of(patient))
    return Person(
        born_from=_ordinal(born.low) if born else 0,
        born_to=_ordinal(born.high - 1) if born else 0,
        died_at=_death(patient),
        hidden=hidden,
        home="" if hidden else _home(patient),
        numbers=(f"Patient/{patient.get('id', '')}", *numbers(patient)),
    )


def _ordinal(at: int) -> int:
    return _day(at).toordinal()


def _death(patient: Resource) -> int | None:
    """When the patient died; always already, when only that is known."""
    if "deceasedDateTime" in patient:
        at = _instant(patient["deceasedDateTime"], 0)
        return EVER[0] if at is None else at
    return EVER[0] if patient.get("deceasedBoolean") is True else None


def _home(patient: Resource) -> str:
    """The registered address in a form in which two can be compared."""
    for address in patient.get("address", ()):
        if address.get("use") == "home" and address.get("line"):
            parts = (*address["line"], address.get("postalCode", ""), address.get("country", "NO"))
            return " ".join(" ".join(parts).casefold().split())
    return ""


_READERS: Mapping[str, Callable[[Resource], Iterator[Relation]]] = MappingProxyType(
    {
        "Patient": _of_patient,
        "Encounter": _of_encounter,
        "Appointment": _of_appointment,
        "ServiceRequest": _of_referral,
        "CareTeam": _of_care_team,
        "EpisodeOfCare": _of_episode,
        "Task": _of_task,
        "RelatedPerson": _of_related,
        "Consent": consent.relations,
    }
)
