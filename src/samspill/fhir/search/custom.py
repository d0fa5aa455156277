"""Whether a custom SearchParameter can take effect, beside the others that a record has.

https://hl7.org/fhir/R4/searchparameter.html
"""

import re
from collections.abc import Iterable, Iterator
from typing import get_args

from samspill.base.errors import InvalidExpression, Issue
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import parser
from samspill.fhir.search import emit, paths
from samspill.fhir.search.parameters import COMMON, Parameter, Registry
from samspill.fhir.search.values import Type

TYPES = tuple(each for each in get_args(Type) if each != "special")


def takes_effect(resource: Resource, definitions: Definitions) -> bool:
    """An active one does, unless its address is that of a parameter that holds anyway."""
    return resource.get("status") == "active" and not _given(resource, definitions)


def check(resource: Resource, registry: Registry) -> list[Issue]:
    """What keeps an active parameter from taking effect, given the other ones."""
    if resource.get("status") != "active":
        return []
    given = _given(resource, registry.definitions)
    if given is not None:
        return list(_changes(resource, given))
    found = list(_form(resource, registry.definitions))
    return found or [*_clashes(resource, registry), *_expressions(resource, registry)]


def types(resource: Resource, definitions: Definitions) -> tuple[str, ...]:
    """The resource types that a parameter is of."""
    bases = resource.get("base", ())
    return definitions.resource_types if set(bases) & set(COMMON) else tuple(bases)


def _given(resource: Resource, definitions: Definitions) -> Resource | None:
    return definitions.find(str(resource.get("url", "")), "SearchParameter")


def _changes(resource: Resource, given: Resource) -> Iterator[Issue]:
    for name in ("code", "base", "type", "expression"):
        if resource.get(name) != given.get(name):
            yield _issue(
                name,
                "A parameter of the definitions in use cannot be changed: use another url",
                "En parameter i definisjonene som er i bruk, kan ikke endres: bruk en annen url",
            )


def _form(resource: Resource, definitions: Definitions) -> Iterator[Issue]:
    if not _CODE.fullmatch(resource.get("code", "")):
        yield _issue(
            "code",
            "The code must begin with a letter; letters, digits, - and _ may follow",
            "Koden må begynne med en bokstav; bokstaver, sifre, - og _ kan følge",
        )
    if resource.get("type") not in TYPES:
        yield _issue(
            "type",
            "A custom parameter cannot be of this type",
            "En egen parameter kan ikke være av denne typen",
            " | ".join(TYPES),
        )
    if not resource.get("expression"):
        yield _issue(
            "expression", "An expression is needed to index by", "Et uttrykk trengs for indeksen"
        )
    for name in ("base", "target"):
        for at, type in enumerate(resource.get(name, ())):
            if not definitions.is_resource(type) and type not in COMMON:
                yield _issue(
                    f"{name}[{at}]",
                    "There is no such resource type in FHIR R4",
                    "Det finnes ingen slik ressurstype i FHIR R4",
                )
    if resource.get("type") == "composite" and not resource.get("component"):
        yield _issue(
            "component", "A composite has components", "En sammensatt parameter har komponenter"
        )


def _clashes(resource: Resource, registry: Registry) -> Iterator[Issue]:
    for type in types(resource, registry.definitions):
        there = registry.of(type).get(resource["code"])
        if there is not None:
            yield _issue(
                "code",
                f"{type} has a search parameter with this code already",
                f"{type} har allerede en søkeparameter med denne koden",
                "a code that is free",
            )
            return


def _expressions(resource: Resource, registry: Registry) -> Iterator[Issue]:
    """Faults of the expression on each base, as it would be extracted."""
    definitions = registry.definitions
    among = registry.with_parameters([resource])
    for type in types(resource, definitions):
        parameter = among.of(type).get(resource["code"])
        if parameter is None or not parameter.expression:
            yield _unreadable("expression", type)
        elif _leads_nowhere(parameter, definitions):
            yield _issue(
                "expression",
                f"The expression finds nothing in {type} that this type of parameter can index",
                f"Uttrykket finner ingenting i {type} som denne typen parameter kan indeksere",
            )
        else:
            yield from _components(parameter, among)


def _leads_nowhere(parameter: Parameter, definitions: Definitions) -> bool:
    """Known of plain paths only; what else there is may find something."""
    if parameter.type == "composite":
        return False
    each = [
        paths.plain(parser.parse(one), definitions)
        for one in paths.alternatives(parameter.expression)
    ]
    if any(path is None for path in each):
        return False
    ends = (end for path in each if path is not None for end in _ends(parameter, path, definitions))
    return not any(ends)


def _ends(parameter: Parameter, path: paths.Path, definitions: Definitions) -> Iterator[bool]:
    """Of an extension, what its value is stands in the record only."""
    for branch in paths.grow(paths.Branch(parameter.base), path, definitions):
        known = emit.TYPES[parameter.type]
        is_any = branch.type in ("Extension", "Resource") or definitions.is_resource(branch.type)
        yield branch.type in known or is_any


def _components(parameter: Parameter, registry: Registry) -> Iterator[Issue]:
    for at, component in enumerate(parameter.components):
        if registry.definition(component.definition) is None:
            yield _issue(
                f"component[{at}].definition",
                "There is no search parameter with this address",
                "Det finnes ingen søkeparameter med denne adressen",
            )
        if not _is_parsed(component.expression):
            yield _unreadable(f"component[{at}].expression", parameter.base)


def _is_parsed(expression: str) -> bool:
    try:
        parser.parse(expression)
    except InvalidExpression:
        return False
    return True


def _unreadable(where: str, type: str) -> Issue:
    return _issue(
        where,
        f"The expression cannot be evaluated on {type}",
        f"Uttrykket kan ikke evalueres på {type}",
        "FHIRPath that begins at a base of the parameter",
    )


def _issue(where: str, en: str, nb: str, expected: str = "") -> Issue:
    return Issue("error", "invalid", Text(en, nb), f"SearchParameter.{where}", expected=expected)


def same_address(resource: Resource, others: Iterable[Resource]) -> list[Issue]:
    """A second resource with the address of one that is in effect."""
    if all(each.get("url") != resource.get("url") for each in others):
        return []
    return [
        _issue(
            "url",
            "Another active SearchParameter has this url already: change that one",
            "En annen aktiv SearchParameter har allerede denne url-en: endre den",
        )
    ]


_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,63}")
