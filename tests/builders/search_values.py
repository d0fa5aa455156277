"""Random values for a search parameter, mostly made of what the population really holds."""

from collections.abc import Iterable
from random import Random

from builders import search_engines
from samspill.base.json import Resource
from samspill.fhir.search import composites, escapes
from samspill.fhir.search.parameters import Parameter
from samspill.fhir.search.values import Quantity, Reference, String, Token, Uri, Value

Index = dict[tuple[str, str], list[Value]]
"""The values in a population, by type and row code."""

PREFIXES = ["", "", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
DATES = ["2013", "2013-01", "2013-01-14", "2013-01-14T10:00", "2013-01-14T10:00:00Z", "2020-02"]
DATES += ["1850", "9999", "2026-10-25", "2026-10-25T02:30:00+02:00", "2026-05", "2026-05-13"]
NUMBERS = ["0", "1", "5", "5.4", "5.40", "100", "1e2", "99.5", "-3", "0.0054", "1000"]
UNITS = ["|http://unitsofmeasure.org|mg", "|http://unitsofmeasure.org|g", "||mg", "||TAB", ""]
UNITS += ["|http://local.example|TAB", "|http://unitsofmeasure.org|nonsense"]


def index(resources: Iterable[Resource]) -> Index:
    found: Index = {}
    for resource in resources:
        for entry in search_engines.extractor().extract(resource):
            found.setdefault((resource["resourceType"], entry.parameter), []).append(entry.value)
    return found


def criterion(random: Random, index: Index, parameter: Parameter) -> tuple[str, str]:
    """A name with its modifier, and a value or several."""
    modifier = random.choice(_modifiers(parameter))
    count = random.choice([1, 1, 1, 2, 3])
    values = [_value(random, index, parameter, modifier) for _ in range(count)]
    return f"{parameter.code}{modifier}", ",".join(values)


def _modifiers(parameter: Parameter) -> list[str]:
    match parameter.type:
        case "token" if parameter.code == "_id":
            return ["", ":not"]
        case "token" if "identifier" in parameter.code:
            return ["", "", ":not", ":of-type", ":text"]
        case "token":
            return ["", "", "", "", ":not", ":text", ":in", ":not-in", ":below", ":above"]
        case "string":
            return ["", "", ":exact", ":contains"]
        case "reference" if "Patient" in parameter.targets:
            return ["", "", "", ":identifier", ":Patient"]
        case "reference":
            return ["", "", ":identifier", ":below"]
        case "uri":
            return ["", ":below", ":above"]
    return [""]


def _value(random: Random, index: Index, parameter: Parameter, modifier: str) -> str:
    match parameter.type:
        case "composite":
            parts = composites.parts(parameter, search_engines.registry())
            return "$".join(
                _of_kind(random, index, parameter.base, part.row, part.type) for part in parts
            )
        case "token" if modifier == ":of-type":
            return _of_type(random, index.get((parameter.base, f"{parameter.code}:of-type"), []))
        case "token" if modifier == ":text":
            return _of_kind(random, index, parameter.base, f"{parameter.code}:text", "string")
        case "token" if modifier in (":in", ":not-in"):
            return f"http://vs.example/{random.randrange(9)}"
        case "token" if modifier in (":below", ":above"):
            return f"http://a.example|{random.choice('AaB')}"
        case "token" if parameter.code == "_id":
            return random.choice(["1", "2", "3", "a-b", "none"])
        case "reference" if modifier == ":identifier":
            return _of_kind(random, index, parameter.base, f"{parameter.code}:identifier", "token")
        case "reference" if modifier == ":below":
            return random.choice(
                ["http://acme.org/fhir|1", "http://acme.org/fhir|1.1", "urn:oid:1.2|2"]
            )
        case "reference" if modifier == ":Patient":
            return random.choice(["1", "2", "a-b", "9"])
    return _of_kind(random, index, parameter.base, parameter.code, parameter.type, modifier)


def _of_kind(
    random: Random, index: Index, type: str, row: str, kind: str, modifier: str = ""
) -> str:
    values = index.get((type, row), [])
    value = random.choice(values) if values and random.random() < 0.9 else None
    match kind:
        case "token":
            return _token(random, value)
        case "string":
            return escapes.escape(_string(random, value, modifier))
        case "date":
            return random.choice(PREFIXES) + random.choice(DATES)
        case "number":
            return random.choice(PREFIXES) + random.choice(NUMBERS)
        case "quantity":
            return _quantity(random, value)
        case "reference":
            return _reference(random, value)
        case "uri":
            uri = value.value if isinstance(value, Uri) else "http://acme.org/none"
            return uri if modifier != ":below" else uri.rpartition("/")[0] or uri
        case "special":
            return random.choice(["59.9|10.7|10|km", "60|10.7", "69|18|100", "0|0|20000"])
    raise AssertionError(kind)


def _token(random: Random, value: Value | None) -> str:
    if not isinstance(value, Token) or not value.code:
        return random.choice(["A", "http://a.example|B", "|a", "none"])
    code, system = escapes.escape(value.code), escapes.escape(value.system)
    forms = [code, f"{system}|{code}", f"|{code}", code.swapcase()]
    return random.choice([*forms, f"{system}|"] if system else forms)


def _of_type(random: Random, values: list[Value]) -> str:
    value = random.choice(values) if values else None
    if not isinstance(value, Token) or not value.code or value.system.startswith("|"):
        return "http://a.example|A|B"
    system, _, code = value.system.rpartition("|")
    parts = [escapes.escape(part) for part in (system, code, value.code)]
    return "|".join(parts) if all(parts) else "http://a.example|A|B"


def _string(random: Random, value: Value | None, modifier: str) -> str:
    text = value.exact if isinstance(value, String) else random.choice(["x", "%", "_"])
    if modifier == ":exact":
        return random.choice([text, text.lower()])
    start = random.randrange(len(text)) if modifier == ":contains" else 0
    cut = text[start : start + random.randint(1, len(text))]
    return random.choice([cut, cut.swapcase()]) if cut.strip() else text


def _quantity(random: Random, value: Value | None) -> str:
    amount = random.choice(NUMBERS)
    if isinstance(value, Quantity) and abs(value.low) < 1e6 and random.random() < 0.5:
        amount = f"{value.low:.4f}"
    return random.choice(PREFIXES) + amount + random.choice(UNITS)


def _reference(random: Random, value: Value | None) -> str:
    if not isinstance(value, Reference) or not (value.id or value.url):
        return random.choice(["1", "none"])
    if value.url:
        return escapes.escape(value.url) + (f"|{value.version}" if value.version else "")
    version = f"/_history/{value.version}" if value.version else ""
    local = f"{value.type}/{value.id}"
    return random.choice([value.id, local, local + version, f"{search_engines.BASE}/{local}"])


def filter(random: Random, index: Index, type: str, depth: int = 0) -> str:
    """A `_filter` over parameters of plain kinds."""
    if depth < 2 and random.random() < 0.4:
        left, right = (filter(random, index, type, depth + 1) for _ in range(2))
        joined = f"{left} {random.choice(['and', 'or'])} {right}"
        return random.choice([joined, f"({joined})", f"not ({joined})"])
    known = search_engines.registry().of(type)
    codes = [code for code in known if known[code].type in _OPERATORS and index.get((type, code))]
    code = random.choice(codes or ["_id"])
    ways = [each for each in known if known[each].type == "reference" and index.get((type, each))]
    is_led = bool(ways) and depth < 3 and random.random() < 0.3
    if is_led and (led := _led(random, index, known[random.choice(ways)], depth)):
        return led
    if random.random() < 0.2:
        return f"{code} pr {random.choice(['true', 'false'])}"
    operator = random.choice(_OPERATORS[known[code].type])
    return f"{code} {operator} {_filtered(random, index, known[code])}"


def _led(random: Random, index: Index, parameter: Parameter, depth: int) -> str:
    """A path along a reference, mostly with a filter in brackets; "" where none is known."""
    types = {type for type, _ in index if type in parameter.targets} - {parameter.base}
    if not types:
        return ""
    target = random.choice(sorted(types))
    end = filter(random, index, target, 3)
    where = f"[{filter(random, index, target, depth + 1)}]" if random.random() < 0.7 else ""
    return f"{parameter.code}:{target}{where}.{end}"


_OPERATORS = {
    "string": ["eq", "ne", "co", "sw", "ew"],
    "date": ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap", "po"],
    "number": ["eq", "gt", "le"],
    "token": ["eq", "ne"],
    "uri": ["eq", "ne", "sb", "ss"],
}


def _filtered(random: Random, index: Index, parameter: Parameter) -> str:
    if parameter.type == "date":
        return random.choice(DATES)
    if parameter.type == "number":
        return random.choice(NUMBERS)
    if parameter.type == "token":
        return random.choice(["A", "1", "http://a.example|B", "male", "final", '"a b"', '"|a (b)"'])
    text = escapes.unescape(_of_kind(random, index, parameter.base, parameter.code, parameter.type))
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
