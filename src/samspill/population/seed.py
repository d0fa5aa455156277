"""seed: a synthetic population into the record, by the same way as any other resource."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

from samspill.base import clock
from samspill.interactions import load
from samspill.interactions.load import Summary
from samspill.interactions.loading import pool, prepare, workshop
from samspill.interactions.loading.prepare import Prepared
from samspill.interactions.loading.workshop import Recipe
from samspill.interactions.session import Session
from samspill.population import generate
from samspill.population.institutions import Institutions
from samspill.population.people import Household
from samspill.population.resources import institutions, vocabulary

HOUSEHOLDS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What a process needs to know to tell the lives of a household."""

    recipe: Recipe
    people: int
    seed: int
    today: date


def run(
    session: Session,
    people: int = 200,
    seed: int = generate.DEFAULT_SEED,
    report: Callable[[str], None] = print,
    jobs: int = 2,
) -> Summary:
    """Fills the record with this many people; the same seed and day make the same people."""
    today = clock.to_datetime(session.platform.clock()).date()
    plan = Plan(workshop.recipe(session), people, seed, today)
    report(f"Making {people:,} synthetic people …")
    prepared = pool.run(partial(_prepare, plan), _work(plan), jobs)
    return load.write(session, prepared, report)


def _work(plan: Plan) -> Iterator[tuple[Household, ...]]:
    """First nobody, which stands for institutions and codes; then a few households at a time."""
    yield ()
    gathered: list[Household] = []
    for household in generate.all_households(plan.people, plan.seed, plan.today):
        gathered.append(household)
        if len(gathered) == HOUSEHOLDS_AT_ONCE:
            yield tuple(gathered)
            gathered = []
    if gathered:
        yield tuple(gathered)


def _prepare(plan: Plan, households: tuple[Household, ...]) -> Prepared:
    treating = _institutions(plan.people)
    if households:
        made = [
            resource
            for household in households
            for resource in generate.record(household, treating, plan.seed, plan.today)
        ]
    else:
        made = [*institutions.all_resources(treating, plan.today), *vocabulary.all_resources()]
    return prepare.resources(workshop.open(plan.recipe), Path("population"), made)


@cache
def _institutions(people: int) -> Institutions:
    return Institutions(people)
