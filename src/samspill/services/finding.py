"""Finding all there is: a search that goes on to its last page.

https://hl7.org/fhir/R4/search.html#paging
"""

from collections.abc import Iterator, Sequence

from samspill.base.errors import TooCostly
from samspill.base.json import Resource
from samspill.interactions import search
from samspill.interactions.session import Session

A_PAGE = 1000
MOST_PAGES = 20


def every(session: Session, type: str, query: Sequence[tuple[str, str]]) -> Iterator[Resource]:
    """All matches in the order of the search; TooCostly when they are more than 20,000."""
    asked = [*query, ("_count", str(A_PAGE))]
    cursor: list[tuple[str, str]] = []
    for _ in range(MOST_PAGES):
        found = search.search(session, type, [*asked, *cursor])
        yield from found.resources()
        if not found.next:
            return
        cursor = [(search.CURSOR, found.next)]
    raise TooCostly(
        "There is more than one page can hold", "Det er mer enn det er plass til på én side"
    )
