"""The commands of the operator: what they do, say and end with. docs/operations.md"""

import json
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from builders.resources import a_patient

PROGRAM = str(Path(sys.executable).with_name("samspill"))


def samspill(
    *arguments: object, language: str = "en_GB.UTF-8"
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env={"LANG": language, "PATH": "/usr/bin:/bin"},
    )


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    """A record with one patient, made by `load`."""
    lines = tmp_path / "patients.ndjson"
    lines.write_text(json.dumps(a_patient(id="one")) + "\n")
    done = samspill("load", lines, "--data", tmp_path / "record")
    assert done.returncode == 0, done.stderr
    return tmp_path / "record"


def test_a_backup_is_restored_and_verified(loaded: Path, tmp_path: Path) -> None:
    assert samspill("backup", tmp_path / "copy.db", "--data", loaded).returncode == 0
    again = samspill("backup", tmp_path / "copy.db", "--data", loaded)
    assert again.returncode == 2
    assert "exists already" in again.stderr
    restored = tmp_path / "restored"
    assert samspill("restore", tmp_path / "copy.db", "--data", restored).returncode == 0
    assert samspill("restore", tmp_path / "copy.db", "--data", restored).returncode == 2
    assert (
        samspill("restore", tmp_path / "copy.db", "--replace", "--data", restored).returncode == 0
    )
    verified = samspill("verify", "--data", restored)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_load_tells_of_failures_and_goes_on(tmp_path: Path) -> None:
    lines = tmp_path / "mixed.ndjson"
    wrong = a_patient(id="wrong", shoeSize=42)
    lines.write_text("\n".join(map(json.dumps, (wrong, a_patient(id="right")))) + "\n")
    done = samspill("load", lines, "--data", tmp_path / "record")
    assert done.returncode == 1
    assert "shoeSize" in done.stdout + done.stderr


def test_a_record_that_is_newer_is_not_touched(loaded: Path) -> None:

    connection = apsw.Connection(str(loaded / "record.db"))
    connection.pragma("user_version", 9_999)
    connection.close()
    refused = samspill("migrate", "--data", loaded)
    assert refused.returncode == 2
    assert "upgrade the program" in refused.stderr


def test_messages_are_in_the_language_of_the_operator(loaded: Path) -> None:
    wrong = ("serve", "--data", loaded, "--port", "99999")
    assert "is not right" in samspill(*wrong).stderr
    assert "er ikke riktig" in samspill(*wrong, language="nb_NO.UTF-8").stderr


def test_every_command_explains_itself() -> None:
    listed = samspill("--help").stdout
    for command in ("serve", "seed", "load", "migrate", "backup", "restore", "verify", "bench"):
        assert command in listed
        explained = samspill(command, "--help")
        assert explained.returncode == 0
        assert len(explained.stdout.split("\n\n")) >= 3


def test_bench_measures_this_machine() -> None:
    done = samspill("bench", "--count", "50")
    assert done.returncode == 0
    assert [
        line.split("a second")[0].split(maxsplit=1)[1] for line in done.stdout.splitlines()
    ] == [
        "durable creates ",
        "reads by id ",
        "searches of 20 ",
    ]
