"""Says whether a history of one resource could have come from doing one thing after the other.

The search of Wing and Gong (1993) with the memory of Lowe (2017): take any operation that nobody
had to wait for, see whether its answer is right, go on, and come back when nothing fits.

An operation is a line of words: `create a made i`, `create b found i 1`, `read i 1 a`, `read i
gone`, `update i 1 b 2`, `update i 1 b refused`, `delete i`, `vread i 1 a`, `find i`, `find none`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DELETED = "-"


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client asked and was answered, between two moments."""

    start: float
    end: float
    words: tuple[str, ...]


Life = tuple[str, tuple[str, ...]]
"""An id and the values of its versions, from number 1; a deletion is a version too."""
State = tuple[Life, ...]
"""All resources that ever met the condition of the creates; only the last may be there still."""


def parse(text: str) -> list[Operation]:
    """`1-2 create a made i | 3-4 read i 1 a`."""
    operations = []
    for part in text.split(" | "):
        when, *words = part.split()
        start, _, end = when.partition("-")
        operations.append(Operation(float(start), float(end), tuple(words)))
    return operations


def order(history: Sequence[Operation]) -> list[Operation] | None:
    """An order of one after the other that explains all answers; None if there is none."""
    operations = sorted(history, key=lambda each: each.start)
    whole = (1 << len(operations)) - 1
    start: State = ()
    seen: set[tuple[int, State]] = set()
    path: list[Operation] = []
    work = [_next(operations, 0, start)]
    while work:
        for place, mask, state in work[-1]:
            if (mask, state) in seen:
                continue
            seen.add((mask, state))
            path.append(operations[place])
            if mask == whole:
                return path
            work.append(_next(operations, mask, state))
            break
        else:
            work.pop()
            if path:
                path.pop()
    return [] if not operations else None


def _next(
    operations: Sequence[Operation], mask: int, state: State
) -> Iterator[tuple[int, int, State]]:
    """What may have come next: operations that began before any other of the rest had ended."""
    place = (~mask & (mask + 1)).bit_length() - 1
    end = float("inf")
    while place < len(operations) and operations[place].start <= end:
        if not mask >> place & 1:
            operation = operations[place]
            end = min(end, operation.end)
            after = apply(state, operation.words)
            if after is not None:
                yield place, mask | 1 << place, after
        place += 1


def apply(state: State, words: Sequence[str]) -> State | None:
    """The state after an operation; None when its answer cannot be had in this state."""
    last_id, last = state[-1] if state else ("", (DELETED,))
    is_there = last[-1] != DELETED
    match words:
        case ("create", value, "made", id):
            is_new = not is_there and all(id != each for each, _ in state)
            return (*state, (id, (value,))) if is_new else None
        case ("create", _, "found", id, number):
            return state if is_there and (id, number) == (last_id, str(len(last))) else None
        case ("find", id):
            return state if id == (last_id if is_there else "none") else None
        case ("update", id, expected, value, answer):
            fits = is_there and (id, expected) == (last_id, str(len(last)))
            if answer == "refused":
                return None if fits else state
            return _changed(state, value) if fits and answer == str(len(last) + 1) else None
        case ("delete", id):
            return _changed(state, DELETED) if is_there and id == last_id else state
        case ("read", id, *answer):
            return state if answer == _read(dict(state).get(id, ())) else None
        case ("vread", id, number, answer):
            versions = dict(state).get(id, ())
            known = 0 < int(number) <= len(versions)
            value = versions[int(number) - 1] if known else "none"
            return state if answer == ("gone" if value == DELETED else value) else None
    raise ValueError(f"unknown operation: {' '.join(words)}")


def _changed(state: State, value: str) -> State:
    id, versions = state[-1]
    return (*state[:-1], (id, (*versions, value)))


def _read(versions: Sequence[str]) -> list[str]:
    if not versions:
        return ["none"]
    return ["gone"] if versions[-1] == DELETED else [str(len(versions)), versions[-1]]
