"""The code system that a plain code belongs to, as its required binding tells.

So `gender=http://hl7.org/fhir/administrative-gender|male` finds what `gender=male` finds.
https://hl7.org/fhir/R4/search.html#token
"""

from collections.abc import Callable, Iterator

from samspill.base.json import Resource
from samspill.fhir.definitions import Definitions, Property

SystemOf = Callable[[str], str]


def systems(definitions: Definitions, element: Property | None) -> SystemOf | None:
    """A function from a code to its system, "" when unknown; None if nothing can be said."""
    binding = element.element.binding if element else None
    if binding is None or binding.strength != "required":
        return None
    value_set = definitions.find(binding.value_set, "ValueSet")
    includes = (value_set or {}).get("compose", {}).get("include", [])
    named = [each for each in includes if "system" in each]
    if not named:
        return None
    if len(includes) == 1:
        only = str(named[0]["system"])
        return lambda code: only
    by_code = {code: each["system"] for each in named for code in _codes(definitions, each)}
    return lambda code: by_code.get(code, "")


def _codes(definitions: Definitions, include: Resource) -> Iterator[str]:
    if "concept" in include:
        yield from (each["code"] for each in include["concept"])
        return
    system = definitions.find(include["system"], "CodeSystem") or {}
    waiting = list(system.get("concept", ()))
    while waiting:
        concept = waiting.pop()
        yield concept["code"]
        waiting.extend(concept.get("concept", ()))
