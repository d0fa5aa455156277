"""The made-up people that one can be in demo mode: those of the stories, if they are there."""

from collections.abc import Iterator
from dataclasses import dataclass

from samspill.base.errors import Gone, NotFound
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.interactions import read, search
from samspill.interactions.session import Session
from samspill.population import stories
from samspill.population.resources.institutions import LEADERS
from samspill.services import elements

FROM_THE_RECORD = 12
"""People to offer when the record holds none of the stories."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone to be."""

    reference: str
    name: str
    says: Text
    """Why this person is worth a visit."""


def candidates(session: Session) -> tuple[Candidate, ...]:
    """Citizens and clinicians of the stories, else the first people of the record."""
    told = [one for one in _told() if _is_there(session, one.reference)]
    return tuple(told or _any(session))


def _told() -> Iterator[Candidate]:
    for story in stories.STORIES:
        if story.portal == "citizen":
            yield Candidate(story.sign_in, story.name, story.shows)
    for clinician in stories.clinicians():
        title = f"{clinician.title}, {clinician.organisation.name}"
        says = Text(title, title)
        if clinician.practitioner in LEADERS:
            says = Text(f"Reviews access. {title}", f"Kontrollerer tilgang. {title}")
        yield Candidate(f"Practitioner/{clinician.practitioner}", clinician.name, says)


def _is_there(session: Session, reference: str) -> bool:
    type, _, id = reference.partition("/")
    try:
        read.read(session, type, id)
    except (NotFound, Gone):
        return False
    return True


def _any(session: Session) -> Iterator[Candidate]:
    for type, count in (("Patient", FROM_THE_RECORD), ("Practitioner", FROM_THE_RECORD // 2)):
        found = search.search(session, type, [("_sort", "family"), ("_count", str(count))])
        for resource in found.resources():
            yield Candidate(f"{type}/{resource['id']}", _name(resource), Text("", ""))


def _name(resource: Resource) -> str:
    given, family = elements.human_name(resource.get("name") or [])
    return f"{given} {family}".strip()
