"""The checker of isolation finds every planted anomaly, and none where there is none.

A history is written as transactions between bars: `x+1` appends 1 to x, `x=1,2` reads x, a leading
`!` marks an aborted transaction and `?` one of unknown outcome. After a slash stand the lists as
they were at the end.
"""

import pytest

from builders.isolation import ANOMALIES, Append, Read, Transaction, check

PLANTED = [
    ("two writers overwrite each other in turn", "G0", "x+1 y+1 | x+2 y+2 / x=1,2 y=2,1"),
    ("three writers in a circle", "G0", "x+1 z+1 | x+2 y+2 | y+3 z+3 / x=1,2 y=2,3 z=3,1"),
    ("a read of what was aborted", "G1a", "!x+1 | x=1"),
    ("a read of what nobody wrote", "G1a", "x+1 | x=1,7"),
    ("an aborted value between others", "G1a", "x+1 | !x+2 | x+3 | x=1,2,3"),
    ("a read in the middle of another", "G1b", "x+1 x+2 | x=1 | x=1,2"),
    ("a read in the middle, of one of two lists", "G1b", "y+5 x+1 x+2 | y=5 x=1 | x=1,2"),
    ("two that read each other's writes", "G1c", "x+1 y=2 | y+2 x=1"),
    ("three that read each other's writes", "G1c", "x+1 y=2 | y+2 z=3 | z+3 x=1"),
    ("a write over, and a read from the later", "G1c", "x+1 y=2 | x+2 y+2 / x=1,2"),
    ("half of a transaction is seen", "G-single", "x+1 y+1 | x=1 y= / x=1 y=1"),
    ("two reads of one list differ", "internal", "x+1 | x= x=1"),
    ("a later write is seen, an earlier is not", "G-single", "x+1 | x=1 y+2 | y=2 x= | x=1"),
    ("a read skew over two versions", "G-single", "x+1 y+1 | x+2 y+2 | x=1 y=1,2 | x=1,2"),
    ("two doctors go off duty", "G2-item", "x= y+1 | y= x+2 / x=2 y=1"),
    ("both read both and write one", "G2-item", "x= y= x+1 | x= y= y+2 / x=1 y=2"),
    ("three do not see the next", "G2-item", "x= y+1 | y= z+2 | z= x+3 / x=3 y=1 z=2"),
    ("a bystander sees the order that was not", "G2-item", "x+1 | y+2 | x=1 y= | y=2 x="),
    ("two append to what both have read", "lost update", "x+1 | x=1 x+2 | x=1 x+3 / x=1,2,3"),
    ("an acknowledged append is gone", "lost update", "x+1 | x+2 / x=2"),
    ("of two appends one is gone", "lost update", "x= x+1 | x= x+2 / x=2"),
    ("an own write is not seen", "internal", "x+1 x= / x=1"),
    ("what was read goes on otherwise", "internal", "x+1 | x=1 x+2 x=2 / x=1,2"),
    ("two orders of the same list", "order", "x+1 | x+2 | x=1,2 | x=2,1"),
    ("a value stands twice", "order", "x+1 | x=1,1"),
]

SOUND = [
    "x+1 | x=1 x+2 | x=1,2",
    "x+1 y+1 | x=1 y=1 | x= y=",
    "!x+1 | x= | x+2 x=2 | x=2",
    "?x+1 | x=1 | x+2 / x=1,2",
    "?x+1 | x= | x+2 / x=2",
    "x+1 x+2 x=1,2 | x=1,2 x+3 | x= / x=1,2,3",
    "x= y+1 | y=1 x+2 / x=2 y=1",
    "x= y= x+1 | x=1 y= y+2 | x=1 y=2",
]


def parse(text: str) -> tuple[list[Transaction], dict[str, tuple[int, ...]] | None]:
    body, slash, end = text.partition(" / ")
    history = [_transaction(part.strip()) for part in body.split(" | ")]
    lists = [_step(word) for word in end.split()]
    final = {each.key: each.values for each in lists if isinstance(each, Read)}
    return history, final if slash else None


def _transaction(text: str) -> Transaction:
    steps = tuple(_step(word) for word in text.lstrip("!?").split())
    match text[0]:
        case "!":
            return Transaction(steps, "aborted")
        case "?":
            return Transaction(steps, "unknown")
    return Transaction(steps)


def _step(word: str) -> Append | Read:
    key, plus, value = word.partition("+")
    if plus:
        return Append(key, int(value))
    key, _, values = word.partition("=")
    return Read(key, tuple(int(each) for each in values.split(",") if each))


@pytest.mark.parametrize(("about", "name", "text"), PLANTED, ids=[each[0] for each in PLANTED])
def test_a_planted_anomaly_is_found(about: str, name: str, text: str) -> None:
    found = {anomaly.name for anomaly in check(*parse(text))}
    assert name in found, about
    assert found <= set(ANOMALIES)


@pytest.mark.parametrize("text", SOUND)
def test_a_sound_history_is_let_pass(text: str) -> None:
    assert check(*parse(text)) == []


def test_every_kind_of_anomaly_is_planted() -> None:
    assert {name for _, name, _ in PLANTED} == set(ANOMALIES)


def test_write_skew_is_not_called_something_else() -> None:
    """What a database that takes snapshots lets pass is told from what it does not."""
    for about, name, text in PLANTED:
        if name == "G2-item":
            assert [each.name for each in check(*parse(text))] == ["G2-item"], about
