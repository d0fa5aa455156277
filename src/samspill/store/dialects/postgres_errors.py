"""What PostgreSQL finds wrong, as errors of ours that say what the operator or caller can do.

Nothing of the address is repeated: it may hold a password.
https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

import psycopg
from psycopg import errors

from samspill.base.errors import Busy, Misconfigured, TooCostly, Unavailable
from samspill.base.texts import Text

OLDEST = 15
"""The first version that the record runs on."""


def translate(error: psycopg.Error) -> Exception:
    """The error of ours that says what the operator or the caller can do."""
    if isinstance(error, errors.QueryCanceled):
        return TooCostly(
            "This search would look at too many resources",
            "Dette søket ville gått gjennom for mange ressurser",
            expected=Text(
                "a parameter that fewer resources meet, such as patient or a code",
                "en parameter som færre ressurser oppfyller, slik som pasient eller en kode",
            ),
        )
    if isinstance(error, errors.DiskFull):
        return Unavailable(
            "The disk is full: nothing can be written until there is room again",
            "Disken er full: ingenting kan skrives før det er plass igjen",
        )
    if isinstance(error, (errors.SerializationFailure, errors.DeadlockDetected)):
        return Busy("The record is busy: try again", "Journalen er opptatt: prøv igjen")
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return Unavailable(
            "The database does not take writes now", "Databasen tar ikke imot skriving nå"
        )
    if isinstance(error, errors.InsufficientPrivilege):
        return Misconfigured(
            "The user of the database may not make or change tables",
            "Databasebrukeren kan ikke lage eller endre tabeller",
            expected=Text("the owner of the database", "eieren av databasen"),
        )
    if isinstance(error, psycopg.OperationalError):
        return Unavailable("The database cannot be reached", "Databasen kan ikke nås")
    return error


def refused(error: psycopg.Error) -> Exception:
    """Why a connection was not made. The driver tells it in words only, which name the user."""
    said = str(error)
    for part, english, norwegian in _REFUSALS:
        if part in said:
            return Misconfigured(english, norwegian, where="SAMSPILL_DATABASE")
    return translate(error)


def check_version(version: int) -> None:
    """Raises `Misconfigured` for a server that is too old; the number is that of the driver."""
    if version < OLDEST * 10_000:
        raise Misconfigured(
            f"The database is PostgreSQL {version // 10_000}",
            f"Databasen er PostgreSQL {version // 10_000}",
            where="SAMSPILL_DATABASE",
            expected=Text(f"version {OLDEST} or later", f"versjon {OLDEST} eller nyere"),
        )


_REFUSALS = (
    (
        "password",
        "The database does not accept the user or the password",
        "Databasen godtar ikke brukeren eller passordet",
    ),
    ("role ", "The database knows no such user", "Databasen kjenner ingen slik bruker"),
    ("database ", "There is no such database", "Det finnes ingen slik database"),
    (
        "pg_hba.conf",
        "The server lets nobody in from here, or not by this user",
        "Tjeneren slipper ingen inn herfra, eller ikke denne brukeren",
    ),
    (
        "invalid",
        "The address of the database is not understood",
        "Databaseadressen er ikke forstått",
    ),
)
