"""Check digits modulo 11, as the Norwegian registers make them.

National identity numbers: HIS 1001 (person identifiers in the health services); organisation
numbers: the Central Coordinating Register (Brønnøysundregistrene).
"""

from collections.abc import Sequence

FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
ORGANISATION_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2, 1)

REMAINDERS_OF_OLD = frozenset({0})
REMAINDERS_FROM_2032 = frozenset({0, 1, 2, 3})
"""The tax administration's rule for numbers issued from 2032, for the first check digit only."""


def remainder(digits: Sequence[int], weights: Sequence[int]) -> int:
    """The weighted sum of as many digits as there are weights, modulo 11; 0 means that it fits."""
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11


def append(digits: Sequence[int], weights: Sequence[int], *, leave: int = 0) -> tuple[int, ...]:
    """The digits with the check digit that leaves the remainder; none at all if it would be 10."""
    check = (leave - remainder(digits, weights[:-1])) % 11
    return (*digits, check) if check < 10 else ()
