"""Transactions are isolated: whatever 16 clients do at once, it is as if one came after the other.

The load is of transaction Bundles that append to lists and read others; `builders.isolation` looks
for anomalies in what they were answered. The controls are the same load without a part that makes
it safe, and PostgreSQL's own REPEATABLE READ, which lets write skew pass.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from builders import appends, postgres, server
from builders.appends import Get, Send
from builders.isolation import Anomaly, Transaction, check
from builders.sessions import STORES, a_session
from samspill.interactions import save
from samspill.interactions.session import Session


def _load(send: Send, get: Get, transactions: int) -> tuple[list[Transaction], list[Anomaly]]:
    appends.prepare(send, transactions)
    history = appends.run(send, get, transactions)
    return history, check(history, appends.final(get, transactions))


def _outcomes(history: list[Transaction]) -> Counter[str]:
    return Counter(each.outcome for each in history)


@pytest.mark.parametrize(("store", "transactions"), [("sqlite", 2_000), ("postgres", 400)])
def test_transactions_are_isolated(tmp_path: Path, store: str, transactions: int) -> None:
    with a_session(tmp_path, store) as session:
        history, anomalies = _load(*appends.door(session), transactions)
    assert anomalies == []
    outcomes = _outcomes(history)
    assert min(outcomes["committed"], outcomes["aborted"]) > 20


@pytest.mark.parametrize("store", STORES)
def test_plans_that_are_not_looked_at_again_lose_updates(
    tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: patches are made outside of the transaction and written blindly."""

    def blindly(session: Session, plan: Any, holds: Any, carry_out: Any, about: Any) -> Any:
        planned = plan(session)
        return save.submit(session, lambda inner: carry_out(inner, planned))

    monkeypatch.setattr(save, "submit_planned", blindly)
    with a_session(tmp_path, store) as session:
        _, anomalies = _load(*appends.door(session), 200)
    assert "lost update" in {each.name for each in anomalies}


def test_reads_outside_of_the_transaction_are_found_out(tmp_path: Path) -> None:
    """The control: the GETs of a Bundle are answered before its writes."""
    with a_session(tmp_path, "sqlite") as session:
        send, get = appends.door(session)

        def send_in_parts(bundle: dict[str, Any]) -> list[dict[str, Any]] | None:
            reads = [e for e in bundle["entry"] if e["request"]["method"] == "GET"]
            found = [get(each["request"]["url"].partition("/")[2]) for each in reads]
            writes = [e for e in bundle["entry"] if e not in reads]
            if writes and send({**bundle, "entry": writes}) is None:
                return None
            return found

        appends.prepare(send, 1_500)
        history = appends.run(send_in_parts, get, 1_500)
        anomalies = check(history, appends.final(get, 1_500))
    assert {"G-single", "G2-item"} & {each.name for each in anomalies}


def _on_tables(level: psycopg.IsolationLevel, transactions: int) -> list[Anomaly]:
    url = postgres.fresh()
    history = appends.on_tables(url, level, transactions)
    found = check(history, dict(appends.final_on_tables(url)))
    postgres.drop(url)
    return found


def test_write_skew_of_repeatable_read_is_found() -> None:
    """The control of the checker: PostgreSQL documents that this level lets it pass."""
    found = _on_tables(psycopg.IsolationLevel.REPEATABLE_READ, 1_000)
    assert {each.name for each in found} == {"G2-item"}


def test_serializable_tables_show_no_anomaly() -> None:
    assert _on_tables(psycopg.IsolationLevel.SERIALIZABLE, 1_000) == []


@pytest.mark.proof
@pytest.mark.parametrize(("store", "rounds"), [("sqlite", 20), ("postgres", 5)])
def test_many_transactions_are_isolated(
    tmp_path: Path, store: str, rounds: int, proof: Callable[..., None]
) -> None:
    """Rounds of 10,000, each on a record of its own."""
    outcomes: Counter[str] = Counter()
    for n in range(rounds):
        with a_session(tmp_path / str(n), store) as session:
            history, anomalies = _load(*appends.door(session), 10_000)
        assert anomalies == []
        outcomes += _outcomes(history)
    skew = len(_on_tables(psycopg.IsolationLevel.REPEATABLE_READ, 10_000))
    assert skew
    proof(
        f"{store}: transaction Bundles of 16 clients show no G0, G1a-c, G-single, G2-item and"
        " lose no update",
        runs=rounds * 10_000,
        found=f"0 anomalies; {outcomes['committed']:,} committed, {outcomes['aborted']:,} refused",
        control=f"tables of PostgreSQL at REPEATABLE READ show G2-item in {skew} places",
    )


@pytest.mark.proof
@pytest.mark.parametrize("workers", [1, 3])
def test_many_transactions_over_http_are_isolated(
    tmp_path: Path, workers: int, proof: Callable[..., None]
) -> None:
    with (
        server.serving(tmp_path, "--open", "--workers", str(workers)) as running,
        httpx.Client(base_url=running.fhir, timeout=60) as client,
    ):
        history, anomalies = _load(*appends.over_http(client), 10_000)
    assert anomalies == []
    outcomes = _outcomes(history)
    proof(
        f"sqlite, over HTTP, {workers} processes: transaction Bundles of 16 clients show no anomaly"
        " and lose no update",
        runs=10_000,
        found=f"0 anomalies; {outcomes['committed']:,} committed, {outcomes['aborted']:,} refused",
    )
