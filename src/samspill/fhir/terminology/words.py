"""Words by which concepts are found, whatever their case, accents and spelling of æ, ø and å.

A text finds a concept when each of its words begins one of the concept's words, in any order.
"""

import re
from functools import lru_cache

from samspill.base.folding import fold

LONGEST = 64
"""Letters of a word that are told apart."""
_words = re.compile(r"[^\W_]+").findall


def of(text: str) -> list[str]:
    """The words of a text.

    >>> of("Sukkersyke (type 2), ÆRE-løk")
    ['sukkersyke', 'type', '2', 'aere', 'loek']
    """
    if text.isascii():
        return [word[:LONGEST] for word in _words(text.lower())]
    return [word for piece in text.split() for word in _of_piece(piece)]


@lru_cache(maxsize=16_384)
def _of_piece(piece: str) -> tuple[str, ...]:
    """The words of a text without blanks; the same ones come in many names."""
    return tuple(word[:LONGEST] for word in _words(fold(piece)))


def sought(text: str) -> list[str]:
    """The words of a text that someone looks for, each once, the longest first."""
    return sorted(set(of(text)), key=lambda word: (-len(word), word))
