"""A player for clients that do not say what they have played: it plays at real time from the first sample sent.

OpenAI's clients report nothing until they truncate, and the session needs to know when a reply has been heard. Pure:
seconds are passed in as `now`. A client's own buffer makes the truth a little later than this estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

from voice.events import (
    OUTPUT_RATE_HZ,
    PlaybackFlushed,
    PlayoutReport,
    ResponseAudio,
    ResponseDone,
    ResponseStarted,
    SessionEvent,
)

REPORT_EVERY_S = 0.1


@dataclass(slots=True)
class _Stream:
    """One reply. `base_played` samples had been played at `base_s`; it went on in real time from there."""

    base_s: float
    base_played: int = 0
    received: int = 0
    reported: int = -1
    generated: bool = False

    def played(self, now: float) -> int:
        elapsed = max(0, int((now - self.base_s) * OUTPUT_RATE_HZ))
        return min(self.received, self.base_played + elapsed)


class EstimatedPlayer:
    """Feed it what is sent with `sent`; ask `reports` at `next_report_s`, and give what it says to the session."""

    def __init__(self) -> None:
        self._streams: dict[str, _Stream] = {}

    def sent(self, event: SessionEvent, now: float) -> PlayoutReport | None:
        """Takes note of one event. A flush is answered at once."""
        if isinstance(event, ResponseStarted):
            if event.audio:
                self._streams[event.response_id] = _Stream(now)
            return None
        if isinstance(event, ResponseAudio):
            self._audio(event, now)
        elif isinstance(event, ResponseDone):
            stream = self._streams.get(event.response_id)
            if stream is not None:
                stream.generated = True
        elif isinstance(event, PlaybackFlushed):
            stream = self._streams.pop(event.response_id, None)
            played = stream.played(now) if stream is not None else 0
            return PlayoutReport(event.response_id, played, flushed=True)
        return None

    def _audio(self, event: ResponseAudio, now: float) -> None:
        stream = self._streams.get(event.response_id)
        if stream is None:
            return
        # Rebasing at every chunk is what makes an underrun count as silence, not as played audio.
        stream.base_played = stream.played(now)
        stream.base_s = now
        stream.received += len(event.pcm16) // 2

    def next_report_s(self, now: float) -> float | None:
        """When `reports` is next worth asking; None while nothing plays."""
        waits = [self._wait(stream, now) for stream in self._streams.values()]
        return min((now + wait for wait in waits if wait is not None), default=None)

    def _wait(self, stream: _Stream, now: float) -> float | None:
        played = stream.played(now)
        left = stream.received - played
        if left == 0:
            return 0.0 if stream.generated or stream.reported != played else None
        return min(REPORT_EVERY_S, left / OUTPUT_RATE_HZ + 0.001)

    def reports(self, now: float) -> list[PlayoutReport]:
        """What has newly been played. A reply generated and played to its end is told once more, then forgotten."""
        reports = []
        for response_id, stream in list(self._streams.items()):
            played = stream.played(now)
            ended = stream.generated and played == stream.received
            if played != stream.reported or ended:
                stream.reported = played
                reports.append(PlayoutReport(response_id, played))
            if ended:
                del self._streams[response_id]
        return reports
