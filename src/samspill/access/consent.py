"""Consent: what a patient has restricted, blocked, allowed, or given a proxy for, as relations.

The provisions are a tree of exceptions: what denies becomes a restriction, what permits within it
spares from that, and so on down. A condition that cannot be read makes a denial wider and takes a
permission away. https://hl7.org/fhir/R4/consent.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, product
from types import MappingProxyType
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from samspill.access import labels
from samspill.access.rules.types import AREAS
from samspill.base.json import Resource
from samspill.fhir import references
from samspill.fhir.search.types import date as dates
from samspill.norway import codes
from samspill.store.facts import EVER, Relation

RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"
PROXY_AREA = "urn:samspill:proxy-area"
"""Code system of the areas of a proxy, see `rules.types.AREAS`."""
CATEGORY = "urn:samspill:consent-category"
"""Code system of what Volven 7608 lacks: `own-access`, by which parents let a youth in."""

RESTRICTION, BLOCKING, PROXY = "SP", "BL", "DT"
"""Categories of Volven 7608."""
REPRESENTATIVES = MappingProxyType({"FU": "proxy", "TD": "proxy", "VE": "guardian"})
"""Volven 7611, but for parents, who follow from the Population Register."""

_OSLO = ZoneInfo("Europe/Oslo")
_ACCESS = frozenset({"access", "use", "disclose", "collect"})


def relations(resource: Resource) -> Iterator[Relation]:
    """What an active consent says; nothing for one that is not in force."""
    patient = _local(resource.get("patient"), "Patient").partition("/")[2]
    provision = resource.get("provision")
    if resource.get("status") != "active" or not patient or not isinstance(provision, dict):
        return
    category = _category(resource)
    base = Relation("", patient)
    if category == PROXY:
        yield from _proxies(base, provision)
    elif category == "own-access":
        if provision.get("type") == "permit" and (within := _period(provision.get("period"))):
            low, high = within
            yield Relation("rep", patient, f"Patient/{patient}", "own-access", low=low, high=high)
    elif provision.get("type") == "permit":
        yield from _permitted(base, provision)
    else:
        is_blocking = category == BLOCKING and bool(provision.get("actor"))
        yield from _denied(base, provision, "blocking" if is_blocking else "restriction", count())


def _category(resource: Resource) -> str:
    for concept in resource.get("category", ()):
        for each in concept.get("coding", ()):
            if codes.canonical(str(each.get("system", ""))) in (codes.PRIVACY_SCOPE, CATEGORY):
                return str(each.get("code", ""))
    return ""


def _proxies(base: Relation, provision: Resource) -> Iterator[Relation]:
    """A row for each person and area; areas that are not known open nothing."""
    within = _period(provision.get("period"))
    if provision.get("type") != "permit" or within is None:
        return
    named = [
        each.get("code") for each in provision.get("class", ()) if each.get("system") == PROXY_AREA
    ]
    areas = [each for each in named if each in AREAS] if provision.get("class") else ["all"]
    for actor in provision.get("actor", ()):
        who = _local(actor.get("reference"), "Patient", "RelatedPerson")
        kinds = {
            REPRESENTATIVES.get(str(each.get("code")), "")
            for each in actor.get("role", {}).get("coding", ())
        } - {""}
        for kind, area in product(sorted(kinds), areas):
            if who:
                yield replace(
                    base, name="rep", subject=who, basis=kind, type=area, low=within[0],
                    high=within[1],
                )  # fmt: skip


def _permitted(base: Relation, provision: Resource) -> Iterator[Relation]:
    """Named people are let in, but for what the exceptions deny; nobody else is by a permission."""
    numbers = count()
    for row in _rows(base, provision, is_denial=False):
        if row.subject:
            yield replace(row, name="grant")
    for each in _exceptions(provision, "deny"):
        yield from _denied(base, each, "restriction", numbers)


def _denied(
    base: Relation, provision: Resource, name: str, numbers: Iterator[int]
) -> Iterator[Relation]:
    """A denial, what is spared from it, and what is denied again within that."""
    node = next(numbers)
    for row in _rows(base, provision, is_denial=True):
        yield replace(row, name=name, node=node)
    for permitted in _exceptions(provision, "permit"):
        for row in _rows(base, permitted, is_denial=False):
            yield replace(row, name="spared", node=node)
        for again in _exceptions(permitted, "deny"):
            yield from _denied(base, again, name, numbers)


def _exceptions(provision: Resource, type: str) -> list[Resource]:
    """The provisions inside that do the opposite; those of an unknown type deny."""
    inside = [each for each in provision.get("provision", ()) if isinstance(each, dict)]
    return [
        each for each in inside if ("permit" if each.get("type") == "permit" else "deny") == type
    ]


def _rows(base: Relation, provision: Resource, *, is_denial: bool) -> Iterator[Relation]:
    """The combinations of what a provision names. Where a part of it cannot be read, a denial is
    for all of that part, and a permission for none."""
    within = _period(provision.get("period"))
    if within is None and not is_denial:
        return
    low, high = within or EVER
    parts = [_read(provision, name, read) for name, read in _PARTS.items()]
    unread = any(provision.get(each) for each in ("code", "dataPeriod"))
    if not is_denial and (unread or None in [one for each in parts for one in each]):
        return
    subjects, types, labels_, targets, purposes = ([""] if None in each else each for each in parts)
    if not (_is_about_access(provision) or is_denial):
        return
    for subject, type, label, target, purpose in product(
        subjects, types, labels_, targets, purposes
    ):
        yield replace(
            base, subject=subject or "", type=type or "", label=label or "",
            target=target or "", purpose=purpose or "", low=low, high=high,
        )  # fmt: skip


def _is_about_access(provision: Resource) -> bool:
    """Whether it names the actions that reading is, or none."""
    named = {
        each.get("code")
        for concept in provision.get("action", ())
        for each in concept.get("coding", ())
    }
    return not provision.get("action") or not named.isdisjoint(_ACCESS)


Reader = Callable[[Resource], str | None]


def _read(provision: Resource, name: str, read: Reader) -> Sequence[str | None]:
    """What a part names, None for each thing that cannot be read; "" when it names nothing."""
    given = provision.get(name)
    return [read(each) for each in given] if isinstance(given, list) and given else [""]


def _actor(actor: Resource) -> str | None:
    found = _local(actor.get("reference"))
    if found:
        return found
    for each in actor.get("role", {}).get("coding", ()):
        if codes.canonical(str(each.get("system", ""))) == codes.PERSONNEL and each.get("code"):
            return f"role:{each['code']}"
    return None


def _class(coding: Resource) -> str | None:
    return (
        str(coding["code"])
        if coding.get("system") == RESOURCE_TYPES and coding.get("code")
        else None
    )


def _label(coding: Resource) -> str | None:
    system = codes.canonical(str(coding.get("system", "")))
    return f"{system}|{coding.get('code')}" if system in labels.COUNTED else None


def _data(data: Resource) -> str | None:
    return _local(data.get("reference")) or None


def _purpose(coding: Resource) -> str | None:
    return str(coding.get("code")) if coding.get("code") else None


_PARTS: Mapping[str, Reader] = MappingProxyType(
    {
        "actor": _actor,
        "class": _class,
        "securityLabel": _label,
        "data": _data,
        "purpose": _purpose,
    }
)


def _period(element: object) -> tuple[int, int] | None:
    """[low, high) in microseconds; None when it cannot be read."""
    given = element if isinstance(element, dict) else {}
    bounds = list(EVER)
    for n, name in enumerate(("start", "end")):
        if name in given:
            found = dates.period(str(given[name]), _OSLO)
            if found is None:
                return None
            bounds[n] = (found.low, found.high)[n]
    return bounds[0], bounds[1]


def _local(reference: object, *types: str) -> str:
    text = reference.get("reference") if isinstance(reference, dict) else None
    found = references.parse(text) if isinstance(text, str) else None
    if found is None or not found.id or found.base or (types and found.type not in types):
        return ""
    return f"{found.type}/{found.id}"
