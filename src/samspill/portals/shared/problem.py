"""The page that says what went wrong."""

from dataclasses import dataclass

from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Page, Visit
from samspill.web import problems


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """What happened, what to do, whether anything was lost."""

    frame: Frame
    happened: str
    do: str
    lost: str
    start: Link


def page(visit: Visit, error: Exception, *, was_sending: bool = False) -> Page:
    """A page of its own, or a few words in the place that a part was asked for."""
    say = visit.language.say
    problem = problems.describe(error, was_sending=was_sending)
    tag = visit.language.tag
    start = Link("/", say("Til forsiden"))
    content = ProblemPage(
        frame=layout.frame(visit, say("Feil: %(what)s", what=problem.happened.said_in(tag))),
        happened=problem.happened.said_in(tag),
        do=problem.do.said_in(tag),
        lost=problem.lost.said_in(tag),
        start=start,
    )
    template = "problem_part" if visit.is_partial else "problem"
    return Page(f"shared/{template}.html", content, problem.status)
