"""Figures with their confidence, and what is promised of them."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from models.ports import Word
from server.caller.cdf import cdf
from server.caller.latency.heard import words_played
from server.caller.latency.promises import promises
from server.caller.latency.report import edit_distance, report_of, word_errors
from server.caller.latency.results import Interruption, NotMeant, ScenarioResult
from server.caller.latency.stats import bootstrap, figure, percentile, ratio_interval, share_interval
from server.caller.turns import TurnResult


def test_an_interval_holds_its_percentile_and_is_the_same_every_time() -> None:
    values = [float(v) for v in range(100, 200)]
    interval = bootstrap(values, 50)
    assert interval is not None
    assert interval[0] < 149.5 < interval[1]
    assert bootstrap(values, 50) == interval
    assert bootstrap([1.0], 50) is None
    assert percentile([], 50) is None
    assert figure([])["p50"] is None
    ratio = ratio_interval([200.0] * 5, [100.0] * 5)
    assert ratio == (2.0, 2.0)


def test_no_hit_in_forty_is_still_no_certainty() -> None:
    interval = share_interval(0, 40)
    assert interval is not None
    assert interval[0] == 0.0
    assert 0.05 < interval[1] < 0.12
    assert share_interval(0, 0) is None


def turn(content_ms: float, *, text: str = "", **more: Any) -> TurnResult:
    result = TurnResult("clip", text, complete=True, voice_to_voice_ms=content_ms, voice_to_content_ms=content_ms)
    for name, value in more.items():
        setattr(result, name, value)
    return result


def kept(results: list[ScenarioResult]) -> dict[str, bool | None]:
    report = report_of("moui", {"profile": "test"}, results)
    return {promise.what: promise.kept for promise in promises(report)}


def test_cut_ins_are_counted_by_the_length_of_the_pause() -> None:
    pauses = ScenarioResult("pauses", "")
    pauses.turns = [turn(900, pauses_ms=[800.0, 1500.0], cut_pauses_ms=[1500.0], cut_ins=1)]
    pauses.turns += [turn(900, pauses_ms=[1000.0, 1900.0]) for _ in range(10)]
    found = kept([pauses])
    assert found["cut in at pauses in mid-sentence, 0.4 to 1.2 s"] is True
    assert found["cut in at pauses in mid-sentence, 1.2 to 2.0 s"] is False


def test_long_answers_and_late_turns_are_held_against_short_and_early_ones() -> None:
    answers, long60 = ScenarioResult("answers", ""), ScenarioResult("long60", "")
    answers.turns, long60.turns = [turn(900)] * 5, [turn(1300)] * 3
    one_call = ScenarioResult("conversation40", "")
    one_call.turns = [turn(900 + 2 * n) for n in range(40)]
    one_call.memory_mb = [1000.0 + n * 5 for n in range(40)]
    found = kept([answers, long60, one_call])
    assert found["answers of 60 s over answers of 5 s, p50"] is False
    assert found["turns 28-32 over turns 1-5 of one call, p50"] is True
    assert found["memory of all processes over one call"] is False


def test_what_is_said_over_a_reply_is_judged() -> None:
    meant, coughs = ScenarioResult("interruptions", ""), ScenarioResult("coughs", "")
    meant.interruptions = [Interruption("Stop.", 100.0, 300.0, kept_words=4, heard_words=5)] * 19
    meant.interruptions.append(Interruption("Stop.", None, None))
    coughs.not_meant = [NotMeant("cough", 200.0)] * 39 + [NotMeant("cough", resumed=False, answered=True)]
    found = kept([meant, coughs])
    assert found["interruption to silence, p95"] is False, "one was missed"
    assert found["history cut within one word of what was heard"] is True
    assert found["coughs: the reply goes on"] is True
    assert found["coughs: answered as a turn"] is False


def test_words_misheard_are_counted_by_word_and_in_korean_by_letter() -> None:
    assert edit_distance("abc", "adcb") == 2
    english = word_errors([turn(1, text="Yes, I have.", transcript="yes I had"), turn(1, transcript="what")])
    assert english == {"edits": 1, "of": 3, "percent": 33.33}
    korean = word_errors([turn(1, text="훨씬 편할 거야", transcript="훨씬 편할거야")])
    assert korean == {"edits": 0, "of": 6, "percent": 0.0}


@pytest.mark.parametrize(("played_s", "count"), [(0.0, 0), (0.3, 1), (0.9, 3), (1.6, 5), (9.0, 6)])
def test_the_words_played_are_those_whose_middle_was(played_s: float, count: int) -> None:
    said = ["I", "agree,", "that", "is", "quite", "right."]
    heard = [Word(" I", 0.0, 0.2, 1), Word(" agree", 0.2, 0.6, 1), Word(" that", 0.7, 0.9, 1)]
    heard += [Word(" was", 0.9, 1.1, 1), Word(" quite", 1.1, 1.5, 1), Word(" right", 1.5, 2.0, 1)]
    assert words_played(said, heard, played_s) == count
    assert words_played(said, [Word(" nothing", 0, 1, 1)], played_s) is None


def test_the_curve_is_well_formed() -> None:
    svg = cdf({"answers": [900.0, 800.0], "none": []}, "a & b", {"floor": 700.0})
    root = ElementTree.fromstring(svg)
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["answers"]
