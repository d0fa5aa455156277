"""The CapabilityStatement, made from the registries: it states what holds, and nothing else.

https://hl7.org/fhir/R4/capabilitystatement.html
"""

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache

from samspill import VERSION
from samspill.base import clock, json
from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.fhir.search.criteria import MOST_HOPS, MOST_VALUES
from samspill.fhir.search.match import MOST_INCLUDE_STEPS
from samspill.fhir.search.parameters import Parameter
from samspill.interactions import checks
from samspill.interactions.platform import Platform
from samspill.interactions.service import Operation
from samspill.interactions.session import Session
from samspill.rest import terminology_statement
from samspill.rest.requests import Request
from samspill.rest.responses import Response

MODES = {
    "open": "OPEN: no sign-in, everything is visible. For test tools with synthetic data only.",
    "demo": "DEMO: no sign-in, synthetic people only.",
}


VALIDATION = {
    "off": "What is written is not validated.",
    "structure": "What is written must fit the standard.",
    "profiles": "What is written must fit the standard and the profiles that it claims.",
}

DEMANDED = "What is written must fit the supported profiles, whether it claims them or not."

Building = Mapping[tuple[str, str], tuple[int, int]]
"""Of custom search parameters that are not complete: resources done, and of all."""


def capabilities(request: Request, session: Session) -> Response:
    """GET metadata; `mode` is full, or terminology for what is known of codes."""
    mode = request.parameter("mode")
    if mode == "terminology":
        stated = terminology_statement.statement(session, request.base)
        return Response.of_bytes(200, json.format(stated))
    if mode not in ("", "full"):
        raise InvalidRequest(
            "This statement is not offered",
            "Denne erklæringen tilbys ikke",
            where="mode",
            expected="full, terminology",
        )
    indexing = session.platform.indexing
    state = indexing.current().generation, *indexing.building().items()
    return Response.of_bytes(200, _written(session.platform, request.base, state))


@lru_cache(maxsize=4)
def _written(platform: Platform, base: str, state: Hashable) -> bytes:
    """Kept while the state of the search parameters is the same."""
    return json.format(statement(platform, base, clock.instant(platform.clock())))


def statement(platform: Platform, base: str, at: str) -> Resource:
    """The statement of an installation at a base URL, as of an instant."""
    settings = platform.settings
    said = f"{settings.name}, a FHIR R4 record"
    description = f"{MODES[settings.mode]} {said}" if settings.mode in MODES else said
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": at,
        "kind": "instance",
        "software": {"name": "Samspill", "version": VERSION},
        "implementation": {"description": description, "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/fhir+xml", "json", "xml"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json"],
        "rest": [_rest(platform, platform.indexing.building())],
    }


def _rest(platform: Platform, building: Building) -> Resource:
    types = platform.definitions.resource_types
    return {
        "mode": "server",
        "documentation": _limits(platform),
        "security": _security(platform),
        "resource": [_resource(platform, type, building) for type in types],
        "interaction": [
            {"code": code} for code in ("transaction", "batch", "search-system", "history-system")
        ],
        "searchParam": _parameters(platform, "", building),
        **_operations(platform, ""),
        "compartment": [
            f"http://hl7.org/fhir/CompartmentDefinition/{name[0].lower()}{name[1:]}"
            for name in platform.compartments.names
        ],
    }


def _security(platform: Platform) -> Resource:
    """Where tokens are had, where they count. https://hl7.org/fhir/smart-app-launch/conformance.html"""
    settings = platform.settings
    stated: Resource = {"cors": settings.cors_origins != ""}
    if settings.mode == "open":
        return stated
    system = "http://terminology.hl7.org/CodeSystem/restful-security-service"
    names = ("authorize", "token", "introspect", "revoke")
    addresses = [{"url": name, "valueUri": f"{settings.base_url}/oauth/{name}"} for name in names]
    return stated | {
        "service": [{"coding": [{"system": system, "code": "SMART-on-FHIR"}]}],
        "extension": [{"url": OAUTH, "extension": addresses}],
    }


OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def _limits(platform: Platform) -> str:
    settings = platform.settings
    return (
        f"Limits: body {settings.largest_body_bytes} bytes, bundle "
        f"{settings.largest_bundle_entries} entries, _count {settings.largest_count}, search "
        f"{MOST_VALUES} values, {MOST_HOPS} chain steps, :iterate {MOST_INCLUDE_STEPS} rounds. "
        "Unknown search parameters are refused unless Prefer: handling=lenient. "
        f"{VALIDATION[settings.validation]}"
    )


def _resource(platform: Platform, type: str, building: Building) -> Resource:
    parameters = platform.indexing.current().plain.of(type)
    demanded = checks.demanded(platform.settings.demanded_profiles).get(type)
    references = sorted(code for code, each in parameters.items() if each.type == "reference")
    return {
        "type": type,
        "profile": f"http://hl7.org/fhir/StructureDefinition/{type}",
        **({"supportedProfile": list(demanded)} if demanded else {}),
        **({"documentation": DEMANDED} if demanded else {}),
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": platform.settings.update_as_create,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        "referencePolicy": ["literal", "logical", "local"],
        "searchInclude": ["*", *(f"{type}:{code}" for code in references)],
        "searchParam": _parameters(platform, type, building),
        **_operations(platform, type),
    }


def _parameters(platform: Platform, type: str, building: Building) -> list[Resource]:
    """The parameters of a type; of custom ones, how far their index has come."""
    registry = platform.indexing.current().plain
    words = () if type else WORDS
    return [
        _parameter(each, building.get((type, each.code), ()), registry.is_custom(each))
        for each in (*registry.of(type).values(), *words)
    ]


WORDS = (
    Parameter("", "_content", "string", "http://hl7.org/fhir/SearchParameter/Resource-content", ""),
    Parameter("", "_text", "string", "http://hl7.org/fhir/SearchParameter/DomainResource-text", ""),
)
"""Parameters of all types that are no expressions: the words of a resource, of its narrative."""


def _parameter(parameter: Parameter, come: Sequence[int], is_custom: bool) -> Resource:
    stated = {"name": parameter.code, "type": parameter.type}
    if parameter.url:
        stated["definition"] = parameter.url
    if come:
        done, total = come
        stated["documentation"] = (
            f"The index is being built: {done} of {total} resources. Until all are done, a search "
            "by it is refused."
        )
    elif is_custom:
        stated["documentation"] = "Defined in this record; the index is complete."
    return stated


def _operations(platform: Platform, type: str) -> Resource:
    offered = [each for each in platform.operations if _is_offered(each, type)]
    listed = [{"name": each.name, "definition": each.definition} for each in offered]
    return {"operation": [*listed, GRAPHQL]}


GRAPHQL = {
    "name": "graphql",
    "definition": "http://hl7.org/fhir/OperationDefinition/Resource-graphql",
}


def _is_offered(operation: Operation, type: str) -> bool:
    return operation.on == type or (type != "" and operation.on == "Resource")


_INTERACTIONS = (
    "read",
    "vread",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)
