"""Batches of changes that other processes prepare, so that the writer has little left to do.

A batch has integers of its own for everything it names. `pack` makes it, without a record; `write`
finds or makes the record's integers, once for each, and maps the rows from the ones to the others.
"""

import hashlib
import marshal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from samspill.store import index, versions
from samspill.store.catalog import Catalog
from samspill.store.connect import Connection, Row, question_marks
from samspill.store.index import Indexed
from samspill.store.types import Change, Stamp
from samspill.store.versions import Head, Reader

Key = tuple[Any, ...]
"""What an integer of a batch stands for, such as ("concept", system, code, folded)."""


class Own:
    """Gives out the integers of one batch; interns as a `Catalog` does."""

    def __init__(self) -> None:
        self.types: dict[str, int] = {}
        self.parameters: dict[Key, int] = {}
        self.values: dict[Key, int] = {}

    def type(self, connection: None, name: str) -> int:
        return self.types.setdefault(name, len(self.types))

    def parameter(self, connection: None, type: int, name: str, kind: str) -> int:
        key = type, name, kind
        found = self.parameters.get(key)
        return self.parameters.setdefault(key, len(self.parameters)) if found is None else found

    def concept(self, connection: None, system: str, code: str, folded: bool) -> int:
        return self._value(("concept", system, code, folded))

    def text(self, connection: None, parameter: int, folded: str, exact: str) -> int:
        return self._value(("text", parameter, folded, exact))

    def unit(self, connection: None, base: bool, system: str, code: str, unit: str) -> int:
        return self._value(("unit", base, system, code, unit))

    def resource(self, connection: None, type: str, id: str) -> int:
        return self._value(("resource", type, id))

    def _value(self, key: Key) -> int:
        """From 1 on, since 0 means "none" and a negative one a text from elsewhere."""
        return self.values.setdefault(key, len(self.values) + 1)


@dataclass(frozen=True, slots=True)
class Batch:
    """Different resources with their rows; made of what `marshal` can write."""

    changes: list[tuple[int, str, int, int, bytes, bytes]]
    """Type, id, own value, main date, and the JSON before and after version number and time."""
    types: list[str]
    parameters: list[Key]
    values: list[Key]
    fact: list[Row]
    date: list[Row]
    number: list[Row]
    quantity: list[Row]
    position: list[Row]


def pack(changes: Sequence[Change]) -> bytes:
    """A batch of changes to different resources, to be written whatever their current version."""
    own, rows, listed = Own(), index.Rows(), []
    for n, change in enumerate(changes):
        if not isinstance(change.body, Stamp) or change.expected is not None:
            raise TypeError("A batch takes stamped changes without an expected version")
        type = own.type(None, change.type)
        main = index.main_date(change.type, change.entries)
        rid = own.resource(None, change.type, change.id)
        listed.append((type, change.id, rid, main, change.body.before, change.body.after))
        index.gather(None, own, Indexed(n, type, main, change.entries, change.patients), rows)
    if len({rid for _, _, rid, *_ in listed}) < len(listed):
        raise ValueError("A batch holds one change of a resource")
    return marshal.dumps(
        (
            listed, list(own.types), list(own.parameters), list(own.values),
            rows.fact, rows.date, rows.number, rows.quantity, rows.position,
        )
    )  # fmt: skip


def unpack(data: bytes) -> Batch:
    """The batch in bytes that `pack` made in a process of ours; never for bytes from elsewhere."""
    return Batch(*marshal.loads(data))


@dataclass(slots=True)
class Target:
    """Where a batch is written: a transaction that is at commit `t`."""

    connection: Connection
    reader: Reader
    t: int
    at: int
    is_loading: bool
    """The ordered indexes are left for later."""


def write(target: Target, batch: Batch) -> None:
    """Writes a batch behind commit `target.t`; its changes take the commits that follow."""
    connection, catalog, first = target.connection, target.reader.catalog, target.t + 1
    types = [catalog.type(connection, name) for name in batch.types]
    heads = _heads(connection, catalog, batch, types, first)
    parameters = [
        catalog.parameter(connection, types[type], name, kind)
        for type, name, kind in batch.parameters
    ]
    _write_versions(target, batch, types, heads)
    _write_rows(target, batch, types, parameters, _values(connection, catalog, batch, parameters))


def _heads(
    connection: Connection, catalog: Catalog, batch: Batch, types: Sequence[int], first: int
) -> list[Head]:
    """The rids of all resources that the batch changes, those that are new made; their heads."""
    found: dict[tuple[int, str], Head] = {}
    by_type: dict[int, list[str]] = {}
    for type, id, *_ in batch.changes:
        by_type.setdefault(types[type], []).append(id)
    for type, ids in by_type.items():
        for id, rid, t, number, deleted in connection.rows(_heads_of(ids), (type, *ids)):
            found[type, id] = Head(rid, t, number, deleted == 1)
    row = connection.row("SELECT max(rid) FROM resource")
    rid = row[0] or 0 if row else 0
    new: list[Row] = []
    heads: list[Head] = []
    for n, (type, id, *_) in enumerate(batch.changes):
        head = found.get((types[type], id))
        if head is None:
            rid += 1
            head = Head(rid, 0, 0, False)
            new.append((rid, types[type], id, first + n, 1, 0))
        else:
            versions.move_head(connection, head.rid, first + n, head.number + 1, False)
        catalog.note_resource(batch.types[type], id, head.rid)
        heads.append(head)
    connection.insert("resource", new)
    return heads


def _write_versions(
    target: Target, batch: Batch, types: Sequence[int], heads: Sequence[Head]
) -> None:
    rows: list[Row] = []
    replaced: list[tuple[Head, int]] = []
    compress = target.reader.bodies.compress
    changed = zip(batch.changes, heads, strict=True)
    for t, ((own, _, _, main, before, after), head) in enumerate(changed, target.t + 1):
        type, number = types[own], head.number + 1
        body = Stamp(before, after)(number, target.at)
        codec, stored = compress(type, body)
        hash = hashlib.sha256(body).digest()
        rows.append((t, head.rid, type, number, target.at, main, 0, hash, codec, stored))
        if head.t:
            replaced.append((head, t))
    versions.add(target.connection, rows, replaced)


def _values(
    connection: Connection, catalog: Catalog, batch: Batch, parameters: Sequence[int]
) -> list[int]:
    """From each value of the batch to the record's; negative ones stand at the end of the list,
    where Python looks for them."""
    mapped = [0] * (2 * len(batch.values) + 1)
    for own, (kind, *key) in enumerate(batch.values, 1):
        match kind:
            case "concept":
                value = catalog.concept(connection, *key)
            case "resource":
                value = catalog.resource(connection, *key)
            case "text":
                value = catalog.text(connection, parameters[key[0]], key[1], key[2])
            case "unit":
                value = catalog.unit(connection, *key)
            case _:
                raise ValueError(f"unhandled kind of value: {kind}")
        mapped[own], mapped[-own] = value, -value
    return mapped


def _write_rows(
    target: Target, batch: Batch, types: Sequence[int], ps: Sequence[int], vs: Sequence[int]
) -> None:
    first, insert = target.t + 1, target.connection.insert
    fact = [(first + n, ps[p], vs[v], part) for n, p, v, part in batch.fact]
    insert("fact", fact)
    date = [(first + n, ps[p], *rest) for n, p, *rest in batch.date]
    index.note(target.connection, target.reader.catalog, date)
    insert("date", date)
    insert("number", [(first + n, ps[p], *rest) for n, p, *rest in batch.number])
    insert("quantity", [(first + n, ps[p], vs[u], *rest) for n, p, u, *rest in batch.quantity])
    insert("position", [(first + n, ps[p], *rest) for n, p, *rest in batch.position])
    if not target.is_loading:
        mains = [main for _, _, _, main, _, _ in batch.changes]
        live = [
            (types[own], main, t) for t, (own, _, _, main, _, _) in enumerate(batch.changes, first)
        ]
        insert("live", sorted(live))
        insert("posting", sorted({(p, v, mains[t - first], t) for t, p, v, _ in fact}))


def _heads_of(ids: Sequence[str]) -> str:
    return f"""SELECT id, rid, t, number, deleted FROM resource
        WHERE type = ? AND id IN ({question_marks(ids)})"""
