"""Every function of FHIRPath by name; each chapter of the standard is a module."""

from collections.abc import Mapping

from samspill.fhir.fhirpath.functions import (
    combining,
    conversion,
    existence,
    filtering,
    keys,
    math,
    navigation,
    strings,
    subsetting,
    terminology,
    utility,
)
from samspill.fhir.fhirpath.scope import Function

FUNCTIONS: Mapping[str, Function] = {
    **existence.FUNCTIONS,
    **filtering.FUNCTIONS,
    **subsetting.FUNCTIONS,
    **combining.FUNCTIONS,
    **conversion.FUNCTIONS,
    **strings.FUNCTIONS,
    **math.FUNCTIONS,
    **navigation.FUNCTIONS,
    **utility.FUNCTIONS,
    **terminology.FUNCTIONS,
    **keys.FUNCTIONS,
}
