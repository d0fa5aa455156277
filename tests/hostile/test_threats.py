"""docs/threats.md names tests that there are, for each threat against access and identity."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    line for line in (ROOT / "docs" / "threats.md").read_text().splitlines() if line[:3] == "| T"
]


def test_each_threat_has_a_row() -> None:
    assert [row.split()[1] for row in ROWS] == [f"T{n}" for n in (14, *range(16, 41))]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split()[1])
def test_a_threat_has_tests(row: str) -> None:
    tests = re.findall(r"`(tests/[^`]+)`", row)
    assert tests
    for test in tests:
        path, _, name = test.partition("::")
        assert f"\ndef {name or 'test_'}" in (ROOT / path).read_text(), test
