"""The Volven code systems, loaded from the command line."""

from pathlib import Path

import pytest

from builders import shared
from samspill.cli.main import main


def test_all_volven_systems_are_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = shared.folder("norway", "kodeverk", "volven.ndjson")
    lines = len(file.read_bytes().splitlines())
    assert main(["terminology", "load", "--data", str(tmp_path), str(file)]) == 0
    assert f"{lines} CodeSystem" in capsys.readouterr().out
