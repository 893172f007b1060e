"""Where the time of a turn went, from the clock readings of its parts. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from voice.events import TurnTimings
from voice.response import Marks


@dataclass(frozen=True, slots=True)
class TurnClock:
    """Clock readings of a turn's end, seconds; None: did not happen (a typed turn has no endpoint)."""

    voiced_at: float
    endpoint_at: float | None
    final_at: float


def turn_timings(
    response_id: str, call: int, marks: Marks, clock: TurnClock | None, *, discarded: tuple[int, ...], now: float
) -> TurnTimings:
    """`now`: when the first audio goes out. A draft was begun before the turn's text was final."""
    voiced_at = clock.voiced_at if clock is not None else None
    endpoint_at = clock.endpoint_at if clock is not None else None
    final_at = clock.final_at if clock is not None else None
    speculative = final_at is not None and marks.started < final_at
    heard = (voiced_at, marks.started) if speculative else (endpoint_at, final_at)
    return TurnTimings(
        response_id=response_id,
        call=call,
        speculative=speculative,
        discarded=discarded,
        endpoint_ms=_ms(voiced_at, endpoint_at),
        stt_ms=_ms(*heard),
        llm_first_token_ms=_ms(marks.started, marks.first_token),
        first_fragment_ms=_ms(marks.first_token, marks.first_fragment),
        tts_first_chunk_ms=_ms(marks.first_fragment, marks.first_audio),
        total_ms=_ms(voiced_at if endpoint_at is not None else marks.started, now),
    )


def _ms(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else round((end - start) * 1000, 1)
