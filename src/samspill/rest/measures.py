"""What the server counts, for Prometheus: requests, time, the record, the process.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections import defaultdict
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

BOUNDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
"""Upper bounds of the time classes, in seconds."""


class Measures:
    """Counters of one server process; counting costs a dictionary look-up each."""

    def __init__(self) -> None:
        self._requests: defaultdict[tuple[str, int], int] = defaultdict(int)
        self._times = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def count(self, method: str, status: int, seconds: float) -> None:
        """One request that has been answered."""
        self._requests[method, status] += 1
        self._seconds += seconds
        at = 0
        while at < len(BOUNDS) and seconds > BOUNDS[at]:
            at += 1
        self._times[at] += 1

    def exposition(self) -> bytes:
        """The text that a scrape gets."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The families, as the Prometheus client asks for them."""
        requests = CounterMetricFamily(
            "samspill_requests", "Requests answered", labels=("method", "status")
        )
        for (method, status), number in sorted(self._requests.items()):
            requests.add_metric((method, str(status)), number)
        yield requests
        yield self._histogram()

    def _histogram(self) -> HistogramMetricFamily:
        total, buckets = 0, []
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), self._times, strict=True):
            total += number
            buckets.append((bound, total))
        family = HistogramMetricFamily("samspill_request_seconds", "Time from request to answer")
        family.add_metric((), buckets, self._seconds)
        return family
