"""Signed checkpoints: what was signed can be opened, and nothing else."""

from base64 import b64encode
from random import Random

import pytest

from samspill.access.checkpoint import Checkpoint, Signer, Verifier
from samspill.access.tree import EMPTY
from samspill.base.errors import InvalidContent

SIGNER = Signer("samspill.example/log", bytes(range(32)))
NOTE = SIGNER.sign(1_000, EMPTY)


def test_a_checkpoint_has_the_public_form_and_opens_again() -> None:
    assert NOTE.splitlines()[:4] == ["samspill.example/log", "1000", b64encode(EMPTY).decode(), ""]
    assert NOTE.splitlines()[4].startswith("\u2014 samspill.example/log ")
    assert SIGNER.verifier.open(NOTE) == Checkpoint("samspill.example/log", 1_000, EMPTY)


def test_the_signature_of_a_witness_may_stand_beside_it() -> None:
    theirs = "\u2014 witness.example " + b64encode(bytes(68)).decode() + "\n"
    assert SIGNER.verifier.open(NOTE + theirs).size == 1_000


def test_another_key_or_name_does_not_open_it() -> None:
    others = Signer("samspill.example/log", bytes(32)).verifier
    renamed = Verifier("other.example/log", SIGNER.verifier.public)
    for verifier in (others, renamed):
        with pytest.raises(InvalidContent):
            verifier.open(NOTE)


def test_no_changed_letter_goes_unnoticed() -> None:
    random = Random(1)
    for place in range(len(NOTE) - 1):
        letter = random.choice([c for c in "Aa0+\n—x " if c != NOTE[place]])
        forged = NOTE[:place] + letter + NOTE[place + 1 :]
        with pytest.raises(InvalidContent):
            SIGNER.verifier.open(forged)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a\n1\n", "a\n01\nAA==\n\n", "a\n" + "9" * 40 + "\nAA==\n\n"]
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InvalidContent, match="not a checkpoint"):
        SIGNER.verifier.open(text)
