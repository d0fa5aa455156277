"""A text in the languages that error messages are given in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in English and in Norwegian Bokmål."""

    en: str
    nb: str

    def said_in(self, language: str) -> str:
        """The text for a language tag; the Scandinavian and Sami ones get Bokmål.

        >>> Text("No such page", "Siden finnes ikke").said_in("nn-NO")
        'Siden finnes ikke'
        """
        return self.nb if language[:2] in {"nb", "nn", "no", "se", "da", "sv"} else self.en
