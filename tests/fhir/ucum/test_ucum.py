"""Units of measure: what they are worth, and what is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.fhir import ucum
from samspill.fhir.ucum import units


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("4.0", "mg/dL", ("40", "g.m-3")),
        ("120", "mm[Hg]", ("15998640", "g.m-1.s-2")),
        ("98.6", "[degF]", ("310.15", "K")),
        ("5", "10*9/L", ("5E+12", "m-3")),
        ("1", "/100{WBCs}", ("0.01", "1")),
        ("3", "[iU]/mL", ("3000000", "[iU].m-3")),
        ("1", "kg/m2.s", ("1000", "g.m-2.s")),
        ("1", "kg/(m2.s)", ("1000", "g.m-2.s-1")),
        ("1", "cd", ("1", "cd")),
        ("1", "m[H2O]", ("9806650", "g.m-1.s-2")),
        ("1", "{score}", ("1", "1")),
    ],
)
def test_a_quantity_has_a_canonical_form(value: str, code: str, expected: tuple[str, str]) -> None:
    assert ucum.canonical(Decimal(value), code) == (Decimal(expected[0]), expected[1])


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("1", "[lb_av]", "kg", "0.45359237"),
        ("37", "Cel", "[degF]", "98.6"),
        ("1", "d", "min", "1440"),
        ("5.5", "mmol/L", "umol/mL", "5.5"),
        ("1", "g", "m", None),
        ("1", "[iU]", "mg", None),
        ("7.4", "[pH]", "mol/L", None),
    ],
)
def test_a_value_is_converted(value: str, source: str, target: str, expected: str | None) -> None:
    found = ucum.convert(Decimal(value), source, target)
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("code", ["mg/dL", "[pH]", "mCel", "10*3/uL", "%", "B[SPL]", "{any}"])
def test_a_code_is_valid(code: str) -> None:
    assert ucum.is_valid(code)


@pytest.mark.parametrize(
    "code", ["", "mgg", "kmin", "mg//dL", "mg dL", "(mg", "m[H2O", "m999", "mg/", "{a", "(" * 99]
)
def test_a_code_is_not_valid(code: str) -> None:
    assert not ucum.is_valid(code)


@pytest.mark.parametrize("code", units.UNITS)
def test_every_unit_comes_down_to_base_units(code: str) -> None:
    unit = ucum.parse(code)
    assert unit is not None
    known = {*units.BASE_UNITS, *units.ARBITRARY}
    assert unit.factor > 0
    assert {name for name, _ in unit.dimensions} <= known


@given(
    value=st.decimals("-1e6", "1e6", places=4),
    pair=st.sampled_from([("mg", "[lb_av]"), ("Cel", "[degF]"), ("mm[Hg]", "kPa"), ("wk", "h")]),
)
def test_there_and_back_is_the_same(value: Decimal, pair: tuple[str, str]) -> None:
    there = ucum.convert(value, *pair)
    assert there is not None
    back = ucum.convert(there, pair[1], pair[0])
    assert back is not None
    assert abs(back - value) < Decimal("1e-15")


@given(st.text(alphabet="mgsKL[]{}()./*^'%1290+-dHiUe_", max_size=30))
def test_no_text_breaks_the_parser(code: str) -> None:
    ucum.canonical(Decimal(1), code)
