"""The memory engine answers the public cases of SQL on FHIR."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from builders import known, shared
from samspill.analytics import views
from samspill.analytics.engines import memory
from samspill.base.errors import SamspillError
from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions

KNOWN = known.load(Path(__file__).parent / "known_failures.toml")
CASES = [
    pytest.param(suite["resources"], test, id=f"{path.stem}: {test['title']}")
    for path in sorted(shared.folder("sql-on-fhir").glob("*.json"))
    for suite in [json.loads(path.read_text(), parse_float=Decimal, parse_int=Decimal)]
    for test in suite["tests"]
]


@pytest.fixture(scope="module")
def definitions():
    return Definitions.load()


@pytest.mark.parametrize(("resources", "test"), CASES)
def test_a_view_gives_the_expected_table(resources, test, definitions):
    if test.get("expectError"):
        with pytest.raises(SamspillError):
            list(memory.run(views.parse(test["view"]), resources, definitions))
        return
    view = views.parse(test["view"])
    rows = list(memory.run(view, resources, definitions))
    if "expect" in test:
        is_equal = sorted(map(text, rows)) == sorted(map(text, test["expect"]))
        known.check(test["title"], KNOWN, "" if is_equal else f"gives {rows}")
    if "expectColumns" in test:
        assert list(view.columns()) == test["expectColumns"]
    if "expectCount" in test:
        assert len(rows) == test["expectCount"]


def text(row):
    return json.dumps(row, sort_keys=True, default=float)


def test_columns_of_the_same_name_are_refused():
    column = {"name": "id", "path": "id"}
    with pytest.raises(SamspillError) as refused:
        views.parse({"resource": "Patient", "select": [{"column": [column, column]}]})
    assert refused.value.expected == Text("unique names", "ulike navn")


def test_a_column_of_one_value_refuses_several(definitions):
    view = views.parse(
        {"resource": "Patient", "select": [{"column": [{"name": "n", "path": "name.given"}]}]}
    )
    patient = {"resourceType": "Patient", "name": [{"given": ["Ada", "Bo"]}]}
    with pytest.raises(SamspillError, match="several values"):
        list(memory.run(view, [patient], definitions))
