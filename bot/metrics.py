"""What is counted and measured, as Prometheus reads it."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """One set for each bot; two bots in one process do not count each other's work."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.updates = Counter(
            "daiko_updates", "Updates worked", ["kind", "result"], registry=registry
        )
        self.update_seconds = Histogram(
            "daiko_update_seconds", "Working one update", buckets=SECONDS, registry=registry
        )
        self.sends = Counter(
            "daiko_sends", "Letters by what became of them", ["result"], registry=registry
        )
        self.sweeps = Counter(
            "daiko_sweeps", "Runs of the clock's sweeps", ["sweep", "result"], registry=registry
        )
        self.swept = Counter(
            "daiko_swept", "What the sweeps dealt with", ["sweep"], registry=registry
        )
        self.inbox_waiting = Gauge(
            "daiko_inbox_waiting", "Updates that are to be worked", registry=registry
        )
        self.inbox_parked = Gauge(
            "daiko_inbox_parked", "Updates put aside for `daiko replay`", registry=registry
        )
        self.outbox_waiting = Gauge(
            "daiko_outbox_waiting", "Letters that are to be sent", registry=registry
        )

        self.leading = Gauge(
            "daiko_leading", "Whether this process does it", ["what"], registry=registry
        )

    def count_sweep(self, sweep: str, result: str, dealt_with: int) -> None:
        self.sweeps.labels(sweep, result).inc()
        self.swept.labels(sweep).inc(dealt_with)

    def render(self) -> bytes:
        return bytes(generate_latest(self._registry))
