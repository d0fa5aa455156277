"""Tables are written so that a spreadsheet shows them and runs nothing."""

from io import StringIO

from samspill.analytics import run, views

VIEW = views.parse(
    {
        "resource": "Patient",
        "select": [{"column": [{"name": "id", "path": "id"}, {"name": "note", "path": "text"}]}],
    }
)


def test_csv_names_its_columns_and_leaves_nothing_empty():
    out = StringIO()
    run.write_csv(VIEW, iter([{"id": "a", "note": None}, {"id": "b", "note": True}]), out)
    assert out.getvalue() == "id,note\na,\nb,true\n"


def test_a_text_that_a_spreadsheet_would_run_is_quoted():
    out = StringIO()
    run.write_csv(VIEW, iter([{"id": "a", "note": "=1+1"}]), out)
    assert out.getvalue().splitlines()[1] == "a,'=1+1"


def test_ndjson_has_one_object_a_line():
    out = StringIO()
    run.write_ndjson(iter([{"id": "a", "note": [1, 2]}]), out)
    assert out.getvalue() == '{"id":"a","note":[1,2]}\n'
