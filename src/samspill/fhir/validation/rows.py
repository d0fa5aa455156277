"""A row of checks called one after the other on the values of an object, without a loop.

A loop over checks and values costs more than the checks themselves. So a function is written out
for each length of a row, once, and used for every row of that length.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from samspill.fhir.validation.findings import Findings, at, join
from samspill.fhir.validation.primitives import Check

Row = Callable[..., Check]


def join_checks(checks: Sequence[Check]) -> Check:
    """One check of an object, of as many checks as it has values, in their order."""
    return _of_length(len(checks))(_gather, *checks)


def _gather(value: dict[str, Any], faults: tuple[Findings | None, ...]) -> Findings | None:
    """The findings of all values, each under its name."""
    found: Findings | None = None
    for name, fault in zip(value, faults, strict=True):
        if fault is not None:
            found = join(found, at(fault, name))
    return found


@cache
def _of_length(length: int) -> Row:
    """For a length of 2:

    def row(gather, c0, c1):
        def check(value, run):
            v0, v1, = value.values()
            f0 = c0(v0, run)
            f1 = c1(v1, run)
            if f0 is None and f1 is None: return None
            return gather(value, (f0, f1, ))
        return check
    """
    numbers = range(length)
    lines = [
        f"def row(gather, {', '.join(f'c{n}' for n in numbers)}):",
        " def check(value, run):",
        f"  {''.join(f'v{n}, ' for n in numbers)} = value.values()",
        *(f"  f{n} = c{n}(v{n}, run)" for n in numbers),
        f"  if {' and '.join(f'f{n} is None' for n in numbers)}: return None",
        f"  return gather(value, ({''.join(f'f{n}, ' for n in numbers)}))",
        " return check",
    ]
    made: dict[str, Row] = {}
    exec("\n".join(lines), made)
    return made["row"]
