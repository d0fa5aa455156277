"""What expressions mean, as a table: the expression, and its values as texts or "refused"."""

from decimal import Decimal
from typing import Any

import pytest

from samspill.base.errors import InvalidExpression
from samspill.fhir import fhirpath

BIRTH_TIME = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "kari",
    "active": True,
    "contained": [{"resourceType": "Organization", "id": "gp", "name": "Fjell legesenter"}],
    "name": [
        {"use": "official", "family": "Fjell", "given": ["Kari", "Anne"]},
        {"use": "usual", "given": ["Kaja"]},
    ],
    "birthDate": "1974-12-25",
    "_birthDate": {
        "extension": [{"url": BIRTH_TIME, "valueDateTime": "1974-12-25T14:35:45+01:00"}]
    },
    "generalPractitioner": [{"reference": "#gp"}],
    "multipleBirthInteger": 2,
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "valueQuantity": {
        "value": Decimal("72.50"),
        "unit": "kilo",
        "system": "http://unitsofmeasure.org",
        "code": "kg",
    },
}
REFUSED = "refused"

# One line: the expression, two spaces, the values with commas between them.
PATHS = """
name.given                                          Kari, Anne, Kaja
Patient.name[1].given                               Kaja
name[2].given
name.where(use = 'usual').given.first()             Kaja
name.select(given.first())                          Kari, Kaja
name.given.where($index > 0)                        Anne, Kaja
name.exists(family.exists() and use = 'official')   true
name.all(given.exists())                            true
name.given1                                         refused
Encounter.status                                    refused
children().first()                                  refused
multipleBirth                                       2
multipleBirth is integer                            true
multipleBirth.ofType(boolean)
multipleBirthInteger                                refused
birthDate.extension.value.type().name               dateTime
birthDate.hasValue()                                true
contained.name                                      Fjell legesenter
generalPractitioner.resolve().name                  Fjell legesenter
generalPractitioner.resolve() is Organization       true
%resource.id                                        kari
descendants().ofType(HumanName).count()             2
name.skip(-1).count()                               2
name.take(-1).count()                               0
name.single()                                       refused
name.as(HumanName).use                              refused
name.ofType(HumanName).use                          official, usual
is(DomainResource)                                  true
is(FHIR.Patient)                                    true
is(System.Patient)                                  false
is(Patiant)                                         refused
"""

LOGIC = """
true and {}
false and {}                   false
{} or true                     true
{} implies true                true
false implies {}               true
true xor {}
(1).not()                      false
(1 | 2).not()                  refused
1 = {}
(1 | 2) = (1 | 2)              true
(1 | 2) = (2 | 1)              false
(1 | 2) ~ (2 | 1)              true
'A' = 'a'                      false
'A' ~ 'a'                      true
1.0 = 1                        true
0.666 ~ 0.67                   true
1 > 'a'                        refused
1 | 1 is Integer               1, true
-1.convertsToInteger()         refused
(-1).convertsToInteger()       true
2 + 3 * 4                      14
(2).select($this in (1 | 2))   true
('a' | 'b') contains 'c'       false
{} in ('a')
iif(active, 'yes', 1/0)        yes
('a' | 'b').iif(true, 1)       refused
"""

NUMBERS = """
1 / 3                          0.3333333333333333333333333333
1 / 0
-7 div 2                       -3
-5 mod 3                       -2
2147483647 + 1
2147483649                     refused
1.8 - 1.2                      0.6
3.14159.round(3)               3.142
(-2.5).round()                 -3
81.sqrt()                      9.0
16.log(2)                      4.0
2.power(10)                    1024
(-1).power(0.5)
1.587.lowBoundary()            1.58650000
1.587.highBoundary(2)          1.59
(-1.587).lowBoundary(2)        -1.59
1.587.lowBoundary(32)
1.58700.precision()            5
(1 | 2 | 3).sum()              6
(3 | 1 | 2).sort(-$this)       3, 2, 1
(1 | 2 | 3).aggregate($total + $this, 10)    16
'12'.toInteger()               12
'1.5'.toInteger()
'abc'.toDecimal()
"""

QUANTITIES = """
4 'g' = 4000 'mg'                           true
4 'g' ~ 4040 'mg'                           true
1 'cm' < 1 'm'                              true
37 'Cel' = 310.15 'K'                       true
10 'mg' + 1 'g'                             1010 'mg'
2.0 'cm' * 2.0 'm' = 0.04 'm2'              true
10 'g' / 2 'g'                              5 '1'
1 'cm'.comparable(1 's')                    false
1 week = 7 days                             true
1 year = 12 months                          true
1 year = 1 'a'
1 year ~ 1 'a'                              true
'5 days'.toQuantity().toString()            5 days
'5 wk'.toQuantity()
1 'g'.toQuantity('mg')                      1000 'mg'
"""

TIMES = """
@2012-04-15 = @2012-04-15T10:00:00
@2012-04 < @2012-05-01                      true
@2012-04-15T15:00:00Z = @2012-04-15T17:00:00+02:00     true
@2012-04-15T15:00:00Z = @2012-04-15T10:00:00
@2012-04-14T15:00:00Z < @2012-04-15T20:00:00           true
@T10:30 = @T10:30:00
@2016-02-29 + 1 year                        2017-02-28
@2016-01-31 + 1 month                       2016-02-29
@2014 + 23 months                           2015
@T23:30 + 1 hour                            00:30
@2014-01-01 + 1 'mo'                        refused
@9999-12-31 + 1 day
@2014-02.highBoundary()                     2014-02-28
@2014-01-01T08.lowBoundary(17)              2014-01-01T08:00:00.000+14:00
@2014-01-05T10:30:00.000.precision()        17
@2015-02-30                                 refused
@2026-11-23T08:30:00+01:00.toDate()         2026-11-23
birthDate < @1975                           true
birthDate > @1974
today()                                     2026-11-23
now()                                       2026-11-23T08:00:00.000Z
timeOfDay()                                 08:00:00.000
"""

TEXTS = r"""
'abc'.substring(1, 1)                       b
'abc'.substring(3)
'abc'.indexOf('c')                          2
'abc'.contains('')                          true
'abc'.replace('', '-')                      -a-b-c-
'a1b22'.replaceMatches('[0-9]+', '#')       a#b#
'1972-11'.replaceMatches('(?P<y>[0-9]+)-([0-9]+)', '$2/${y}')   11/1972
'abc'.matches('b')                          true
'abc'.matchesFull('b')                      false
'abc'.matches('(')                          refused
'abc'.matches('a(?=b)')                     refused
'a,b'.split(',').join('+')                  a+b
'abc'.toChars().count()                     3
'a'.encode('hex').decode('hex')             a
'!'.decode('base64')
'<'.escape('html')                          &lt;
'\u00e5\''                                  å'
'\p'                                        p
1 & 'a'                                     refused
'a' & {} & 'b'                              ab
name.contains('a')                          refused
"""

VARIABLES = """
%ucum                                                       http://unitsofmeasure.org
%`vs-administrative-gender`                                 http://hl7.org/fhir/ValueSet/administrative-gender
defineVariable('n', name.first()).select(%n.given)          Kari, Anne
defineVariable('n', 1) | %n                                 refused
defineVariable('n', 1).defineVariable('n', 2)               refused
defineVariable('context', 1)                                refused
%nobody                                                     refused
name.given.select($this & %given)                           Kari!, Anne!, Kaja!
"""

SYNTAX = """
1 +                refused
(1                 refused
name.              refused
``                refused
foo()              refused
name.first(1)      refused
'a                 refused
2 /* open          refused
2 // two           2
`name`.given[0]    Kari
div                refused
"""


def rows(table: str) -> list[tuple[str, str]]:
    found = []
    for line in table.strip().splitlines():
        expression, _, expected = line.partition("  ")
        found.append((expression, expected.strip()))
    return found


ROWS = [
    row
    for table in (PATHS, LOGIC, NUMBERS, QUANTITIES, TIMES, TEXTS, VARIABLES, SYNTAX)
    for row in rows(table)
]
CONTEXT = fhirpath.Context(now=1_795_420_800_000_000, variables={"given": "!"})


def said(expression: str, resource: dict[str, Any]) -> str:
    try:
        found = fhirpath.evaluate(expression, resource, context=CONTEXT)
    except InvalidExpression:
        return REFUSED
    return ", ".join(text(value) for value in found)


def text(value: Any) -> str:
    if isinstance(value, dict):
        value = value["value"]
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(("expression", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_an_expression_gives(expression: str, expected: str) -> None:
    assert said(expression, PATIENT) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    rows("""
value > 70 'kg'                             true
value.value > 72.5                          false
value.value.toString()                      72.50
value.as(Quantity).unit                     kilo
value.start
value.beginning                             refused
(value as Period).end
value = 72.5 'kg'                           true
value = 72500 'g'                           true
code.coding.where(system = %loinc).code     29463-7
"""),
)
def test_a_choice_element_is_read_by_its_name(expression: str, expected: str) -> None:
    assert said(expression, OBSERVATION) == expected


def test_decimals_keep_their_digits() -> None:
    assert str(fhirpath.evaluate("value.value", OBSERVATION)[0]) == "72.50"


def test_what_json_has_no_type_for_says_its_type() -> None:
    assert fhirpath.evaluate("birthDate", PATIENT) == [{"type": "date", "value": "1974-12-25"}]
    assert fhirpath.evaluate("@T10:30", PATIENT) == [{"type": "time", "value": "10:30"}]
    assert fhirpath.evaluate("1 'mg'", PATIENT) == [{"type": "Quantity", "value": "1 'mg'"}]


def test_without_strictness_an_unknown_element_is_empty() -> None:
    assert fhirpath.evaluate("name.given1 | Encounter.status", PATIENT, strict=False) == []


def test_a_subject_may_be_an_element() -> None:
    definitions = fhirpath.core()
    expression = fhirpath.compile("given.count() > 1", definitions, "HumanName")
    assert [expression.is_true(name) for name in PATIENT["name"]] == [True, False]


def test_a_syntax_error_says_where() -> None:
    with pytest.raises(InvalidExpression, match="line 2, column 3"):
        fhirpath.evaluate("1 +\n  ,", PATIENT)


def test_terminology_is_asked_of_the_context() -> None:
    class Two:
        def member_of(self, value: fhirpath.Item, value_set: str) -> bool | None:
            return value.type == "code" and value_set == "urn:two"

        def subsumes(self, general: fhirpath.Item, special: fhirpath.Item) -> bool | None:
            return None

    context = fhirpath.Context(terminology=Two())
    assert fhirpath.evaluate("name.first().use.memberOf('urn:two')", PATIENT, context=context) == [
        True
    ]
    assert fhirpath.evaluate("name.first().use.memberOf('urn:two')", PATIENT) == []
