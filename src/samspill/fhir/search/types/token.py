"""Token search: `[system|]code` or `system|`. https://hl7.org/fhir/R4/search.html#token"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text
from samspill.fhir.search import escapes
from samspill.fhir.search.query import Subsumed, Test, TokenAmong, TokenIs
from samspill.fhir.search.values import Token

EXPECTED = Text("code, system|code, |code or system|", "kode, system|kode, |kode eller system|")

NO_CODE = Token("", "")
"""Of an element that has a text but no code."""

CASE_BLIND = frozenset({"http://snomed.info/sct"})
"""Systems of the core definitions with CodeSystem.caseSensitive = false."""

token = lru_cache(maxsize=8192)(Token)


def parse(text: str) -> TokenIs:
    parts = [escapes.unescape(part) for part in escapes.split(text, "|")]
    match parts:
        case [code] if code:
            return TokenIs(None, code)
        case [system, code] if system or code:
            return TokenIs(system, code or None)
    raise InvalidSearch(
        "This is not a token", "Dette er ikke et token (system|kode)", expected=EXPECTED
    )


def parse_of_type(text: str) -> TokenIs:
    """`:of-type`: the system and code of an identifier's type, and its value."""
    parts = [escapes.unescape(part) for part in escapes.split(text, "|")]
    if len(parts) != 3 or not all(parts):
        raise InvalidSearch(
            "This does not name an identifier by its type",
            "Dette angir ikke en identifikator med type",
            expected=Text(
                "system|code|value, where system and code are those of Identifier.type",
                "system|kode|verdi, der system og kode er de i Identifier.type",
            ),
        )
    return TokenIs(f"{parts[0]}|{parts[1]}", parts[2])


def parse_subsumed(text: str, direction: Any) -> Subsumed:
    sought = parse(text)
    if not sought.system or sought.code is None:
        raise InvalidSearch(
            "A hierarchy can only be followed from a code in a system",
            "Et hierarki kan bare følges fra en kode i et system",
            expected="system|code",
        )
    return Subsumed(direction, sought.system, sought.code)


def format(test: Test) -> str:
    match test:
        case TokenIs(None, code):
            return escapes.escape(code or "")
        case TokenIs(system, code):
            return f"{escapes.escape(system or '')}|{escapes.escape(code or '')}"
        case Subsumed(_, system, code):
            return f"{escapes.escape(system)}|{escapes.escape(code)}"
    raise TypeError(f"no token test: {test!r}")


def format_of_type(test: TokenIs) -> str:
    system, _, code = (test.system or "").rpartition("|")
    return "|".join(escapes.escape(part) for part in (system, code, test.code or ""))


def extract(type: str, value: Any, system: str = "") -> tuple[Token, ...]:
    """The tokens of an element. `system` is the one implied by the binding of a plain code."""
    match type:
        case "CodeableConcept":
            codings = value.get("coding")
            return tuple(map(_of_coding, codings)) if codings else (NO_CODE,)
        case "Coding":
            return (_of_coding(value),)
        case "Identifier":
            return (token(value.get("system", ""), value.get("value", "")),)
        case "ContactPoint":
            # Addresses and numbers do not tell cases apart; the standard scopes them by use.
            return (token(value.get("use", ""), value.get("value", "").casefold(), True),)
        case "boolean":
            return (token(SPECIAL_VALUES, "true" if value else "false"),)
    return (token(system, str(value)),)


SPECIAL_VALUES = "http://hl7.org/fhir/special-values"

TYPES = frozenset(
    {
        "CodeableConcept",
        "Coding",
        "Identifier",
        "ContactPoint",
        "boolean",
        "code",
        "id",
        "uri",
        "url",
        "canonical",
        "string",
        "oid",
        "uuid",
        "integer",
        "positiveInt",
        "unsignedInt",
    }
)


def _of_coding(coding: dict[str, Any]) -> Token:
    system, code = coding.get("system", ""), coding.get("code", "")
    if system in CASE_BLIND:
        return token(system, code.casefold(), True)
    return token(system, code)


def texts(type: str, value: Any) -> Iterable[str]:
    """What `:text` looks at: the text of a concept, displays, the text of an identifier's type.
    Each text once."""
    match type:
        case "CodeableConcept":
            found = {
                coding["display"]: None for coding in value.get("coding", ()) if "display" in coding
            }
            return found | {value["text"]: None} if "text" in value else found
        case "Coding":
            return (value["display"],) if "display" in value else ()
        case "Identifier" if "text" in value.get("type", ()):
            return (value["type"]["text"],)
    return ()


def of_type(identifier: dict[str, Any]) -> Iterator[Token]:
    """What `:of-type` looks at."""
    value = identifier.get("value")
    if value is not None:
        for coding in identifier.get("type", {}).get("coding", ()):
            yield token(f"{coding.get('system', '')}|{coding.get('code', '')}", value)


def matches(test: TokenIs | TokenAmong, row: Token) -> bool:
    if isinstance(test, TokenAmong):
        return any(matches(each, row) for each in test.tokens)
    if row == NO_CODE or test.system not in (None, row.system):
        return False
    return test.code is None or row.code == (test.code.casefold() if row.folded else test.code)
