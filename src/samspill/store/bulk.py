"""Batches of changes that other processes prepare, so that the writer has little left to do.

A batch has integers of its own for everything it names. `pack` makes it, without a record; `write`
finds or makes the record's integers, once for each, and maps the rows from the ones to the others.
"""

import hashlib
import marshal
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import msgpack

from samspill.store import facts, index, load, versions
from samspill.store.catalog import Value
from samspill.store.connect import Connection, Row
from samspill.store.facts import Facts, Following
from samspill.store.index import Indexed, Rows
from samspill.store.interning import Own
from samspill.store.types import Change, Stamp
from samspill.store.versions import Head, Reader


@dataclass(frozen=True, slots=True)
class Batch:
    """Different resources with their rows; made of what `marshal` can write."""

    changes: list[tuple[int, str, int, int, bytes, bytes]]
    """Type, id, own value, main date, and the JSON before and after version number and time."""
    types: list[str]
    parameters: list[Value]
    values: list[Value]
    fact: list[Row]
    date: list[Row]
    number: list[Row]
    quantity: list[Row]
    position: list[Row]
    facts: list[tuple[int, bytes]]
    """What follows from some of the changes about access, by their place in the batch."""
    words: list[Row]
    contained: list[Row]
    targets: list[tuple[int, str]]


def pack(changes: Sequence[Change]) -> bytes:
    """A batch of changes to different resources, to be written whatever their current version."""
    own, rows, listed = Own(), Rows(), []
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
            [(n, msgpack.encode(each.facts)) for n, each in enumerate(changes) if each.facts],
            rows.words, rows.contained, list(rows.targets),
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
    connection, catalog = target.connection, target.reader.catalog
    types = [catalog.type(connection, name) for name in batch.types]
    heads = _heads(target, batch, types)
    _write_versions(target, batch, types, heads)
    parameters = [
        catalog.parameter(connection, types[type], name, kind)
        for type, name, kind in batch.parameters
    ]
    values = index.values(connection, catalog, parameters, batch.values)
    rows = index.mapped(_rows(batch, types), target.t + 1, parameters, values)
    index.insert(connection, catalog, rows, load.ORDERED if target.is_loading else ())
    stated = {n: msgpack.decode(data, type=Facts) for n, data in batch.facts}
    followed = [Following(each.rid, stated.get(n), each.t == 0) for n, each in enumerate(heads)]
    facts.write(connection, catalog, followed)


def _heads(target: Target, batch: Batch, types: Sequence[int]) -> list[Head]:
    """The heads of all resources that the batch changes, before it; those that are new are made,
    the others moved."""
    connection, catalog = target.connection, target.reader.catalog
    by_type: dict[int, list[str]] = {}
    for type, id, *_ in batch.changes:
        by_type.setdefault(type, []).append(id)
    found = {type: versions.heads(connection, types[type], ids) for type, ids in by_type.items()}
    rid = versions.last_rid(connection)
    heads, new, moved = list[Head](), list[tuple[int, str, Head]](), list[Head]()
    for t, (type, id, *_) in enumerate(batch.changes, target.t + 1):
        head = found[type].get(id)
        if head is None:
            rid += 1
            head = Head(rid, 0, 0, False)
            new.append((types[type], id, Head(rid, t, 1, False)))
        else:
            moved.append(Head(head.rid, t, head.number + 1, False))
        catalog.note_resource(batch.types[type], id, head.rid)
        heads.append(head)
    with connection.together():
        versions.add_resources(connection, new)
        versions.move_heads(connection, moved)
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
    with target.connection.together():
        versions.add(target.connection, rows, replaced)


def _rows(batch: Batch, types: Sequence[int]) -> Rows:
    """The batch's index rows, those too that follow from others."""
    mains = [main for _, _, _, main, _, _ in batch.changes]
    live = [(types[type], main, n) for n, (type, _, _, main, _, _) in enumerate(batch.changes)]
    return Rows(
        live=live + [(types[type], 0, n) for n, type, _ in batch.contained],
        posting=[(p, v, mains[n] if n >= 0 else 0, n) for n, p, v, _ in batch.fact],
        fact=batch.fact,
        date=batch.date,
        number=batch.number,
        quantity=batch.quantity,
        position=batch.position,
        words=[(n, types[type], *rest) for n, type, *rest in batch.words],
        contained=[(n, types[type], id) for n, type, id in batch.contained],
        targets=set(batch.targets),
    )
