"""Lists by function: what `_list=$current-problems` and its like ask of a resource.

R4 leaves to the server what is current: here it is all that has not ended and is not refuted, so a
problem that nobody has given a status is shown. https://hl7.org/fhir/R4/lifecycle.html#current
"""

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text
from samspill.fhir.search.parameters import UnknownParameter
from samspill.fhir.search.query import And, Clause, Match, Not, OfType, Or, TokenIs, all_of, any_of


def _among(parameter: str, *codes: str) -> Clause:
    return any_of(Match(parameter, TokenIs(None, code)) for code in codes)


_TRUE = Not(_among("verification-status", "refuted", "entered-in-error"))
_ALLERGY = (Not(_among("clinical-status", "inactive", "resolved")), _TRUE)

LISTS: dict[str, dict[str, tuple[Clause, ...]]] = {
    "$current-problems": {
        "Condition": (Not(_among("clinical-status", "inactive", "remission", "resolved")), _TRUE)
    },
    "$current-medications": {
        "MedicationRequest": (_among("status", "active"),),
        "MedicationStatement": (_among("status", "active"),),
    },
    "$current-allergies": {"AllergyIntolerance": _ALLERGY},
    "$current-drug-allergies": {
        "AllergyIntolerance": (*_ALLERGY, _among("category", "medication"))
    },
}
"""By name of the list and type of resource."""

_OF_ANY_TYPE: dict[str, Clause] = {
    name: Or(tuple(And((OfType((type,)), *parts)) for type, parts in types.items()))
    for name, types in LISTS.items()
}


def parse(types: tuple[str, ...], name: str) -> Clause:
    """The clause of a list on resources of `types`, none of which means any."""
    of_type = LISTS.get(name)
    if of_type is None:
        raise UnknownParameter(
            "There is no such list by function",
            "Det finnes ingen slik liste etter funksjon",
            expected=Text(f"{' | '.join(LISTS)} or the id of a List", " | ".join(LISTS)),
        )
    if types and not set(types) & set(of_type):
        raise InvalidSearch(
            f"{name} lists no {', '.join(types)}",
            f"{name} har ingen {', '.join(types)}",
            expected=" | ".join(of_type),
        )
    return all_of(of_type[types[0]]) if len(types) == 1 else _OF_ANY_TYPE[name]


def format(part: Clause) -> tuple[str, str] | None:
    """The parameter that asks for a list, unless its clauses have become those of the search."""
    for name, of_type in LISTS.items():
        if part == _OF_ANY_TYPE[name] or part in map(all_of, of_type.values()):
            return "_list", name
    return None
