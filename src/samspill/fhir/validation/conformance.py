"""Whether an element conforms to a profile: what a profile asks beyond the standard.

The base check has been passed; only what the profile adds is looked at here.
https://hl7.org/fhir/R4/profiling.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from samspill.base.errors import SamspillError
from samspill.fhir import fhirpath
from samspill.fhir.definitions import Constraint, Definitions, Element
from samspill.fhir.fhirpath.context import Context
from samspill.fhir.items import Item
from samspill.fhir.terminology import members
from samspill.fhir.terminology.members import Members
from samspill.fhir.terminology.systems import Source
from samspill.fhir.validation import (
    bindings,
    invariants,
    messages,
    places,
    references,
    resolution,
    slicing,
    values,
)
from samspill.fhir.validation.findings import Findings, has_error
from samspill.fhir.validation.places import Place
from samspill.fhir.validation.profiles import Node, Profiles
from samspill.fhir.validation.resolution import Fetch

MOST_LEVELS = 60


@dataclass(slots=True)
class Conformance:
    """One look at a resource in the light of profiles."""

    definitions: Definitions
    profiles: Profiles
    members_of: bindings.MembersOf
    source: Source
    fetch: Fetch = resolution.nowhere
    bundles: resolution.Bundles = field(default_factory=resolution.Bundles)
    _known: dict[tuple[int, str], Findings] = field(default_factory=dict)
    _under_way: set[tuple[int, str]] = field(default_factory=set)

    def check(self, place: Place, profile: str, *, is_claim: bool = False) -> Findings:
        """What speaks against this element conforming to a profile.

        One that nobody knows is a fault, but only a warning where the resource itself claims it.
        """
        key = (id(place.value), profile)
        if key in self._known:
            return self._known[key]
        tree = self.profiles.find(profile)
        if tree is None:
            return place.found(messages.unknown_profile(profile, is_claim=is_claim))
        # A circle of references is no fault: what is being looked at is taken to conform.
        if key in self._under_way or len(self._under_way) > MOST_LEVELS:
            return []
        self._under_way.add(key)
        found = self._check_root(place, tree, profile)
        self._under_way.discard(key)
        # The value is kept alive by the resource under validation, so its id stays its own.
        if not self._under_way:
            self._known[key] = found
        return found

    def _check_root(self, place: Place, tree: Node, profile: str) -> Findings:
        wanted = tree.element.path.partition(".")[0]
        if not self.definitions.is_a(place.type, wanted) and "." not in place.type:
            return place.found(messages.wrong_type(place.type, wanted, profile))
        return self._check_one(place, tree)

    # Judge of slicing

    def conforms(self, place: Place, profile: str) -> bool:
        return not has_error(self.check(place, profile))

    def keeps(self, place: Place, node: Node) -> bool:
        return not has_error(self._check_one(place, node))

    def in_value_set(self, place: Place, value_set: str) -> bool:
        return bindings.is_in(self.members_of(value_set), place.value) is True

    def select(self, place: Place, path: str) -> list[Place]:
        """The elements at a path of names and the few functions that discriminators may use."""
        found = [place]
        for step in slicing.steps_of(path):
            found = [each for one in found for each in self._step(one, step)]
        return found

    def _step(self, place: Place, step: str) -> list[Place]:
        name, _, argument = step.partition("(")
        argument = argument.rstrip(")").strip("'\"")
        match name:
            case "resolve":
                text = place.value.get("reference") if isinstance(place.value, dict) else None
                target = self.resolve(text, place) if text else None
                return [target] if target else []
            case "ofType" | "as":
                return [place] if self.definitions.is_a(place.type, argument) else []
            case "extension" if argument:
                extensions = places.children(place, "extension", self.definitions)
                return [each for each in extensions if each.value.get("url") == argument]
            case "first" | "single":
                return [place]
        return places.children(place, name, self.definitions)

    def members_of_resource(self, value_set: dict[str, Any] | None) -> Members:
        """The members of a value set that is contained and so has no address."""
        try:
            return members.of(value_set, self.source) if value_set else members.UNKNOWN
        except SamspillError:
            return members.UNKNOWN

    def resolve(self, text: str, place: Place) -> Place | None:
        return resolution.resolve(text, place, self.definitions, self.bundles, self.fetch)

    # Elements

    def _check_one(self, place: Place, node: Node) -> Findings:
        """One element against a node of a profile, and all that is in it."""
        found = self._check_type(place, node)
        if has_error(found):
            return found
        found += self._check_value(place, node)
        found += self._check_constraints(place, node)
        for name, child in node.asking:
            held = places.children(place, name, self.definitions)
            found += self._check_many(place, held, child)
        return found

    def _check_many(self, parent: Place, held: Sequence[Place], node: Node) -> Findings:
        """The elements of one name against their node and its slices."""
        found = self._check_count(parent, held, node, node.element.name)
        for each in held:
            found += self._check_one(each, node)
        if node.slices:
            found += self._check_slices(parent, held, node)
        return found

    def _check_count(self, parent: Place, held: Sequence[Place], node: Node, name: str) -> Findings:
        element, count = node.element, len(held)
        base = self._base_of(parent, node)
        if element.min and count < element.min and not (base and count < (base.min or 0)):
            finding = messages.too_few(name, node.rule, element.min, count)
            return parent.found(finding)
        if element.max.isdigit() and count > int(element.max):
            finding = messages.too_many(name, node.rule, element.max, count)
            return held[-1].found(finding)
        return []

    def _base_of(self, parent: Place, node: Node) -> Element | None:
        if node.element.slice_name:
            return None
        known = self.definitions.elements(parent.type).get(node.element.name)
        return known[0].element if known else None

    # Slices

    def _check_slices(self, parent: Place, held: Sequence[Place], node: Node) -> Findings:
        slices = [each for each in node.slices if each.element.slice_name != "@default"]
        assigned = slicing.assign(held, slices, node, self)
        found = self._check_rules(held, assigned, node, slices)
        for each in slices:
            members = [p for p, own in zip(held, assigned, strict=True) if own is each]
            name = f"{node.element.name}:{each.element.slice_name}"
            found += self._check_count(parent, members, each, name)
            for member in members:
                found += self._check_one(member, each)
            if each.slices:
                found += self._check_slices(parent, members, each)
        return found

    def _check_rules(
        self,
        held: Sequence[Place],
        assigned: Sequence[Node | None],
        node: Node,
        slices: Sequence[Node],
    ) -> Findings:
        slicing_of = node.element.slicing
        if slicing_of is None:
            return []
        default = next((e for e in node.slices if e.element.slice_name == "@default"), None)
        found: Findings = []
        last, has_unmatched = -1, False
        for place, own in zip(held, assigned, strict=True):
            if own is None:
                has_unmatched = True
                if default is not None:
                    found += self._check_one(place, default)
                elif slicing_of.rules == "closed":
                    found += place.found(messages.outside_slices(node.rule, _names(slices)))
                continue
            if slicing_of.rules == "openAtEnd" and has_unmatched:
                found += place.found(messages.after_open_end(node.rule))
            index = slices.index(own)
            if slicing_of.ordered and index < last:
                found += place.found(messages.out_of_order(node.rule, _names(slices)))
            last = max(last, index)
        return found

    # Values

    def _check_type(self, place: Place, node: Node) -> Findings:
        element = node.element
        if not element.types or "." not in element.path or element.content_reference:
            return []
        fitting = [each for each in element.types if self._is_of(place, each.code)]
        if not fitting:
            codes = ", ".join(each.code for each in element.types)
            return place.found(messages.wrong_type(place.type, codes, node.rule))
        found: Findings = []
        profiles = [p for each in fitting for p in each.profiles]
        if profiles and not any(not each.profiles for each in fitting):
            found = self._check_any(place, profiles, node)
        if place.type == "Reference":
            found = found + self._check_target(place, node)
        return found

    def _is_of(self, place: Place, code: str) -> bool:
        if "." in place.type or code in ("Element", "BackboneElement"):
            return True
        if self.definitions.is_a(place.type, code):
            return True
        return code in ("string", "id") and place.type in ("string", "id")

    def _check_any(self, place: Place, profiles: Sequence[str], node: Node) -> Findings:
        """At least one of the profiles must be met."""
        known = [each for each in profiles if self.profiles.find(each) is not None]
        if len(known) < len(profiles) and len(profiles) > 1:
            return []
        if len(profiles) == 1:
            return list(self.check(place, profiles[0]))
        if any(self.conforms(place, each) for each in profiles):
            return []
        return place.found(messages.no_profile_met(node.rule, profiles))

    def _check_target(self, place: Place, node: Node) -> Findings:
        """The type and the profile of what a reference points to."""
        targets = [t for each in node.element.types for t in each.targets]
        text = place.value.get("reference")
        if not targets or not isinstance(text, str):
            return []
        resolved = self.resolve(text, place)
        types = {references.target_type(each, self.definitions) for each in targets}
        if "Resource" in types or "" in types:
            return []
        stated = resolved.type if resolved else resolution.stated_type(place)
        if stated and self.definitions.is_resource(stated) and stated not in types:
            return place.found(messages.wrong_target(stated, ", ".join(sorted(types)), node.rule))
        if resolved is None or any(self.conforms(resolved, each) for each in targets):
            return []
        return place.found(messages.no_profile_met(node.rule, targets))

    def _check_value(self, place: Place, node: Node) -> Findings:
        element, found = node.element, Findings()
        if element.fixed and not values.equals(place.value, element.fixed.value):
            found += place.found(messages.not_fixed(node.rule))
        if element.pattern and not values.fits(place.value, element.pattern.value):
            found += place.found(messages.not_pattern(node.rule))
        if element.minimum and (values.order(place.value, element.minimum) or 0) < 0:
            found += place.found(messages.out_of_range(node.rule))
        if element.maximum and (values.order(place.value, element.maximum) or 0) > 0:
            found += place.found(messages.out_of_range(node.rule))
        return found + self._check_length(place, node) + self._check_binding(place, node)

    def _check_length(self, place: Place, node: Node) -> Findings:
        element, value = node.element, place.value
        length = len(value) if isinstance(value, str) else None
        if length is not None and element.max_length and length > element.max_length:
            return place.found(messages.too_long(node.rule, element.max_length))
        if length is not None and element.min_length and length < element.min_length:
            return place.found(messages.too_short(node.rule, element.min_length))
        is_written = value is not None and not isinstance(value, dict)
        if element.regex and is_written and not values.matches(value, element.regex):
            return place.found(messages.wrong_pattern(node.rule, element.regex))
        if value is None and element.must_have_value:
            return place.found(messages.no_value(node.rule))
        if value is None and element.value_alternatives:
            extensions = (place.item.companion or {}).get("extension", ())
            if not any(each.get("url") in element.value_alternatives for each in extensions):
                return place.found(messages.no_value(node.rule, element.value_alternatives))
        return []

    def _check_binding(self, place: Place, node: Node) -> Findings:
        binding = node.element.binding
        if binding is None or place.type not in bindings.CODED:
            return []
        base = place.base.element.binding if place.base else None
        found: Findings = []
        for each in (binding, *binding.additional):
            finding = bindings.judge(each, base, place.value, self.members_of)
            found += place.found(finding) if finding else []
        return found

    # Constraints

    def _check_constraints(self, place: Place, node: Node) -> Findings:
        found: Findings = []
        own = node.constraints.get(place.type)
        if own is None:
            own = node.constraints[place.type] = tuple(self._own(place, node))
        for each in own:
            if not self._holds(each, place):
                found += place.found(messages.invariant(each, node.url))
        return found

    def _own(self, place: Place, node: Node) -> Iterator[Constraint]:
        """The constraints that the standard itself does not have on this element."""
        base = set(self._base_constraints(place))
        for each in invariants.wanted(node.element.constraints):
            if (each.key, each.expression) not in base:
                yield each

    def _base_constraints(self, place: Place) -> Iterator[tuple[str, str]]:
        elements = [place.base.element] if place.base else []
        if "." not in place.type:
            elements.append(self.definitions.structure(place.type).elements[0])
        for element in elements:
            for each in element.constraints:
                yield each.key, each.expression

    def _holds(self, constraint: Constraint, place: Place) -> bool:
        around = place
        if place.base is not None and place.base.type == "Resource" and place.parent is not None:
            # Said by the profile of the resource around it, so that is `%resource`.
            around = place.parent
        try:
            expression = fhirpath.compile(constraint.expression, self.definitions, place.type)
            return expression.is_true(place.item, self.context(around))
        except SamspillError:
            # A rule that cannot be evaluated is no fault of the resource.
            return True

    def context(self, place: Place) -> Context:
        """What an expression at a place may ask."""

        def resolve(text: str) -> dict[str, Any] | None:
            found = self.resolve(text, place)
            return found.value if found else None

        def conforms(item: Item, profile: str) -> bool:
            whole = places.Place(item, place.steps, place.resource, place.container)
            return self.conforms(whole, profile)

        return Context(
            resource=place.resource,
            root=place.container,
            resolve=resolve,
            conforms=conforms,
            terminology=bindings.Asked(self.members_of),
        )


def _names(slices: Sequence[Node]) -> str:
    return ", ".join(each.element.slice_name for each in slices)
