"""Error pages say what happened, what to do, and whether anything was lost."""

import pytest

from samspill.base import errors
from samspill.base.errors import SamspillError
from samspill.web import problems


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("x", "y"), 404),
        (errors.Gone("x", "y"), 410),
        (errors.Forbidden("x", "y"), 403),
        (errors.Busy("x", "y"), 503),
        (errors.Unavailable("x", "y"), 503),
        (errors.InvalidRequest("x", "y"), 400),
        (errors.Conflict("x", "y"), 400),
        (ValueError("secret detail"), 500),
    ],
)
def test_every_error_has_a_page(error: Exception, status: int) -> None:
    problem = problems.describe(error)
    assert problem.status == status
    for text in (problem.happened, problem.do, problem.lost):
        assert text.nb
        assert text.en
    assert "secret" not in problem.happened.en


def test_the_page_says_that_a_form_was_not_saved() -> None:
    error: SamspillError = errors.Unavailable("x", "y")
    assert problems.describe(error, was_sending=True).lost != problems.describe(error).lost
