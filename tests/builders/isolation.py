"""Finds what isolated transactions never show, in a history of appends to lists and of reads.

After Adya (Weak Consistency, 1999) and Elle (https://arxiv.org/abs/2003.10554): every value is
appended once, so the longest list that was read of a key tells the order of its versions: who
overwrote (ww), read (wr) and failed to see (rw) whom. A cycle of these is an anomaly.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

Kind = Literal["ww", "wr", "rw"]
Graph = dict[int, dict[int, set[Kind]]]
"""From a transaction to those that come after it, and why."""

ANOMALIES = ("G0", "G1a", "G1b", "G1c", "G-single", "G2-item", "lost update", "internal", "order")


@dataclass(frozen=True, slots=True)
class Append:
    """`value` was put at the end of a list."""

    key: str
    value: int


@dataclass(frozen=True, slots=True)
class Read:
    """A list as it was seen."""

    key: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one transaction did, in its order, and how it ended."""

    steps: tuple[Append | Read, ...]
    outcome: Literal["committed", "aborted", "unknown"] = "committed"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What must not be, and the numbers of the transactions that show it."""

    name: str
    transactions: tuple[int, ...]
    about: str = ""


@dataclass(slots=True)
class _Knowledge:
    """What a history says of its keys."""

    history: Sequence[Transaction]
    writers: dict[tuple[str, int], int] = field(default_factory=dict)
    orders: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The longest list read of each key."""


def check(
    history: Sequence[Transaction], final: Mapping[str, Sequence[int]] | None = None
) -> list[Anomaly]:
    """All kinds of anomalies that a history shows, one example of each cycle.

    `final` are the lists when all was over: an acknowledged append that is not there was lost.
    """
    known = _Knowledge(history)
    found = [*_gather(known, final or {})]
    committed = [n for n, each in enumerate(history) if each.outcome != "aborted"]
    for n in committed:
        found += _own(known, n)
        found += _dirty(known, n)
    found += _lost(known, committed, final)
    if any(each.name == "order" for each in found):
        # Without an order of versions there are no edges to follow.
        return found
    return found + list(_cycles(_graph(known, committed)))


def _gather(known: _Knowledge, final: Mapping[str, Sequence[int]]) -> Iterator[Anomaly]:
    """Fills in the writers and orders; lists that are no beginning of each other are an anomaly."""
    for n, transaction in enumerate(known.history):
        for step in transaction.steps:
            if isinstance(step, Append):
                known.writers[step.key, step.value] = n
    lists = [(key, tuple(values), -1) for key, values in final.items()]
    lists += [
        (key, values, n) for n in range(len(known.history)) for key, values in _seen(known, n)
    ]
    lists.sort(key=lambda each: -len(each[1]))
    for key, values, n in lists:
        longest = known.orders.setdefault(key, values)
        if longest[: len(values)] != values or len(set(values)) < len(values):
            yield Anomaly("order", (n,), f"{key}: {values} is no beginning of {longest}")


def _seen(known: _Knowledge, n: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The lists that a transaction read which were, or became, versions of the record."""
    if known.history[n].outcome == "aborted":
        return
    for step in known.history[n].steps:
        if isinstance(step, Read):
            yield step.key, step.values


def _own(known: _Knowledge, n: int) -> Iterator[Anomaly]:
    """A transaction sees its own appends, and reads the same list twice."""
    expected: dict[str, tuple[int, ...]] = {}
    unseen: dict[str, tuple[int, ...]] = {}
    for step in known.history[n].steps:
        if isinstance(step, Append):
            if step.key in expected:
                expected[step.key] += (step.value,)
            else:
                unseen[step.key] = (*unseen.get(step.key, ()), step.value)
            continue
        end = unseen.pop(step.key, ())
        before = expected.get(step.key, step.values)
        if before != step.values or (end and step.values[-len(end) :] != end):
            yield Anomaly("internal", (n,), f"{step.key}: read {step.values}")
        expected[step.key] = step.values


def _dirty(known: _Knowledge, n: int) -> Iterator[Anomaly]:
    """Reads of what was aborted (G1a), or of a moment inside another transaction (G1b)."""
    for key, values in _seen(known, n):
        for value in values:
            writer = known.writers.get((key, value))
            if writer is None or known.history[writer].outcome == "aborted":
                yield Anomaly("G1a", (n, *(() if writer is None else (writer,))), f"{key}: {value}")
        last = known.writers.get((key, values[-1])) if values else None
        if last not in (None, n) and values[-1] != _appended(known.history[last or 0], key)[-1]:
            yield Anomaly("G1b", (n, last or 0), f"{key}: {values[-1]}")


def _appended(transaction: Transaction, key: str) -> list[int]:
    steps = transaction.steps
    return [step.value for step in steps if isinstance(step, Append) and step.key == key]


def _lost(
    known: _Knowledge, committed: Iterable[int], final: Mapping[str, Sequence[int]] | None
) -> Iterator[Anomaly]:
    """Two transactions that appended to the same version that both had read; or an append that was
    acknowledged, and is not there when all is over."""
    bases: dict[tuple[str, tuple[int, ...]], int] = {}
    for n in committed:
        read: dict[str, tuple[int, ...]] = {}
        for step in known.history[n].steps:
            if isinstance(step, Read):
                read.setdefault(step.key, step.values)
                continue
            base = read.pop(step.key, None)
            if base is not None and known.history[n].outcome == "committed":
                other = bases.setdefault((step.key, base), n)
                if other != n:
                    yield Anomaly("lost update", (other, n), f"{step.key}: both read {base}")
            is_gone = final is not None and step.value not in known.orders.get(step.key, ())
            if is_gone and known.history[n].outcome == "committed":
                yield Anomaly("lost update", (n,), f"{step.key}: {step.value} is gone")


def _graph(known: _Knowledge, committed: Collection[int]) -> Graph:
    graph: Graph = {n: {} for n in committed}

    def add(before: int | None, after: int | None, kind: Kind) -> None:
        if before is not None and after is not None and before != after and after in graph:
            graph.setdefault(before, {}).setdefault(after, set()).add(kind)

    places: dict[tuple[str, int], int] = {}
    for key, order in known.orders.items():
        writers = [known.writers.get((key, value)) for value in order]
        places |= {(key, value): place for place, value in enumerate(order)}
        for before, after in pairwise(writers):
            add(before, after, "ww")
    for n in committed:
        for key, values in _external(known.history[n]):
            order = known.orders[key]
            if values:
                add(known.writers.get((key, values[-1])), n, "wr")
            if len(values) < len(order):
                add(n, known.writers.get((key, order[len(values)])), "rw")
    return graph


def _external(transaction: Transaction) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The versions of others that a transaction read: its lists without its own appends."""
    own: dict[str, set[int]] = {}
    for step in transaction.steps:
        if isinstance(step, Append):
            own.setdefault(step.key, set()).add(step.value)
        else:
            mine = own.get(step.key, ())
            yield step.key, tuple(value for value in step.values if value not in mine)


def _cycles(graph: Graph) -> Iterator[Anomaly]:
    """The gravest anomaly of each knot: of writes alone, with reads, with one or more rw."""
    kinds: tuple[tuple[str, set[Kind]], ...] = (("G0", {"ww"}), ("G1c", {"ww", "wr"}))
    for name, allowed in kinds:
        for knot in _knots(graph, allowed):
            yield Anomaly(name, tuple(sorted(knot)[:9]))
    for knot in _knots(graph, {"ww", "wr", "rw"}):
        single = next(_single(graph, knot), None)
        if single:
            yield Anomaly("G-single", single)
        elif not any(True for _ in _knots(_within(graph, knot), {"ww", "wr"})):
            yield Anomaly("G2-item", tuple(sorted(knot)[:9]))


def _within(graph: Graph, knot: set[int]) -> Graph:
    return {n: {m: kinds for m, kinds in graph[n].items() if m in knot} for n in knot}


def _single(graph: Graph, knot: set[int]) -> Iterator[tuple[int, ...]]:
    """Cycles with exactly one rw: someone did not see what he nevertheless comes after."""
    for before in knot:
        for after, kinds in graph[before].items():
            if after in knot and "rw" in kinds and _leads(graph, after, before, knot):
                yield before, after


def _leads(graph: Graph, start: int, goal: int, knot: set[int]) -> bool:
    """Whether writes and reads alone lead from one transaction to another."""
    seen, waiting = {start}, [start]
    while waiting:
        for after, kinds in graph[waiting.pop()].items():
            if after == goal and kinds & {"ww", "wr"}:
                return True
            if after in knot and after not in seen and kinds & {"ww", "wr"}:
                seen.add(after)
                waiting.append(after)
    return False


def _knots(graph: Graph, allowed: set[Kind]) -> Iterator[set[int]]:
    """Sets of more than one transaction that all lead to each other: Tarjan's algorithm, with its
    own stack since histories are long."""
    numbers: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()

    def following(n: int) -> Iterator[int]:
        return (m for m, kinds in graph[n].items() if kinds & allowed)

    for root in graph:
        if root in numbers:
            continue
        work = [(root, following(root))]
        while work:
            n, rest = work[-1]
            if n not in numbers:
                numbers[n] = low[n] = len(numbers)
                stack.append(n)
                on_stack.add(n)
            for m in rest:
                if m not in numbers:
                    work.append((m, following(m)))
                    break
                if m in on_stack:
                    low[n] = min(low[n], numbers[m])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[n])
                if low[n] == numbers[n]:
                    at = stack.index(n) if stack[-1] != n else len(stack) - 1
                    knot = set(stack[at:])
                    del stack[at:]
                    on_stack -= knot
                    if len(knot) > 1:
                        yield knot
