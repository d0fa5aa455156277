"""Result items as Observation. https://hl7.org/fhir/R4/observation.html"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from samspill.base.json import Resource
from samspill.norway import codes, kith
from samspill.services.results.mapping import parties, specimens, values
from samspill.services.results.mapping.parties import Cast
from samspill.services.results.mapping.tree import Node
from samspill.services.results.mapping.versions import Item

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
UNNAMED = "Resultat"
DATES: Mapping[str, str] = MappingProxyType(
    {
        "InvDate": "investigated",
        "StatusChangeDate": "status-changed",
        "DescrDate": "described",
        "CounterSignDate": "countersigned",
        "MedicalValidationDate": "validated",
    }
)
"""Moments of a result, and the extensions that keep them."""
ISSUED = ("MedicalValidationDate", "CounterSignDate", "StatusChangeDate", "DescrDate", "InvDate")


def place(report: str, key: str) -> str:
    """The address of a result."""
    return f"Observation/{parties.stable_id('Observation', report, key)}"


def observation(
    cast: Cast, report: str, item: Item, subject: Resource, collected: Mapping[str, str],
    members: Sequence[str],
) -> Resource:  # fmt: skip
    """One result; `members` are the keys of those that lie within it, `collected` says when each
    specimen was taken."""
    node, kind = item.node, item.version.report.get("MsgDescr")
    numbers = [each.value for each in node.all("RefAnalysedSubject") if each.value in collected]
    on = (node.get("InvDate") or item.version.report.get("IssueDate"))[:10]
    taken = [collected[each] for each in numbers if collected[each]]
    effective = taken[0] if taken else values.moment(node.get("InvDate"))
    issued = next(filter(None, (values.instant(node.get(name)) for name in ISSUED)), "")
    made: Resource = {
        "resourceType": "Observation",
        "id": place(report, item.key).removeprefix("Observation/"),
        "extension": [*_extensions(node), *_further(report, node, numbers)],
        "identifier": [{"value": text} for text in [node.get("IdResultItem")] if text],
        "status": item.status,
        "category": [_category(kind), *_headings(node)],
        "code": _code(node, item.version.report),
        "subject": subject,
        "effectiveDateTime": effective or values.moment(item.version.report.get("IssueDate")),
        "issued": issued or values.instant(item.version.report.get("IssueDate")),
        "performer": list(_performers(cast, item)),
        **_value(node, on),
        "interpretation": list(_interpretations(node, on)),
        "note": [{"text": text} for text in _notes(node)],
        "method": values.concept(
            *(s for inv in node.all("Investigation") for s in inv.all("Spec"))
        ),
        "specimen": specimens.place(report, numbers[0]) if numbers else None,
        "referenceRange": list(_ranges(node)),
        "hasMember": [{"reference": place(report, key)} for key in members],
        "component": [*_diagnoses(node), *_structured(node)],
    }
    return {key: value for key, value in made.items() if value not in (None, "", [], {})}


def _category(kind: str) -> Resource:
    code = "imaging" if kind in kith.IMAGING else "laboratory"
    return {"coding": [{"system": CATEGORY, "code": code}]}


def _headings(node: Node) -> list[Resource]:
    """Group, analysis, assessment, resistance …: what kind of text or value it is."""
    found = values.concept(node.one("TextResult").one("Heading"), table=8243)
    return [found] if found.get("coding") else []


def _code(node: Node, report: Node) -> Resource:
    """What was investigated: all codes given; else the heading, else the kind of report."""
    made = values.concept(*(i for inv in node.all("Investigation") for i in inv.all("Id")))
    if made:
        return made
    heading = values.concept(node.one("TextResult").one("Heading"), table=8243)
    return heading or {"text": report.one("MsgDescr").attributes.get("DN") or UNNAMED}


def _value(node: Node, on: str) -> Resource:
    """The one value, under the name of its type."""
    if result := node.one("NumResult"):
        return _number(result)
    if result := node.one("Interval"):
        return _interval(result)
    if result := node.one("DateResult"):
        given = result.get("DateResultValue")
        moment = values.moment(given)
        return {"valueDateTime": moment} if moment else {"valueString": given} if given else {}
    return _text(node.one("TextResult"), on)


def _number(result: Node) -> Resource:
    given, sign = result.one("NumResultValue"), result.get("ArithmeticComp")
    quantity = values.physical(given)
    if quantity is None or sign == "NE":
        # Infinity, not a number, or "not equal": no Quantity can say that.
        said = " ".join(filter(None, ("≠" if sign == "NE" else "", given.value, given.unit)))
        return {"valueString": said} if said else {}
    if sign in kith.COMPARATORS:
        quantity["comparator"] = kith.COMPARATORS[sign]
    return {"valueQuantity": quantity}


def _interval(result: Node) -> Resource:
    ends = {name.lower(): values.physical(result.one(name)) for name in ("Low", "High")}
    found = {name: end for name, end in ends.items() if end}
    if found:
        return {"valueRange": found}
    said = " – ".join(f"{each.value} {each.unit}".strip() for each in
                      (result.one("Low"), result.one("High")) if each.value)  # fmt: skip
    return {"valueString": said} if said else {}


def _text(result: Node, on: str) -> Resource:
    text, unit = result.get("TextResultValue"), result.get("Unit")
    coded = values.concept(*result.all("TextCode"))
    marks = [mark for each in result.all("TextCode") if (mark := values.resistance(each, on))]
    if unit and (quantity := values.written_quantity(text, unit)) and not coded.get("coding"):
        return {"valueQuantity": quantity}
    said = f"{text} {unit}".strip()
    if said and marks:
        # The zone or concentration beside S, I or R, which is the interpretation.
        return {"valueString": said}
    if marks:
        return {"valueCodeableConcept": marks[0]}
    if coded.get("coding"):
        return {"valueCodeableConcept": coded | ({"text": said} if said else {})}
    said = said or coded.get("text", "")
    return {"valueString": said} if said else {}


def _interpretations(node: Node, on: str) -> Iterator[Resource]:
    for each in node.all("DevResultInd"):
        if mark := values.interpretation(each):
            yield mark
    for each in node.one("TextResult").all("TextCode"):
        if found := values.resistance(each, on):
            yield found


def _ranges(node: Node) -> Iterator[Resource]:
    number, text = node.one("NumResult").one("NumResultValue"), node.one("TextResult").get("Unit")
    for each in node.all("RefInterval"):
        if made := values.reference_range(each.get("Descr"), number.unit or text):
            yield made


def _notes(node: Node) -> Iterator[str]:
    said = [node.get("Comment"), *(inv.get("Comment") for inv in node.all("Investigation"))]
    return (text for text in said if text)


def _performers(cast: Cast, item: Item) -> Iterator[Resource]:
    """Those named on the result, each with the part they had; else the laboratory."""
    named = item.node.all("RelServProv")
    for holder in named or item.version.report.all("ServProvider"):
        yield from parties.involved(cast, holder)


def _extensions(node: Node) -> Iterator[Resource]:
    for name, extension in DATES.items():
        if moment := values.moment(node.get(name)):
            yield values.extension(extension, valueDateTime=moment)
    if accredited := node.get("Accredited"):
        yield values.extension("accredited", valueBoolean=accredited == "true")


def _further(report: str, node: Node, numbers: Sequence[str]) -> Iterator[Resource]:
    """Specimens beyond the one that an Observation may have, and those that the message lacks."""
    for number in numbers[1:]:
        yield values.extension("specimen", valueReference=specimens.place(report, number))
    for each in node.all("RefAnalysedSubject"):
        if each.value and each.value not in numbers:
            yield values.extension("specimen-number", valueString=each.value)


def _diagnoses(node: Node) -> Iterator[Resource]:
    for each in node.all("DiagComment"):
        named = {"text": "Diagnose", "coding": [{"system": codes.volven(8243), "code": "DIAG"}]}
        if found := values.concept(each.one("Concept")):
            yield {"code": named, "valueCodeableConcept": found}
        for modifier in each.all("Modifier"):
            code = values.concept(modifier.one("Name")) or {"text": "Moderator"}
            for given in modifier.all("Value"):
                if found := values.concept(given):
                    yield {"code": code, "valueCodeableConcept": found}


def _structured(node: Node) -> Iterator[Resource]:
    for each in node.all("StructuredInfo"):
        code = values.concept(each.one("Type")) or {"text": "Opplysning"}
        for value in _structured_values(each):
            yield {"code": code, **value}


def _structured_values(node: Node) -> Iterator[Resource]:
    for each in node.all("TextInfo"):
        if text := each.get("Text"):
            yield {"valueString": text}
    for each in node.all("IntegerInfo"):
        if text := each.get("Integer"):
            small = abs(int(text)) < 2**31
            yield {"valueInteger": int(text)} if small else {"valueString": text}
    for each in node.all("PhysicalInfo"):
        size = each.one("Quantity")
        if size.value:
            quantity = values.physical(size)
            yield {"valueQuantity": quantity} if quantity else {"valueString": size.value}
    for each in node.all("CodedInfo"):
        if found := values.concept(each.one("Code")):
            yield {"valueCodeableConcept": found}
    for each in node.all("BooleanInfo"):
        if text := each.get("Flag"):
            yield {"valueBoolean": text == "true"}
