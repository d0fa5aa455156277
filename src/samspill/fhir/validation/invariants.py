"""Invariants: rules in FHIRPath that elements carry.

Each is compiled for the type it stands on. What the names of the elements decide is told to
`structure` by `presence`; the rest is evaluated for each object.
https://hl7.org/fhir/R4/conformance-rules.html#constraints
"""

from collections.abc import Iterable, Sequence
from typing import Any

from samspill.base.errors import SamspillError
from samspill.fhir import fhirpath
from samspill.fhir.definitions import Constraint, Definitions, Element, Property
from samspill.fhir.fhirpath import parser
from samspill.fhir.validation import messages, presence
from samspill.fhir.validation.by_hand import BY_HAND
from samspill.fhir.validation.findings import Findings
from samspill.fhir.validation.primitives import Check
from samspill.fhir.validation.structure import Rule

Resource = dict[str, Any]

BY_STRUCTURE = frozenset({"ele-1", "txt-1", "txt-2", "ref-1"})
"""Kept by what structure, narrative and references check."""

ADVICE = frozenset({"dom-6"})
"""Good practice that says nothing of right and wrong."""


MENDED = {
    # `Boolean` is the type of the language, but an answer is of FHIR's type.
    "que-7": "operator = 'exists' implies (answer is boolean)",
    # More than one, says its text.
    "que-12": "enableWhen.count() > 1 implies enableBehavior.exists()",
    # As it stands it is empty, so not true, where there is no fullUrl.
    "bdl-8": "fullUrl.empty() or fullUrl.contains('/_history/').not()",
}
"""Invariants that do not say what they mean, as later versions of the standard say them."""


class Compiler:
    """Makes checks of constraints."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def of_object(self, type_key: str, element: Element) -> Sequence[Rule]:
        """The rules that stand on a type itself."""
        return [self._rule(each, type_key) for each in wanted(element.constraints)]

    def of_value(self, property: Property) -> Sequence[Check]:
        """The rules that stand on an element of another type, such as org-3 on a telecom."""
        element = property.element
        if property.type == element.path or element.content_reference or not property.type:
            return []
        # A snapshot repeats the rules of the type on the element.
        root = self._definitions.structure(property.type.partition(".")[0]).elements[0]
        repeated = {each.key for each in root.constraints}
        own = [each for each in wanted(element.constraints) if each.key not in repeated]
        return [self.check(each, property.type) for each in own]

    def check(self, constraint: Constraint, type_key: str) -> Check:
        """The check of one constraint on raw values of a type."""
        # A value whose type is known by its content only is wrapped by the engine itself.
        typed = "" if type_key in ("Resource", "xhtml") else type_key
        text = MENDED.get(constraint.key, constraint.expression)
        expression = fhirpath.compile(text, self._definitions, typed)
        owner = messages.STANDARD + type_key.partition(".")[0]
        by_hand = BY_HAND.get(constraint.key, _undecided)

        def check(value: Any, run: Any) -> Findings | None:
            answer = by_hand(value)
            if answer is not None:
                return None if answer else [messages.invariant(constraint, owner)]
            try:
                is_kept = expression.is_true(value, run.context())
            except SamspillError:
                return [messages.unfit_rule(constraint, owner)]
            return None if is_kept else [messages.invariant(constraint, owner)]

        return check

    def _rule(self, constraint: Constraint, type_key: str) -> Rule:
        node = parser.parse(MENDED.get(constraint.key, constraint.expression))
        properties = self._definitions.properties(type_key)
        known = frozenset(each.name for each in properties.values())
        single = frozenset(
            each.name for each in properties.values() if each.is_primitive and not each.is_list
        )

        def decide(json_names: frozenset[str]) -> bool | None:
            names = frozenset(properties[n].name for n in json_names if n in properties)
            return presence.decide(node, names, known, single)

        return Rule(self.check(constraint, type_key), decide)


def wanted(constraints: Iterable[Constraint]) -> list[Constraint]:
    """The constraints that are left to FHIRPath."""
    return [
        each
        for each in constraints
        if each.expression and each.key not in BY_STRUCTURE and each.key not in ADVICE
    ]


def _undecided(value: Resource) -> None:
    return None
