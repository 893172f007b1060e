"""Who words a probe: the model, where there is something in the answer to refer to; else a template."""

from __future__ import annotations

import pytest

from interview.shapes import Kind, Language, PlannedQuestion
from interview.speech.probes import SHORT_WORDS, Aim, templates
from interview.talk.state import ProbeWish
from interview.talk.wording import Wording
from models.ports import CallContext
from tests.interview.test_judge import ScriptedJudge

QUESTION = PlannedQuestion("q", Kind.BEHAVIOURAL, "How do you plan your week?", "bank", "", "", star=True)
LONG = "I rebuilt the stock spreadsheet for the warehouse because nobody could read the old one."
REWORDED = "What changed after you rebuilt the stock spreadsheet?"


async def asked(answer: str, language: Language, says: str) -> tuple[str, Wording, int]:
    model = ScriptedJudge(lambda _: says)
    wording = Wording(model, language)
    text = await wording.word(ProbeWish(Aim("example", "", "example"), QUESTION, answer, 0), CallContext())
    return text, wording, len(model.requests)


@pytest.mark.parametrize(
    ("language", "answer", "clumsy"),
    [
        ("en", "It went well.", "What does it mean to you that it went well?"),
        ("ko", "책을 읽습니다.", "책을 읽은 이유는 무엇입니까?"),
    ],
)
async def test_about_a_very_short_answer_no_model_is_asked(language: Language, answer: str, clumsy: str) -> None:
    assert len(answer.split()) < SHORT_WORDS[language]
    text, wording, calls = await asked(answer, language, clumsy)
    assert calls == 0
    assert text in templates(language)["example"]["plain"]
    assert wording.fates == {"template": 1}


async def test_about_a_longer_one_a_model_may_word_it() -> None:
    text, wording, calls = await asked(LONG, "en", REWORDED)
    assert calls == 1
    assert text == REWORDED
    assert wording.fates == {"fine": 1}
