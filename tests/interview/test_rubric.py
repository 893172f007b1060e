"""The rubric is whole in both languages, and totals are plain arithmetic."""

from __future__ import annotations

import pytest

from interview.codec import from_json, to_json
from interview.judging.scores import ContentScores, CriterionScore, ExchangeScores, Measures, mean, total
from interview.rubric import CRITERIA, criteria_for, criterion
from tests.interview.planted_answers import planted


def test_every_criterion_has_five_anchors_in_both_languages() -> None:
    for rule in CRITERIA:
        for language in ("ko", "en"):
            assert len(set(rule.anchors[language])) == 5
            assert rule.title(language)
            assert rule.asks[language].endswith("?")
            assert rule.anchor(4.5, language) in rule.anchors[language]


def test_six_criteria_apply_to_any_question() -> None:
    for item in planted("en"):
        names = [rule.id for rule in criteria_for(item.question)]
        assert len(names) == 6
        assert ("star" in names) == item.question.star
        assert ("technical" in names) != item.question.star


def test_an_unknown_criterion_raises() -> None:
    with pytest.raises(KeyError):
        criterion("charm")


def scored(name: str, level: float) -> tuple[CriterionScore, float]:
    return CriterionScore(name, "scored", level, 0.0), criterion(name).weight


def test_total_is_a_weighted_mean_of_levels() -> None:
    assert total([scored("relevance", 1), scored("star", 1)]) == 0
    assert total([scored("relevance", 5), scored("star", 5)]) == 100
    assert total([scored("star", 5), scored("fit", 2)]) == pytest.approx((100 + 0.5 * 25) / 1.5, abs=0.1)


def test_too_little_evidence_gives_no_total() -> None:
    lacking = [(CriterionScore(name, "insufficient"), 1.0) for name in ("relevance", "star")]
    assert total([scored("ownership", 4), *lacking]) is None
    assert total([scored("ownership", 4), scored("specificity", 4), *lacking]) == 75


def test_criteria_without_data_do_not_count() -> None:
    assert total([scored("star", 5), (CriterionScore("fit", "no_data"), 0.5)]) == 100
    assert total([(CriterionScore("fit", "no_data"), 0.5)]) is None
    assert mean([None, None]) is None
    assert mean([None, 50.0, 60.0]) == 55


def test_scores_go_to_json_and_back() -> None:
    one = ExchangeScores(
        "q", (CriterionScore("star", "scored", 4.0, 1.0, "제가 했습니다", 3, "근거", (4, 5, 4)),), Measures(3)
    )
    scores = ContentScores("ko", True, "note", (one,), "model", 3, 75.0, 60.0, ("give 5",))
    assert from_json(ContentScores, to_json(scores)) == scores
