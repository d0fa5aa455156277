"""Words by which concepts are found, whatever their case, accents and spelling of æ, ø and å.

A text finds a concept when each of its words begins one of the concept's words, in any order.
"""

import re

from samspill.base.folding import fold

LONGEST = 64
"""Letters of a word that are told apart."""
_words = re.compile(r"[^\W_]+").findall


def of(text: str) -> list[str]:
    """The words of a text.

    >>> of("Sukkersyke (type 2), ÆRE-løk")
    ['sukkersyke', 'type', '2', 'aere', 'loek']
    """
    return [word[:LONGEST] for word in _words(fold(text))]


def sought(text: str) -> list[str]:
    """The words of a text that someone looks for, each once, the longest first."""
    return sorted(set(of(text)), key=lambda word: (-len(word), word))
