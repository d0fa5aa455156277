"""FHIR packages: types, structures and look-up by canonical address."""

from samspill.fhir.definitions.registry import Definitions
from samspill.fhir.definitions.structures import (
    Binding,
    Constraint,
    Discriminator,
    Element,
    Slicing,
    Structure,
    TypeRef,
    Value,
)
from samspill.fhir.definitions.types import Property

__all__ = [
    "Binding",
    "Constraint",
    "Definitions",
    "Discriminator",
    "Element",
    "Property",
    "Slicing",
    "Structure",
    "TypeRef",
    "Value",
]
