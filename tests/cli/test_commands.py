"""The commands of the operator: what they do, say and end with. docs/operations.md"""

import json
import subprocess
import sys
from pathlib import Path

import apsw
import httpx
import pytest

from builders.resources import a_patient
from builders.server import serving
from builders.shared import folder

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


def test_installed_profiles_are_those_that_a_server_validates_by(tmp_path: Path) -> None:
    data = tmp_path / "record"
    done = samspill("package", "install", folder("norway", "no-basis"), "--data", data)
    assert done.returncode == 0, done.stderr
    assert "no-basis#" in samspill("package", "list", "--data", data).stdout
    profile = "http://hl7.no/fhir/StructureDefinition/no-basis-Patient"
    incomplete = {"system": "urn:oid:2.16.578.1.12.4.1.4.1"}
    with serving(data, "--open") as server:
        answer = httpx.post(
            f"{server.fhir}/Patient/$validate",
            params={"profile": profile},
            json={"resourceType": "Patient", "identifier": [incomplete]},
            headers={"content-type": "application/fhir+json"},
        )
    assert f"{profile}#Patient.identifier:FNR.value" in answer.text
    (data / "packages.lock").write_text(f"{'0' * 64}  packages/no-basis#1.0.0.tgz\n")
    started = samspill("serve", "--open", "--port", 0, "--data", data)
    assert started.returncode == 2
    assert "no-basis#1.0.0 is missing or was changed" in started.stderr


def test_the_access_log_is_verified_with_its_witness(loaded: Path) -> None:
    sound = samspill("verify", "log", "--data", loaded)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert "1 lines, 1 of them signed, 1 known by the witness: sound" in sound.stdout
    with apsw.Connection(str(loaded / "record.db")) as record:
        record.execute("UPDATE access SET at = at - 1")
    wrong = samspill("verify", "log", "--data", loaded)
    assert wrong.returncode == 1
    assert "Wrong: Something among the lines 1 to 1 is not as it was signed" in wrong.stdout
    missing = samspill("verify", "log", "--witness", loaded / "none.txt", "--data", loaded)
    assert missing.returncode == 2
