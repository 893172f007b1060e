"""What the store's tests put into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interview.shapes import (
    Document,
    Evidence,
    HeardWord,
    InterviewPlan,
    JobFamily,
    Kind,
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
from interview.store import Store
from models.ports import Pcm

QWEN = ModelUse("llm", "qwen2.5-coder-1.5b", "Qwen2.5 Coder 1.5B", "Apache-2.0")
WHISPER = ModelUse("stt", "whisper-base", "Whisper base", "MIT")


class Clock:
    """A minute passes whenever somebody looks."""

    def __init__(self) -> None:
        self.minutes = 0

    def __call__(self) -> str:
        self.minutes += 1
        return f"2026-11-22T{self.minutes // 60:02d}:{self.minutes % 60:02d}:00+00:00"


def plan(marker: str = "", *, seed: int = 0) -> InterviewPlan:
    questions = (
        PlannedQuestion(
            "q1",
            Kind.PROJECT,
            f"가장 어려웠던 프로젝트를 말씀해 주세요. {marker}",
            "bank",
            "문제 해결",
            f"구조 {marker}",
        ),
        PlannedQuestion(
            "q2",
            Kind.TECHNICAL,
            "캐시는 왜 쓰셨습니까?",
            "model",
            "기술",
            "근거",
            star=False,
            points=(Point(f"지연 {marker}", ("지연", "latency")),),
            evidence=marker,
        ),
    )
    people = (Persona("김민수", "팀장"),)
    return InterviewPlan(
        PlanRequest(seed=seed), f"백엔드 개발자 {marker}".strip(), JobFamily.SOFTWARE, people, questions
    )


def matrix(marker: str = "") -> Matrix:
    evidence = (Evidence("c1", f"응답 시간을 40% 줄임 {marker}", 0.8),)
    return Matrix((MatrixRow(Requirement("r1", f"대용량 처리 {marker}"), evidence, "partial", f"규모 {marker}"),))


def turn(number: int, text: str = "", **values: object) -> Turn:
    """Interviewer and candidate in turns, a question for each two."""
    made: dict[str, object] = {
        "number": number,
        "speaker": "candidate" if number % 2 else "interviewer",
        "step": Step.QUESTION,
        "question_id": f"q{number // 2 + 1}",
        "text": text or f"말 {number}",
        "written": text or f"말 {number}",
        "start_sample": number * 16_000 + 7,
        "end_sample": number * 16_000 + 15_999,
        "language": "ko",
    }
    return Turn(**{**made, **values})  # type: ignore[arg-type]


def words(text: str) -> tuple[HeardWord, ...]:
    return tuple(HeardWord(word, at * 800, at * 800 + 700, 0.5) for at, word in enumerate(text.split()))


def noise(samples: int, seed: int = 0) -> Pcm:
    """Noise below 4 kHz with silence at both ends, so that a shift in time would show."""
    random = np.random.default_rng(seed)
    audio = np.convolve(random.standard_normal(samples), np.ones(8) / 8, "same")[:samples] * 0.2
    audio[: samples // 4] = 0
    audio[samples - samples // 4 :] = 0
    return audio.astype(np.float32)


@dataclass(frozen=True)
class Held:
    """An interview in the store."""

    session_id: str
    plan_id: str
    documents: tuple[Document, ...]


def hold(store: Store, marker: str = "", *, audio: bool = True, turns: int = 4) -> Held:
    """An interview with something everywhere, `marker` in each of its texts."""
    resume = store.add_document("resume", f"이력서 {marker}.pdf", f"경력 요약\n- 결제 서버 개발 {marker}", "ko")
    posting = store.add_document("posting", "공고.md", f"자격 요건: Python {marker}", "ko")
    plan_id = store.save_plan(plan(marker), (resume.id, posting.id), matrix(marker))
    session_id = store.start_session(plan_id, (QWEN, WHISPER), audio)
    for number in range(turns):
        text = f"{number}번째 말입니다 {marker}".strip()
        said = turn(number, text, words=words(text), aim=f"aim {marker}"[:100])
        store.commit_turn(session_id, said, f'{{"at": {number}, "note": "{marker}"}}')
        if audio:
            store.save_audio(session_id, number, noise(4_000 + number))
    return Held(session_id, plan_id, (resume, posting))


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
