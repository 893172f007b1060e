"""Fictional interviews for the report's tests: spoken Korean and English records with words on the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from interview.judging.scores import ContentScores, CriterionScore, ExchangeScores, Measures, Mismatch
from interview.measures.units import amount
from interview.shapes import (
    Document,
    Evidence,
    HeardWord,
    InterviewPlan,
    InterviewRecord,
    JobFamily,
    Kind,
    Language,
    Matrix,
    MatrixRow,
    ModelUse,
    Persona,
    PlannedQuestion,
    PlanRequest,
    Point,
    Requirement,
    Step,
    Turn,
)
from interview.storage.rows import Progress
from models.ports import MIC_RATE_HZ, Pcm


@dataclass
class Speaker:
    """Says turns one after the other on the clock, `rate` units a second, with pauses after sentences and "..."."""

    language: Language
    now: int = 0
    typed: bool = False

    def __post_init__(self) -> None:
        self.turns: list[Turn] = []
        self.rate = 5.2 if self.language == "ko" else 3.1

    def ask(self, text: str, question: str | None, step: Step = Step.QUESTION, aim: str = "") -> None:
        start = self.now + MIC_RATE_HZ
        self.now = start + round(len(text) * (0.12 if self.language == "ko" else 0.06) * MIC_RATE_HZ)
        self._say("interviewer", text, question, step, start, (), aim)

    def answer(self, text: str, question: str | None, onset_s: float = 1.2, step: Step = Step.QUESTION) -> None:
        if self.typed:
            self._say("candidate", text, question, step, self.now, (), "")
            return
        start = at = self.now + round(onset_s * MIC_RATE_HZ)
        words = []
        for index, word in enumerate(text.split()):
            units = amount(word, self.language)
            length = round(max(units, 1) / self.rate * MIC_RATE_HZ * (0.85 + 0.3 * ((index * 7) % 5) / 4))
            words.append(HeardWord(word, at, at + length, 0.62 + 0.37 * ((index * 5) % 7) / 6))
            at += length + round((1.4 if word.endswith("...") else 0.5 if word[-1] in ".?," else 0.02) * MIC_RATE_HZ)
        self.now = words[-1].end_sample
        self._say("candidate", text, question, step, start, tuple(words), "")

    def _say(  # noqa: PLR0917
        self,
        who: Literal["interviewer", "candidate"],
        text: str,
        question: str | None,
        step: Step,
        start: int,
        words: tuple[HeardWord, ...],
        aim: str,
    ) -> None:
        intent = "answer" if who == "candidate" else ""
        number = len(self.turns)
        turn = Turn(
            number, who, step, question, text, text, start, self.now, self.language, words, intent=intent, aim=aim
        )
        self.turns.append(turn)


def hum(turn: Turn, pitch_hz: float = 130.0) -> Pcm:
    """A voice of sorts for a turn: harmonics during its words, each word on its own note, near-silence between."""
    generator = np.random.default_rng(turn.number)
    audio = generator.normal(0, 2e-4, turn.end_sample - turn.start_sample)
    for index, word in enumerate(turn.words):
        length = word.end_sample - word.start_sample
        time = np.arange(length) / MIC_RATE_HZ
        note = pitch_hz * 2 ** (((index * 5) % 9 - 4) / 12)
        tone = sum(np.sin(2 * np.pi * note * k * time) / k for k in range(1, 9))
        level = 0.05 * (1 + 0.8 * ((index * 3) % 4))
        start = word.start_sample - turn.start_sample
        audio[start : start + length] += level * tone * np.hanning(length) ** 0.3
    return audio.astype(np.float32)


KO = (
    PlannedQuestion(
        "ko-1",
        Kind.PROJECT,
        "결제 실패율을 낮춘 경험을 말씀해 주십시오.",
        "matrix",
        "문제 해결",
        "실패 원인을 어떻게 좁혔는지, 본인이 설계한 것과 그 결과를 수치로 말합니다.",
        requirement_id="r1",
    ),
    PlannedQuestion(
        "ko-2",
        Kind.BEHAVIOURAL,
        "팀원과 의견이 달랐던 경험이 있으십니까?",
        "bank",
        "협업",
        "갈등의 내용과 본인이 한 행동, 그 뒤 관계와 결과를 말합니다.",
    ),
    PlannedQuestion(
        "ko-3",
        Kind.TECHNICAL,
        "Redis 캐시와 데이터베이스의 값이 어긋나는 문제를 어떻게 다루십니까?",
        "bank",
        "기술 이해",
        "무효화 시점과 만료 시간, 어긋남을 발견하는 방법을 말합니다.",
        star=False,
        points=(
            Point("만료 시간", ("ttl", "만료")),
            Point("캐시 무효화", ("무효화", "지우")),
            Point("모니터링", ("모니터", "알림")),
        ),
        requirement_id="r2",
    ),
    PlannedQuestion("ko-4", Kind.BEHAVIOURAL, "우리 회사에 지원하신 이유는 무엇입니까?", "bank", "지원 동기", ""),
)
EN = (
    PlannedQuestion(
        "en-1",
        Kind.PROJECT,
        "Tell me about a time you made a system faster.",
        "matrix",
        "Problem solving",
        "How the cause was found, what you did yourself, and the effect in figures.",
        requirement_id="r1",
    ),
    PlannedQuestion(
        "en-2",
        Kind.BEHAVIOURAL,
        "Describe a disagreement with a colleague.",
        "bank",
        "Collaboration",
        "What the disagreement was, what you did, and how it ended.",
    ),
    PlannedQuestion(
        "en-3",
        Kind.TECHNICAL,
        "How would you keep a cache and a database consistent?",
        "bank",
        "Technical depth",
        "Expiry, invalidation, and how drift is noticed.",
        star=False,
        points=(
            Point("expiry", ("ttl", "expir")),
            Point("invalidation", ("invalidat",)),
            Point("monitoring", ("monitor", "alert")),
        ),
        requirement_id="r2",
    ),
)


def korean(*, typed: bool = False) -> InterviewRecord:
    say = Speaker("ko", typed=typed)
    say.ask("안녕하십니까. 오늘 면접을 맡은 김도윤입니다. 편하게 답변해 주십시오.", None, Step.GREETING)
    say.ask(KO[0].text, "ko-1")
    say.answer(
        "모아커머스에서 근무할 당시 결제 실패율이 2.4%까지 올라간 상황이었습니다. 제가 결제 승인 구간을 맡아 "
        "실패율을 1% 아래로 "
        "낮추는 것이 목표였습니다. 저는 먼저 실패 로그를 유형별로 분석했고, 음... 재시도와 멱등 키를 직접 "
        "설계해서 적용했습니다. "
        "그 결과 결제 실패율이 0.5%로 줄었고 고객 문의도 많이 줄었습니다.",
        "ko-1",
        1.8,
    )
    say.ask("실패율 0.5%는 어느 기간을 기준으로 측정하셨습니까?", "ko-1", Step.PROBE, "number")
    say.answer(
        "배포 후 한 달 동안의 평균을 전월과 비교했습니다. 측정은 제가 만든 대시보드로 했습니다.",
        "ko-1",
        0.9,
        Step.PROBE,
    )
    say.ask(KO[1].text, "ko-2")
    say.answer(
        "저희 팀에서 코드 리뷰 기준 때문에 의견이 달랐던 때가 있었습니다. 우리는 여러 번 회의를 했고, 어... "
        "서로 많이 노력해서 "
        "잘 맞춰 갔습니다.",
        "ko-2",
        4.6,
    )
    say.ask(KO[2].text, "ko-3")
    say.answer(
        "저는 우선 만료 시간을 짧게 두고 씁니다. 값을 고칠 때는 데이터베이스를 먼저 바꾸고 캐시를 지우는 "
        "방식으로 무효화합니다.",
        "ko-3",
        2.2,
    )
    say.ask(KO[3].text, "ko-4")
    say.ask("수고하셨습니다. 이것으로 면접을 마치겠습니다.", None, Step.FAREWELL)
    matrix = Matrix(
        (
            MatrixRow(
                Requirement("r1", "결제 또는 주문 시스템 개발 경험 3년 이상"),
                (
                    Evidence(
                        "c1", "결제 승인 API의 재시도와 멱등 키를 설계하여 결제 실패율을 2.4%에서 0.7%로 낮춤", 0.9
                    ),
                ),
                "strong",
            ),
            MatrixRow(
                Requirement("r2", "Redis 캐시를 이용한 성능 개선 경험"),
                (Evidence("c2", "복합 인덱스와 Redis 캐시를 적용하여 p95 응답 시간을 1.8초에서 0.4초로 개선", 0.7),),
                "partial",
                "캐시 운영 경험이 자세히 적혀 있지 않습니다.",
            ),
            MatrixRow(
                Requirement("r3", "Kubernetes 운영 경험", must=False), (), "none", "이력서에 관련 내용이 없습니다."
            ),
        )
    )
    return _record(
        "ko",
        KO,
        matrix,
        say,
        "백엔드 개발자 (커머스 플랫폼)",
        Persona("김도윤", "개발팀장"),
        "이력서_이서준.pdf",
        "결제 승인 API의 재시도와 멱등 키를 설계하여 결제 실패율을 2.4%에서 0.7%로 낮춤",
    )


def english(*, typed: bool = False) -> InterviewRecord:
    say = Speaker("en", typed=typed)
    say.ask("Good morning. My name is Claire Morgan, and I will be interviewing you today.", None, Step.GREETING)
    say.ask(EN[0].text, "en-1")
    say.answer(
        "At the time our order search took almost two seconds, and customers were leaving. My task was to "
        "bring it below "
        "half a second before the holiday season. I measured the slow queries, um... added a composite index, "
        "and wrote a Redis "
        "cache in front of the search. As a result the response time dropped from 1.8 seconds to 0.4 seconds.",
        "en-1",
        1.4,
    )
    say.ask("Which of those two changes had the larger effect?", "en-1", Step.PROBE, "result")
    say.answer(
        "The index did. It cut about one second on its own, and I checked that with a replay of real traffic.",
        "en-1",
        0.8,
        Step.PROBE,
    )
    say.ask(EN[1].text, "en-2")
    say.answer(
        "We had a disagreement about code review, like... how strict we should be. We talked a lot and we "
        "worked really hard, and "
        "things got better.",
        "en-2",
        3.9,
    )
    say.ask(EN[2].text, "en-3")
    say.answer(
        "I would set a short expiry on every key. On a write I would update the database first and then "
        "invalidate the key.",
        "en-3",
        1.1,
    )
    matrix = Matrix(
        (
            MatrixRow(
                Requirement("r1", "Experience improving the performance of search or order systems"),
                (Evidence("c1", "Cut order search p95 from 1.8 s to 0.4 s with a composite index and Redis", 0.9),),
                "strong",
            ),
            MatrixRow(
                Requirement("r2", "Experience operating a Redis cache"),
                (Evidence("c2", "Redis, Kafka, MySQL", 0.4),),
                "partial",
                "Listed as a skill only.",
            ),
            MatrixRow(Requirement("r3", "Kubernetes in production", must=False), (), "none", "Not in the résumé."),
        )
    )
    return _record(
        "en",
        EN,
        matrix,
        say,
        "Backend engineer",
        Persona("Claire Morgan", "Engineering manager"),
        "resume.pdf",
        "Cut order search p95 from 1.8 s to 0.4 s with a composite index and Redis",
    )


def _record(  # noqa: PLR0917
    language: Language,
    questions: tuple[PlannedQuestion, ...],
    matrix: Matrix,
    say: Speaker,
    position: str,
    persona: Persona,
    name: str,
    resume: str,
) -> InterviewRecord:
    request = PlanRequest(language=language, minutes=10)
    plan = InterviewPlan(request, position, JobFamily.SOFTWARE, (persona,), questions)
    models = (
        ModelUse("stt", "whisper-base", "Whisper base", "MIT"),
        ModelUse("llm", "qwen2.5-1.5b", "Qwen2.5-Coder 1.5B Instruct", "Apache-2.0"),
    )
    document = Document("d1", "resume", name, resume, language)
    return InterviewRecord("s-now", "2026-11-22T14:05:00+09:00", plan, (document,), matrix, tuple(say.turns), models)


def korean_content() -> ContentScores:
    scored = (
        CriterionScore("relevance", "scored", 5, 0, "실패 로그를 유형별로 분석했고", 2, "", (5, 5, 5)),
        CriterionScore("star", "scored", 4, 1, "그 결과 결제 실패율이 0.5%로 줄었고", 2, "", (4, 4, 5)),
        CriterionScore(
            "specificity", "scored", 4, 0, "재시도와 멱등 키를 직접 설계해서 적용했습니다", 2, "", (4, 4, 4)
        ),
        CriterionScore("ownership", "scored", 4, 1, "측정은 제가 만든 대시보드로 했습니다", 4, "", (4, 4, 5)),
        CriterionScore("consistency", "insufficient"),
    )
    weak = (
        CriterionScore("relevance", "scored", 3, 1, "코드 리뷰 기준 때문에 의견이 달랐던 때가 있었습니다", 6),
        CriterionScore("star", "scored", 2, 0, "서로 많이 노력해서 잘 맞춰 갔습니다", 6),
        CriterionScore("specificity", "scored", 2, 1, "우리는 여러 번 회의를 했고", 6),
        CriterionScore("ownership", "insufficient"),
    )
    technical = (
        CriterionScore("technical", "scored", 3.5, 1, "캐시를 지우는 방식으로 무효화합니다", 8),
        CriterionScore("relevance", "scored", 4, 0, "만료 시간을 짧게 두고 씁니다", 8),
    )
    mismatch = Mismatch("0.5%", "결제 실패율을 2.4%에서 0.7%로 낮춤", 2, "d1")
    return ContentScores(
        "ko",
        True,
        "Qwen2.5-Coder 1.5B Instruct 모델이 기준마다 세 번씩 평가했습니다.",
        (
            ExchangeScores(
                "ko-1",
                scored,
                Measures(
                    52,
                    ("situation", "task", "action", "result"),
                    (),
                    ("2.4%", "1%", "0.5%"),
                    own=4,
                    mismatches=(mismatch,),
                    total=86,
                ),
                82,
            ),
            ExchangeScores(
                "ko-2",
                weak,
                Measures(
                    20, ("situation", "action"), ("task", "result"), vague=("많이 노력해서",), own=0, team=3, total=38
                ),
                35,
            ),
            ExchangeScores(
                "ko-3", technical, Measures(18, ("만료 시간", "캐시 무효화"), ("모니터링",), own=1, total=61), 66
            ),
        ),
        "Qwen2.5-Coder 1.5B Instruct",
        3,
        61,
        61.7,
    )


def english_content(*, judged: bool = False) -> ContentScores:
    """Rules only, unless `judged`."""
    criteria = (
        (CriterionScore("relevance", "scored", 4.5, 1, "added a composite index", 2),)
        if judged
        else (CriterionScore("relevance", "no_model"),)
    )
    return ContentScores(
        "en",
        judged,
        "No model that can judge was available.",
        (
            ExchangeScores(
                "en-1",
                criteria,
                Measures(
                    60,
                    ("situation", "task", "action", "result"),
                    (),
                    ("two seconds", "1.8", "0.4"),
                    own=3,
                    team=1,
                    total=88,
                ),
            ),
            ExchangeScores(
                "en-2",
                (),
                Measures(
                    25, ("situation",), ("task", "action", "result"), vague=("worked really hard",), team=4, total=31
                ),
            ),
            ExchangeScores("en-3", (), Measures(22, ("expiry", "invalidation"), ("monitoring",), own=2, total=64)),
        ),
        rule_total=61,
    )


def earlier(language: Language) -> tuple[Progress, ...]:
    return (
        Progress(
            "s-1",
            "2026-11-02T10:00:00+09:00",
            Kind.MIXED,
            language,
            {"total.content": 44, "total.rules": 48, "delivery.rate": 318, "delivery.onset": 3.1},
        ),
        Progress(
            "s-2",
            "2026-11-10T10:00:00+09:00",
            Kind.MIXED,
            language,
            {"total.content": 55, "total.rules": 50, "delivery.rate": 296, "delivery.onset": 2.0},
        ),
        Progress(
            "s-other", "2026-11-11T10:00:00+09:00", Kind.MIXED, "en" if language == "ko" else "ko", {"total.rules": 99}
        ),
    )
