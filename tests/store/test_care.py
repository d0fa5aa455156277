"""The record as a whole: opened, migrated, backed up, restored, verified, swept, loaded."""

from pathlib import Path
from unittest.mock import patch

import apsw
import pytest

from builders.records import (
    DAY,
    SYSTEM,
    Clock,
    a_patient,
    a_store,
    an_observation,
    ids,
    observations,
)
from samspill.base.errors import Busy, Misconfigured
from samspill.base.json import Resource
from samspill.fhir.search.query import All, DateIs, Match, TokenIs
from samspill.fhir.search.values import IndexEntry, Token
from samspill.store import Change, Store, load

CODE_A = observations(Match("code", TokenIs(SYSTEM, "a")))


def _extract(resource: Resource) -> list[IndexEntry]:
    return [IndexEntry("code", Token("", resource["id"]))]


def _basic(id: str) -> Change:
    body = b'{"resourceType":"Basic","id":"%b"}' % id.encode()
    return Change("Basic", id, lambda number, at: body, _extract({"id": id}))


def test_a_record_is_opened_again_as_it_was(tmp_path: Path) -> None:
    for number in (1, 2):
        store = Store.open(f"sqlite://{tmp_path}/record.db")
        assert store.write(lambda t: t.write(an_observation("1"))).number == number
        assert ids(store, CODE_A) == ["1"]
        store.close()


def test_a_newer_record_is_refused(tmp_path: Path) -> None:
    Store.open(tmp_path / "record.db").close()
    with apsw.Connection(str(tmp_path / "record.db")) as connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()
    with pytest.raises(Misconfigured, match="upgrade the program"):
        Store.open(tmp_path / "record.db")


def test_an_address_of_another_kind_is_refused() -> None:
    with pytest.raises(Misconfigured):
        Store.open("mysql://somewhere/record")


def test_a_backup_is_restored(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "record.db")
    store.write(lambda t: t.write(an_observation("1")))
    steps: list[tuple[int, int]] = []
    store.backup(tmp_path / "copy", lambda done, of: steps.append((done, of)))
    assert steps[-1][0] == steps[-1][1] > 0
    with pytest.raises(Misconfigured, match="exists already"):
        store.backup(tmp_path / "copy")
    store.write(lambda t: t.write(an_observation("2")))
    with pytest.raises(Misconfigured, match="only if you say so"):
        Store.restore(tmp_path / "copy", tmp_path / "record.db")
    with pytest.raises(Misconfigured, match="stop the server"):
        Store.restore(tmp_path / "copy", tmp_path / "record.db", replace=True)
    store.close()
    Store.restore(tmp_path / "copy", tmp_path / "record.db", replace=True)
    Store.restore(tmp_path / "copy", tmp_path / "other" / "record.db")
    for path in (tmp_path / "record.db", tmp_path / "other" / "record.db"):
        restored = Store.open(path)
        assert ids(restored, CODE_A) == ["1"]
        restored.close()


def test_a_damaged_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(b"nothing of use" * 1_000)
    with pytest.raises(Misconfigured):
        Store.restore(tmp_path / "copy", tmp_path / "record.db")
    with pytest.raises(Misconfigured, match="no such backup"):
        Store.restore(tmp_path / "none", tmp_path / "record.db")
    assert not (tmp_path / "record.db").exists()


def _spoil(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE version SET body = x'7b7d' WHERE t = 2", "not what was stored"),
        ("UPDATE version SET codec = 1 WHERE t = 2", "cannot be expanded"),
        ("DELETE FROM fact WHERE t = 2", "fact"),
        ("DELETE FROM posting WHERE t = 2", "posting"),
        ("DELETE FROM live WHERE t = 2", "live"),
        ("INSERT INTO date VALUES (2, 1, 0, 0, 1, 0)", "date"),
        ("DELETE FROM concept WHERE code = '2'", "values"),
    ],
)
def test_verify_finds_what_is_wrong(tmp_path: Path, sql: str, fault: str) -> None:
    store = Store.open(tmp_path / "record.db")
    for id in "123":
        store.write(lambda t, id=id: t.write(_basic(id)))
    assert store.verify(_extract).is_sound
    store.close()
    _spoil(tmp_path / "record.db", sql)
    store = Store.open(tmp_path / "record.db")
    found = store.verify(_extract)
    store.close()
    assert not found.is_sound
    assert fault in str(found)
    assert "Basic/1" not in str(found)


def test_a_damaged_body_is_never_served(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "record.db")
    store.write(lambda t: t.write(_basic("1")))
    store.close()
    _spoil(tmp_path / "record.db", "UPDATE version SET body = x'7b7d'")
    store = Store.open(tmp_path / "record.db")
    with pytest.raises(Misconfigured, match="damaged"):
        store.read("Basic", "1")
    store.close()


def test_sweeping_takes_away_what_no_page_shows_and_nothing_else() -> None:
    with a_store() as store:
        for code in "abcab":
            store.write(lambda t, code=code: t.write(_basic("1")))
            store.write(lambda t, code=code: t.write(_basic(code)))
        store.write(lambda t: t.delete("Basic", "c"))
        store._upkeep.sweep(store.outbox_position())
        assert store.stats().stale == 0
        assert store.stats().resources == {"Basic": 3}
        assert store.verify(_extract).is_sound
        assert store.read_version("Basic", "1", 1) is not None


def test_bodies_get_a_dictionary_when_there_are_many() -> None:
    with a_store() as store:
        store.load([_basic(str(n)) for n in range(1_100)])
        store._upkeep.train()
        store.write(lambda t: t.write(_basic("new")))
        row = store._database.reader().row("SELECT codec FROM version ORDER BY t DESC LIMIT 1")
        assert row is not None
        version = store.read("Basic", "new")
        assert version is not None
        assert version.body == b'{"resourceType":"Basic","id":"new"}'
        assert store.verify(_extract).is_sound


def test_a_load_into_an_empty_record_is_indexed_at_its_end() -> None:
    changes = [an_observation(f"{n:04}", f"c{n % 3}", n % 50) for n in range(1_000)]
    with a_store() as one, a_store() as other:
        assert one.load(changes) == 1_000
        for change in changes:
            other.submit(lambda t, change=change: t.write(change))
        other.write(lambda t: None)
        for code in ("c0", "c1", "c9"):
            query = observations(Match("code", TokenIs(SYSTEM, code)))
            assert sorted(ids(one, query)) == sorted(ids(other, query))
        early = observations(Match("date", DateIs("lt", 10 * DAY, 11 * DAY, "")))
        assert sorted(ids(one, early)) == sorted(ids(other, early))
        assert one.load(changes[:10]) == 10, "and again, now as updates"
        version = one.read("Observation", "0003")
        assert version is not None
        assert version.number == 2


def test_a_record_that_is_being_loaded_is_not_searched_by_halves() -> None:
    with a_store() as store:

        def changes() -> list[Change]:
            with pytest.raises(Busy):
                store.search(CODE_A)
            return [an_observation("1")]

        store.load(change for _ in "1" for change in changes())
        assert ids(store, CODE_A) == ["1"]


def test_an_interrupted_load_is_finished_when_the_record_is_opened(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "record.db")
    with patch.object(load, "finish", lambda connection: None):
        store.load([an_observation("1"), a_patient("1", "Hansen")])
    store.close()
    store = Store.open(tmp_path / "record.db")
    assert ids(store, CODE_A) == ["1"]
    assert store.count(observations(All())) == 1
    store.close()


def test_what_is_known_of_a_record(tmp_path: Path) -> None:
    with a_store(Clock()) as store:
        store.write(lambda t: t.write(an_observation("1")))
        found = store.stats()
        assert found.resources == {"Observation": 1}
        assert found.commits == 1
        assert found.bytes > 0
