"""Norwegian identifiers of people, personnel, organisations and places: kinds, addresses, checks.

Systems as the basis profiles of HL7 Norway name them: https://github.com/HL7Norway/basisprofiler-r4
An error says what is wrong and never repeats the number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from samspill.base.errors import InvalidIdentifier, Issue
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.norway import check_digits, person_numbers
from samspill.norway.person_numbers import Fault, Month, PersonNumber, Shape


class Kind(StrEnum):
    """The code that KITH messages carry (Volven 8116 for people, 9051 for organisations)."""

    NATIONAL = "FNR"
    D = "DNR"
    JOINT_HELP = "FHN"
    HELP = "HNR"
    DUF = "DUF"
    HPR = "HPR"
    HER = "HER"
    ORGANISATION = "ENH"
    RESH = "RSH"
    PHARMACY_LICENCE = "AKO"
    MUNICIPALITY = "KOM"
    CITY_DISTRICT = "BYD"


@dataclass(frozen=True, slots=True)
class KindOfNumber:
    """What is known of a kind: its Norwegian name, its addresses, its form."""

    name: Text
    system: str
    """The address that Samspill writes."""
    aliases: tuple[str, ...]
    form: str
    """A regular expression for the whole value."""
    expected: Text


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value whose form and check digits fit its kind. Printing it does not show the value."""

    kind: Kind
    value: str = field(repr=False)
    number: PersonNumber | None = None
    """For the four kinds of eleven digits: shape, kind of synthetic number, rule of 2032."""

    @property
    def system(self) -> str:
        return KINDS[self.kind].system


def parse(system_or_kind: str, text: str) -> Identifier:
    """The identifier, where the first argument is a kind ("FNR") or one of its addresses.

    Raises InvalidIdentifier, which says what is wrong and what was expected.

    >>> parse("urn:oid:2.16.578.1.12.4.1.4.101", "915933149").kind
    <Kind.ORGANISATION: 'ENH'>
    """
    kind = find_kind(system_or_kind)
    if kind is None:
        raise InvalidIdentifier(
            "This is not the address of a Norwegian identifier",
            "Dette er ikke adressen til en norsk identifikator",
            where="Identifier.system",
        )
    if not re.fullmatch(KINDS[kind].form, text, re.ASCII):
        raise _invalid(kind, "does not have the right form", "har ikke riktig form")
    if kind in SHAPES:
        return _parse_person(kind, text)
    if kind is Kind.ORGANISATION:
        digits = [int(character) for character in text]
        if check_digits.remainder(digits, check_digits.ORGANISATION_WEIGHTS):
            raise _invalid(kind, *CHECK_DIGIT)
    return Identifier(kind, text)


def find_kind(system_or_kind: str) -> Kind | None:
    """The kind of an address, an alias of it, a bare OID or a KITH code."""
    return BY_ADDRESS.get(system_or_kind)


def canonical_system(system: str) -> str:
    """The address that Samspill writes and indexes for any of a kind's addresses, else the same."""
    kind = BY_ADDRESS.get(system)
    return KINDS[kind].system if kind else system


def recognise(typed: str) -> tuple[Identifier, ...]:
    """Every kind that what a person typed can be, spaces and all; empty if it is no number.

    Eleven digits give one kind, and a month + 40 both FNR (or DNR) and HNR. The short numbers
    without check digits are not guessed at, save those of personnel (HPR).
    """
    text = re.sub(r"[\s.\-]", "", typed)
    found = []
    for kind in (*SHAPES, Kind.ORGANISATION, Kind.HPR):
        try:
            found.append(parse(kind, text))
        except InvalidIdentifier:
            continue
    return tuple(found)


def validate(identifier: Resource) -> list[Issue]:
    """Findings on a FHIR Identifier: warnings, since a wrong number is kept, flagged and told.

    Says nothing of systems that are not Norwegian, or where the value is absent.
    """
    system, value = identifier.get("system"), identifier.get("value")
    if not isinstance(system, str) or not isinstance(value, str) or system not in BY_ADDRESS:
        return []
    try:
        parse(system, value)
    except InvalidIdentifier as error:
        rule = KINDS[BY_ADDRESS[system]].system
        return [
            Issue("warning", error.code, error.text, "value", rule=rule, expected=error.expected)
        ]
    return []


def fhir(kind: Kind, value: str, *, use: str = "official") -> Resource:
    """The FHIR Identifier of a value that is known to be right."""
    return {"use": use, "system": KINDS[kind].system, "value": value}


def _parse_person(kind: Kind, text: str) -> Identifier:
    number = person_numbers.parse(text)
    match number:
        case Fault.LENGTH:
            raise _invalid(kind, "does not have the right form", "har ikke riktig form")
        case Fault.DATE:
            raise _invalid(kind, "begins with a date that does not exist", DATE_NB)
        case Fault.CHECK_DIGITS:
            raise _invalid(kind, *CHECK_DIGIT)
        case PersonNumber(shape=shape, month=month):
            right_month = kind is not Kind.HELP or month is Month.HELP_OR_NAV
            if shape not in SHAPES[kind] or not right_month:
                raise _invalid(kind, *OTHER_KIND[shape])
            return Identifier(kind, text, number)
    raise TypeError(f"unhandled fault: {number!r}")


def _invalid(kind: Kind, en: str, nb: str) -> InvalidIdentifier:
    name = KINDS[kind].name
    return InvalidIdentifier(
        f"The {name.en} {en}",
        f"{name.nb[0].upper()}{name.nb[1:]} {nb}",
        where="Identifier.value",
        expected=KINDS[kind].expected,
    )


DATE_NB = "begynner med en dato som ikke finnes"
CHECK_DIGIT = ("has check digits that do not fit", "har kontrollsifre som ikke stemmer")

SHAPES: Mapping[Kind, frozenset[Shape]] = MappingProxyType(
    {
        Kind.NATIONAL: frozenset({Shape.NATIONAL}),
        Kind.D: frozenset({Shape.D}),
        Kind.JOINT_HELP: frozenset({Shape.HELP}),
        # A hospital may make an H-number out of a D-number too.
        Kind.HELP: frozenset({Shape.NATIONAL, Shape.D}),
    }
)

OTHER_KIND: Mapping[Shape, tuple[str, str]] = MappingProxyType(
    {
        Shape.NATIONAL: (
            "has the shape of a national identity number",
            "har form som et fødselsnummer",
        ),
        Shape.D: ("has the shape of a D-number", "har form som et D-nummer"),
        Shape.HELP: (
            "has the shape of a joint help number",
            "har form som et felles hjelpenummer",
        ),
    }
)

_ELEVEN = Text(
    "11 digits, the two last of them check digits", "11 sifre, de to siste kontrollsifre"
)
_OID = "urn:oid:2.16.578.1.12.4.1"
_HL7_NORWAY = "http://hl7.no/fhir/NamingSystem"

KINDS: Mapping[Kind, KindOfNumber] = MappingProxyType(
    {
        Kind.NATIONAL: KindOfNumber(
            Text("national identity number", "fødselsnummeret"),
            f"{_OID}.4.1",
            (f"{_HL7_NORWAY}/FNR",),
            r"\d{11}",
            _ELEVEN,
        ),
        Kind.D: KindOfNumber(
            Text("D-number", "D-nummeret"),
            f"{_OID}.4.2",
            (f"{_HL7_NORWAY}/DNR",),
            r"\d{11}",
            Text(f"{_ELEVEN.en}, the first raised by 4", f"{_ELEVEN.nb}, det første økt med 4"),
        ),
        Kind.JOINT_HELP: KindOfNumber(
            Text("joint help number", "det felles hjelpenummeret"),
            f"{_OID}.4.3",
            (f"{_HL7_NORWAY}/FHNR",),
            r"\d{11}",
            Text(f"{_ELEVEN.en}, the first an 8 or 9", f"{_ELEVEN.nb}, det første 8 eller 9"),
        ),
        # Internal to one institution, which is its assigner; the Patient profile fixes the system.
        Kind.HELP: KindOfNumber(
            Text("H-number", "H-nummeret"),
            "HNR",
            (),
            r"\d{11}",
            Text(f"{_ELEVEN.en}, the third raised by 4", f"{_ELEVEN.nb}, det tredje økt med 4"),
        ),
        # The rule of its two check digits is not published; the form is what can be checked.
        Kind.DUF: KindOfNumber(
            Text("DUF number", "DUF-nummeret"),
            f"{_OID}.4.5",
            (f"{_HL7_NORWAY}/DUFN",),
            r"(19|20)\d{10}",
            Text("12 digits, the year first", "12 sifre, årstallet først"),
        ),
        Kind.HPR: KindOfNumber(
            Text("HPR number", "HPR-nummeret"),
            f"{_OID}.4.4",
            (f"{_HL7_NORWAY}/HPR",),
            r"[1-9]\d{0,8}",
            Text("1 to 9 digits, no zero first", "1 til 9 sifre, ikke null først"),
        ),
        Kind.HER: KindOfNumber(
            Text("HER-id", "HER-id-en"),
            # One level up from its kin: this is no slip.
            "urn:oid:2.16.578.1.12.4.1.2",
            (f"{_HL7_NORWAY}/HERid",),
            r"[1-9]\d{0,9}",
            Text("1 to 10 digits, no zero first", "1 til 10 sifre, ikke null først"),
        ),
        Kind.ORGANISATION: KindOfNumber(
            Text("organisation number", "organisasjonsnummeret"),
            f"{_OID}.4.101",
            ("http://data.brreg.no/begrep/28155", f"{_HL7_NORWAY}/ENH"),
            r"\d{9}",
            Text("9 digits, the last a check digit", "9 sifre, det siste et kontrollsiffer"),
        ),
        Kind.RESH: KindOfNumber(
            Text("RESH-id", "RESH-id-en"),
            f"{_OID}.4.102",
            (f"{_HL7_NORWAY}/RESHid",),
            r"[1-9]\d{0,9}",
            Text("1 to 10 digits, no zero first", "1 til 10 sifre, ikke null først"),
        ),
        Kind.PHARMACY_LICENCE: KindOfNumber(
            Text("pharmacy licence number", "apotekkonsesjonsnummeret"),
            f"{_OID}.4.107",
            (f"{_HL7_NORWAY}/AKO",),
            r"\d{1,10}",
            Text("1 to 10 digits", "1 til 10 sifre"),
        ),
        Kind.MUNICIPALITY: KindOfNumber(
            Text("municipality number", "kommunenummeret"),
            "https://register.geonorge.no/sosi-kodelister/kommunenummer",
            (f"{_OID}.1.3402", f"{_HL7_NORWAY}/kommunenummer"),
            r"\d{4}",
            Text("4 digits", "4 sifre"),
        ),
        Kind.CITY_DISTRICT: KindOfNumber(
            Text("city district number", "bydelsnummeret"),
            "http://data.ssb.no/api/klass/v1/versions/919",
            (f"{_OID}.1.3403", f"{_HL7_NORWAY}/bydelsnummer"),
            r"\d{6}",
            Text("6 digits", "6 sifre"),
        ),
    }
)


def _addresses(kind: Kind, known: KindOfNumber) -> tuple[str, ...]:
    oids = tuple(
        address.removeprefix("urn:oid:")
        for address in (known.system, *known.aliases)
        if address.startswith("urn:oid:")
    )
    return (kind.value, known.system, *known.aliases, *oids)


BY_ADDRESS: Mapping[str, Kind] = MappingProxyType(
    {address: kind for kind, known in KINDS.items() for address in _addresses(kind, known)}
)
