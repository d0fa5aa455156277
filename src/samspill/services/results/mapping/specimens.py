"""Analysed subjects as Specimen. https://hl7.org/fhir/R4/specimen.html"""

from collections.abc import Iterator

from samspill.base.json import Resource
from samspill.norway import kith
from samspill.services.results.mapping import parties, values
from samspill.services.results.mapping.parties import Cast
from samspill.services.results.mapping.tree import Node


def specimens(cast: Cast, holder: Node, report: str, subject: Resource) -> Iterator[Resource]:
    """The specimens of a subject; one that was made of another comes after it."""
    for node in holder.all("AnalysedSubject"):
        yield from _one(cast, node, report, subject)


def place(report: str, number: str) -> Resource:
    """A reference to the specimen with the laboratory's number, within its report."""
    return {"reference": f"Specimen/{parties.stable_id('Specimen', report, number)}"}


def _one(cast: Cast, node: Node, report: str, subject: Resource) -> Iterator[Resource]:
    number = node.get("IdByServProvider")
    made: Resource = {
        "resourceType": "Specimen",
        "id": place(report, number)["reference"].removeprefix("Specimen/"),
        "accessionIdentifier": {"value": number} if number else None,
        "identifier": [{"value": text} for text in [node.get("IdByRequester")] if text],
        "status": "entered-in-error" if node.get("ServType") == kith.CANCELLATION else "available",
        "type": _type(node),
        "subject": subject,
        "collection": _collection(cast, node),
        "processing": list(_processing(node)),
        "container": _container(node),
        "condition": _comments(node),
        "note": [{"text": text} for text in _notes(node)],
        "extension": [*_extensions(node), *_handlers(cast, node)],
    }
    if inner := node.one("AnalysedSubject"):
        made["parent"] = [place(report, inner.get("IdByServProvider"))]
        yield from _one(cast, inner, report, subject)
    yield {key: value for key, value in made.items() if value}


def _type(node: Node) -> Resource:
    product = node.one("CollectedStudyProduct").get("Type")
    text = ", ".join(filter(None, (node.get("Type"), product)))
    return values.concept(*node.all("TypeCoded"), text=text)


def _collection(cast: Cast, node: Node) -> Resource:
    sample = node.one("CollectedSample")
    at = sample.get("CollectedDate") or node.one("CollectedStudyProduct").get("ProducedDate")
    people = [r for r in _providers(cast, node) if r.get("reference", "").startswith("Pract")]
    made = {
        "collectedDateTime": values.moment(at),
        "method": values.concept(*node.all("SampleCollProc")),
        "bodySite": {"text": node.get("AnatomicalOrigin")} if node.get("AnatomicalOrigin") else "",
        "collector": people[0] if people else "",
    }
    return {key: value for key, value in made.items() if value}


def _providers(cast: Cast, node: Node) -> list[Resource]:
    return [each for holder in node.all("RelServProv") for each in parties.provider(cast, holder)]


def _processing(node: Node) -> Iterator[Resource]:
    for each in node.all("SampleHandling"):
        if each.value:
            yield {"description": each.value}
    for each in node.all("Pretreatment"):
        if text := each.get("TextResultValue") or each.one("Heading").attributes.get("DN", ""):
            yield {"description": text}


def _container(node: Node) -> list[Resource]:
    text = node.get("PreservMaterial")
    return [{"additiveCodeableConcept": {"text": text}}] if text else []


def _comments(node: Node) -> list[Resource]:
    coded = node.one("CollectedSample").all("CollectorCommentCoded")
    return [made for each in coded if (made := values.concept(each))]


def _notes(node: Node) -> Iterator[str]:
    sample = node.one("CollectedSample")
    for text in (node.get("Comment"), sample.get("CollectorComment"), sample.get("Logistics")):
        if text:
            yield text


def _handlers(cast: Cast, node: Node) -> Iterator[Resource]:
    for holder in node.all("RelServProv"):
        for reference in parties.involved(cast, holder):
            yield values.extension("handled-by", valueReference=reference)


def _extensions(node: Node) -> Iterator[Resource]:
    if node.get("Number").lstrip("+-").isdigit():
        yield values.extension("number", valueInteger=int(node.get("Number")))
    if taken := values.concept(node.one("SampleCollInd"), table=8249):
        yield values.extension("collected-by", valueCodeableConcept=taken)
    if accredited := node.get("Accredited"):
        yield values.extension("accredited", valueBoolean=accredited == "true")
    if related := node.one("CollectedStudyProduct").get("RefRelatedProd"):
        yield values.extension("related-product", valueString=related)
