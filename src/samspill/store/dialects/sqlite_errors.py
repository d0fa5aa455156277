"""Errors of SQLite as ours. https://www.sqlite.org/rescode.html"""

import apsw

from samspill.base.errors import Busy, Misconfigured, TooCostly, Unavailable
from samspill.base.texts import Text
from samspill.store.types import BudgetSpent


def translate(error: apsw.Error) -> Exception:
    """The error of ours that says what the operator or the caller can do."""
    if isinstance(error, apsw.InterruptError):
        return BudgetSpent()
    if isinstance(error, apsw.FullError):
        return Unavailable(
            "The disk is full: nothing can be written until there is room again",
            "Disken er full: ingenting kan skrives før det er plass igjen",
        )
    if isinstance(error, (apsw.BusyError, apsw.LockedError)):
        return Busy("The record is busy: try again", "Journalen er opptatt: prøv igjen")
    if isinstance(error, (apsw.CorruptError, apsw.NotADBError)):
        return Misconfigured(
            "The record's file is damaged or is no database: restore it from a backup",
            "Journalens fil er skadet eller er ingen database: gjenopprett fra sikkerhetskopi",
        )
    if isinstance(
        error, (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError)
    ):
        return Unavailable(
            "The record's file cannot be read or written",
            "Journalens fil kan ikke leses eller skrives",
        )
    return error


def too_costly() -> TooCostly:
    return TooCostly(
        "This search would look at too many resources",
        "Dette søket ville gått gjennom for mange ressurser",
        expected=Text(
            "a parameter that fewer resources meet, such as patient or a code",
            "en parameter som færre ressurser oppfyller, slik som pasient eller en kode",
        ),
    )
