from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ports import Pcm
from voice.audio import (
    SILENCE_DBFS,
    AudioGone,
    AudioRing,
    Pcm16Decoder,
    StreamResampler,
    dbfs,
    rms,
    to_pcm16,
)


def test_pcm16_round_trip_is_exact_to_one_step() -> None:
    audio = np.linspace(-1, 1, 1001, dtype=np.float32)
    back = Pcm16Decoder().feed(to_pcm16(audio))
    assert np.max(np.abs(back - audio)) <= 2 / 32768


def test_loud_samples_are_clipped_not_wrapped() -> None:
    assert to_pcm16(np.array([2.0, -2.0], np.float32)) == np.array([32767, -32767], "<i2").tobytes()


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_any_cut_of_the_byte_stream_gives_the_same_samples(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(c, len(data)) for c in cuts), len(data)]
    decoder = Pcm16Decoder()
    parts = [decoder.feed(data[a:b]) for a, b in itertools.pairwise(edges)]
    assert np.array_equal(np.concatenate(parts), Pcm16Decoder().feed(data))


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 24_000, 44_100, 48_000])
def test_resampling_in_chunks_keeps_length_and_pitch(rate: int) -> None:
    seconds = 2
    tone = np.sin(2 * np.pi * 440 * np.arange(rate * seconds) / rate).astype(np.float32)
    resampler = StreamResampler(rate, 16_000)
    chunks = [resampler.process(tone[i : i + 333]) for i in range(0, tone.size, 333)]
    out = np.concatenate([*chunks, resampler.flush()])
    assert abs(out.size - 16_000 * seconds) <= 2
    assert np.argmax(np.abs(np.fft.rfft(out[: 16_000 * seconds]))) == pytest.approx(440 * seconds, abs=1)
    assert rms(out) == pytest.approx(2**-0.5, rel=0.01)


def test_a_flushed_resampler_starts_a_new_stream() -> None:
    resampler = StreamResampler(48_000, 16_000)
    tone = np.ones(4_800, np.float32)
    first = np.concatenate([resampler.process(tone), resampler.flush()])
    second = np.concatenate([resampler.process(tone), resampler.flush()])
    assert np.array_equal(first, second)


def test_equal_rates_pass_through_and_odd_rates_are_refused() -> None:
    tone = np.ones(7, np.float32)
    same = StreamResampler(16_000, 16_000)
    assert same.process(tone) is tone
    assert same.flush().size == 0
    with pytest.raises(ValueError, match="between 8000 and 48000"):
        StreamResampler(96_000)


def test_level() -> None:
    assert rms(np.zeros(0, np.float32)) == 0.0
    assert dbfs(np.zeros(10, np.float32)) == SILENCE_DBFS
    assert dbfs(np.full(10, 0.1, np.float32)) == pytest.approx(-20.0, abs=0.01)


def counted(count: int) -> Pcm:
    """Samples that tell their place: 0, 1, 2, ... of int16."""
    return np.arange(count, dtype=np.float32) / np.float32(32768.0)


@given(
    st.lists(st.integers(0, 70), max_size=20),
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(0, 1000),
    st.integers(1, 60),
)
def test_the_ring_is_a_window_onto_the_whole_stream(sizes: list[int], a: int, b: int, origin: int, block: int) -> None:
    ring = AudioRing(50 / 16_000, start=origin, block_s=block / 16_000)
    whole = counted(sum(sizes))
    at = 0
    for size in sizes:
        ring.append(whole[at : at + size])
        at += size
    assert ring.end == origin + whole.size
    assert ring.end - ring.start == min(50, whole.size)
    assert ring.nbytes <= 2 * (50 + 2 * block)
    start, end = sorted((a, b))
    if ring.start <= origin + start and origin + end <= ring.end:
        assert np.array_equal(ring.slice(origin + start, origin + end), whole[start:end])
    else:
        with pytest.raises(AudioGone, match="kept are"):
            ring.slice(origin + start, origin + end)


def test_what_is_forgotten_is_gone_and_a_slice_is_a_copy() -> None:
    ring = AudioRing(100 / 16_000)
    ring.append(counted(80))
    part = ring.slice(70, 80)
    ring.forget_before(75)
    with pytest.raises(AudioGone):
        ring.slice(70, 80)
    assert np.array_equal(ring.slice(75, 80), counted(80)[75:])
    ring.append(np.zeros(100, np.float32))
    assert np.array_equal(part, counted(80)[70:])
    ring.forget_before(10**9)
    assert ring.start == ring.end == 180
    assert ring.slice(180, 180).size == 0


def test_the_ring_keeps_what_the_microphone_gave_to_the_bit_and_clips_what_is_louder() -> None:
    ring = AudioRing()
    given = np.array([-32768, -1, 0, 1, 32767], np.float32) / np.float32(32768.0)
    ring.append(given)
    ring.append(np.array([2.0, -2.0], np.float32))
    assert np.array_equal(ring.slice(0, 5), given)
    assert np.allclose(ring.slice(5, 7), [1.0, -1.0], atol=1e-4)


def test_the_ring_holds_memory_for_what_is_needed_only() -> None:
    ring = AudioRing(60.0)
    assert ring.nbytes == 0
    for _ in range(120):
        ring.append(np.zeros(16_000, np.float32))
    assert ring.nbytes <= 61 * 32_000
    ring.forget_before(ring.end - 8 * 16_000)
    assert ring.nbytes <= 9 * 32_000


def test_the_default_ring_holds_more_than_the_longest_window() -> None:
    assert AudioRing().capacity >= 40 * 16_000
