"""Prometheus metrics, in a registry of their own: two applications in one process (tests) do not meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from models.ports import Lease
from models.worker_status import WorkerStatus
from server.admission import Admission
from voice import events as ev

_BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
_STAGES = ("endpoint", "stt", "llm_first_token", "first_fragment", "tts_first_chunk", "total")


class Metrics:
    def __init__(self, leases: Callable[[], Sequence[Lease]], workers: Callable[[], Sequence[WorkerStatus]]) -> None:
        self.registry = CollectorRegistry()
        self.sessions = Gauge("moui_sessions", "Conversations being held", registry=self.registry)
        self.waiting = Gauge("moui_waiting", "Connections waiting in line", registry=self.registry)
        self.capacity = Gauge("moui_capacity", "Conversations that are answered in time", registry=self.registry)
        self.sessions_total = Counter("moui_sessions_opened", "Sessions opened", registry=self.registry)
        self.refused = Counter("moui_refused", "Connections refused", ["reason"], registry=self.registry)
        self.closed = Counter("moui_closed", "Connections closed by the server", ["code"], registry=self.registry)
        self.turns = Counter("moui_turns", "Turns of the user, by outcome", ["outcome"], registry=self.registry)
        self.replies = Counter("moui_replies", "Replies, by how they ended", ["status"], registry=self.registry)
        self.errors = Counter("moui_client_errors", "Error events sent", ["code"], registry=self.registry)
        self.stages = Histogram(
            "moui_stage_seconds", "Latency of a turn's stages", ["stage"], buckets=_BUCKETS, registry=self.registry
        )
        self.registry.register(_EngineCollector(leases, workers))

    def watch(self, admission: Admission) -> None:
        """How many there are is read when asked."""
        self.sessions.set_function(lambda: admission.sessions)
        self.waiting.set_function(lambda: admission.waiting)
        self.capacity.set_function(lambda: admission.capacity)

    def observe(self, event: ev.SessionEvent) -> None:
        """Count what a session says."""
        match event:
            case ev.TranscriptFinal():
                self.turns.labels("heard").inc()
            case ev.TranscriptDropped():
                self.turns.labels("dropped").inc()
            case ev.TranscriptFailed():
                self.turns.labels("failed").inc()
            case ev.ResponseDone(status=status):
                self.replies.labels(status).inc()
            case ev.TurnTimings():
                for stage in _STAGES:
                    value = getattr(event, f"{stage}_ms")
                    if value is not None:
                        self.stages.labels(stage).observe(value / 1000)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _EngineCollector(Collector):
    """Lease seconds and worker state, read when asked. The arbiter's trace is bounded, so what was read is added up."""

    def __init__(self, leases: Callable[[], Sequence[Lease]], workers: Callable[[], Sequence[WorkerStatus]]) -> None:
        self._leases = leases
        self._workers = workers
        self._seen_until: dict[str, float] = {}
        self._seconds: dict[tuple[str, str, str], float] = {}

    def describe(self) -> Iterator[Metric]:
        """Nothing is read at registration: the engines may not be there yet."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        self._add_up()
        held = CounterMetricFamily("moui_lease_seconds", "Device time", labels=["device", "engine", "phase"])
        for key, seconds in self._seconds.items():
            held.add_metric(list(key), seconds)
        yield held
        restarts = CounterMetricFamily("moui_worker_restarts", "Restarts of a worker", labels=["worker"])
        memory = GaugeMetricFamily("moui_worker_rss_bytes", "Resident memory of a worker", labels=["worker"])
        for worker in self._workers():
            restarts.add_metric([worker.name], worker.restarts)
            memory.add_metric([worker.name], worker.rss_bytes)
        yield restarts
        yield memory

    def _add_up(self) -> None:
        latest = dict(self._seen_until)
        for lease in self._leases():
            if lease.end_s <= self._seen_until.get(lease.device, float("-inf")):
                continue
            key = (lease.device, lease.engine, lease.phase)
            self._seconds[key] = self._seconds.get(key, 0.0) + lease.end_s - lease.start_s
            latest[lease.device] = max(latest.get(lease.device, lease.end_s), lease.end_s)
        self._seen_until = latest
