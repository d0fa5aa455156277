"""The log is taken over whole, stands under signed checkpoints, and every change to it is found."""

import shutil
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

import apsw
import pytest

from builders.records import Clock
from samspill.access import entry, inspect, ledger, signing, spool, tree
from samspill.access.actor import Actor, Kind
from samspill.access.entry import Deed
from samspill.access.ledger import Ledger
from samspill.access.spool import Spool
from samspill.store import Access, Store, Transaction

DOCTOR = Actor(Kind.PROFESSIONAL, "Practitioner/1", name="Doctor")
LINES = 300


def a_line(number: int) -> Access:
    return entry.line(
        DOCTOR, Deed("read", purpose="TREAT"), at=number, type="Observation",
        seen=f"Observation/{number}/1",
    )  # fmt: skip


def of_two(seen: str) -> tuple[str, ...]:
    """Every third version is about two patients."""
    number = int(seen.split("/")[1])
    return ("a", "b") if number % 3 == 0 else ("a",)


def opened(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder / 'record.db'}", Clock())


def a_ledger(store: Store, folder: Path) -> Ledger:
    signer = signing.signer(folder)
    return Ledger(store, folder / "spool", signer, of_two, folder / "witness.txt")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log of many lines under several checkpoints."""
    folder = tmp_path_factory.mktemp("log")
    store = opened(folder)
    keeping = a_ledger(store, folder)
    numbers = count(1)
    for lines in (1, 99, 156, 44):
        spooling = Spool(folder / "spool", count(next(numbers) * 1_000).__next__)
        for _ in range(lines):
            spooling.add(ledger.spooled(a_line(next(numbers))))
        spooling.turn()
        assert keeping.take_over() == lines
        keeping.sign()
    store.close()
    return folder


def inspected(folder: Path) -> inspect.Findings:
    store = opened(folder)
    try:
        notes = inspect.notes((folder / "witness.txt").read_text("utf-8"))
        return inspect.inspect(store, signing.signer(folder).verifier, notes)
    finally:
        store.close()


def test_a_log_that_nobody_touched_is_sound(kept: Path) -> None:
    found = inspected(kept)
    assert found.faults == ()
    assert (found.lines, found.signed, found.witnessed) == (LINES, LINES, LINES)


def test_lines_are_found_by_patient(kept: Path) -> None:
    store = opened(kept)
    assert len(store.accesses(count=1_000, patient="a")) == LINES
    about_b = store.accesses(count=1_000, patient="b")
    assert 0 < len(about_b) < LINES
    assert {line.patients for _, line in about_b} == {"a b"}
    store.close()


def test_a_line_can_be_shown_to_be_in_the_log_without_the_log(kept: Path) -> None:
    store = opened(kept)
    verifier = signing.signer(kept).verifier
    checkpoint = verifier.open(store.checkpoints()[-1])
    lines = store.accesses(count=LINES)
    frontier = tree.Frontier()
    for _, line in lines:
        frontier.append(entry.leaf(line))
    assert (checkpoint.size, checkpoint.root) == (LINES, frontier.root())
    store.close()


def test_what_was_taken_over_before_a_crash_is_not_taken_over_again(tmp_path: Path) -> None:
    store = opened(tmp_path)
    spooling = Spool(tmp_path / "spool", count().__next__)
    spooling.add(ledger.spooled(a_line(1)))
    spooling.turn()
    file = next((tmp_path / "spool").iterdir())
    content = file.read_bytes()
    keeping = a_ledger(store, tmp_path)
    keeping.take_over()
    file.write_bytes(content)
    a_ledger(store, tmp_path).take_over()
    assert len(store.accesses()) == 1
    assert list(spool.finished(tmp_path / "spool")) == []
    store.close()


def test_the_tree_is_taken_up_where_another_process_left_it(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for number in range(1, 6):
        lines = [a_line(number) for _ in range(number * 70)]
        store.write(partial(_log, lines))
        a_ledger(store, tmp_path).sign()
    store.close()
    found = inspected(tmp_path)
    assert (found.lines, found.signed, found.faults) == (1_050, 1_050, ())


def _log(lines: list[Access], inside: Transaction) -> None:
    inside.log(lines)


Attack = Callable[[apsw.Connection, Random], None]


EDITS = (
    "UPDATE access SET type = 'Patient' WHERE position = ?",
    "UPDATE access SET seen = seen || '0' WHERE position = ?",
    "UPDATE access SET outcome = 'refused' WHERE position = ?",
    "UPDATE access SET request = 'r' WHERE position = ?",
    "UPDATE access SET patients = 'c' WHERE position = ?",
)


def edit(record: apsw.Connection, random: Random) -> None:
    record.execute(random.choice(EDITS), line(random))


def blame_another(record: apsw.Connection, random: Random) -> None:
    record.execute("UPDATE access_term SET text = replace(text, 'Doctor', 'Nobody')")


def date_back(record: apsw.Connection, random: Random) -> None:
    record.execute("UPDATE access SET at = at - 1 WHERE position = ?", line(random))


def salt_anew(record: apsw.Connection, random: Random) -> None:
    record.execute("UPDATE access SET salt = hex(randomblob(16)) WHERE position = ?", line(random))


def take_out(record: apsw.Connection, random: Random) -> None:
    """Also closes the gap."""
    (position,) = line(random)
    record.execute("DELETE FROM access WHERE position = ?", (position,))
    record.execute("UPDATE access SET position = -position WHERE position > ?", (position,))
    record.execute("UPDATE access SET position = -position - 1 WHERE position < 0")


def leave_a_gap(record: apsw.Connection, random: Random) -> None:
    record.execute("DELETE FROM access WHERE position = ?", line(random))


def swap(record: apsw.Connection, random: Random) -> None:
    one, other = random.sample(range(1, LINES + 1), 2)
    record.execute("UPDATE access SET position = 0 WHERE position = ?", (one,))
    record.execute("UPDATE access SET position = ? WHERE position = ?", (one, other))
    record.execute("UPDATE access SET position = ? WHERE position = 0", (other,))


def put_in(record: apsw.Connection, random: Random) -> None:
    (position,) = line(random)
    record.execute("UPDATE access SET position = -position WHERE position > ?", (position,))
    record.execute("UPDATE access SET position = 1 - position WHERE position < 0")
    record.execute(
        """INSERT INTO access SELECT position + 1, at, who, deed, type, seen, patients, outcome,
        request, salt FROM access WHERE position = ?""",
        (position,),
    )


def shorten(record: apsw.Connection, random: Random) -> None:
    """With the checkpoints that tell of it: only the witness knows."""
    (position,) = line(random)
    record.execute("DELETE FROM access WHERE position >= ?", (position,))
    record.execute("DELETE FROM access_patient WHERE position >= ?", (position,))
    record.execute("DELETE FROM access_checkpoint WHERE size >= ?", (position,))
    record.execute("DELETE FROM access_tile")


def hide_from_the_patient(record: apsw.Connection, random: Random) -> None:
    record.execute("DELETE FROM access_patient WHERE position = ?", line(random))


def forge_a_checkpoint(record: apsw.Connection, random: Random) -> None:
    record.execute("UPDATE access_checkpoint SET note = replace(note, '300', '301')")


def line(random: Random) -> tuple[int]:
    return (random.randrange(1, LINES + 1),)


ATTACKS = (
    edit, blame_another, date_back, salt_anew, take_out, leave_a_gap, swap, put_in, shorten,
    hide_from_the_patient, forge_a_checkpoint,
)  # fmt: skip


def undetected(kept: Path, folder: Path, seeds: range) -> list[str]:
    """The attacks that the inspection did not notice."""
    missed = []
    for seed in seeds:
        attack = ATTACKS[seed % len(ATTACKS)]
        copy = folder / str(seed)
        shutil.copytree(kept, copy)
        record = apsw.Connection(str(copy / "record.db"))
        with record:
            attack(record, Random(seed))
        record.close()
        if not inspected(copy).faults:
            missed.append(f"{attack.__name__} {seed}")
        shutil.rmtree(copy)
    return missed


def test_every_kind_of_tampering_is_found(kept: Path, tmp_path: Path) -> None:
    assert undetected(kept, tmp_path, range(5 * len(ATTACKS))) == []


@pytest.mark.proof
def test_a_thousand_attacks_are_found(
    kept: Path, tmp_path: Path, proof: Callable[..., None]
) -> None:
    missed = undetected(kept, tmp_path, range(1_000))
    found = f"{1_000 - len(missed):,} of 1,000"
    proof("tampering with the access log is found", runs=1_000, found=found)
    assert missed == []


def test_a_log_rewritten_and_signed_anew_is_known_by_the_witness(
    kept: Path, tmp_path: Path
) -> None:
    """Even who has the key cannot make a past that agrees with what the witness has kept."""
    copy = tmp_path / "copy"
    shutil.copytree(kept, copy)
    witness = (copy / "witness.txt").read_bytes()
    with apsw.Connection(str(copy / "record.db")) as record:
        record.execute("UPDATE access SET seen = 'Observation/0/1' WHERE position = 150")
        record.execute("DELETE FROM access_checkpoint")
        record.execute("DELETE FROM access_tile")
    store = opened(copy)
    a_ledger(store, copy).sign()
    store.close()
    (copy / "witness.txt").write_bytes(witness)
    assert [fault.en for fault in inspected(copy).faults] == [
        "Something among the lines 101 to 256 is not as it was signed"
    ]
