"""Every error that the house raises, once, each with its FHIR issue type.

Raised where the fault is known, turned into HTTP in one place (`rest.errors`) and into a page in
another (`web.problems`). https://hl7.org/fhir/R4/valueset-issue-type.html
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from samspill.base.texts import Text

Severity = Literal["fatal", "error", "warning", "information"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding, for the one who must act on it. Never holds personal data."""

    severity: Severity
    code: str
    """FHIR issue type, such as "required" or "code-invalid"."""
    text: Text
    expression: str = ""
    """FHIRPath of the element, or the name of the search parameter or header."""
    rule: str = ""
    """Where the rule comes from: an invariant's key, or canonical#element."""
    expected: Text | str = ""
    """What would be right: in both languages, or in none, such as a list of codes."""
    line: int = 0
    column: int = 0
    count: int = 1
    topic: str = ""
    """Of findings on codes: the code of tx-issue-type, such as "not-in-vs"."""
    key: str = ""
    """Key of the message in the catalogue that terminology servers share."""


class SamspillError(Exception):
    """The root. `where` names the element, parameter or header that is at fault."""

    code: ClassVar[str] = "exception"

    def __init__(self, en: str, nb: str, *, where: str = "", expected: Text | str = "") -> None:
        super().__init__(en)
        self.text = Text(en, nb)
        self.where = where
        self.expected = expected

    @property
    def issues(self) -> Sequence[Issue]:
        return [Issue("error", self.code, self.text, expression=self.where, expected=self.expected)]


class InvalidContent(SamspillError):
    """The bytes are not what they say they are: broken JSON or XML, or over a limit of form."""

    code = "structure"

    def __init__(
        self,
        en: str,
        nb: str,
        *,
        where: str = "",
        expected: Text | str = "",
        line: int = 0,
        column: int = 0,
    ) -> None:
        super().__init__(en, nb, where=where, expected=expected)
        self.line = line
        self.column = column

    @property
    def issues(self) -> Sequence[Issue]:
        return [replace(issue, line=self.line, column=self.column) for issue in super().issues]


class InvalidResource(SamspillError):
    """A resource breaks rules; the issues say which."""

    code = "invalid"

    def __init__(self, issues: Sequence[Issue]) -> None:
        first = issues[0].text
        super().__init__(first.en, first.nb)
        self._issues = tuple(issues)

    @property
    def issues(self) -> Sequence[Issue]:
        return self._issues


class InvalidTerminology(InvalidResource):
    """A code system, value set or map that cannot be had or used; the issue says why."""


class InvalidRequest(SamspillError):
    """The request makes no sense: a wrong header, a body that does not fit the address."""

    code = "invalid"


class InvalidSearch(SamspillError):
    """A search parameter is unknown, or its value has the wrong form."""

    code = "invalid"


class InvalidExpression(SamspillError):
    """A FHIRPath expression that cannot be parsed or evaluated."""

    code = "invalid"


class InvalidIdentifier(SamspillError):
    """The number of a person, a professional or an organisation that cannot be right."""

    code = "value"


class NotSupported(SamspillError):
    """Right by the standard, but not offered here."""

    code = "not-supported"


class NotFound(SamspillError):
    """Nothing there, or nothing that the caller may know of."""

    code = "not-found"


class Gone(SamspillError):
    """There was something, and it has been deleted."""

    code = "deleted"


class LoginRequired(SamspillError):
    """Nobody is signed in, or the token is not valid."""

    code = "login"


class Forbidden(SamspillError):
    """Signed in, but not allowed."""

    code = "forbidden"


class Conflict(SamspillError):
    """The state of the record does not allow it, such as a reference that must not break."""

    code = "conflict"


class PreconditionFailed(SamspillError):
    """If-Match, or a condition that more than one resource meets."""

    code = "conflict"


class MultipleMatches(PreconditionFailed):
    """A conditional interaction found more than one resource."""

    code = "multiple-matches"


class TooLarge(SamspillError):
    """More bytes, entries or levels than a limit allows."""

    code = "too-long"


class TooCostly(SamspillError):
    """A request that would pass its budget of work."""

    code = "too-costly"


class Busy(SamspillError):
    """Overloaded for the moment: come again."""

    code = "throttled"


class Unavailable(SamspillError):
    """The record cannot be reached or written for now: disk full, store down."""

    code = "transient"


class Misconfigured(SamspillError):
    """A setting, file or port that the operator must mend before the program can run."""

    code = "exception"
