"""References in SQL: to resources of this record, and to anywhere else.
https://hl7.org/fhir/R4/search.html#reference"""

from samspill.fhir.search.query import ReferenceIs, ReferenceUrl
from samspill.fhir.search.values import Reference
from samspill.store import index
from samspill.store.catalog import cut
from samspill.store.connect import question_marks
from samspill.store.search.scope import Scope, Values, look_up
from samspill.store.types import Sql


def values(scope: Scope, parameter: int, test: ReferenceIs | ReferenceUrl) -> Values:
    """The targets: rids of resources of this record, negative texts of others."""
    match test:
        case ReferenceIs(types, id, ""):
            kinds = tuple(scope.type(type) for type in types or scope.types())
            select = f"SELECT rid FROM resource WHERE type IN ({question_marks(kinds)}) AND id = ?"
            return look_up(scope, Sql(select, (*kinds, id)))
        case ReferenceIs(types, id, version):
            named = tuple(index.versioned(Reference(type, id)) for type in types)
            condition = f"folded IN ({question_marks(named)}) AND exact = ?"
            return look_up(scope, _texts(parameter, Sql(condition, (*named, version))))
        case ReferenceUrl(url, "", _):
            return look_up(scope, _texts(parameter, Sql("folded = ?", (cut(url),))))
        case ReferenceUrl(url, version, below):
            condition = "folded = ? AND exact = ?"
            values: tuple[object, ...] = (cut(url), version)
            if below:
                # "/" is the character after ".".
                condition = "folded = ? AND (exact = ? OR (exact >= ? AND exact < ?))"
                values = (cut(url), version, version + ".", version + "/")
            return look_up(scope, _texts(parameter, Sql(condition, values)))


def _texts(parameter: int, condition: Sql) -> Sql:
    select = f"SELECT -id FROM text WHERE parameter = ? AND {condition.text}"
    return Sql(select, (parameter, *condition.parameters))
