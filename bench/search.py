"""What a search costs before the store: index entries of a write, the tree of a query."""

import gc
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import orjson

from bench import Figure, in_turns, microseconds
from bench.base import OBSERVATION
from samspill.fhir.definitions import Definitions
from samspill.fhir.search import compartments, parse
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.parameters import Registry

ZONE = ZoneInfo("Europe/Oslo")
ASKED = "code=http%3A%2F%2Floinc.org%7C8302-2&date=ge2025&date=lt2026&_sort=-date&_count=20"


def figures() -> Iterator[Figure]:
    registry = Registry(Definitions.load())
    yield _extraction(Extractor(registry, zone=ZONE))
    yield _parsing(registry)


def _extraction(extractor: Extractor) -> Figure:
    """Of observations that differ in time, value and patient, as those of a ward do."""
    observations = [_observation(number) for number in range(20_000)]
    texts = [orjson.dumps(each) for each in observations]
    # As the server does after its start; else the collector walks these lists again and again.
    gc.freeze()

    def extract(resource: dict[str, Any]) -> None:
        extractor.extract(resource)
        compartments.patients(resource)

    ours, theirs = in_turns(
        partial(microseconds, _each(extract, observations)),
        partial(microseconds, _each(orjson.loads, texts)),
    )
    return Figure(
        what=f"Index entries and patients of an Observation of {len(texts[0])} bytes",
        value=ours.median,
        unit="µs",
        goal=15,
        yardstick="orjson.loads",
        against=theirs.median,
        is_more_better=False,
        spread=ours.spread,
    )


def _observation(number: int) -> dict[str, Any]:
    at = f"2026-10-{number % 28 + 1:02}T04:{number % 60:02}:{number // 60 % 60:02}+02:00"
    return {
        **OBSERVATION,
        "subject": {"reference": f"Patient/{number % 5000}"},
        "effectiveDateTime": at,
        "valueQuantity": {**OBSERVATION["valueQuantity"], "value": number / 100},  # type: ignore[dict-item]
    }


def _each(function: Callable[[Any], object], values: list[Any]) -> Callable[[], object]:
    following = cycle(values)
    return lambda: function(next(following))


def _parsing(registry: Registry) -> Figure:
    def ours_parses() -> None:
        pairs = parse_qsl(ASKED, keep_blank_values=True)
        parse.parse(("Observation",), pairs, registry, zone=ZONE, now=0)

    ours, theirs = in_turns(
        partial(microseconds, ours_parses),
        partial(microseconds, partial(parse_qsl, ASKED, keep_blank_values=True)),
    )
    return Figure(
        what="A search by code and dates, from text to the tree that stores answer",
        value=ours.median,
        unit="µs",
        goal=8,
        yardstick="parse_qsl",
        against=theirs.median,
        is_more_better=False,
        spread=ours.spread,
    )
