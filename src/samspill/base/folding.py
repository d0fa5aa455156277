"""Letters folded, so that texts are found whatever the case and accents they are written with.

See docs/clarifications.md#folding.
"""

import unicodedata
from functools import lru_cache

# Letters that are no accented form of another, spelt as they are without a Norwegian keyboard.
_LETTERS = str.maketrans(
    {"å": "aa", "æ": "ae", "ø": "oe", "ð": "d", "þ": "th", "đ": "d", "ŋ": "n", "ŧ": "t"}
    | {"ł": "l", "œ": "oe", "ı": "i", "’": "'"}
)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Without case and accents, blanks made one; å, æ and ø spelt aa, ae and oe.

    >>> fold("Håkon  SÆTHER-Bjørnå"), fold("Čáhppe Müller")
    ('haakon saether-bjoernaa', 'cahppe muller')
    """
    if text.isascii():
        return " ".join(text.lower().split())
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    bare = unicodedata.normalize("NFKD", composed)
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())
