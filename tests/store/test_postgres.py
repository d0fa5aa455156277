"""What the operator of a PostgreSQL database is told, and that many processes write as one."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from builders import postgres
from builders.records import Clock
from samspill.base.errors import Misconfigured, SamspillError
from samspill.store import Store
from samspill.store.dialects import postgres_errors

SECRET = "s3cret-of-nobody"


@pytest.fixture
def url() -> Iterator[str]:
    made = postgres.fresh()
    yield made
    postgres.drop(made)


def _told(address: str) -> SamspillError:
    with pytest.raises(SamspillError) as caught:
        Store.open(address, Clock())
    error = caught.value
    assert SECRET not in f"{error!r} {error.text} {error.__cause__!r}"
    return error


def _with_password(url: str, user: str) -> str:
    return url.replace("user=postgres", f"user={user}") + f"&password={SECRET}"


def test_a_database_that_is_not_there_is_named_as_the_fault(url: str) -> None:
    error = _told(url.replace("///", "///no_such_") + f"&password={SECRET}")
    assert "no such database" in error.text.said_in("en")
    assert "ingen slik database" in error.text.said_in("nb")


def test_an_unknown_user_is_named_as_the_fault(url: str) -> None:
    assert "no such user" in _told(_with_password(url, "stranger")).text.said_in("en")


def test_a_user_without_the_right_to_make_tables_is_told_so(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    assert "may not make" in _told(_with_password(url, "guest")).text.said_in("en")


def test_a_wrong_password_is_told_without_it() -> None:
    said = psycopg.OperationalError(f'password authentication failed for user "{SECRET}"')
    error = postgres_errors.refused(said)
    assert isinstance(error, Misconfigured)
    assert "password" in error.text.said_in("en")
    assert SECRET not in repr(error)


def test_a_server_that_is_too_old_is_refused() -> None:
    with pytest.raises(Misconfigured, match="PostgreSQL 14"):
        postgres_errors.check_version(140_011)
    postgres_errors.check_version(150_000)


PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from builders.records import an_observation, observations
from samspill.fhir.search.query import Match, TokenIs
from samspill.store import Store
store = Store.open(sys.argv[1])
def make(n, code):
    sought = observations(Match("code", TokenIs("http://codes.example", code)))
    def unit(transaction):
        if transaction.search(sought).versions:
            return 0
        transaction.write(an_observation(f"{sys.argv[2]}-{code}-{n}", code))
        return 1
    return store.write(unit)
print("ready", flush=True)
for code in sys.stdin:
    with ThreadPoolExecutor(50) as pool:
        print(sum(pool.map(lambda n: make(n, code.strip()), range(50))), flush=True)
store.close()
"""


def _start(url: str, name: str) -> "subprocess.Popen[str]":
    tests = str(Path(__file__).parents[1])
    program = f"import sys; sys.path.insert(0, {tests!r})\n{PROGRAM}"
    command = [sys.executable, "-c", program, url, name]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_of_a_hundred_conditional_creates_in_two_processes_one_makes_it(url: str) -> None:
    Store.open(url, Clock()).close()
    processes = [_start(url, name) for name in ("a", "b")]
    made = []
    for code in "klmnopqr":
        for each in processes:
            assert each.stdin
            each.stdin.write(f"{code}\n")
        made.append(sum(int(each.stdout.readline()) for each in processes if each.stdout))
    for each in processes:
        each.communicate(timeout=30)
    assert made == [1] * 8
