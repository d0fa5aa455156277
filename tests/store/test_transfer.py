"""A record moves between the kinds of databases, and comes back row by row as it was."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from builders import postgres
from builders.records import Clock, an_observation, body, ids, observations
from samspill.base.errors import Misconfigured
from samspill.fhir.search.query import All
from samspill.fhir.search.values import IndexEntry, Period, Quantity, String
from samspill.store import Change, Store, transfer
from samspill.store.types import Access

UNIT = "http://unitsofmeasure.org"


@pytest.fixture
def url() -> Iterator[str]:
    made = postgres.fresh()
    yield made
    postgres.drop(made)


def _fill(address: str) -> None:
    clock = Clock()
    store = Store.open(address, clock)
    try:
        for n in range(30):
            clock.at += 1_000
            store.write(lambda t, n=n: t.write(an_observation(f"o{n % 20}", "abc"[n % 3], n)))
        store.write(lambda t: t.delete("Observation", "o3"))
        store.write(lambda t: t.write(_weight("å\u2028\U0001f600")))
        store.write(lambda t: t.add_job("j1", "export", '{"a":1}'))
        store.write(lambda t: t.mark("delivered", 17))
        store.write(lambda t: t.log([Access(1, "{}", "read", "Patient", "1 2", "1 2")]))
    finally:
        store.close()


def _weight(text: str) -> Change:
    value = 0.1 + 0.2
    entries = [
        IndexEntry("code:text", String(text, text)),
        IndexEntry("value-quantity", Quantity(value, 1e300, UNIT, "kg", "kg", value, value, "g")),
        IndexEntry("date", Period(-(2**62), 2**62)),
    ]
    return Change("Observation", "w", body("Observation", "w"), entries, ("1",))


@contextmanager
def _opened(address: str) -> Iterator[Store]:
    store = Store.open(address, Clock())
    try:
        yield store
    finally:
        store.close()


def _rows(address: str) -> dict[str, list[str]]:
    """All rows of all tables but the words, which are made anew from the bodies."""
    database = transfer.open_database(address)
    try:
        found = {}
        for (name,) in database.reader().rows(database.named):
            if name.startswith(("words", "sqlite_")):
                continue
            rows = list(database.reader().rows(" ".join(("SELECT * FROM", name))))
            if name == "mark":
                rows = [(key, str(value)) for key, value in rows if key not in ("schema", "fill")]
            found[name] = sorted(repr(tuple(row)) for row in rows)
        return found
    finally:
        database.close()


def test_a_record_comes_back_as_it_was(tmp_path: Path, url: str) -> None:
    first, last = f"sqlite://{tmp_path}/a.db", f"sqlite://{tmp_path}/b.db"
    _fill(first)
    told: list[str] = []
    transfer.between(first, url, told.append)
    assert "same in both" in told[-1]
    assert any(line.startswith("version ") and " 32 rows " in line for line in told)
    transfer.between(url, last, told.append)
    there, back = _rows(first), _rows(last)
    assert there == back == _rows(url)
    assert sum(map(len, there.values())) > 300


def test_what_has_moved_is_read_searched_and_written_as_before(tmp_path: Path, url: str) -> None:
    first = f"sqlite://{tmp_path}/a.db"
    _fill(first)
    transfer.between(first, url, lambda _: None)
    with _opened(first) as one, _opened(url) as other:
        query = observations(All())
        assert ids(one, query) == ids(other, query)
        assert one.history(count=100).versions == other.history(count=100).versions
        assert one.outbox_position() == other.outbox_position()
        assert other.mark("delivered") == 17
        number = other.write(lambda t: t.write(an_observation("o1"))).number
        assert number == one.write(lambda t: t.write(an_observation("o1"))).number


def test_a_target_that_holds_a_record_is_left_alone(tmp_path: Path, url: str) -> None:
    first, second = f"sqlite://{tmp_path}/a.db", f"sqlite://{tmp_path}/b.db"
    _fill(first)
    _fill(second)
    before = _rows(second)
    with pytest.raises(Misconfigured, match="in the target already"):
        transfer.between(first, second, lambda _: None)
    assert _rows(second) == before


def test_a_move_that_was_cut_off_is_no_record_and_begins_again(tmp_path: Path, url: str) -> None:
    first = f"sqlite://{tmp_path}/a.db"
    _fill(first)

    def cut(line: str) -> None:
        if line.startswith("posting"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer.between(first, url, cut)
    with pytest.raises(Misconfigured, match="cut off"):
        Store.open(url, Clock())
    transfer.between(first, url, lambda _: None)
    assert _rows(url) == _rows(first)


def test_a_row_that_is_lost_on_the_way_is_noticed(tmp_path: Path, url: str) -> None:
    first = f"sqlite://{tmp_path}/a.db"
    _fill(first)

    def lose(line: str) -> None:
        if line.startswith("version "):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("UPDATE version SET at = at + 1 WHERE t = 7")

    with pytest.raises(Misconfigured, match="version"):
        transfer.between(first, url, lose)


def test_a_backup_of_postgresql_is_a_file_and_brings_the_record_back(
    tmp_path: Path, url: str
) -> None:
    _fill(url)
    with _opened(url) as store:
        store.backup(tmp_path / "backup.db")
    before = _rows(url)
    with _opened(url) as store:
        store.write(lambda t: t.write(an_observation("later")))
    with pytest.raises(Misconfigured, match="already"):
        Store.restore(tmp_path / "backup.db", url)
    Store.restore(tmp_path / "backup.db", url, replace=True)
    assert _rows(url) == before


@pytest.mark.proof
def test_a_seeded_record_goes_to_postgresql_and_back_by_the_commands(
    tmp_path: Path, url: str, proof: Callable[..., None]
) -> None:
    first, last = f"sqlite://{tmp_path}/record.db", f"sqlite://{tmp_path}/back/record.db"
    (tmp_path / "back").mkdir()
    _samspill("seed", "--people", "30", "--data", str(tmp_path))
    assert "same in both" in _samspill("migrate-store", first, url)
    assert "same in both" in _samspill("migrate-store", url, last)
    there, back = _rows(first), _rows(last)
    assert there == back == _rows(url)
    for moved in (url, last):
        assert "all is well" in _samspill("verify", database=moved)
    versions, rows = len(there["version"]), sum(map(len, there.values()))
    assert versions > 5_000
    proof(
        "a seeded record is the same after the way to PostgreSQL and back, and verified on both",
        runs=2,
        found=f"0 of {rows:,} rows differ, {versions:,} versions",
    )


def _samspill(*command: str, database: str = "") -> str:
    environment = {**os.environ, **({"SAMSPILL_DATABASE": database} if database else {})}
    program = Path(sys.executable).with_name("samspill")
    done = subprocess.run(
        [program, *command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
