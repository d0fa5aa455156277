"""Random small populations and random searches over them, each from a seed that replays it.

Values come from small pools, so that searches hit and miss in turn, with the awkward ones among
them: signs of LIKE, half-open periods, units that convert, references that lead nowhere.

    world = search_worlds.resources(Random(7), 40)
    type, pairs = search_worlds.search(Random(8), search_values.index(world))
"""

from collections.abc import Callable
from random import Random
from typing import Any

from builders import search_engines, search_values
from builders.search_values import Index
from samspill.fhir.search.compartments import Compartments
from samspill.fhir.search.parameters import Parameter
from samspill.fhir.search.query import All, Clause, InCompartment, Query

Resource = dict[str, Any]
Pairs = list[tuple[str, str]]

NAMES = [
    "Hansen",
    "hansen",
    "Åse",
    "Aase",
    "Bjørn",
    "Bjoern",
    "Sæther",
    "100%",
    "o_a",
    "a\\b",
    "Ola, Kari",
]
WORDS = ["kronisk", "Kronisk", "hjertesvikt", "hjerte", "sår", "saar", "2", "%", "Hansen", "日本"]
SYSTEMS = ["http://a.example", "http://b.example", "urn:oid:1.2", "http://snomed.info/sct"]
CODES = ["A", "a", "B", "C|D", "E$F", "1,2", "true"]
DATES = [
    *("2013", "2013-01", "2013-01-14", "2013-01-15", "2020-02-29", "1850", "9999"),
    *("2013-01-14T00:00:00+01:00", "2013-01-14T10:00:00Z", "2013-01-14T10:00:00.500Z"),
    *("2026-03-29T02:30:00+01:00", "2026-10-25T02:30:00+02:00", "2026-10-25"),
]
INSTANTS = [date for date in DATES if "T" in date]
AMOUNTS = [0, 1, 5, 5.4, 5.40, 99.5, 100, 100.5, -3, 0.0054, 1000]
UNITS = [
    ("http://unitsofmeasure.org", "mg"),
    ("http://unitsofmeasure.org", "g"),
    ("", ""),
    ("", "mg"),
]
UNITS += [("http://local.example", "TAB"), ("http://unitsofmeasure.org", "nonsense")]
URLS = [
    "http://acme.org/fhir",
    "http://acme.org/fhir/",
    "http://acme.org/fhir/a/b",
    "urn:oid:1.2",
    "http://acme.org/fhirplace",
]
VERSIONS = ["", "|1", "|1.0", "|1.10", "|2"]
STATES: tuple[str, ...] = ("active", "remission", "refuted", "resolved")
TYPES = ("Patient", "Observation", "Encounter", "Condition", "Practitioner", "Organization")
TYPES += ("Group", "List", "Location", "ValueSet", "QuestionnaireResponse", "RiskAssessment")
TYPES += ("DocumentReference", "Provenance", "ServiceRequest")
IDS = ["1", "2", "3", "4", "a-b"]


def resources(random: Random, size: int) -> list[Resource]:
    """Up to `size` resources, fewer where an id was drawn twice."""
    made: dict[tuple[str, str], Resource] = {}
    for _ in range(size):
        type, id = random.choice(TYPES), random.choice(IDS)
        made[type, id] = _resource(random, type, id)
    return list(made.values())


def _resource(random: Random, type: str, id: str) -> Resource:
    updated = f"2026-0{random.randint(1, 9)}-1{random.randint(0, 9)}T0{random.randint(0, 9)}:00:00"
    meta: Resource = {"lastUpdated": f"{updated}.{random.randint(0, 3)}00Z"}
    if random.random() < 0.3:
        meta["tag"] = [_coding(random)]
    if random.random() < 0.2:
        meta["profile"] = [random.choice(URLS) + random.choice(VERSIONS)]
    elements = {
        name: made
        for name, make in ELEMENTS[type].items()
        if random.random() < 0.6 and (made := make(random)) is not None
    }
    if random.random() < 0.3:
        words = " ".join(random.choices(WORDS, k=random.randint(1, 6)))
        elements["text"] = {"status": "generated", "div": f"<div><p>{words}</p></div>"}
    if random.random() < 0.15:
        inside = random.sample(["Patient", "Organization", "Observation"], random.randint(1, 2))
        elements["contained"] = [_inside(random, each, f"in{n}") for n, each in enumerate(inside)]
    return {"resourceType": type, "id": id, "meta": meta, **elements}


def _inside(random: Random, type: str, id: str) -> Resource:
    made = {name: make(random) for name, make in ELEMENTS[type].items() if random.random() < 0.6}
    return {"resourceType": type, "id": id, **made}


def _coding(random: Random) -> Resource:
    coding = {"code": random.choice(CODES)}
    if random.random() < 0.7:
        coding["system"] = random.choice(SYSTEMS)
    if random.random() < 0.3:
        coding["display"] = random.choice(NAMES)
    return coding


def _concept(random: Random) -> Resource:
    if random.random() < 0.1:
        return {"text": random.choice(NAMES)}
    return {"coding": [_coding(random) for _ in range(random.randint(1, 2))]}


def _identifier(random: Random) -> Resource:
    identifier: Resource = {"system": random.choice(SYSTEMS), "value": random.choice(CODES)}
    if random.random() < 0.5:
        identifier["type"] = _concept(random)
    return identifier


def _name(random: Random) -> Resource:
    return {"family": random.choice(NAMES), "given": random.sample(NAMES, random.randint(0, 2))}


def _date(random: Random) -> str:
    return random.choice(DATES)


def _day(random: Random) -> str:
    return random.choice([date for date in DATES if "T" not in date])


def _period(random: Random) -> Resource:
    start, end = random.choice(DATES), random.choice(DATES)
    return random.choice([{"start": start}, {"end": end}, {"start": start, "end": end}])


def _quantity(random: Random) -> Resource:
    system, unit = random.choice(UNITS)
    quantity: Resource = {"value": random.choice(AMOUNTS)}
    quantity |= {"system": system, "code": unit, "unit": unit} if system else {}
    quantity |= {"unit": unit} if unit and not system else {}
    if random.random() < 0.2:
        quantity["comparator"] = random.choice(["<", "<=", ">=", ">"])
    return quantity


def _range(random: Random) -> Resource:
    low, high = sorted(random.sample(AMOUNTS, 2))
    return random.choice(
        [{"low": {"value": low}}, {"low": {"value": low}, "high": {"value": high}}]
    )


def _reference(*types: str) -> Callable[[Random], Resource]:
    def make(random: Random) -> Resource:
        local = f"{random.choice(types)}/{random.choice(IDS)}"
        form = random.random()
        if form < 0.1:
            return {"reference": f"http://far.example/{local}"}
        if form < 0.2:
            return {"identifier": _identifier(random), "type": types[0]}
        if form < 0.3:
            return {"reference": f"{local}/_history/{random.randint(1, 2)}"}
        return {"reference": f"{search_engines.BASE}/{local}" if form < 0.4 else local}

    return make


def _list(make: Callable[[Random], Any], most: int = 2) -> Callable[[Random], list[Any]]:
    return lambda random: [make(random) for _ in range(random.randint(1, most))]


def _one(*choices: Any) -> Callable[[Random], Any]:
    return lambda random: random.choice(choices)


def _component(random: Random) -> Resource:
    return {"code": _concept(random), "valueQuantity": _quantity(random)}


def _position(random: Random) -> Resource:
    return {"latitude": random.choice([59.9, 60.0, 69.6]), "longitude": random.choice([10.7, 18.9])}


ELEMENTS: dict[str, dict[str, Callable[[Random], Any]]] = {
    "Patient": {
        "name": _list(_name),
        "birthDate": _day,
        "gender": _one("male", "female"),
        "active": _one(True, False),
        "identifier": _list(_identifier),
        "generalPractitioner": _list(_reference("Practitioner", "Organization")),
        "managingOrganization": _reference("Organization"),
    },
    "Observation": {
        "status": _one("final", "preliminary"),
        "code": _concept,
        "category": _list(_concept, 1),
        "subject": _reference("Patient", "Group", "Location"),
        "performer": _list(_reference("Practitioner", "Organization", "Patient")),
        "effectiveDateTime": _date,
        "valueQuantity": _quantity,
        "component": _list(_component, 3),
        "encounter": _reference("Encounter"),
    },
    "Encounter": {
        "period": _period,
        "subject": _reference("Patient"),
        "length": _quantity,
        "class": _coding,
    },
    "Condition": {
        "code": _concept,
        "clinicalStatus": _one(*({"coding": [{"code": each}]} for each in STATES)),
        "verificationStatus": _one(*({"coding": [{"code": each}]} for each in STATES)),
        "subject": _reference("Patient", "Group"),
        "onsetRange": _range,
        "recordedDate": _date,
        "encounter": _reference("Encounter"),
    },
    "Practitioner": {"name": _list(_name), "identifier": _list(_identifier)},
    "Organization": {
        "name": _one(*NAMES),
        "partOf": _reference("Organization"),
        "identifier": _list(_identifier),
    },
    "Group": {
        "code": _concept,
        "member": _list(lambda random: {"entity": _reference("Patient")(random)}),
        "characteristic": _list(
            lambda random: {"code": _concept(random), "valueBoolean": random.random() < 0.5}
        ),
    },
    "List": {
        "entry": _list(lambda random: {"item": _reference("Observation", "Condition")(random)}, 3),
        "subject": _reference("Patient"),
        "date": _date,
    },
    "Location": {"name": _one(*NAMES), "position": _position},
    "ValueSet": {"url": _one(*URLS), "name": _one(*NAMES), "date": _date},
    "QuestionnaireResponse": {
        "questionnaire": lambda random: random.choice(URLS) + random.choice(VERSIONS),
        "subject": _reference("Patient"),
        "authored": _date,
    },
    "RiskAssessment": {
        "subject": _reference("Patient"),
        "prediction": _list(
            lambda random: random.choice(
                [
                    {"probabilityDecimal": random.choice(AMOUNTS)},
                    {"probabilityRange": _range(random)},
                ]
            )
        ),
    },
    "DocumentReference": {
        "subject": _reference("Patient"),
        "relatesTo": _list(
            lambda random: {
                "code": random.choice(["replaces", "appends"]),
                "target": _reference("DocumentReference")(random),
            }
        ),
    },
    "Provenance": {
        "target": _list(_reference("Observation", "Patient")),
        "recorded": _one(*INSTANTS),
        "agent": _list(lambda random: {"who": _reference("Practitioner")(random)}, 1),
    },
    "ServiceRequest": {
        "code": _concept,
        "subject": _reference("Patient"),
        "occurrenceTiming": lambda random: {"event": [_date(random), _date(random)]},
        "authoredOn": _date,
    },
}


class Terminology:
    """Four codes for each address of a value set; in every system A is above a, and a above B."""

    def members(self, value_set: str) -> list[tuple[str, str]]:
        random = Random(value_set)
        return [(random.choice(SYSTEMS), random.choice(CODES)) for _ in range(4)]

    def below(self, system: str, code: str) -> list[tuple[str, str]]:
        return [(system, each) for each in _CHAIN[_CHAIN.index(code) :]] if code in _CHAIN else []

    def above(self, system: str, code: str) -> list[tuple[str, str]]:
        return (
            [(system, each) for each in _CHAIN[: _CHAIN.index(code) + 1]] if code in _CHAIN else []
        )


_CHAIN = ["A", "a", "B"]


# Searches


def search(random: Random, index: Index) -> tuple[str, Pairs]:
    """A type ("" for several) and the parameters of a search, out of all features."""
    if random.random() < 0.1:
        types = random.sample(TYPES, 2)
        return "", [
            ("_type", ",".join(types)),
            *_results(random, ""),
            _common(random, index, types[0]),
        ]
    type = random.choice(TYPES)
    count = random.choice([1, 1, 1, 2, 2, 3])
    criteria = [_criterion(random, index, type) for _ in range(count)]
    return type, [*criteria, *_results(random, type)]


def compartment(random: Random, query: Query) -> Clause:
    """Mostly nothing; sometimes what a compartment adds, by its parameters or by patients."""
    id, form = random.choice(IDS), random.random()
    if form < 0.1:
        return InCompartment("Patient", (id, random.choice(IDS)))
    if form < 0.2 and len(query.types) == 1:
        name = random.choice(["Patient", "Encounter", "Practitioner"])
        return Compartments(search_engines.registry()).clause(name, id, query.types[0])
    return All()


def _words(random: Random) -> str:
    """Some words with their signs."""
    known = [*(word for word in WORDS if word.isalnum()), *NAMES[:6], "final", "ac"]
    words = random.choices(known, k=random.choice([1, 1, 2, 3]))
    form = random.random()
    if form < 0.25:
        return '"' + " ".join(words) + '"'
    if form < 0.4:
        return f"{words[0][:3]}*"
    return random.choice([" ", " OR "]).join(words)


def _common(random: Random, index: Index, type: str) -> tuple[str, str]:
    code = random.choice(["_id", "_tag", "_lastUpdated", "_profile"])
    return _plain(random, index, type, code)


def _criterion(random: Random, index: Index, type: str, depth: int = 0) -> tuple[str, str]:
    form = random.random()
    if form > 0.95:
        return random.choice(["_text", "_content"]), _words(random)
    if depth < 2 and form < 0.15 and (chained := _chain(random, index, type, depth)):
        return chained
    if depth < 2 and form < 0.25 and (reversed := _has(random, index, type, depth)):
        return reversed
    if type == "Condition" and random.random() < 0.1:
        return "_list", "$current-problems"
    if depth == 0 and form < 0.35:
        return "_filter", search_values.filter(random, index, type)
    return _plain(random, index, type, random.choice(_codes(type)))


def _codes(type: str) -> list[str]:
    """The parameters that the elements of these worlds give values to, and a few more."""
    return [*SEARCHED[type], "_id", "_tag", "_lastUpdated"]


def _plain(random: Random, index: Index, type: str, code: str) -> tuple[str, str]:
    parameter = search_engines.registry().get(type, code)
    if random.random() < 0.1:
        return f"{code}:missing", random.choice(["true", "false"])
    return search_values.criterion(random, index, parameter)


def _chain(random: Random, index: Index, type: str, depth: int) -> tuple[str, str] | None:
    code = random.choice([each for each in SEARCHED[type] if _is_reference(type, each)] or [""])
    if not code:
        return None
    targets = _parameter(type, code).targets
    target = random.choice([each for each in TYPES if each in targets] or [""])
    if not target:
        return None
    name, value = _criterion(random, index, target, depth + 1)
    return f"{code}:{target}.{name}", value


def _has(random: Random, index: Index, type: str, depth: int) -> tuple[str, str] | None:
    sources = _sources(type)
    if not sources:
        return None
    source, code = random.choice(sources)
    name, value = _criterion(random, index, source, depth + 1)
    return f"_has:{source}:{code}:{name}", value


def _sources(type: str) -> list[tuple[str, str]]:
    """The types and parameters that refer to a type."""
    return [
        (source, code)
        for source in TYPES
        for code in SEARCHED[source]
        if _is_reference(source, code) and type in _parameter(source, code).targets
    ]


def _parameter(type: str, code: str) -> Parameter:
    return search_engines.registry().get(type, code)


def _is_reference(type: str, code: str) -> bool:
    return _parameter(type, code).type == "reference"


def _results(random: Random, type: str) -> Pairs:
    pairs: Pairs = []
    if random.random() < 0.4:
        codes = _codes(type) if type else ["_id", "_lastUpdated"]
        codes = codes if random.random() < 0.5 else [*codes, "_id", "_lastUpdated"]
        keys = [
            each for each in random.sample(codes, random.choice([1, 2])) if _has_order(type, each)
        ]
        signed = [random.choice(["", "-"]) + key for key in keys]
        pairs += [("_sort", ",".join(signed))] if signed else []
    if type and random.random() < 0.2:
        codes = [each for each in SEARCHED[type] if _is_reference(type, each)]
        pairs += [("_include", f"{type}:{random.choice([*codes, '*'])}")]
    if type and random.random() < 0.2 and (sources := _sources(type)):
        source, code = random.choice(sources)
        again = random.choice(["", ":iterate"])
        pairs += [(f"_revinclude{again}", f"{source}:{code}")]
    if random.random() < 0.3:
        pairs += [("_count", str(random.randint(1, 4)))]
    if random.random() < 0.1:
        pairs += [("_contained", random.choice(["true", "both"]))]
        pairs += random.choice([[], [("_containedType", "contained")]])
    return pairs


def _has_order(type: str, code: str) -> bool:
    return _parameter(type, code).type not in ("composite", "special")


def _searched(text: str) -> dict[str, list[str]]:
    rows = (line.split() for line in text.strip().splitlines())
    return {row[0]: row[1:] for row in rows}


SEARCHED = _searched(
    """
Patient name family birthdate gender active identifier general-practitioner organization deceased
Observation status code category subject patient performer date value-quantity encounter \
 component-code combo-code combo-value-quantity code-value-quantity \
 component-code-value-quantity combo-code-value-quantity
Encounter date subject patient length class
Condition code subject patient onset-age recorded-date encounter
Practitioner name identifier given
Organization name partof identifier
Group code member characteristic value characteristic-value
List item subject date
Location name near
ValueSet url name date
QuestionnaireResponse questionnaire subject authored
RiskAssessment subject probability
DocumentReference subject relatesto relation relationship
Provenance target recorded agent
ServiceRequest code subject occurrence authored
"""
)
"""The parameters that the elements of these worlds give values to."""
