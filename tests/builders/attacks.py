"""Hostile requests, each with the answers that are right; numbered like the design's threats."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

JSON = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class Attack:
    """One request; `expected` are the answers that are right."""

    name: str
    method: str
    path: str
    body: Callable[[], bytes | Iterator[bytes]] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    expected: tuple[int, ...] = (400,)
    may_take_seconds: float = 0.1
    """Processor time; what must be read to be refused may take longer than 5 MiB do."""


def patient(inside: str = "") -> bytes:
    return ('{"resourceType":"Patient"' + (f",{inside}" if inside else "") + "}").encode()


def deep(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return patient('"extension":' + opening * depth + closing * depth)


Body = Callable[[], bytes]


def _post(name: str, body: bytes | Body, path: str = "/fhir/Patient", *expected: int) -> Attack:
    made = body if callable(body) else partial(bytes, body)
    return Attack(name, "POST", path, made, {"content-type": JSON}, expected or (400,))


def _get(name: str, path: str, *expected: int) -> Attack:
    return Attack(name, "GET", path, expected=expected or (400,))


def strings(size: int = 5 * 1024 * 1024) -> str:
    """Members of a list that fill nearly all of the size."""
    return ('"' + "x" * 60 + '",') * (size // 63 - 10)


_BATCH = b'{"resourceType":"Bundle","type":"batch","entry":[%s{}]}'

T1_DEPTH = [
    _post("65 levels", deep(64)),
    _post("a thousand levels", deep(1_000)),
    _post("a hundred thousand brackets", b"[" * 100_000),
    _post("a hundred thousand objects", deep(100_000, '{"a":', "}")),
    _post("deep and never closed, in a megabyte", lambda: b'{"a":' * (200 * 1024)),
    _post("deep in a batch", b"[" * 100_000, "/fhir"),
    _post("deep in an operation", b"[" * 100_000, "/fhir/Patient/$validate", 400, 404),
    Attack(
        "deep in an update", "PUT", "/fhir/Patient/deep", lambda: deep(500), {"content-type": JSON}
    ),
    Attack(
        "deep in a JSON patch",
        "PATCH",
        "/fhir/Patient/known",
        lambda: b'[{"op":"add","path":"/x","value":' + b"[" * 500 + b"]" * 500 + b"}]",
        {"content-type": "application/json-patch+json"},
    ),
]

T2_DUPLICATES = [
    _post("a key twice", patient('"id":"a","id":"b"')),
    _post("a key twice by an escape", patient(r'"id":"a","\u0069d":"b"')),
    _post("the type twice", b'{"resourceType":"Patient","resourceType":"Observation"}'),
    _post("a key twice, deep inside", patient('"name":[{"family":"a","family":"b"}]')),
    _post(
        "a key twice at the end of 1 MiB",
        lambda: patient('"x":[' + "0," * 500_000 + '0],"a":1,"a":1'),
    ),
]

T3_ENCODING = [
    _post("invalid UTF-8", b'{"resourceType":"Patient","id":"\xff"}'),
    _post("overlong UTF-8", b'{"resourceType":"Patient","id":"\xc0\xaf"}'),
    _post("byte order mark", b"\xef\xbb\xbf" + patient()),
    _post("UTF-16", patient().decode().encode("utf-16")),
    _post("lone surrogate", patient(r'"id":"\ud800"')),
    _post("encoded surrogate", b'{"resourceType":"Patient","id":"\xed\xa0\x80"}'),
    _post("NUL by an escape", patient(r'"name":[{"family":"a\u0000b"}]')),
    _post("NUL raw", b'{"resourceType":"Patient","id":"\0"}'),
    _get("NUL in a search", "/fhir/Patient?name=%00"),
    _get("invalid UTF-8 in a search", "/fhir/Patient?name=%ff%fe"),
    _get("NUL in an id", "/fhir/Patient/%00", 400, 404),
]

T4_NUMBERS = [
    _post("a huge exponent", patient('"x":1e400000000')),
    _post("5,000 digits", patient('"x":' + "9" * 5_000)),
    _post("a million digits", lambda: patient('"x":' + "9" * 1_000_000)),
    _post("a million digits after the point", lambda: patient('"x":0.' + "9" * 1_000_000)),
    _post("not a number", patient('"x":NaN')),
    _post("minus infinity", patient('"x":-Infinity')),
    _get("a huge exponent in a search", "/fhir/Observation?value-quantity=1e400000000"),
    _get("5,000 digits in a search", "/fhir/Observation?value-quantity=" + "9" * 5_000),
    _get("5,000 digits as a count", "/fhir/Patient?_count=" + "9" * 5_000),
    _get("5,000 digits as a version", "/fhir/Patient/known/_history/" + "9" * 5_000, 400, 404),
    _get("a year of five digits", "/fhir/Patient?birthdate=99999-01-01"),
]


def _endless(piece: bytes = b"x" * 65_536, size: int = 1 << 30) -> Iterator[bytes]:
    for _ in range(size // len(piece)):
        yield piece


def _bomb(unpacked: int = 1 << 28) -> bytes:
    return gzip.compress(b" " * unpacked)


_GZIP = {"content-type": JSON, "content-encoding": "gzip"}
T5_SIZE = [
    _post("6 MiB", lambda: patient('"x":"' + "y" * (6 * 1024 * 1024) + '"'), "/fhir/Patient", 413),
    Attack(
        "a gigabyte in chunks",
        "POST",
        "/fhir/Patient",
        _endless,
        {"content-type": JSON},
        (413,),
        0.5,
    ),
    Attack("a gzip bomb of 256 MiB", "POST", "/fhir/Patient", _bomb, _GZIP, (413, 415)),
    Attack(
        "a gzip bomb in many members",
        "POST",
        "/fhir/Patient",
        lambda: _bomb(1 << 22) * 64,
        _GZIP,
        (413, 415),
    ),
    Attack(
        "gzip of gzip",
        "POST",
        "/fhir/Patient",
        lambda: gzip.compress(_bomb()),
        {"content-type": JSON, "content-encoding": "gzip, gzip"},
        (400, 413, 415),
    ),
    Attack("broken gzip", "POST", "/fhir/Patient", lambda: b"\x1f\x8b broken", _GZIP, (400, 415)),
    _post(
        "many empty lists", lambda: b"[" + b"[]," * 1_700_000 + b"[]]", "/fhir/Patient", 400, 413
    ),
    _post(
        "many empty objects", lambda: b"[" + b"{}," * 1_700_000 + b"{}]", "/fhir/Patient", 400, 413
    ),
    _post("5 MiB of strings", lambda: patient(f'"x":[{strings()}0]')),
    _post("a batch of 100,001 entries", lambda: _BATCH % (b"{}," * 100_000), "/fhir", 400, 413),
]

T11_SEARCH = [
    _get("10,000 alternatives", "/fhir/Patient?_id=" + ",".join(["a"] * 10_000), 400, 414),
    _get("2,000 alternatives", "/fhir/Patient?_id=" + ",".join(["a"] * 2_000), 400, 414),
    _get("2,000 parameters", "/fhir/Patient?" + "&".join(["gender=male"] * 2_000), 400, 414),
    _get("a count of a billion", "/fhir/Patient?_count=1000000000", 200, 400),
    _get("a negative count", "/fhir/Patient?_count=-1"),
    _get(
        "a chain of eight",
        "/fhir/Observation?"
        + "subject:Patient."
        + "general-practitioner:Practitioner." * 7
        + "name=a",
    ),
    _get("reverse chains, nested", "/fhir/Patient?" + "_has:Observation:patient:" * 8 + "code=a"),
    _get(
        "an include that circles",
        "/fhir/Observation?_include:iterate=*:*&_revinclude:iterate=*:*",
        200,
        400,
    ),
    _get(
        "a thousand includes",
        "/fhir/Observation?" + "&".join(["_include=Observation:subject"] * 1_000),
        200,
        400,
        414,
    ),
    _get("a thousand sort keys", "/fhir/Patient?_sort=" + ",".join(["name"] * 1_000), 400, 414),
    _get("a forged cursor", "/fhir/Patient?_cursor=AAAA&_count=1"),
    _get("a name of 60,000 letters", "/fhir/Patient?name=" + "a" * 60_000, 200, 400, 414),
]

_QUOTES = (
    "'",
    '"',
    "' OR 1=1 --",
    '"; DROP TABLE resource; --',
    "\\",
    "`",
    ");--",
    "%27",
    "\u02bc",
    "?",
    ":x",
    "$1",
)
_PLACES = {
    "a value": "/fhir/Patient?name={}",
    "a token": "/fhir/Patient?identifier=a|{}",
    "a system": "/fhir/Patient?identifier={}|a",
    "an id": "/fhir/Patient/{}",
    "a version": "/fhir/Patient/known/_history/{}",
    "a modifier": "/fhir/Patient?name:{}=a",
    "a parameter": "/fhir/Patient?{}=a",
    "a sort key": "/fhir/Patient?_sort={}",
    "a chain": "/fhir/Observation?subject:Patient.{}=a",
    "an include": "/fhir/Observation?_include=Observation:{}",
    "elements": "/fhir/Patient?_elements={}",
    "a type": "/fhir/{}",
    "a date": "/fhir/Patient?birthdate={}",
    "a quantity": "/fhir/Observation?value-quantity=5|{}|mg",
    "a reference": "/fhir/Observation?subject=Patient/{}",
    "a compartment": "/fhir/Patient/{}/Observation",
    "a total": "/fhir/Patient?_total={}",
    "a since": "/fhir/Patient/_history?_since={}",
}
T12_INJECTION = [
    _get(f"{sign} as {place}", path.format(quote(sign, safe="")), 200, 400, 404, 405)
    for place, path in _PLACES.items()
    for sign in _QUOTES
]

T10_EXPRESSIONS = [
    ("repeat of repeat", "Patient.repeat(repeat(children()))" * 1),
    ("descendants of descendants", "Patient" + ".descendants()" * 30),
    ("a product", "Patient" + ".select((1|2|3|4|5|6|7|8|9).combine($this))" * 30),
    ("a union with itself", "(" * 200 + "1" + "|1)" * 200),
    ("a string that doubles", "'x'" + ".select($this & $this)" * 64),
    ("text of text", "'x'" + ".replace('', 'xxxxxxxxxx')" * 20),
    ("an evil pattern", "'" + "a" * 100_000 + "!'.matches('(a+)+$')"),
    (
        "an aggregate that grows",
        "(1|2|3|4|5|6|7|8|9).aggregate($total & $total & 'x', 'x')" + ".length()" * 2,
    ),
    ("ten thousand parentheses", "(" * 10_000 + "1" + ")" * 10_000),
    ("ten thousand minus signs", "-" * 10_000 + "1"),
    ("a power tower", "9.power(9).power(9).power(9).power(9)"),
    ("iif in iif", "iif(true," * 5_000 + "1" + ",2)" * 5_000),
]
