"""People with a written story: a module each, stable ids, used by demo and tests."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType, ModuleType

from samspill.population.households import Numbers
from samspill.population.institutions import Clinician, Institutions
from samspill.population.people import Household
from samspill.population.stories import (
    blocked_doctor,
    cancer_pathway,
    copd,
    deceased,
    dementia,
    diabetes,
    emergency,
    heart_failure,
    mental_health,
    newborn,
    pregnancy,
    protected_address,
    refugee,
    sami_speaker,
    traveller,
    youth,
)
from samspill.population.stories.cast import Charts, Story

MODULES: tuple[ModuleType, ...] = (
    diabetes,
    heart_failure,
    pregnancy,
    youth,
    dementia,
    cancer_pathway,
    emergency,
    copd,
    blocked_doctor,
    protected_address,
    refugee,
    mental_health,
    sami_speaker,
    traveller,
    newborn,
    deceased,
)

STORIES: tuple[Story, ...] = tuple(module.STORY for module in MODULES)

BY_ID: Mapping[str, ModuleType] = MappingProxyType({module.STORY.id: module for module in MODULES})

KEYS = 1000
"""The first key that is free for people without a story."""

STAFF = ("gp-5001-1", "gp-5501-1", "doctor-north-cardiology", "doctor-south-emergency",
         "home-nurse-5501", "nurse-south")  # fmt: skip
"""The clinicians that the demo offers to sign in as."""


def households(today: date, numbers: Numbers) -> Iterator[Household]:
    for module in MODULES:
        yield module.household(today, numbers)


def tell(household: Household, charts: Charts) -> None:
    """Adds the story's records to the charts of its people."""
    BY_ID[household.story].tell(charts, household)


def clinicians() -> tuple[Clinician, ...]:
    """GPs, hospital doctors and a home nurse of the stories."""
    by_id = {each.practitioner: each for each in Institutions(0).clinicians()}
    return tuple(by_id[id] for id in STAFF)
