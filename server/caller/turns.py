"""One spoken turn of a call: say a clip, wait for what comes back, and keep the times. Used by talk and latency."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from models.ports import MIC_RATE_HZ
from server.caller.client import Caller
from server.caller.microphone import Spoken
from server.caller.player import Playback
from server.caller.sound import Clip

NO_TURN_AFTER_S = 4.0
"""After a clip's end, this long without a turn means there was none: the longest endpoint and a slow transcription
have passed."""

STAGES = ("endpoint_ms", "stt_ms", "llm_first_token_ms", "first_fragment_ms", "tts_first_chunk_ms", "total_ms")

FINAL = "conversation.item.input_audio_transcription.completed"


@dataclass(slots=True)
class TurnResult:
    """What came of one clip. Times in milliseconds; None where there was nothing to time."""

    file: str
    text: str = ""
    """What the clip says, where that is known."""
    transcript: str = ""
    reply: str = ""
    turns: int = 0
    cut_ins: int = 0
    """Turns that ended while the clip was still audible: the server cut the speaker off."""
    pauses_ms: list[float] = field(default_factory=list)
    """The pauses inside the clip at which the speaker was not done ..."""
    cut_pauses_ms: list[float] = field(default_factory=list)
    """... and those of them that were taken for the end."""
    complete: bool = True
    """The clip ends where a sentence may end; after others the server waits on purpose."""
    voice_to_voice_ms: float | None = None
    """Last voiced sample to first audible sample at the player."""
    voice_to_content_ms: float | None = None
    """... to the first audible sample that is no mere acknowledgement."""
    transport_ms: float | None = None
    """What voice-to-voice holds beyond the server's own count: the socket both ways and the voice's leading silence."""
    stages: dict[str, float | None] = field(default_factory=dict)
    speculative: bool = False
    underruns: int = 0
    held: int = 0
    """How often the reply was held because somebody seemed to speak ..."""
    cut_off: bool = False
    """... and whether it was given up."""
    response_id: str = ""
    session_id: str = ""
    call: int = 0
    """The leases behind the reply carry this number ..."""
    discarded: list[int] = field(default_factory=list)
    """... and these those of replies begun and thrown away."""
    ended_s: float = 0.0
    """When the last voiced sample was spoken; and when the reply became audible (time.perf_counter)."""
    heard_s: float | None = None
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def take_turn(caller: Caller, clip: Clip, *, play_out: bool = True) -> tuple[TurnResult, Playback | None]:
    """Say the clip as one turn, and hear the reply (to its end, if `play_out`)."""
    since = len(caller.heard)
    spoken = caller.say(clip.audio)
    await caller.wait_for(spoken.done.is_set, clip.seconds + 30)
    result = TurnResult(clip.name, clip.text, complete=clip.complete, session_id=caller.session_id)
    result.ended_s = spoken.time_of(clip.last)
    await _answered(caller, since)
    responses = caller.events("response.created", since)
    playback = None
    if responses:
        response_id = responses[-1].event["response"]["id"]
        playback = caller.player.playbacks[response_id]
        await caller.wait_for(lambda: playback.first_arrival_s is not None or playback.complete)
        if play_out:
            await caller.wait_for(lambda: playback.flushed or caller.player.played_out(response_id))
            await caller.wait_for(lambda: caller.state == "listening", 10)
        else:  # long enough to know when it became audible
            await caller.wait_for(lambda: playback.first_audible_s() is not None or playback.complete)
    _fill_heard(result, caller, since, clip, spoken)
    if playback is not None:
        _fill_reply(result, caller, playback)
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


def _fill_heard(result: TurnResult, caller: Caller, since: int, clip: Clip, spoken: Spoken) -> None:
    finals = caller.events(FINAL, since)
    result.transcript = " ".join(str(said.event["transcript"]).strip() for said in finals)
    result.turns = len(finals)
    early = [said.at_s for said in finals if said.at_s < result.ended_s]
    result.cut_ins = len(early)
    for number, (first, last) in enumerate(clip.pauses):
        after = clip.pauses[number + 1][0] if number + 1 < len(clip.pauses) else clip.last
        length_ms = round((last - first) / MIC_RATE_HZ * 1000, 1)
        result.pauses_ms.append(length_ms)
        if any(spoken.time_of(first) < at <= spoken.time_of(after) for at in early):
            result.cut_pauses_ms.append(length_ms)
    result.problem = "; ".join(
        str(said.event["error"]["message"]) if said.type == "error" else str(said.event["message"])
        for said in caller.heard[since:]
        if said.type in ("error", "moui.notice")
    )


def _fill_reply(result: TurnResult, caller: Caller, playback: Playback) -> None:
    result.response_id = playback.response_id
    result.underruns, result.cut_off = playback.underruns, playback.flushed
    holds = caller.events("moui.playback.pause")
    result.held = sum(said.event["response_id"] == playback.response_id for said in holds)
    replies = [said for said in caller.events("response.done") if said.event["response"]["id"] == playback.response_id]
    result.reply = spoken_text(replies[-1].event["response"]) if replies else ""
    result.heard_s = playback.first_audible_s()
    result.voice_to_voice_ms = _since(result.ended_s, result.heard_s)
    content = [s for s in caller.events("moui.response.content") if s.event["response_id"] == playback.response_id]
    first_content = int(content[0].event["first_sample"]) if content else 0
    result.voice_to_content_ms = _since(result.ended_s, playback.first_audible_s(first_content))
    timings = [s for s in caller.events("moui.turn.timings") if s.event["response_id"] == playback.response_id]
    if timings:
        event = timings[-1].event
        result.stages = {stage: event[stage] for stage in STAGES}
        result.speculative = bool(event.get("speculative", False))
        result.call = int(event.get("call", 0))
        result.discarded = [int(call) for call in event.get("discarded", ())]
        if result.voice_to_voice_ms is not None and event["total_ms"] is not None:
            result.transport_ms = round(result.voice_to_voice_ms - event["total_ms"], 1)


def _since(ended_s: float, at_s: float | None) -> float | None:
    """None, too, for a reply that spoke over the speaker: that is a cut-in, and no speed."""
    return None if at_s is None or at_s < ended_s else round((at_s - ended_s) * 1000, 1)


def spoken_text(response: dict[str, Any]) -> str:
    """The text of a response.done, whether it was spoken or written."""
    parts = [part for item in response.get("output", []) for part in item.get("content", [])]
    return "".join(str(part.get("transcript") or part.get("text") or "") for part in parts)
