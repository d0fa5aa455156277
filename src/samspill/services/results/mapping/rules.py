"""What a report must say beyond its schema, from the acceptance criteria for those who receive.

https://www.ehelse.no/standardisering/standarder/svarrapport-av-medisinske-tjenester
"""

from collections.abc import Iterator

from samspill.base.errors import InvalidIdentifier
from samspill.base.texts import Text
from samspill.norway import identifiers, kith
from samspill.services.results.mapping import versions
from samspill.services.results.mapping.tree import Fault, Node, Tree


def faults(tree: Tree) -> Iterator[Fault]:
    """In a message that fits its schema: what refuses it, and what is told all the same."""
    reports = tree.root.all("ServReport")
    if not reports:
        yield _fault(
            "X99", "There is no report", "Det er ingen rapport", "Message/ServReport", True
        )
    if not tree.root.get("MsgId"):
        yield _fault("E10", "The message has no id", "Meldingen har ingen id", "Message/MsgId")
    for report in reports:
        for part in (_of_subject, _of_parties, _of_times, _of_codes):
            # The same said of many results is said once.
            yield from dict.fromkeys(part(report))


def _fault(code: str, en: str, nb: str, where: str, refuses: bool = False) -> Fault:
    return Fault(code, Text(en, nb), where, refuses=refuses)


def _of_subject(report: Node) -> Iterator[Fault]:
    about = versions.subjects(report)
    where = "ServReport/Patient"
    if not about:
        en, nb = "It is not said whom this is about", "Det er ikke sagt hvem dette gjelder"
        yield _fault("E36", en, nb, where, True)
    for node in about:
        if node.name != "Patient":
            continue
        if not node.get("OffId"):
            en, nb = "The person has no national number", "Personens fødselsnummer mangler"
            yield _fault("E30", en, nb, f"{where}/OffId", True)
        elif not _fits(node.get("TypeOffId"), node.get("OffId")):
            en = "The national number has a wrong form or wrong check digits"
            nb = "Fødselsnummeret har feil form eller feil kontrollsifre"
            yield _fault("E31", en, nb, f"{where}/OffId")
        if not node.get("Name"):
            en, nb = "The name of the person is missing", "Personens navn mangler"
            yield _fault("E32", en, nb, f"{where}/Name")


def _fits(kind: str, number: str) -> bool:
    if identifiers.find_kind(kind) is None:
        return True
    try:
        identifiers.parse(kind, number)
    except InvalidIdentifier:
        return False
    return True


def _of_parties(report: Node) -> Iterator[Fault]:
    lab, requester = (_named(report.one(name)) for name in ("ServProvider", "Requester"))
    if not lab[0] and not lab[1]:
        # Without a sender a report could take the place of another laboratory's.
        en, nb = "It is not said which laboratory answers", "Det er ikke sagt hvem som svarer"
        yield _fault("X99", en, nb, "ServReport/ServProvider/HCP", True)
    elif not lab[0]:
        en, nb = "The laboratory has no number", "Laboratoriet har ingen identifikator"
        yield _fault("X99", en, nb, "ServReport/ServProvider/HCP")
    if not requester[0]:
        en, nb = "The requester has no number", "Rekvirenten har ingen identifikator"
        yield _fault("E20", en, nb, "ServReport/Requester/HCP")


def _named(holder: Node) -> tuple[str, str]:
    """Number and name of a party, if any."""
    hcp = holder.one("HCP")
    node = hcp.one("Inst") or hcp.one("HCProf")
    parts = (node, *node.all("Dept"), *node.all("HCPerson"))
    return (
        next(filter(None, (part.get("Id") for part in parts)), ""),
        next(filter(None, (part.get("Name") for part in parts)), ""),
    )


def _of_times(report: Node) -> Iterator[Fault]:
    if not report.get("IssueDate"):
        en, nb = (
            "It is not said when the report was made",
            "Det er ikke sagt når rapporten er laget",
        )
        yield _fault("X99", en, nb, "ServReport/IssueDate")
    if report.get("ServType") == kith.CANCELLATION:
        return
    for subject in versions.subjects(report):
        samples = (each.one("CollectedSample") for each in subject.all("AnalysedSubject"))
        times = [each.get("CollectedDate") for each in samples]
        times += [each.get("InvDate") for each in versions.results(report)]
        if not any(times):
            en, nb = (
                "It is not said when this was examined",
                "Det er ikke sagt når dette er undersøkt",
            )
            yield _fault("X99", en, nb, "ServReport/Patient/ResultItem/InvDate")


def _of_codes(report: Node) -> Iterator[Fault]:
    if report.get("Status") not in kith.REPORT_STATUS:
        yield _unknown("ServReport/Status", " | ".join(kith.REPORT_STATUS))
    for node in versions.results(report):
        stated = node.get("StatusInvestigation")
        if stated and stated not in kith.RESULT_STATUS:
            yield _unknown("ResultItem/StatusInvestigation", " | ".join(kith.RESULT_STATUS))
        if any(not _is_named(each) for inv in node.all("Investigation") for each in inv.all("Id")):
            en = "An investigation has neither a code nor a name"
            nb = "En undersøkelse har verken kode eller navn"
            yield _fault("X99", en, nb, "ResultItem/Investigation/Id")


def _is_named(investigation: Node) -> bool:
    given = investigation.attributes
    return any(given.get(name, "").strip() for name in ("V", "DN", "OT"))


def _unknown(where: str, known: str) -> Fault:
    text = Text("The status is not one of the table", "Statusen er ikke i kodeverket")
    return Fault("X99", text, where, Text(known, known), refuses=False)
