"""$expand, $validate-code, $lookup, $subsumes and $translate on the record and the definitions.

https://hl7.org/fhir/R4/terminology-service.html
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from samspill.base import clock
from samspill.base.errors import InvalidResource, InvalidTerminology, Issue
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir.terminology import calls, languages
from samspill.fhir.terminology.expand import Stamp
from samspill.fhir.terminology.library import Library
from samspill.fhir.terminology.options import Pairs
from samspill.interactions import read
from samspill.interactions.service import Call, Operation


def expand(call: Call) -> Resource:
    """ValueSet/$expand."""
    platform = call.session.platform
    stamp = Stamp(platform.ids(), clock.instant(platform.clock()))
    pairs = _pairs(call, "valueSet")
    return calls.expand_value_set(pairs, platform.library, call.session.accept_language, stamp)


def validate_in_value_set(call: Call) -> Resource:
    """ValueSet/$validate-code."""
    pairs, accept = _pairs(call, "valueSet"), call.session.accept_language
    return calls.validate_in_value_set(pairs, _library(call), accept, _language(call))


def validate_in_system(call: Call) -> Resource:
    """CodeSystem/$validate-code."""
    pairs, accept = _pairs(call, "codeSystem"), call.session.accept_language
    return calls.validate_in_system(pairs, _library(call), accept, _language(call))


def look_up(call: Call) -> Resource:
    """CodeSystem/$lookup."""
    return calls.look_up(_of_instance(call), _library(call), call.session.accept_language)


def subsumes(call: Call) -> Resource:
    """CodeSystem/$subsumes."""
    return calls.compare(_of_instance(call), _library(call))


def translate(call: Call) -> Resource:
    """ConceptMap/$translate."""
    return calls.translate_code(_pairs(call, "conceptMap"), _library(call))


def _library(call: Call) -> Library:
    return call.session.platform.library


def _pairs(call: Call, name: str) -> Pairs:
    """The parameters, with the instance that was called on under its name."""
    if not call.id:
        return call.parameters
    return [*call.parameters, (name, read.resource(call.session, call.type, call.id))]


def _of_instance(call: Call) -> Pairs:
    """The parameters, with the system that was called on as the one that is meant."""
    if not call.id:
        return call.parameters
    resource = read.resource(call.session, call.type, call.id)
    meant = [("tx-resource", resource), ("system", resource.get("url", ""))]
    version = resource.get("version")
    return [*meant, *([("version", version)] if version else []), *call.parameters]


def _language(call: Call) -> str:
    """English, which programs compare, unless a Norwegian reader asks."""
    asked = languages.parse(call.session.accept_language)
    return asked.tags[0] if asked else "en"


def _checked(run: Callable[[Call], Resource]) -> Callable[[Call], Resource]:
    """The operation, with an explanation where what came with the call has a wrong shape.

    What is stored was checked on its way in; a value set in the parameters may be anything, and
    may also hold elements of later versions of FHIR, which do no harm.
    """

    def checked(call: Call) -> Resource:
        try:
            return run(call)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            found = [issue for issue in _faults(call) if issue.code in MALFORMED]
            if not found:
                raise
            raise InvalidResource(found) from error

    return checked


def _faults(call: Call) -> Iterator[Issue]:
    """The errors of the resources and codes among the parameters."""
    for name, value in call.parameters:
        if isinstance(value, dict):
            for issue in call.session.platform.validator.validate(_as_resource(name, value)):
                if issue.severity in ("error", "fatal"):
                    yield issue


def _as_resource(name: str, value: Resource) -> Resource:
    """A resource as it is; a data type as a parameter, so that it can be validated."""
    if "resourceType" in value:
        return value
    type = "CodeableConcept" if name == "codeableConcept" else "Coding"
    parameter = {"name": name, f"value{type}": value}
    return {"resourceType": "Parameters", "parameter": [parameter]}


MALFORMED = frozenset({"structure", "value"})
"""Issue types of content that does not have the shape of its type."""


def _operation(name: str, on: str, run: Callable[[Call], Resource]) -> Operation:
    definition = f"http://hl7.org/fhir/OperationDefinition/{on}-{name}"
    return Operation(name, on, told(run), levels=("type", "instance"), definition=definition)


def told(run: Callable[[Call], Resource]) -> Callable[[Call], Resource]:
    """The operation with its faults explained, in the language of the caller."""
    return partial(_told, _checked(run))


def _told(run: Callable[[Call], Resource], call: Call) -> Resource:
    """The answer; or the fault, told in the language of this call."""
    try:
        return run(call)
    except InvalidTerminology as fault:
        language = _language(call)
        said = [(each, each.text.said_in(language)) for each in fault.issues]
        raise InvalidTerminology(
            [replace(each, text=Text(text, text)) for each, text in said]
        ) from fault


OPERATIONS = (
    _operation("expand", "ValueSet", expand),
    _operation("validate-code", "ValueSet", validate_in_value_set),
    _operation("validate-code", "CodeSystem", validate_in_system),
    _operation("lookup", "CodeSystem", look_up),
    _operation("subsumes", "CodeSystem", subsumes),
    _operation("translate", "ConceptMap", translate),
)
