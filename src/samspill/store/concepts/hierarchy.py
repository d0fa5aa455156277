"""The order of a code system's concepts, and the descendants of each; parents may form rings.

Tarjan's algorithm gives both in one walk: it meets a parent before its children, and is done with a
ring of concepts after all that lies below it. https://doi.org/10.1137/0201010
"""

from collections.abc import Iterator, Sequence

from pyroaring import BitMap

from samspill.base.errors import InvalidContent

MOST_BYTES = 2 << 30
"""Of all sets of descendants together; SNOMED CT needs some ten megabytes."""


class Hierarchy:
    """Concepts by number, as they were given, and by place, as they are kept."""

    def __init__(self, children: Sequence[Sequence[int]], roots: Sequence[int]) -> None:
        """`roots` are numbers of concepts without parents."""
        self.numbers: list[int] = []
        """By place."""
        self.places = [-1] * len(children)
        """By number."""
        self._children = children
        self._below: list[BitMap | None] = [None] * len(children)
        self._low = [0] * len(children)
        self._is_open = bytearray(len(children))
        self._open: list[int] = []
        self._bytes = 0
        for start in (*roots, *range(len(children))):
            if self.places[start] < 0:
                self._walk(start)

    def below(self, number: int) -> bytes | None:
        """The descendants of a concept, without itself; None of a leaf."""
        found = self._below[number]
        if found is None:
            return None
        place = self.places[number]
        return (found - BitMap((place,)) if place in found else found).serialize()

    def _walk(self, start: int) -> None:
        waiting: list[tuple[int, Iterator[int]]] = [(start, self._enter(start))]
        while waiting:
            number, rest = waiting[-1]
            for child in rest:
                if self.places[child] < 0:
                    waiting.append((child, self._enter(child)))
                    break
                if self._is_open[child]:
                    self._low[number] = min(self._low[number], self.places[child])
            else:
                waiting.pop()
                if waiting:
                    above = waiting[-1][0]
                    self._low[above] = min(self._low[above], self._low[number])
                if self._low[number] == self.places[number]:
                    self._close(number)

    def _enter(self, number: int) -> Iterator[int]:
        self.places[number] = self._low[number] = len(self.numbers)
        self.numbers.append(number)
        self._open.append(number)
        self._is_open[number] = 1
        return iter(self._children[number])

    def _close(self, number: int) -> None:
        """Gathers what is below a concept, or below and in the ring that it is of."""
        ring = [self._open.pop()]
        while ring[-1] != number:
            ring.append(self._open.pop())
        found = BitMap()
        for each in ring:
            self._is_open[each] = 0
            for child in self._children[each]:
                found.add(self.places[child])
                held = self._below[child]
                if held is not None:
                    found |= held
        if not found:
            return
        found.run_optimize()
        self._bytes += len(ring) * len(found.serialize())
        if self._bytes > MOST_BYTES:
            raise InvalidContent(
                "The hierarchy of the code system is too entangled to be kept",
                "Hierarkiet i kodesystemet er for sammenfiltret til å lagres",
            )
        for each in ring:
            self._below[each] = found
