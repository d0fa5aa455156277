"""A record that is older than its index of words is filled in the background; no answer in part."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import postgres
from builders.record import opened
from builders.resources import a_patient
from samspill.base.errors import Unavailable
from samspill.interactions import create, delete, search, update
from samspill.interactions.reindex import Reindex
from samspill.interactions.session import Session
from samspill.rest import metadata
from samspill.store.connect import Connection


@pytest.fixture(params=["sqlite", "postgres"])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    url = postgres.fresh() if request.param == "postgres" else ""
    with opened(tmp_path, database=url) as session:
        yield session
    if url:
        postgres.drop(url)


def _as_of_before(connection: Connection) -> None:
    """The record as the migration finds it: with what was written, and without the new rows."""
    connection.run("DELETE FROM words")
    connection.run("INSERT INTO mark SELECT 'fill', CAST(max(t) AS TEXT) FROM version")


def _found(session: Session, words: str) -> int:
    return len(search.search(session, "Patient", [("_content", words)]).versions)


def _verified(session: Session) -> None:
    extract = session.platform.indexing.current().extractor.extract
    result = session.platform.store.verify(extract)
    assert result.is_sound, str(result)


def test_words_are_refused_until_all_are_there(session: Session) -> None:
    made = [create.create(session, a_patient(name=[{"text": f"Kari {n}"}])) for n in range(3)]
    delete.delete(session, "Patient", made[0].id)
    store = session.platform.store
    store.write(lambda transaction: transaction.keep_up(_as_of_before))
    create.create(session, a_patient(name=[{"text": "Kari ny"}]))
    with pytest.raises(Unavailable, match="being built: 0 of 4"):
        _found(session, "kari")
    assert "0 of 4 resources" in str(metadata.statement(session.platform, session.base, ""))
    _verified(session)
    work = Reindex(session.platform, grace=0)
    while work.step():
        pass
    assert store.filling() is None
    assert _found(session, "kari") == 3
    assert "resources. Until" not in str(metadata.statement(session.platform, session.base, ""))
    _verified(session)


def test_words_follow_the_resource(session: Session) -> None:
    made = create.create(session, a_patient(name=[{"text": "Først Ødegård"}]))
    assert _found(session, '"forst odegard"') == 0
    assert _found(session, '"først ødegård"') == 1
    changed = a_patient(id=made.id, name=[{"text": "Siden Ås"}])
    update.update(session, "Patient", made.id, changed)
    assert (_found(session, "ødegård"), _found(session, "aas")) == (0, 1)
    session.platform.store._upkeep.sweep(session.platform.store.outbox_position())
    assert (_found(session, "ødegård"), _found(session, "sid*")) == (0, 1)
    _verified(session)
    delete.delete(session, "Patient", made.id)
    assert _found(session, "aas") == 0


def test_verify_finds_words_that_are_not_those_of_the_resource(session: Session) -> None:
    made = create.create(session, a_patient(name=[{"text": "Kari"}]))
    _verified(session)

    def spoil(connection: Connection) -> None:
        connection.run("DELETE FROM words")
        connection.insert("words", [(made.commit, "", "1.ola")])

    session.platform.store.write(lambda transaction: transaction.keep_up(spoil))
    extract = session.platform.indexing.current().extractor.extract
    assert "words" in str(session.platform.store.verify(extract))
