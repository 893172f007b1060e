"""Frames survive any cutting into pieces, and what is not a frame is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.frames import FrameDecoder, FrameError, encode

FRAMES = st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=300)), max_size=6)


@given(FRAMES, st.lists(st.integers(1, 50), min_size=1))
def test_any_cutting_gives_the_same_frames(frames: list[tuple[str, bytes]], cuts: list[int]) -> None:
    data = b"".join(encode(frame) for frame in frames)
    decoder, out, position, turn = FrameDecoder(), [], 0, 0
    while position < len(data):
        size = cuts[turn % len(cuts)]
        out += decoder.feed(data[position : position + size])
        position, turn = position + size, turn + 1
    assert out == frames


@pytest.mark.parametrize(
    "garbage", [b"hello, this is a library's banner\n", b"\x03\x00\x00\x00abc", encode(([],))[:4] + b"N" * 99]
)
def test_what_is_not_a_frame_is_refused(garbage: bytes) -> None:
    with pytest.raises(FrameError):
        FrameDecoder().feed(garbage)
