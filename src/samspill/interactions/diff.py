"""$diff: what changed between two versions of a resource, as a FHIRPath Patch.

https://hl7.org/fhir/R4/fhirpatch.html
"""

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import references
from samspill.fhir.patch import difference
from samspill.interactions import read
from samspill.interactions.service import Call, Operation
from samspill.store import Version


def run(call: Call) -> Resource:
    """On an instance: from the version before, or `fromVersion`, to the current one. On the system:
    from `from` to `to`, which name a resource, or a version of one, each."""
    before, after = _of_instance(call) if call.id else (_named(call, "from"), _named(call, "to"))
    if before.type != after.type:
        raise InvalidRequest(
            "The two are of different types", "De to er av forskjellig type", where="to"
        )
    definitions = call.session.platform.definitions
    return difference.difference(read.parsed(before), read.parsed(after), definitions)


def _of_instance(call: Call) -> tuple[Version, Version]:
    after = read.read(call.session, call.type, call.id)
    number = str(call.value("fromVersion") or max(after.number - 1, 1))
    return _version(call, call.type, call.id, number, "fromVersion"), after


def _named(call: Call, name: str) -> Version:
    """The version that a parameter names: Type/id or Type/id/_history/number."""
    address = references.parse(str(call.value(name) or "")).within((call.session.base,))
    if not address.type or address.base:
        raise InvalidRequest(
            "Name a resource here, or a version of it",
            "Oppgi en ressurs her, eller en versjon av den",
            where=name,
            expected=Text(
                "Type/id or Type/id/_history/number", "Type/id eller Type/id/_history/nummer"
            ),
        )
    if not address.version:
        return read.read(call.session, address.type, address.id)
    return _version(call, address.type, address.id, address.version, name)


def _version(call: Call, type: str, id: str, number: str, where: str) -> Version:
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise InvalidRequest(
            "This is not the number of a version",
            "Dette er ikke nummeret til en versjon",
            where=where,
        )
    return read.read_version(call.session, type, id, int(number))


DEFINITION = "urn:samspill:operation:diff"
"""Not an operation of the standard."""

OPERATIONS = (
    Operation(name="diff", on="Resource", run=run, definition=DEFINITION),
    Operation(name="diff", on="", run=run, levels=("system",), definition=DEFINITION),
)
