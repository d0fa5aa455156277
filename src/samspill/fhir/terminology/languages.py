"""Languages asked for, as in Accept-Language, and how well a text's language fits them.

https://www.rfc-editor.org/rfc/rfc9110#name-accept-language
"""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Languages:
    """Tags in the order of preference. `is_hard`: nothing else will do (`*; q=0`)."""

    tags: tuple[str, ...] = ()
    is_hard: bool = False
    text: str = ""
    """The list as it is repeated in an answer."""

    def __bool__(self) -> bool:
        return bool(self.tags)

    def fit(self, tag: str) -> tuple[int, int]:
        """How well a tag fits: least is best; the first number is the place of the wanted tag, and
        the length of the list where none fits."""
        return min(
            ((place, _distance(wanted, tag)) for place, wanted in enumerate(self.tags)),
            key=lambda fit: (fit[1] == _NO_FIT, fit),
            default=(0, _NO_FIT),
        )

    def accept(self, tag: str) -> bool:
        return self.fit(tag)[1] < _NO_FIT


NONE = Languages()
_NO_FIT = 3


@lru_cache(maxsize=256)
def parse(text: str) -> Languages:
    """Reads such as `nb, en; q=0.5, *; q=0`; what cannot be read is left out."""
    ranges = [_range(part) for part in text.split(",") if part.strip()]
    tags = sorted(
        (each for each in ranges if each[0] != "*" and each[1] > 0), key=lambda each: -each[1]
    )
    return Languages(
        tuple(tag for tag, _ in tags),
        ("*", 0.0) in ranges,
        "".join(_written(*each) for each in ranges).lstrip(", "),
    )


def _range(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";")
    _, _, number = weight.partition("=")
    try:
        return tag.strip(), float(number) if number else 1.0
    except ValueError:
        return tag.strip(), 1.0


def _written(tag: str, weight: float) -> str:
    return f",{tag}" if weight == 1.0 else f", {tag}; q={weight:g}"


def _distance(wanted: str, tag: str) -> int:
    """0 the same, 1 a dialect of what is wanted, 2 the language of a wanted dialect."""
    wanted, tag = wanted.lower(), tag.lower()
    if wanted == tag:
        return 0
    if tag.startswith(f"{wanted}-"):
        return 1
    return 2 if tag and wanted.startswith(f"{tag}-") else _NO_FIT
