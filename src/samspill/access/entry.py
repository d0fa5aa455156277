"""A line of the access log: who, when, for what, on which basis, and what was shown.

A line is in the hash tree by a salted commitment, so that its content can be taken away by law one
day and the tree still holds.
docs: access.md B of the design; docs/adr/0004-the-log-is-durable-first.md
"""

from collections import deque
from functools import lru_cache
from hashlib import sha256
from os import urandom

import msgspec

from samspill.access import tree
from samspill.access.actor import Actor, Context
from samspill.access.tree import Hash
from samspill.store import Access

SALT_BYTES = 16
_json = msgspec.json.Encoder()
_salts = deque[str]()


class Who(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who acted, as the log keeps it: never with a national identity number."""

    kind: str
    reference: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    organization: str = ""
    department: str = ""
    client: str = ""
    hpr: str = ""


class Deed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was done, for what purpose and on which basis."""

    action: str
    purpose: str = ""
    basis: tuple[str, ...] = ()
    on_behalf_of: str = ""
    attested: int = 0
    """When the purpose was stated (microseconds); 0 when it was not."""


def line(
    actor: Actor, deed: Deed, *, at: int, type: str, seen: str, patients: str = "",
    outcome: str = "", request: str = "",
) -> Access:  # fmt: skip
    """`seen` names versions as "Type/id/number", `patients` ids, both with blanks between.

    Where patients are left out, the one who keeps the log finds them from what was seen.
    """
    return Access(at, _who(actor), _deed(deed), type, seen, patients, outcome, request, _salt())


def _salt() -> str:
    """Random, each used once. They are drawn by the hundred: the system's answer takes longer than
    all else of a line."""
    try:
        return _salts.pop()
    except IndexError:
        drawn, size = urandom(SALT_BYTES * 256).hex(), SALT_BYTES * 2
        _salts.extend(drawn[at : at + size] for at in range(size, len(drawn), size))
        return drawn[:size]


def deed(action: str, context: Context, basis: tuple[str, ...]) -> Deed:
    attestation = context.attestation
    return Deed(
        action,
        purpose=context.purpose,
        basis=basis,
        on_behalf_of=context.on_behalf_of,
        attested=attestation.at if attestation else 0,
    )


def leaf(line: Access) -> Hash:
    """What stands for the line in the hash tree."""
    content = _json.encode(
        [line.at, line.who, line.deed, line.type, line.seen, line.patients, line.outcome,
            line.request]
    )  # fmt: skip
    return tree.leaf(sha256(line.salt.encode() + content).digest())


def who(line: Access) -> Who:
    return msgspec.json.decode(line.who, type=Who)


def done(line: Access) -> Deed:
    return msgspec.json.decode(line.deed, type=Deed)


@lru_cache(4096)
def _who(actor: Actor) -> str:
    return _json.encode(
        Who(
            kind=actor.kind.value,
            reference=actor.reference,
            name=actor.name,
            roles=actor.roles,
            organization=actor.organization,
            department=actor.department,
            client=actor.client,
            hpr=actor.hpr,
        )
    ).decode()


@lru_cache(4096)
def _deed(deed: Deed) -> str:
    return _json.encode(deed).decode()
