"""Words as the databases index them: in ASCII, each with the number of its resource type before it.

So one index serves all types, a word is found among those of its type alone, and no database has
an opinion on what a letter is: words are cut and folded by `fhir.search.words`.
"""

import re
from collections.abc import Sequence

LONGEST = 200
"""Characters of a word that are compared."""
MOST = 500_000
"""Characters of a text whose words are indexed."""

_FAR = re.compile(r"[^\x00-\x7f]")
_LONG = re.compile(rf"(\S{{{LONGEST}}})\S+")


def told(type: int, words: str) -> str:
    """Folded words with single blanks between.

    >>> told(3, "saar på"), told(3, "")
    ('3.saar 3.p_e5_', '')
    """
    if not words:
        return ""
    if len(words) > LONGEST:
        words = _LONG.sub(r"\1", words[:MOST])
    if not words.isascii():
        words = _FAR.sub(_spelt, words)
    return f"{type}." + words.replace(" ", f" {type}.")


def sought(type: int, words: Sequence[str]) -> str:
    """Words that must stand side by side, in the same form."""
    return told(type, " ".join(words))


def _spelt(letter: "re.Match[str]") -> str:
    return f"_{ord(letter[0]):x}_"
