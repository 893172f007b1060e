"""Sound files and the waterfall."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile

from server.caller.latency.stats import percentile
from server.caller.sound import SoundError, audible_span, read_clip, write_wav
from server.caller.waterfall import waterfall
from server.commands.latency import bars


def test_a_stereo_file_at_another_rate_becomes_mono_at_16_khz(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.full((44_100, 2), 0.1, np.float32), 44_100)
    clip = read_clip(path)
    assert abs(len(clip.audio) - 16_000) <= 2
    assert clip.audio.ndim == 1


@pytest.mark.parametrize("content", [b"", b"RIFF....", b"hello"])
def test_what_is_no_sound_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    with pytest.raises(SoundError, match=r"broken\.wav"):
        read_clip(path)


def test_an_empty_file_and_an_odd_rate_are_refused(tmp_path: Path) -> None:
    empty, odd = tmp_path / "empty.wav", tmp_path / "odd.wav"
    write_wav(empty, np.zeros(0, np.float32), 16_000)
    soundfile.write(odd, np.zeros(100, np.float32), 96_000)
    with pytest.raises(SoundError, match="no sound"):
        read_clip(empty)
    with pytest.raises(SoundError, match="96000 Hz"):
        read_clip(odd)


def test_the_audible_span_leaves_out_the_silence_around() -> None:
    audio = np.zeros(16_000, np.float32)
    audio[4_000:12_000] = 0.3
    first, last = audible_span(audio, 16_000)
    assert abs(first - 4_000) <= 160
    assert abs(last - 12_000) <= 160
    assert audible_span(np.zeros(16_000, np.float32), 16_000) == (0, 0)


def test_percentiles_of_nothing_are_nothing() -> None:
    assert percentile([], 50) is None
    assert percentile([1.0, 3.0], 50) == 2.0


def test_a_draft_is_drawn_from_the_last_voiced_sample_on() -> None:
    made = {"stt_ms": 300.0, "llm_first_token_ms": 400.0, "first_fragment_ms": 200.0, "tts_first_chunk_ms": 80.0}
    turn = {
        "file": "Yes.",
        "speculative": True,
        "stages": {**made, "endpoint_ms": 1200.0, "total_ms": 1205.0},
        "transport_ms": 100.0,
    }
    ((label, stages),) = bars({"scenarios": {"short": {"turns": [turn]}}})
    assert label == "short: Yes."
    assert stages == {**made, "held_ms": 225.0, "transport_ms": 100.0}


def test_the_waterfall_is_well_formed_and_shows_every_stage() -> None:
    stages = {"endpoint_ms": 500.0, "stt_ms": 10.0, "llm_first_token_ms": 300.0, "transport_ms": None}
    svg = waterfall([("a <clip>", stages), ("b", {})], "title & more")
    root = ElementTree.fromstring(svg)
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["endpoint wait: 500 ms", "speech to text: 10 ms", "first token: 300 ms"]
