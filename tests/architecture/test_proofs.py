"""The page of the proofs: what needs to be proved comes first, and what is missing is named."""

from pathlib import Path

from builders import proofs
from builders.proofs import Proof


def a_proof(test: str, at: str = "2026-11-23 10:00", promise: str = "nothing is lost") -> Proof:
    return Proof(test, promise, 10, "0 lost", "", 1.0, f"{at} UTC, commit abc")


def test_what_is_missing_or_old_needs_to_be_proved_first(tmp_path: Path) -> None:
    page = tmp_path / "proof.md"
    proofs.add(page, a_proof("new", "2026-11-23 12:00"))
    proofs.add(page, a_proof("old", "2026-11-22 12:00"))
    assert proofs.in_need(page, ["new", "missing", "old"]) == ["missing", "old", "new"]


def test_a_result_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "proof.md"
    proofs.add(page, a_proof("one", "2026-11-22 12:00"))
    proofs.add(page, a_proof("one", "2026-11-23 12:00"))
    proofs.add(page, a_proof("one", promise="nothing is doubled"))
    assert page.read_text().count("| `one` |") == 2
    assert "2026-11-22" not in page.read_text()


def test_the_page_names_what_is_not_proved(tmp_path: Path) -> None:
    page = tmp_path / "proof.md"
    for test in ("kept", "fails", "is no more"):
        proofs.add(page, a_proof(test))
    proofs.withdraw(page, "fails")
    proofs.settle(page, ["kept", "fails"])
    text = page.read_text()
    assert "| `kept` |" in text
    assert "- `fails`" in text.partition("Not proved yet")[2]
    assert "is no more" not in text
