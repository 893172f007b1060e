"""One spoken turn of a call: say a clip, wait for what comes back, and keep the times. Used by talk and latency."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from server.caller.client import Caller
from server.caller.player import Playback
from server.caller.sound import Clip

NO_TURN_AFTER_S = 4.0
"""After a clip's end, this long without a turn means there was none: the longest endpoint (1.8 s) and a slow
transcription have passed."""

STAGES = ("endpoint_ms", "stt_ms", "llm_first_token_ms", "first_fragment_ms", "tts_first_chunk_ms", "total_ms")


@dataclass(slots=True)
class TurnResult:
    """What came of one clip. Times in milliseconds; None where there was nothing to time."""

    file: str
    transcript: str = ""
    reply: str = ""
    turns: int = 0
    cut_ins: int = 0
    """Turns that ended while the clip was still audible: the server cut the speaker off."""
    voice_to_voice_ms: float | None = None
    transport_ms: float | None = None
    """What voice-to-voice holds beyond the server's own count: the socket both ways and the voice's leading silence."""
    stages: dict[str, float | None] = field(default_factory=dict)
    underruns: int = 0
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def take_turn(caller: Caller, clip: Clip, *, play_out: bool = True) -> tuple[TurnResult, Playback | None]:
    """Say the clip as one turn, and hear the reply (to its end, if `play_out`)."""
    since = len(caller.heard)
    spoken = caller.say(clip.audio)
    await caller.wait_for(spoken.done.is_set, clip.seconds + 30)
    result = TurnResult(clip.name)
    await _answered(caller, since)
    responses = caller.events("response.created", since)
    playback = None
    if responses:
        response_id = responses[-1].event["response"]["id"]
        playback = caller.player.playbacks[response_id]
        await caller.wait_for(lambda: playback.first_arrival_s is not None or playback.complete)
        if play_out:
            await caller.wait_for(lambda: playback.complete and caller.player.played_out(response_id))
            await caller.wait_for(lambda: caller.state == "listening", 10)
    _fill_heard(result, caller, since, spoken.time_of(clip.last))
    if playback is not None:
        _fill_reply(result, caller, playback, spoken.time_of(clip.last))
    return result, playback


async def _answered(caller: Caller, since: int) -> None:
    """Until a response follows the last transcript, or nothing comes."""

    def settled() -> bool:
        return bool(caller.events("response.created", since)) and caller.state in ("thinking", "speaking")

    def dropped() -> bool:
        quiet = caller.state == "listening"
        kinds = ("moui.transcript.dropped", "conversation.item.input_audio_transcription.failed")
        return quiet and any(caller.events(kind, since) for kind in kinds)

    if await caller.wait_for(lambda: settled() or dropped(), NO_TURN_AFTER_S):
        return
    if caller.state != "listening":  # somebody is still at it: a slow machine, not an absent turn
        await caller.wait_for(lambda: settled() or dropped() or caller.state == "listening")


def _fill_heard(result: TurnResult, caller: Caller, since: int, last_voiced: float) -> None:
    finals = caller.events("conversation.item.input_audio_transcription.completed", since)
    result.transcript = " ".join(str(said.event["transcript"]).strip() for said in finals)
    result.turns = len(finals)
    result.cut_ins = sum(said.at_s < last_voiced for said in finals)
    result.problem = "; ".join(
        str(said.event["error"]["message"]) if said.type == "error" else str(said.event["message"])
        for said in caller.heard[since:]
        if said.type in ("error", "moui.notice")
    )


def _fill_reply(result: TurnResult, caller: Caller, playback: Playback, last_voiced: float) -> None:
    result.underruns = playback.underruns
    replies = [said for said in caller.events("response.done") if said.event["response"]["id"] == playback.response_id]
    result.reply = spoken_text(replies[-1].event["response"]) if replies else ""
    heard_at = playback.first_audible_s()
    if heard_at is not None:
        result.voice_to_voice_ms = round((heard_at - last_voiced) * 1000, 1)
    timings = [s for s in caller.events("moui.turn.timings") if s.event["response_id"] == playback.response_id]
    if timings:
        result.stages = {stage: timings[-1].event[stage] for stage in STAGES}
        total = timings[-1].event["total_ms"]
        if result.voice_to_voice_ms is not None and total is not None:
            result.transport_ms = round(result.voice_to_voice_ms - total, 1)


def spoken_text(response: dict[str, Any]) -> str:
    """The text of a response.done, whether it was spoken or written."""
    parts = [part for item in response.get("output", []) for part in item.get("content", [])]
    return "".join(str(part.get("transcript") or part.get("text") or "") for part in parts)
