"""`make bench`, or `make bench ROOMS="base fhirpath"`: runs the rooms and prints the table.

A run of all rooms writes the table to `docs/bench.md` as well. Ends with 1 if a goal is not met.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import (
    Figure,
    access,
    base,
    fhirpath,
    http,
    identity,
    load,
    machine,
    postgres,
    results,
    search,
    shapes,
    store,
    terminology,
    validation,
)

ROOMS: dict[str, Callable[[], Iterator[Figure]]] = {
    "base": base.figures,
    "http": http.figures,
    "identity": identity.figures,
    "access": access.figures,
    "store": store.figures,
    "postgres": postgres.figures,
    "fhirpath": fhirpath.figures,
    "search": search.figures,
    "shapes": shapes.figures,
    "validation": validation.figures,
    "load": load.figures,
    "results": results.figures,
    "terminology": terminology.figures,
}
PAGE = Path(__file__).parents[1] / "docs" / "bench.md"


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ROOMS]
    if unknown:
        print(f"No measurements for {', '.join(unknown)}; there are {', '.join(ROOMS)}")
        return 2
    print(machine.describe())
    figures = []
    for name in names or ROOMS:
        for figure in ROOMS[name]():
            print(line(figure), flush=True)
            figures.append(figure)
    if not names:
        PAGE.write_text(page(figures))
    return 0 if all(figure.is_met for figure in figures) else 1


def line(figure: Figure) -> str:
    """A row of the table."""
    measured = f"{_short(figure.value)} {figure.unit}"
    yardstick = f"{figure.yardstick}: {_short(figure.against)}" if figure.yardstick else ""
    ratio = f"{figure.ratio:.2f}" if figure.yardstick else ""
    goal = f"{'≥' if figure.is_more_better else '≤'} {_short(figure.goal)}"
    verdict = "yes" if figure.is_met else "**no**"
    spread = f"{figure.spread:.0%}" if figure.spread else ""
    return f"| {figure.what} | {measured} | {spread} | {yardstick} | {ratio} | {goal} | {verdict} |"


def page(figures: list[Figure]) -> str:
    rows = "\n".join(line(figure) for figure in figures)
    return f"{HEAD.format(machine=machine.describe())}\n{rows}\n"


def _short(value: float) -> str:
    """Three figures that count: 12,345 · 123 · 12.3 · 0.123."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


HEAD = """# What was measured

Printed by `make bench`. The yardstick of a row was run in the same minutes on the same machine, in
turns with ours; the ratio is ours divided by it. Spread is (highest - lowest) / median of the
rounds. Figures of a shared machine differ between runs; the ratios less so.

{machine}

| what | measured | spread | yardstick | ratio | goal | met |
|---|---|---|---|---|---|---|"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
