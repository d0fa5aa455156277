"""A StructureDefinition as typed elements, without the prose.

https://hl7.org/fhir/R4/structuredefinition.html, https://hl7.org/fhir/R4/elementdefinition.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from samspill.base.errors import InvalidContent
from samspill.base.texts import Text

Resource = dict[str, Any]

FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
PROFILE_ELEMENT = "http://hl7.org/fhir/StructureDefinition/elementdefinition-profile-element"
MIN_LENGTH = "http://hl7.org/fhir/StructureDefinition/minLength"
LATER = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition."
"""What R5 says of elements may be said in R4 by extensions of these addresses."""
ADDITIONAL_BINDINGS = (
    f"{LATER}binding.additional",
    "http://hl7.org/fhir/tools/StructureDefinition/additional-binding",
)
SYSTEM_TYPES = "http://hl7.org/fhirpath/System."


@dataclass(frozen=True, slots=True)
class TypeRef:
    """One type that an element may have."""

    code: str
    profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    """Profiles that a reference may point to."""
    aggregation: tuple[str, ...] = ()
    versioning: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """required | extensible | preferred | example, to a value set."""

    strength: str
    value_set: str = ""
    max_value_set: str = ""
    additional: tuple["Binding", ...] = ()
    """Value sets asked for besides; the strength of each is its purpose."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """An invariant."""

    key: str
    severity: str
    human: str
    expression: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Discriminator:
    """value | exists | pattern | type | profile, at a path."""

    type: str
    path: str


@dataclass(frozen=True, slots=True)
class Slicing:
    """How a list is divided: open | closed | openAtEnd."""

    discriminators: tuple[Discriminator, ...]
    rules: str
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A value fixed or asked for by a profile, with the type that its JSON name gives it."""

    type: str
    value: Any


@dataclass(frozen=True, slots=True)
class Element:
    """One ElementDefinition."""

    id: str
    path: str
    min: int | None
    max: str
    """"" in a differential that says nothing about it, a number, or "*"."""
    slice_name: str = ""
    base_max: str = ""
    types: tuple[TypeRef, ...] = ()
    content_reference: str = ""
    binding: Binding | None = None
    constraints: tuple[Constraint, ...] = ()
    fixed: Value | None = None
    pattern: Value | None = None
    minimum: Value | None = None
    maximum: Value | None = None
    max_length: int | None = None
    min_length: int | None = None
    must_have_value: bool = False
    value_alternatives: tuple[str, ...] = ()
    """Extensions of which one must stand where a value is not given."""
    regex: str = ""
    slicing: Slicing | None = None
    is_modifier: bool = False
    is_summary: bool = False
    must_support: bool = False
    is_xml_attribute: bool = False
    short: str = ""

    @property
    def name(self) -> str:
        """The last step of the path, without `[x]`: "value" of Observation.value[x]."""
        return self.path.rpartition(".")[2].removesuffix("[x]")

    @property
    def is_choice(self) -> bool:
        return self.path.endswith("[x]")


@dataclass(frozen=True, slots=True)
class Context:
    """Where an extension may stand: element | extension | fhirpath, and the expression."""

    type: str
    expression: str


@dataclass(frozen=True, slots=True)
class Structure:
    """A type or a profile on one. `elements` is the snapshot, the root first."""

    url: str
    version: str
    name: str
    title: str
    type: str
    kind: str
    abstract: bool
    derivation: str
    base: str
    elements: tuple[Element, ...]
    contexts: tuple[Context, ...] = ()
    context_invariants: tuple[str, ...] = ()


def read(resource: Resource, elements: list[Resource] | None = None) -> Structure:
    """The structure of a StructureDefinition, from its snapshot if no elements are given.

    Raises InvalidContent where the JSON has other types than the standard gives it.
    """
    try:
        structure = _read(resource, elements)
        plain = msgspec.to_builtins(structure, builtin_types=(Decimal,))
        return msgspec.convert(plain, Structure)
    except MALFORMED as fault:
        raise malformed(resource) from fault


MALFORMED = (AttributeError, KeyError, TypeError, ValueError, msgspec.MsgspecError)
"""What comes of JSON that is not what the standard says it is."""


def malformed(resource: Resource) -> InvalidContent:
    url = str(resource.get("url", ""))[:200]
    return InvalidContent(
        f"The definition {url} is malformed",
        f"Definisjonen {url} er feil bygd opp",
        where="StructureDefinition",
        expected=Text(
            "a StructureDefinition that itself is valid",
            "en StructureDefinition som selv er gyldig",
        ),
    )


def _read(resource: Resource, elements: list[Resource] | None) -> Structure:
    if elements is None:
        elements = resource.get("snapshot", {}).get("element", [])
    kind = str(resource.get("kind", ""))
    return Structure(
        url=str(resource.get("url", "")),
        version=str(resource.get("version", "")),
        name=str(resource.get("name", "")),
        title=str(resource.get("title", "")),
        type=str(resource.get("type", "")).rpartition("/")[2],
        kind=kind,
        abstract=bool(resource.get("abstract")),
        derivation=str(resource.get("derivation", "")),
        base=str(resource.get("baseDefinition", "")),
        elements=tuple(read_element(each, kind) for each in elements),
        contexts=tuple(
            Context(str(each.get("type", "")), str(each.get("expression", "")))
            for each in resource.get("context", ())
        ),
        context_invariants=tuple(resource.get("contextInvariant", ())),
    )


def read_element(element: Resource, kind: str = "") -> Element:
    """One ElementDefinition in JSON. `kind` is that of the structure, for the type of its id."""
    path = str(element.get("path", ""))
    is_resource_id = kind == "resource" and path.count(".") == 1 and path.endswith(".id")
    types = tuple(_type(each) for each in element.get("type", ()))
    return Element(
        id=str(element.get("id", path)),
        path=path,
        min=element.get("min"),
        max=element.get("max", ""),
        slice_name=element.get("sliceName", ""),
        base_max=element.get("base", {}).get("max", ""),
        types=(TypeRef("id"),) if is_resource_id else types,
        content_reference=element.get("contentReference", "").rpartition("#")[2],
        binding=_binding(element.get("binding")),
        constraints=tuple(_constraint(each) for each in element.get("constraint", ())),
        fixed=_value(element, "fixed"),
        pattern=_value(element, "pattern"),
        minimum=_value(element, "minValue"),
        maximum=_value(element, "maxValue"),
        max_length=element.get("maxLength"),
        min_length=extension_value(element.get("extension", ()), MIN_LENGTH),
        must_have_value=extension_value(element.get("extension", ()), f"{LATER}mustHaveValue")
        is True,
        value_alternatives=tuple(
            each.get("valueCanonical", each.get("valueUri", ""))
            for each in element.get("extension", ())
            if each.get("url") == f"{LATER}valueAlternatives"
        ),
        regex=_regex([element, *element.get("type", ())]),
        slicing=_slicing(element.get("slicing")),
        is_modifier=bool(element.get("isModifier")),
        is_summary=bool(element.get("isSummary")),
        must_support=bool(element.get("mustSupport")),
        is_xml_attribute="xmlAttr" in element.get("representation", ()),
        short=element.get("short", ""),
    )


def extension_value(extensions: Iterable[Resource], url: str) -> Any:
    """The value of the first extension with this url, or None."""
    for extension in extensions:
        if extension.get("url") == url:
            return next((v for k, v in extension.items() if k.startswith("value")), None)
    return None


def _type(given: Resource) -> TypeRef:
    code = given.get("code", "")
    if code.startswith(SYSTEM_TYPES):
        fhir_type = extension_value(given.get("extension", ()), FHIR_TYPE)
        code = fhir_type or code.removeprefix(SYSTEM_TYPES).lower()
    return TypeRef(
        code,
        tuple(_profiles(given)),
        tuple(given.get("targetProfile", ())),
        tuple(given.get("aggregation", ())),
        given.get("versioning", ""),
    )


def _profiles(given: Resource) -> Iterator[str]:
    """The profiles of a type, each with "#" and the element in it where one is named."""
    beside = given.get("_profile", [])
    for index, profile in enumerate(given.get("profile", ())):
        own = beside[index] if index < len(beside) else None
        element = extension_value((own or {}).get("extension", ()), PROFILE_ELEMENT)
        yield f"{profile}#{element}" if element else profile


def _regex(holders: list[Resource]) -> str:
    for each in holders:
        found = extension_value(each.get("extension", ()), REGEX)
        if found:
            return str(found)
    return ""


def _binding(given: Resource | None) -> Binding | None:
    if given is None:
        return None
    extensions = given.get("extension", ())
    most = extension_value(extensions, MAX_VALUE_SET)
    return Binding(
        given.get("strength", ""),
        given.get("valueSet", ""),
        most or "",
        tuple(_additional(e) for e in extensions if e.get("url") in ADDITIONAL_BINDINGS),
    )


def _additional(extension: Resource) -> Binding:
    parts = extension.get("extension", ())
    purpose = extension_value(parts, "purpose") or ""
    return Binding(purpose, extension_value(parts, "valueSet") or "")


def _constraint(given: Resource) -> Constraint:
    return Constraint(
        given.get("key", ""),
        given.get("severity", "error"),
        given.get("human", ""),
        given.get("expression", ""),
        given.get("source", ""),
    )


def _value(element: Resource, prefix: str) -> Value | None:
    for name, value in element.items():
        if name.startswith(prefix) and name[len(prefix) : len(prefix) + 1].isupper():
            return Value(name.removeprefix(prefix), value)
    return None


def _slicing(given: Resource | None) -> Slicing | None:
    if given is None:
        return None
    discriminators = tuple(
        Discriminator(each.get("type", ""), each.get("path", ""))
        for each in given.get("discriminator", ())
    )
    return Slicing(discriminators, given.get("rules", "open"), bool(given.get("ordered")))
