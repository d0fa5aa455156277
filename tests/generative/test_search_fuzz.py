"""Whatever is asked, the answer is a query or a refusal that names the parameter; never a crash."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from builders.search_engines import NOW, ZONE, registry
from samspill.base.errors import SamspillError
from samspill.fhir.search import format, parse

TYPES = ["Patient", "Observation", "Location", "QuestionnaireResponse", "Composition", "ValueSet"]

SIGNS = st.sampled_from(
    [*"\\|,$:.()[]\"'*%_ +-/#?=&;~", "ge", "true", "1e5", "2026-01", "Patient/"]
)
CODES = st.sampled_from(sorted({code for type in TYPES for code in registry().of(type)}))
SPECIAL = ["_filter", "_text", "_has", "_sort", "_include", "_list", "_count", "_type", "_elements"]
PIECES = st.one_of(CODES, SIGNS, st.sampled_from([*SPECIAL, *TYPES, "subject", "name", "eq"]))

NAMES = st.one_of(
    CODES,
    st.sampled_from(SPECIAL),
    st.lists(PIECES, max_size=7).map("".join),
    st.tuples(CODES, st.sampled_from(["exact", "not", "in", "of-type", "missing", "x"])).map(
        ":".join
    ),
    st.tuples(CODES, CODES).map(".".join),
)
QUOTED = st.text(max_size=9).map(lambda text: f'"{text}"')
VALUES = st.one_of(QUOTED, st.text(max_size=30), st.lists(PIECES, max_size=9).map("".join))
TERMS = st.tuples(CODES, st.sampled_from(["eq", "ne", "co", "in", "sb", "gt", "pr"]), VALUES)
FILTERS = st.lists(TERMS.map(" ".join), min_size=1, max_size=4).flatmap(
    lambda terms: st.sampled_from([" or ", " and "]).map(lambda sign: sign.join(terms))
)
PAIRS = st.lists(
    st.one_of(st.tuples(NAMES, VALUES), st.tuples(st.just("_filter"), FILTERS)), max_size=4
)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(["", *TYPES]), PAIRS, st.booleans())
def test_every_search_is_understood_or_refused(
    type: str, pairs: list[tuple[str, str]], lenient: bool
) -> None:
    types = (type,) if type else ()
    with suppress(SamspillError):
        found = parse.parse(types, pairs, registry(), zone=ZONE, now=NOW, lenient=lenient)
        written = format.format(found.asked, is_of_all=not type)
        again = parse.parse(types, written, registry(), zone=ZONE, now=NOW)
        assert again.asked == found.asked


@given(st.sampled_from(TYPES), PAIRS)
def test_a_refusal_names_the_parameter(type: str, pairs: list[tuple[str, str]]) -> None:
    try:
        parse.parse((type,), pairs, registry(), zone=ZONE, now=NOW)
    except SamspillError as refusal:
        refused = refusal
    else:
        return
    assert refused.where or len(pairs) > 100
    assert refused.text.nb
