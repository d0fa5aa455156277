"""Codes for searches by value set and hierarchy: `:in`, `:not-in`, `:above`, `:below`.

https://hl7.org/fhir/R4/search.html#token
"""

from collections.abc import Iterator
from dataclasses import dataclass

from samspill.base.errors import InvalidSearch, NotSupported
from samspill.base.texts import Text
from samspill.fhir.terminology import members
from samspill.fhir.terminology.systems import Source, System


@dataclass(frozen=True, slots=True)
class Codes:
    """What `fhir.search.rewrite` asks, answered from code systems and value sets at hand."""

    source: Source

    def members(self, value_set: str) -> Iterator[tuple[str, str]]:
        """(system, code) of all codes in a value set, by its canonical address."""
        resource = self.source.value_set(value_set)
        if resource is None:
            raise InvalidSearch(
                "This value set is not known here",
                "Dette kodeverksutvalget er ikke kjent her",
                expected=Text(
                    "the canonical address of a known ValueSet",
                    "den kanoniske adressen til et kjent ValueSet",
                ),
            )
        found = members.of(resource, self.source)
        if found.is_unknown or found.unknown or found.grammars:
            raise NotSupported(
                "The codes of this value set cannot be listed here",
                "Kodene i dette kodeverksutvalget kan ikke listes opp her",
            )
        for system, codes in found.codes.items():
            yield from ((system, code) for code in codes)

    def below(self, system: str, code: str) -> Iterator[tuple[str, str]]:
        """The code and all that it subsumes."""
        known = self._known(system, code)
        yield system, code
        yield from ((system, each) for each in known.codes(known.below(code)))

    def above(self, system: str, code: str) -> Iterator[tuple[str, str]]:
        """The code and all that subsume it."""
        known = self._known(system, code)
        yield system, code
        yield from ((system, each) for each in known.codes(known.above(code)))

    def _known(self, system: str, code: str) -> System:
        known = self.source.system(system)
        if known is None or known.find(code) is None:
            raise InvalidSearch(
                "This code is not known here, so nothing can be said of its hierarchy",
                "Denne koden er ikke kjent her, så hierarkiet er ukjent",
                expected=Text(
                    "system|code of a known CodeSystem", "system|kode i et kjent CodeSystem"
                ),
            )
        return known
