"""Large code systems in the store: they answer as those in memory, and come whole or not at all."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import re2

from builders import postgres
from samspill.base.errors import InvalidContent
from samspill.fhir.terminology import entries, filters, held, words
from samspill.fhir.terminology.systems import Concept, System
from samspill.store.concepts import Concepts, building
from samspill.store.concepts.files import beside
from samspill.store.concepts.stored import Stored

Resource = dict[str, Any]
URL = "http://example.org/made-up"
HEADER: Resource = {
    "resourceType": "CodeSystem",
    "url": URL,
    "version": "1",
    "content": "complete",
    "language": "nb",
}
NAMES = ("Sukkersyke type 2", "Øre-betennelse", "Brudd i håndledd", "æ", "100% _", "sukker\"'*", "")
LETTERS = ("a", "B", "ø", "日", "é", "x%", "_", "e 1", "'", "𝒳")


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Concepts]:
    opened = Concepts.open(
        tmp_path / "record.db" if request.param == "sqlite" else postgres.fresh()
    )
    yield opened
    opened.close()


def a_world(chance: random.Random) -> tuple[Resource, list[Concept]]:
    """A small system with every oddity: rings, unknown parents, doubles, codes of any letters."""
    codes = [each + str(n) for n, each in enumerate(chance.choices(LETTERS, k=25))]
    made = [
        entries.concept(
            code,
            chance.choice(NAMES),
            parents=chance.sample([*codes, "nowhere"], chance.choice((0, 1, 1, 2, 3))),
            properties=[
                (name, chance.choice((True, 7, entries.Code("k"), "x" * 400, "日 y")))
                for name in chance.sample(("p", "q", "status"), chance.randint(0, 3))
            ],
            designations=[entries.designation(chance.choice(NAMES), "nn")],
            is_active=chance.random() < 0.8,
        )
        for code in codes
    ]
    return {**HEADER, "caseSensitive": chance.random() < 0.5}, made


def joined(made: Sequence[Concept]) -> dict[str, Concept]:
    return {each.code: each for each in made}


def both(store: Concepts, header: Resource, made: Sequence[Concept]) -> tuple[held.Held, Stored]:
    store.load(header, made)
    stored = store.system(URL, "1")
    assert stored is not None
    return held.of(header, joined(made)), stored


@pytest.mark.parametrize("seed", range(6))
def test_a_system_in_the_store_answers_as_one_in_memory(store: Concepts, seed: int) -> None:
    chance = random.Random(seed)
    header, made = a_world(chance)
    memory, stored = both(store, header, made)
    assert len(stored) == len(memory)
    asked = [*memory.concepts, "nowhere", "", "A0", "b1", "\0"]
    for code in asked:
        assert stored.find(code) == memory.find(code)
        for name in ("below", "children", "above"):
            assert codes(stored, getattr(stored, name)(code)) == codes(
                memory, getattr(memory, name)(code)
            ), (name, code)
        for other in asked:
            assert stored.is_under(code, other) == memory.is_under(code, other), (code, other)
    for ask in questions(chance, asked):
        assert codes(stored, ask(stored)) == codes(memory, ask(memory))


def codes(system: System, places: Any) -> list[str]:
    return sorted(system.codes(places))


def questions(chance: random.Random, asked: Sequence[str]) -> Iterator[Callable[[System], Any]]:
    """Filters of every kind, words and sets."""
    yield lambda system: system.leaves()
    yield lambda system: system.inactive()
    yield lambda system: system.all()
    for text in (*NAMES, "suk", "oere", "ØRE", "b", "1", "日", "%", "hand", "x"):
        for word in words.sought(text):
            yield lambda system, word=word: system.with_word(word)
    operators = ("is-a", "descendent-of", "is-not-a", "generalizes", "child-of", "descendent-leaf")
    for operator in operators:
        for code in chance.sample(asked, 4):
            yield selection([("concept", operator, code)])
    for name in ("code", "display", "parent", "p", "status", "inactive", "none"):
        for value in ("true", "7", "k", "x" * 400, "日 y", *NAMES, *chance.sample(asked, 3)):
            yield selection([(name, "=", value)])
            yield selection([(name, "in", f"{value},7"), ("code", "regex", ".*1.*")])
            yield selection([(name, "not-in", value)])
        yield selection([(name, "exists", "true")])
        yield selection([(name, "exists", "false"), (name, "regex", ".*[1-7x].*")])
        yield lambda system, name=name: system.matching(name, re2.compile("[^k]*"), system.all())


def selection(given: Sequence[tuple[str, str, str]]) -> Callable[[System], Any]:
    asked = [{"property": name, "op": operator, "value": value} for name, operator, value in given]
    return lambda system: filters.select(system, asked)


def test_a_version_is_seen_when_it_is_whole_and_stays_when_the_next_one_fails(
    store: Concepts,
) -> None:
    def broken() -> Iterator[Concept]:
        yield entries.concept("b", "Beta")
        assert not store.loaded()[1:]
        raise InvalidContent("line 2 cannot be read", "linje 2 kan ikke leses")

    first = store.load(HEADER, [entries.concept("a", "Alfa", parents=["b"])])
    assert (first.concepts, first.edges) == (1, 1)
    with pytest.raises(InvalidContent):
        store.load(HEADER, broken())
    assert store.system(URL, "1").get("a") is not None
    store.load(HEADER, [entries.concept("b", "Beta")])
    assert store.system(URL, "1").codes([0]) == ["b"]
    assert store.unload(URL, "1")
    assert not store.unload(URL, "1")
    assert store.system(URL, "1") is None


def test_a_load_that_ends_while_it_writes_is_never_seen(
    store: Concepts, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = building._insert

    def ends(writer: Any, table: str, rows: Any) -> None:
        insert(writer, table, rows)
        assert not store.loaded()
        if table == "concept_word":
            raise OSError("no room")

    monkeypatch.setattr(building, "_insert", ends)
    with pytest.raises(OSError, match="no room"):
        store.load(HEADER, [entries.concept("a", "Alfa")])
    monkeypatch.undo()
    assert not store.loaded()
    store.load(HEADER, [entries.concept("b", "Beta")])
    assert store.system(URL, "1").codes(store.system(URL, "1").all()) == ["b"]


def test_what_one_process_loads_another_sees_and_what_was_killed_leaves_nothing(
    tmp_path: Path,
) -> None:
    one, other = (Concepts.open(tmp_path / "record.db") for _ in range(2))
    assert not other.loaded()
    one.load(HEADER, [entries.concept("a")])
    assert [each.url for each in other.loaded()] == [URL]
    kept = one.system(URL, "1")
    # As a load that was killed leaves it: announced, with rows, but not in use.
    writer = one._files.database().writer
    writer.insert("concept_system", [(9, URL, "2", 0, "", 1, 0, b"{}")])
    writer.insert("concept", [(9 << 32, 9, "x", "", None, None, None)])
    assert other.versions(URL) == ("1",)
    one.load({**HEADER, "version": "3"}, [entries.concept("c")])
    assert writer.rows("SELECT count(*) FROM concept") == [(2,)]
    assert set(other.versions(URL)) == {"1", "3"}
    assert one.system(URL, "1") is kept
    one.close()
    other.close()


def test_a_backup_has_the_systems_too_and_a_damaged_file_is_told_of(tmp_path: Path) -> None:
    where, backup, again = (tmp_path / name for name in ("record.db", "copy.db", "again/record.db"))
    one = Concepts.open(where)
    one.backup(backup)
    assert not beside(backup).exists()
    one.load(HEADER, [entries.concept("a", "Alfa"), entries.concept("b", parents=["a"])])
    one.backup(backup)
    assert one.verify() == []
    one._files.database().writer.run("DELETE FROM concept WHERE code = 'b'")
    assert [URL in fault for fault in one.verify()] == [True]
    one.close()
    Concepts.restore(backup, again, replace=False)
    other = Concepts.open(again)
    assert other.verify() == []
    assert other.system(URL, "1").is_under("b", "a")
    other.close()


def test_a_code_beyond_measure_is_refused(store: Concepts) -> None:
    for code in ("", "x" * 1_001):
        with pytest.raises(InvalidContent):
            store.load(HEADER, [entries.concept(code)])
    assert not store.loaded()
