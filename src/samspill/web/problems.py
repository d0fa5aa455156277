"""Error pages: what happened, what to do now, and whether anything was lost.

The texts are here and not in the catalogues, so that they also show when little else works.
"""

from dataclasses import dataclass

from samspill.base import errors
from samspill.base.errors import SamspillError
from samspill.base.texts import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """A page that tells a person what went wrong."""

    status: int
    happened: Text
    do: Text
    lost: Text


NOTHING_LOST = Text("Nothing was changed or lost.", "Ingenting er endret eller gått tapt.")
NOT_SAVED = Text(
    "What you just sent was not saved. Everything else is safe.",
    "Det du nettopp sendte, ble ikke lagret. Alt annet er trygt.",
)


def describe(error: Exception, *, was_sending: bool = False) -> Problem:
    """The page for an error; what we did not foresee says no more than that."""
    lost = NOT_SAVED if was_sending else NOTHING_LOST
    for kind, status, happened, do in TABLE:
        if isinstance(error, kind):
            return Problem(status, happened or _said(error), do, lost)
    return Problem(500, *UNFORESEEN, lost)


def _said(error: Exception) -> Text:
    """The error's own words: they are written for readers and hold no personal data."""
    assert isinstance(error, SamspillError)
    return error.text


UNFORESEEN = (
    Text("Something went wrong with us.", "Noe gikk galt hos oss."),
    Text(
        "Try again in a moment. If it happens again, tell those who run this service.",
        "Prøv igjen om litt. Skjer det igjen, si fra til dem som drifter tjenesten.",
    ),
)

# The first row that fits is used. No text of ours in the third place: the error's own words.
TABLE: tuple[tuple[type[Exception], int, Text | None, Text], ...] = (
    (
        errors.NotFound,
        404,
        Text("We cannot find this page.", "Vi finner ikke denne siden."),
        Text(
            "Check the address, or start again from the front page.",
            "Sjekk adressen, eller begynn på nytt fra forsiden.",
        ),
    ),
    (
        errors.Gone,
        410,
        Text("This has been deleted.", "Dette er slettet."),
        Text("Start again from the front page.", "Begynn på nytt fra forsiden."),
    ),
    (
        errors.LoginRequired,
        401,
        Text("You are not signed in.", "Du er ikke logget inn."),
        Text("Sign in and try again.", "Logg inn og prøv på nytt."),
    ),
    (
        errors.Forbidden,
        403,
        None,
        Text(
            "Go back, load the page again and try once more.",
            "Gå tilbake, last siden på nytt og prøv en gang til.",
        ),
    ),
    (
        errors.Busy,
        503,
        Text("Many people are here right now.", "Det er mange her akkurat nå."),
        Text("Wait half a minute and try again.", "Vent et halvt minutt og prøv igjen."),
    ),
    (
        errors.Unavailable,
        503,
        Text("The record cannot be reached right now.", "Journalen kan ikke nås akkurat nå."),
        Text(
            "Try again in a few minutes. Is it urgent? Call 116 117. Is life in danger? Call 113.",
            "Prøv igjen om noen minutter. Haster det? Ring 116 117. Er det fare for liv? Ring 113.",
        ),
    ),
    (
        errors.Misconfigured,
        500,
        *UNFORESEEN,
    ),
    (
        SamspillError,
        400,
        None,
        Text("Go back and correct it.", "Gå tilbake og rett det opp."),
    ),
)
