"""Quantities in SQL: in base units where UCUM knows them, else in the units given.
https://hl7.org/fhir/R4/search.html#quantity"""

from samspill.fhir.search.query import QuantityIs
from samspill.store.search import number
from samspill.store.search.scope import Scope, Values, all_of, look_up
from samspill.store.types import Sql


def condition(scope: Scope, test: QuantityIs, row: str) -> Sql:
    """That a row of `quantity` has a fitting unit and amount."""
    amount = test.base if test.base_unit and test.base else test.number
    fitting = units(scope, test)
    # With a plus, many units are no way into the index: that would be a look-up for each of them.
    is_one = fitting.ids is not None and len(fitting.ids) == 1
    unit = fitting.condition(f"{row}.unit" if is_one else f"+{row}.unit")
    return all_of((unit, number.condition(amount, row)))


def units(scope: Scope, test: QuantityIs) -> Values:
    """The units in which the row's amount may be compared."""
    if test.base_unit:
        return look_up(
            scope, Sql("SELECT id FROM unit WHERE base = 1 AND code = ?", (test.base_unit,))
        )
    given = "SELECT id FROM unit WHERE base = 0"
    if test.code is None:
        return look_up(scope, Sql(given))
    if test.system is None:
        return look_up(scope, Sql(f"{given} AND (code = ? OR unit = ?)", (test.code, test.code)))
    return look_up(scope, Sql(f"{given} AND system = ? AND code = ?", (test.system, test.code)))
