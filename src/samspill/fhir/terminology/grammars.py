"""Code systems that no list holds: whether a text is a code in them is decided by its form.

https://hl7.org/fhir/R4/terminologies-systems.html
"""

import re
from collections.abc import Callable

from samspill.fhir import ucum

UCUM = "http://unitsofmeasure.org"
LANGUAGES = "urn:ietf:bcp:47"
MIME_TYPES = "urn:ietf:bcp:13"
CURRENCIES = "urn:iso:std:iso:4217"

# BCP 47: language, script, region, variants, extensions and private use; or private use alone.
_is_language = re.compile(
    "(?:[a-zA-Z]{2,3}(?:-[a-zA-Z]{3}){0,3}|[a-zA-Z]{4,8})(?:-[a-zA-Z]{4})?(?:-(?:[a-zA-Z]{2}|[0-9]{3}))?"
    "(?:-(?:[a-zA-Z0-9]{5,8}|[0-9][a-zA-Z0-9]{3}))*(?:-[a-wy-zA-WY-Z0-9](?:-[a-zA-Z0-9]{2,8})+)*"
    "(?:-[xX](?:-[a-zA-Z0-9]{1,8})+)?|[xX](?:-[a-zA-Z0-9]{1,8})+|i-[a-z]{3,8}"
).fullmatch
# RFC 6838 names and RFC 2045 parameters; their values may hold spaces, as in the standard's own
# example of a DICOM type.
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_is_mime_type = re.compile(
    rf"{_NAME}/(?:{_NAME}|\*)(?:\s*;\s*[A-Za-z0-9!#$&^_.+-]+=(?:[^;\"]++|\"[^\"]*+\"))*+\s*"
).fullmatch

_CURRENCY_LIST = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD
BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP
DZD EGP ERN ETB EUR FJD FKP GBP GEL GGP GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR
ILS IMP INR IQD IRR ISK JEP JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR
LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK
NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
SLL SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TVD TWD TZS UAH UGX USD
USN UYI UYU UZS VEF VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XOF XPD XPF XPT
XSU XTS XUA XXX YER ZAR ZMW ZWL
"""
CURRENCY_CODES = frozenset(_CURRENCY_LIST.split())


def find(system: str) -> Callable[[str], bool] | None:
    """The test of a code in a system known by its form, or None for other systems."""
    return _GRAMMARS.get(system)


def _is_language_tag(code: str) -> bool:
    return _is_language(code) is not None


def _is_media_type(code: str) -> bool:
    # The short names stand for FHIR's own formats, as in CapabilityStatement.format.
    return code in ("json", "xml", "ttl") or _is_mime_type(code) is not None


_GRAMMARS: dict[str, Callable[[str], bool]] = {
    UCUM: ucum.is_valid,
    LANGUAGES: _is_language_tag,
    MIME_TYPES: _is_media_type,
    CURRENCIES: CURRENCY_CODES.__contains__,
}
