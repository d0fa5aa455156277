"""Several messages on one report become what holds: the same whatever order they came in.

A change names what it changes, a cancellation withdraws all, an addition leaves what stands; the
rules are in docs/results.md. https://hl7.org/fhir/R4/diagnosticreport.html#9.1.4
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from samspill.norway import kith
from samspill.services.results.mapping import values
from samspill.services.results.mapping.tree import Node

RANKS = {kith.NEW: 0, kith.HISTORY: 0, kith.ADDITION: 2, kith.CANCELLATION: 3}
SUBJECTS = ("Patient", "Animal", "Material")
RELEASED = frozenset({"final", "amended", "corrected", "appended"})
"""Statuses of what has been given out as done."""


@dataclass(frozen=True, slots=True)
class Version:
    """One report as one message has it."""

    message: Node
    report: Node
    source: str
    """Id of the original."""

    @property
    def kind(self) -> str:
        return self.report.get("ServType")

    @property
    def key(self) -> str:
        """What all versions of a report share: who sent it, and its number there."""
        own = self.report.get("ServProvId") or self.report.one("ServReq").get("Id")
        return "\n".join((_sender(self.report), own or self.message.get("MsgId")))

    @property
    def order(self) -> tuple[str, str, int, str]:
        """By the day of issue, then by when the message was made; cancellations are last."""
        issued = values.sortable(self.report.get("IssueDate"))[:10]
        made = values.sortable(self.message.get("GenDate"))
        return issued, made, RANKS.get(self.kind, 1), self.message.get("MsgId") or self.source


@dataclass(frozen=True, slots=True)
class Item:
    """One result in force, and how it came to be so."""

    key: str
    node: Node
    version: Version
    subject: int
    """Which of the nested subjects it is about."""
    parent: str = ""
    """Key of the result that this one belongs to."""
    status: str = "final"


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds after all versions that are known."""

    latest: Version
    """The last one that has something to say of the report as a whole."""
    status: str
    items: tuple[Item, ...]
    versions: tuple[Version, ...]
    """The oldest first."""


def _sender(report: Node) -> str:
    """The laboratory: the first number of its institution, else its name."""
    inst = report.one("ServProvider").one("HCP").one("Inst")
    person = report.one("ServProvider").one("HCP").one("HCProf")
    holder = inst or person
    return f"{holder.get('TypeId')} {holder.get('Id')}" if holder.get("Id") else holder.get("Name")


def of(message: Node, source: str) -> list[Version]:
    """The reports of a message."""
    return [Version(message, report, source) for report in message.all("ServReport")]


def effective(versions: Iterable[Version]) -> Effective:
    """Takes all versions of one report, in any order and any number of times."""
    ordered = sorted({each.order: each for each in versions}.values(), key=lambda v: v.order)
    items: dict[str, Item] = {}
    status, latest = "", ordered[-1]
    for version in ordered:
        if version.kind == kith.CANCELLATION:
            status = "entered-in-error"
            items = _with_cancelled(items, version)
            continue
        items = _with(items, version, status)
        status = _report_status(version, status)
        latest = version
    return Effective(latest, status, tuple(items.values()), tuple(ordered))


def _report_status(version: Version, before: str) -> str:
    """The matrix of report statuses: type of service × status × what stood before."""
    stated = kith.REPORT_STATUS.get(version.report.get("Status"), "unknown")
    if version.kind == kith.ADDITION or stated == "appended":
        return "appended"
    if version.kind in (kith.NEW, kith.HISTORY):
        return stated
    if stated != "final" or before in ("preliminary", "registered"):
        return stated
    # A change of a report that was out, or of one that never reached us.
    return "corrected"


def _with(items: dict[str, Item], version: Version, before: str) -> dict[str, Item]:
    """The results after a version that is no cancellation."""
    came = {each.key: each for each in _items(version)}
    if version.kind in (kith.NEW, kith.HISTORY, kith.REPLACEMENT) or before == "entered-in-error":
        kept = {key: _withdrawn(each, version) for key, each in items.items() if key not in came}
    elif version.kind == kith.ADDITION or version.report.get("Status") == "A":
        kept = {key: each for key, each in items.items() if key not in came}
    else:
        # What has no number of its own cannot be named by a change: it is said anew.
        kept = {
            key: each if each.node.get("IdResultItem") else _withdrawn(each, version)
            for key, each in items.items()
            if key not in came
        }
    said = {key: _judged(each, items.get(key)) for key, each in came.items()}
    return kept | said


def _withdrawn(item: Item, version: Version) -> Item:
    return replace(item, status="entered-in-error", version=version)


def _with_cancelled(items: dict[str, Item], version: Version) -> dict[str, Item]:
    named = {each.key: each for each in _items(version)}
    return {key: _withdrawn(each, version) for key, each in (named | items).items()}


def _judged(item: Item, before: Item | None) -> Item:
    """The result with its status: type of service × status × report × what stood before."""
    stated = item.node.get("StatusInvestigation")
    kind = item.node.get("ServType")
    if kind == kith.CANCELLATION:
        return replace(item, status="entered-in-error")
    if stated:
        status = kith.RESULT_STATUS.get(stated, "unknown")
    else:
        report = kith.REPORT_STATUS.get(item.version.report.get("Status"), "unknown")
        status = "amended" if report == "appended" else report
    changes = kind not in ("", kith.NEW, kith.HISTORY) and status == "final"
    if changes and before is not None and _says(before.node) == _says(item.node):
        status = before.status if before.status in RELEASED else status
    elif changes and (before is None or before.status in RELEASED):
        status = "corrected"
    return replace(item, status=status)


def _says(node: Node) -> object:
    names = ("TextResult", "Interval", "DateResult", "NumResult")
    return [(name, node.all(name)) for name in names if node.all(name)]


def _items(version: Version) -> Iterator[Item]:
    """All results of a version with their keys; each after the one that it lies within."""
    taken: dict[str, int] = {}
    known = {each.get("IdResultItem") for each in results(version.report)}
    for number, subject in enumerate(subjects(version.report)):
        for node in subject.all("ResultItem"):
            yield from _nested(version, node, number, "", taken, known)


def _nested(
    version: Version, node: Node, subject: int, parent: str, taken: dict[str, int], known: set[str]
) -> Iterator[Item]:
    above = node.get("RefIdResultItem")
    own = node.get("IdResultItem")
    if above in known and above != own:
        parent = f"id:{above}"
    key = f"id:{own}" if own else f"{parent}/{subject}{_what(node)}"
    taken[key] = taken.get(key, 0) + 1
    if taken[key] > 1:
        key = f"{key}#{taken[key]}"
    yield Item(key, node, version, subject, parent)
    for inner in node.all("ResultItem"):
        yield from _nested(version, inner, subject, key, taken, known)


def _what(node: Node) -> str:
    """What a result is about, for those without a number."""
    asked = [i.get("V", "") for inv in node.all("Investigation") for i in _codes(inv)]
    return "|".join((node.one("TextResult").get("Heading"), *asked))


def _codes(investigation: Node) -> Sequence[dict[str, str]]:
    return [dict(each.attributes) for each in investigation.all("Id")]


def subjects(report: Node) -> list[Node]:
    """Whom or what the report is about, the outermost first; nested ones after it."""
    for name in SUBJECTS:
        found = []
        node = report.one(name)
        while node:
            found.append(node)
            node = node.one(name)
        if found:
            return found
    return []


def results(report: Node) -> Iterator[Node]:
    """All results of a report, however deep."""
    return _all(subjects(report))


def _all(holders: Iterable[Node]) -> Iterator[Node]:
    for holder in holders:
        for node in holder.all("ResultItem"):
            yield node
            yield from _all([node])
