"""Checks a log against its own checkpoints and against those that a witness has kept.

Whatever was changed, taken out, moved, put in, shortened or dated back gives another root than the
one that was signed.
docs: docs/adr/0004-the-log-is-durable-first.md
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from samspill.access import entry
from samspill.access.checkpoint import Verifier
from samspill.access.tree import Frontier, Hash
from samspill.base.errors import InvalidContent
from samspill.base.texts import Text
from samspill.store import Store

BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Findings:
    """What an inspection found; `faults` is empty for a log that is as it was signed."""

    lines: int
    signed: int
    """How many of the lines stand under a checkpoint of the log's own."""
    witnessed: int
    """How many stand under a checkpoint that the witness has."""
    faults: tuple[Text, ...]


def inspect(store: Store, verifier: Verifier, witness: Iterable[str] = ()) -> Findings:
    """Reads the whole log once. `witness` are the signed notes that were kept elsewhere."""
    faults: list[Text] = []
    signed = _opened(store.checkpoints(), verifier, faults)
    told = _opened(witness, verifier, faults)
    size, listed, roots = _roots(store, signed.keys() | told.keys(), faults)
    faults += _compared(signed, roots, size)
    faults += _compared(told, roots, size)
    if store.misplaced_accesses(listed):
        faults.append(MISPLACED)
    return Findings(size, max(signed, default=0), max(told, default=0), tuple(faults))


def notes(text: str) -> list[str]:
    """The signed notes of a witness's file, in which an empty line follows each."""
    parts = text.split("\n\n")
    return [
        f"{body}\n\n{signatures}\n" for body, signatures in zip(*[iter(parts)] * 2, strict=False)
    ]


def _opened(given: Iterable[str], verifier: Verifier, faults: list[Text]) -> dict[int, Hash]:
    """Size and root of each note; one that does not open is a fault."""
    found: dict[int, Hash] = {}
    for note in given:
        try:
            checkpoint = verifier.open(note)
        except InvalidContent:
            faults.append(FORGED)
            continue
        if found.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root:
            faults.append(_forked(checkpoint.size))
    return found


def _roots(
    store: Store, wanted: Collection[int], faults: list[Text]
) -> tuple[int, int, dict[int, Hash]]:
    """How many lines and mentions of patients there are, and the roots at the sizes wanted."""
    frontier = Frontier()
    roots: dict[int, Hash] = {}
    mentions = 0
    while lines := store.accesses(after=frontier.size, count=BATCH):
        for position, line in lines:
            if position != frontier.size + 1:
                faults.append(_missing(frontier.size + 1))
                return frontier.size, mentions, roots
            frontier.append(entry.leaf(line))
            mentions += len(set(line.patients.split()))
            if frontier.size in wanted:
                roots[frontier.size] = frontier.root()
    return frontier.size, mentions, roots


def _compared(signed: Mapping[int, Hash], roots: Mapping[int, Hash], size: int) -> list[Text]:
    """The first checkpoint that the log does not agree with, and what it says of the log."""
    sound = 0
    for expected in sorted(signed):
        if expected > size:
            return [_shortened(expected, size)]
        if roots[expected] != signed[expected]:
            return [_changed(sound + 1, expected)]
        sound = expected
    return []


FORGED = Text(
    "A checkpoint is not signed with the key of this log",
    "Et sjekkpunkt er ikke signert med nøkkelen til denne loggen",
)
MISPLACED = Text(
    "The lines are not listed under the patients that they are about",
    "Linjene står ikke oppført på pasientene de gjelder",
)


def _forked(size: int) -> Text:
    return Text(
        f"Two checkpoints of {size} lines differ: the log has been two different ones",
        f"To sjekkpunkter for {size} linjer er ulike: loggen har vært to forskjellige",
    )


def _missing(position: int) -> Text:
    return Text(f"Line {position} is missing", f"Linje {position} mangler")


def _shortened(expected: int, size: int) -> Text:
    return Text(
        f"The log had {expected} lines when it was signed, and has {size} now",
        f"Loggen hadde {expected} linjer da den ble signert, og har {size} nå",
    )


def _changed(first: int, last: int) -> Text:
    return Text(
        f"Something among the lines {first} to {last} is not as it was signed",
        f"Noe i linjene {first} til {last} er ikke slik det ble signert",
    )
