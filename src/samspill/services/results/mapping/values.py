"""Values of KITH messages as FHIR data types. https://hl7.org/fhir/R4/datatypes.html"""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from samspill.base.json import Resource
from samspill.fhir import ucum
from samspill.norway import codes, kith
from samspill.services.results.mapping.tree import Node

EXTENSION = "urn:samspill:kith:"
"""Start of the addresses of extensions for what FHIR has no element for."""
OSLO = ZoneInfo("Europe/Oslo")
V3_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
WRITTEN = re.compile(rf"(<=|>=|<|>|≤|≥)?\s*({NUMBER})")
BETWEEN = re.compile(rf"({NUMBER})\s*(?:-|–|til)\s*({NUMBER})")
SIGNS = {"≤": "<=", "≥": ">="}
UNITS = {
    "10^9/L": "10*9/L", "10E9/L": "10*9/L", "10e9/L": "10*9/L", "x10^9/L": "10*9/L",
    "10^12/L": "10*12/L", "10E12/L": "10*12/L", "10e12/L": "10*12/L", "x10^12/L": "10*12/L",
    "E/L": "U/L", "IE/L": "[IU]/L", "kIE/L": "k[IU]/L", "mIE/L": "m[IU]/L", "IU/L": "[IU]/L",
    "mIU/L": "m[IU]/L", "kU/L": "kU/L", "E/mL": "U/mL", "IE/mL": "[IU]/mL", "kE/L": "kU/L",
    "mE/L": "mU/L", "mL/min/1.73m2": "mL/min/{1.73_m2}", "mL/min/1,73m2": "mL/min/{1.73_m2}",
    "mL/min/1.73 m2": "mL/min/{1.73_m2}", "ml/min/1.73m2": "mL/min/{1.73_m2}",
    "mm/t": "mm/h", "mm/time": "mm/h", "timer": "h", "dager": "d", "år": "a", "sek": "s",
    "arb.enh": "{arb'U}", "arb.enh.": "{arb'U}", "INR": "{INR}", "1": "1", "ratio": "{ratio}",
}  # fmt: skip
"""Norwegian ways to write a unit that are not UCUM."""


def extension(name: str, **value: Any) -> Resource:
    return {"url": f"{EXTENSION}{name}", **value}


def coding(node: Node, table: int | str = "") -> Resource:
    """A CS or CV as a Coding; a CS has no system of its own, so its table is named here."""
    given = node.attributes.get("S", "").strip()
    system = f"urn:oid:{given}" if given else codes.volven(int(table)) if table else ""
    made = {
        "system": codes.canonical(system),
        "code": " ".join(node.attributes.get("V", "").split()),
        "display": node.attributes.get("DN", "").strip(),
    }
    return {key: value for key, value in made.items() if value} if made["code"] else {}


def concept(*nodes: Node, table: int | str = "", text: str = "") -> Resource:
    """A CodeableConcept of codes; its text is the one given, else the original, else a name."""
    codings = [each for node in nodes if (each := coding(node, table))]
    originals = (node.attributes.get("OT", "").strip() for node in nodes)
    names = (node.attributes.get("DN", "").strip() for node in nodes)
    said = text.strip() or next(filter(None, originals), "") or next(filter(None, names), "")
    made: Resource = {}
    if codings:
        made["coding"] = _apart(codings)
    if said:
        made["text"] = said
    return made


def _apart(codings: list[Resource]) -> list[Resource]:
    seen: dict[tuple[str, str], Resource] = {}
    for each in codings:
        seen.setdefault((each.get("system", ""), each["code"]), each)
    return list(seen.values())


def moment(text: str) -> str:
    """A TS as a FHIR dateTime; one without a zone is Norwegian time; "" for a mere time of day.

    >>> moment("2021-01-06T14:19:00")
    '2021-01-06T14:19:00+01:00'
    """
    text = text.strip()
    if "T" not in text:
        return text[:10] if re.match(r"\d{4}(-\d\d(-\d\d)?)?(Z|[+-]\d\d:\d\d)?$", text) else ""
    head, dot, rest = text.partition(".")
    digits = re.match(r"\d*", rest)
    fraction = digits[0] if digits else ""
    zone = rest[len(fraction) :] if dot else head[19:]
    try:
        at = datetime.fromisoformat(head[:19] + zone.replace("Z", "+00:00"))
    except ValueError:
        return ""
    at = at if at.tzinfo else at.replace(tzinfo=OSLO)
    written = at.isoformat()
    return f"{written[:19]}{dot and '.'}{fraction[:6]}{written[19:]}"


def instant(text: str) -> str:
    """A TS as an instant; "" unless it has a time."""
    made = moment(text)
    return made if "T" in made else ""


def sortable(text: str) -> str:
    """A TS so that texts sort by time: UTC, six digits of fraction; days count from midnight."""
    made = moment(text)
    if not made:
        return ""
    padded = made if "T" in made else f"{made}{'-01-01'[len(made) - 4 :]}T00:00:00+00:00"
    return (
        datetime.fromisoformat(padded)
        .astimezone(ZoneInfo("UTC"))
        .isoformat(timespec="microseconds")
    )


def number(text: str) -> Decimal | None:
    try:
        made = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return made if made.is_finite() and abs(made.adjusted()) < 30 else None


def unit(written: str) -> str:
    """The UCUM code of a unit as laboratories write it, or "" if there is none.

    >>> unit("µmol/L"), unit("10^9/L"), unit("streker")
    ('umol/L', '10*9/L', '')
    """
    text = written.strip().replace("µ", "u").replace("μ", "u")
    if not text:
        return ""
    known = UNITS.get(text)
    if known is not None:
        return known
    text = re.sub(r"\s+", "", text).replace("^", "")
    for tried in (text, text.replace("/l", "/L"), re.sub(r"\bl\b", "L", text)):
        if ucum.is_valid(tried):
            return tried
    return ""


def quantity(value: Decimal, written: str, comparator: str = "") -> Resource:
    """The unit stands as it was written; its UCUM code beside it where it has one."""
    made: Resource = {"value": value}
    if comparator:
        made["comparator"] = comparator
    if written.strip():
        made["unit"] = written.strip()
    if code := unit(written):
        made |= {"system": codes.UCUM, "code": code}
    return made


def physical(node: Node) -> Resource | None:
    """A PQ as a Quantity; None unless it is a number."""
    found = number(node.value)
    return None if found is None else quantity(found, node.unit)


def written_quantity(text: str, written: str) -> Resource | None:
    """A text such as "<0,5" as a Quantity; None unless it is a number and nothing else."""
    found = WRITTEN.fullmatch(text.strip())
    value = number(found[2]) if found else None
    if found is None or value is None:
        return None
    sign = found[1] or ""
    return quantity(value, written, SIGNS.get(sign, sign))


def reference_range(text: str, written: str) -> Resource | None:
    """A range as it was written, and as limits where it is one: "3.5 - 4.4", "< 5", ">60"."""
    text = text.strip()
    if not text:
        return None
    made: Resource = {"text": text}
    bare = text.strip("()[] ")
    if bare.endswith(written) and written:
        bare = bare.removesuffix(written).strip()
    if found := BETWEEN.fullmatch(bare):
        low, high = number(found[1]), number(found[2])
        if low is not None and high is not None and low <= high:
            made |= {"low": quantity(low, written), "high": quantity(high, written)}
    elif (found := WRITTEN.fullmatch(bare)) and found[1]:
        limit = number(found[2])
        if limit is not None:
            made["high" if found[1] in ("<", "<=", "≤") else "low"] = quantity(limit, written)
    return made


def interpretation(node: Node) -> Resource | None:
    """A mark of deviation, with HL7's code beside the Norwegian one."""
    made = concept(node, table=8244)
    if not made.get("coding"):
        return None
    known = kith.INTERPRETATIONS.get(made["coding"][0]["code"])
    if known:
        made["coding"].append({"system": V3_INTERPRETATION, "code": known})
    return made


def resistance(node: Node, on: str) -> Resource | None:
    """S, I or R of a table of resistance; I is read by the standard of its day."""
    made = coding(node)
    if not made.get("system", "").endswith(kith.RESISTANCE) or made["code"] not in ("S", "I", "R"):
        return None
    code = made["code"]
    if code == "I" and on >= kith.INCREASED_EXPOSURE_FROM:
        # The display of old tables says intermediate, which since then misleads.
        made["display"] = "Sensitiv, økt eksponering"
        return {
            "coding": [made, {"system": V3_INTERPRETATION, "code": "I"}],
            "text": made["display"],
        }
    return {"coding": [made, {"system": V3_INTERPRETATION, "code": code}]}


def name(text: str) -> Resource:
    """A name as "Family, Given" or "Given Family"; the text stays beside the parts."""
    text = " ".join(text.split())
    family, comma, given = text.partition(",")
    if not comma:
        given, _, family = text.rpartition(" ")
    made: Resource = {"text": text}
    if family.strip():
        made["family"] = family.strip()
    if given.strip():
        made["given"] = given.split()
    return made
