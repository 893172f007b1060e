"""The microphone and what a room and a line do to it."""

from __future__ import annotations

import numpy as np

from models.ports import MIC_RATE_HZ
from server.caller.dialect import CallSettings, MicrophoneStream
from server.caller.frames import FrameResampler
from server.caller.microphone import FRAME_S, FRAME_SAMPLES, Line, Microphone
from server.caller.player import Player
from server.wire import decode_binary
from voice.events import OUTPUT_RATE_HZ


def level(audio: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(audio)))))


def test_what_is_said_comes_in_frames_over_the_rooms_tone() -> None:
    microphone = Microphone(Line(), Player())
    spoken = microphone.say(np.full(500, 0.5, np.float32))
    first, second, third = (microphone.frame(10.0 + n * FRAME_S) for n in range(3))
    assert spoken.started_s == 10.0
    assert spoken.done.is_set()
    assert np.allclose(first, 0.5, atol=0.01)
    assert np.allclose(second[:180], 0.5, atol=0.01)
    assert -75 < level(third) < -65, "a room is never digitally silent"


def test_late_frames_keep_their_order_and_lateness() -> None:
    microphone = Microphone(Line(late_ms=100, jitter_ms=50), Player())
    due = [microphone.due_s(n * FRAME_S) for n in range(200)]
    assert due == sorted(due)
    late = [at - n * FRAME_S for n, at in enumerate(due)]
    assert min(late) >= 0.05
    assert max(late) <= 0.15
    assert not any(microphone.lost() for _ in range(100))


def test_about_as_many_frames_are_lost_as_said() -> None:
    microphone = Microphone(Line(loss=0.02), Player())
    assert 10 <= sum(microphone.lost() for _ in range(1000)) <= 35


def test_a_lost_frame_is_a_gap_in_the_position_and_silence_to_others() -> None:
    frame = np.full(FRAME_SAMPLES, 0.5, np.float32)
    own = MicrophoneStream(plain=False)
    sent = [own.encode(frame), own.encode(frame, lost=True), own.encode(frame)]
    assert sent[1] is None
    assert isinstance(sent[2], bytes)
    last = decode_binary(sent[2])
    assert (last.sequence, last.position) == (1, 2 * FRAME_SAMPLES)
    plain = MicrophoneStream(plain=True)
    messages = [plain.encode(frame, lost=n == 5) for n in range(10)]
    assert all(isinstance(message, str) for message in messages), "no frame is held back"


def test_the_own_voice_comes_back_as_loud_as_said() -> None:
    player = Player()
    microphone = Microphone(Line(echo_db=-20.0), player)
    time = np.arange(2 * OUTPUT_RATE_HZ) / OUTPUT_RATE_HZ
    noise = np.random.default_rng(0).standard_normal(len(time)).astype(np.float32) * np.float32(0.1)
    player.started("r")
    player.arrived("r", noise, 0.0)
    frames = []
    for number in range(100):
        player.advance(number * FRAME_S)
        frames.append(microphone.frame(number * FRAME_S))
    heard = np.concatenate(frames[20:90])
    assert abs(level(heard) - (level(noise) - 20)) < 3
    assert len(heard) == 70 * FRAME_SAMPLES
    assert level(frames[0]) < -60, "the sound takes its time to the microphone"


def test_frames_change_their_rate_at_once_and_keep_their_sound() -> None:
    time = np.arange(MIC_RATE_HZ) / MIC_RATE_HZ
    tone = np.sin(2 * np.pi * 1000 * time).astype(np.float32) * np.float32(0.3)
    up, down = FrameResampler(MIC_RATE_HZ, OUTPUT_RATE_HZ), FrameResampler(OUTPUT_RATE_HZ, MIC_RATE_HZ)
    frames = [up.process(tone[start : start + FRAME_SAMPLES]) for start in range(0, len(tone), FRAME_SAMPLES)]
    assert {len(frame) for frame in frames} == {480}
    back = np.concatenate([down.process(frame) for frame in frames])
    late = 32  # samples: 1 ms there, 1 ms back
    assert np.allclose(back[1000:-100], tone[1000 - late : -100 - late], atol=0.01)


def test_the_socket_is_found_by_the_servers_address_or_its_own() -> None:
    assert CallSettings().address("http://here:8000") == "ws://here:8000/v1/realtime?model=moui"
    assert CallSettings(plain=True).address("wss://there/v1/realtime?model=x") == "wss://there/v1/realtime?model=x"
    assert CallSettings(plain=True).session()["audio"]["input"]["format"]["rate"] == 24_000
    assert CallSettings().session()["audio"]["input"]["format"]["rate"] == MIC_RATE_HZ
