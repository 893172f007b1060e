"""The scenarios: enough of everything that is promised, and texts for all of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from models.ports import MIC_RATE_HZ, Pcm
from server.caller.latency.promises import EARLY_TURNS, LATE_TURNS
from server.caller.latency.scenarios import SCENARIOS, Kind
from server.caller.latency.sounds import LEVEL_DBFS, cough, noise_at, rms, spoken, with_pauses
from server.caller.latency.speech import Voices, as_spoken, texts
from server.caller.sound import Clip, read_clip
from server.commands.latency import QUICK, choose

AUDIO = Path(__file__).parent.parent / "audio"


class Hum:
    """Stands for Voices: every text is a hum of 0.3 s a word."""

    def sound(self, text: str, *, unfinished: bool = False) -> Pcm:
        time = np.arange(round(0.3 * MIC_RATE_HZ) * len(as_spoken(text, unfinished=unfinished).split()))
        return np.sin(time / 20).astype(np.float32) * np.float32(0.2)


def clips_of(name: str, count: int | None = None) -> list[Clip]:
    scenario = SCENARIOS[name]
    return scenario.clips(cast(Voices, Hum()), scenario.turns if count is None else count)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_has_its_clips(name: str) -> None:
    clips = clips_of(name)
    assert len(clips) == SCENARIOS[name].turns
    assert all(clip.last > clip.first and len(clip.audio) >= clip.last for clip in clips)
    assert all(kind in texts() for kind in SCENARIOS[name].kinds)


def test_the_pauses_are_as_many_as_are_promised_of_both_lengths_and_both_languages() -> None:
    clips = clips_of("pauses")
    lengths = [(last - first) / MIC_RATE_HZ for clip in clips for first, last in clip.pauses]
    assert sum(0.35 <= length <= 1.21 for length in lengths) >= 40
    assert sum(1.21 < length <= 2.01 for length in lengths) >= 40
    assert {clip.language for clip in clips} == {"en", "ko"}
    assert any(clip.name == "jfk.wav" for clip in clips)


def test_the_turns_of_one_call_that_are_compared_say_the_same() -> None:
    clips = clips_of("conversation40")
    assert [clips[number] for number in LATE_TURNS] == [clips[number] for number in EARLY_TURNS]
    assert len({clip.text for clip in clips[: LATE_TURNS[0]]}) > len(EARLY_TURNS)


def test_pauses_lie_between_the_parts() -> None:
    tone = np.full(8_000, 0.2, np.float32)
    clip = spoken("two", [tone, tone], [1.0], text="two parts")
    (first, last) = clip.pauses[0]
    assert last - first == MIC_RATE_HZ
    assert rms(clip.audio[first:last]) == 0
    assert rms(clip.audio[last : last + 100]) > 0.01


def test_a_pause_in_a_recording_has_its_rooms_tone() -> None:
    clip = read_clip(AUDIO / "ko_short.wav")
    longer = with_pauses(clip, [2.08], [1.5], "longer")
    (first, last) = longer.pauses[0]
    assert longer.seconds == pytest.approx(clip.seconds + 1.5)
    assert 0 < rms(longer.audio[first:last]) < 0.1 * rms(clip.audio[clip.first : clip.last])
    assert longer.last - clip.last == round(1.5 * MIC_RATE_HZ)


def test_long_answers_are_as_long_as_they_say() -> None:
    assert 60 <= clips_of("long60", 1)[0].seconds <= 75
    assert 180 <= clips_of("long180", 1)[0].seconds <= 195


def test_coughs_are_short_loud_and_not_the_same() -> None:
    one, other = cough(1), cough(2)
    assert 0.2 < one.seconds < 1.2
    assert rms(one.audio[one.first : one.last]) > 0.03
    assert not np.array_equal(one.audio[:2000], other.audio[:2000])


def test_noise_is_as_far_below_the_voice_as_said() -> None:
    noise = np.random.default_rng(0).standard_normal(16_000).astype(np.float32)
    assert 20 * np.log10(rms(noise_at(noise, 10.0))) == pytest.approx(LEVEL_DBFS - 10, abs=0.1)


def arguments(**given: object) -> argparse.Namespace:
    usual: dict[str, object] = {"scenario": None, "turns": None, "interruptions": None, "wav": None, "repeat": 3}
    return argparse.Namespace(**(usual | {"language": "en"} | given))


def test_without_arguments_a_run_is_short(tmp_path: Path) -> None:
    (tmp_path / "piper-en-us-joe-medium").mkdir()
    chosen = choose(arguments(), tmp_path)
    assert [(scenario.name, count) for scenario, count in chosen] == list(QUICK)
    assert [s.name for s, _ in choose(arguments(), tmp_path / "none")] == ["clips"], "recordings need no voice"


def test_scenarios_are_chosen_by_name_and_number(tmp_path: Path) -> None:
    chosen = choose(arguments(scenario=["answers=5", "coughs"], turns=12), tmp_path)
    assert [(scenario.name, count) for scenario, count in chosen] == [("answers", 5), ("coughs", 12)]
    assert len(choose(arguments(scenario=["all"]), tmp_path)) == len(SCENARIOS)
    for wrong in ("nonsense", "answers=many"):
        with pytest.raises(ValueError, match=r"There is no scenario"):
            choose(arguments(scenario=[wrong]), tmp_path)


def test_own_clips_come_with_interruptions(tmp_path: Path) -> None:
    chosen = choose(arguments(wav=[AUDIO / "jfk.wav"], repeat=2, interruptions=3), tmp_path)
    assert [(s.name, s.kind, count) for s, count in chosen] == [
        ("own", Kind.TURNS, 2),
        ("interruptions", Kind.INTERRUPTIONS, 3),
    ]
