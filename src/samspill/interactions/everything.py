"""$everything of a patient: the compartment, and what its resources refer to.

https://hl7.org/fhir/R4/patient-operation-everything.html
"""

from collections.abc import Iterator
from dataclasses import replace

from samspill.base.errors import InvalidRequest
from samspill.fhir.search import compartments
from samspill.fhir.search.query import And, Clause, DateIs, InCompartment, Match, Missing, Or
from samspill.fhir.search.types import date
from samspill.interactions import read, search
from samspill.interactions.search import Found
from samspill.interactions.service import Call, Operation
from samspill.store import Version

CARE_DATES = ("date", "authoredon", "authored", "onset-date", "recorded-date", "issued", "created")
"""Search parameters that say when care took place."""


def run(call: Call) -> Found:
    """A page of the record of one patient. Takes start, end, _since, _type and _count."""
    where = And((InCompartment("Patient", (call.id,)), *_narrowed(call)))
    pairs = [(name, str(value)) for name, value in call.parameters if name in _PASSED]
    if not call.values("_type"):
        pairs.append(("_include", "*"))
    found = search.search(call.session, "", pairs, where=where)
    return replace(found, included=tuple(each for each in found.included if _is_other(call, each)))


def _is_other(call: Call, included: Version) -> bool:
    """Whether a resource is outside the compartment: those inside have a page of their own."""
    named = compartments.patients(read.parsed(included), (call.session.base,))
    return call.id not in named.ids


def _narrowed(call: Call) -> Iterator[Clause]:
    """What start, end and _since ask for. Resources without a date of care are always there."""
    if since := call.value("_since"):
        yield Match("_lastUpdated", _date(call, "_since", f"ge{since}"))
    for name, prefix in (("start", "ge"), ("end", "le")):
        if bound := call.value(name):
            test = _date(call, name, f"{prefix}{bound}")
            for code in CARE_DATES:
                yield Or((Missing(code, "date"), Match(code, test)))


def _date(call: Call, name: str, text: str) -> DateIs:
    platform = call.session.platform
    if date.period(text[2:], platform.settings.zone) is None:
        raise InvalidRequest(
            "This is not a date", "Dette er ikke en dato", where=name, expected=date.EXPECTED
        )
    return date.parse(text, platform.settings.zone, platform.clock())


_PASSED = ("_count", "_type", search.CURSOR)

OPERATION = Operation(
    name="everything",
    on="Patient",
    run=run,
    definition="http://hl7.org/fhir/OperationDefinition/Patient-everything",
)
