"""`_text` and `_content` in SQL, by the database's index of words.
https://hl7.org/fhir/R4/search.html#content"""

from samspill.base.errors import Unavailable
from samspill.base.texts import Text
from samspill.fhir.search.query import Words
from samspill.store import fill, prose
from samspill.store.search.scope import FALSE, Scope
from samspill.store.types import Sql


def condition(scope: Scope, parameter: str, test: Words, type: str, row: str) -> Sql:
    """That a row of `words` has the words side by side."""
    check(scope, parameter)
    number = scope.type(type)
    if not number:
        return FALSE
    sought = prose.sought(number, test.words)
    return scope.connection.has_words(
        row, sought, only_narrative=parameter == "_text", is_beginning=test.prefix
    )


def check(scope: Scope, parameter: str) -> None:
    """Refuses while older resources are still without what is sought: none is answered in part."""
    if "fill" not in scope.facts:
        scope.facts["fill"] = fill.progress(scope.connection)
    if scope.facts["fill"] is not None:
        done, total = scope.facts["fill"]
        raise Unavailable(
            f"The index of this parameter is being built: {done} of {total} resources",
            f"Indeksen for denne parameteren bygges: {done} av {total} ressurser",
            where=parameter,
            expected=Text("the same search in a while", "det samme søket om en stund"),
        )
