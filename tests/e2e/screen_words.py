"""What is said in the pictures of tests/e2e/screens.py."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from interview.shapes import Language


@dataclass(frozen=True)
class Words:
    interviewer: str
    title: str
    position: str
    questions: tuple[str, ...]
    said: str
    tail: str
    answer: str
    probe: str
    rehearsed: str
    rehearsal_answer: str


WORDS: dict[Language, Words] = {
    "en": Words(
        interviewer="Claire Morgan",
        title="Head of engineering",
        position="Backend engineer",
        questions=(
            "Please introduce yourself in a minute.",
            "Your résumé says you cut payment failures from 2.4 to 0.5 percent. What was your own part in that?",
            "Tell me about a time you disagreed with a colleague.",
            "How would you find a slow query in production?",
            "Where do you see gaps for this role?",
            "What would you like to ask us?",
        ),
        said="I looked at the failed calls first, sorted them by cause,",
        tail=" and found that the retries",
        answer="I looked at the failed calls first, sorted them by cause, and found that the retries "
        "doubled each other. So I designed idempotency keys and rewrote the timeouts.",
        probe="How did you make sure that it was the retries, and not the load?",
        rehearsed="Hello, I have been looking forward to this conversation.",
        rehearsal_answer="Thank you, I hear you well. We can begin.",
    ),
    "ko": Words(
        interviewer="김도윤",
        title="개발 팀장",
        position="백엔드 개발자",
        questions=(
            "1분 동안 자기소개를 해 주십시오.",
            "이력서에 결제 실패율을 2.4%에서 0.5%로 줄였다고 쓰셨습니다. 본인이 맡은 부분은 무엇이었습니까?",
            "동료와 의견이 달랐던 경험을 말씀해 주십시오.",
            "운영 환경에서 느린 쿼리를 어떻게 찾으시겠습니까?",
            "이 직무에서 부족하다고 느끼는 부분은 무엇입니까?",
            "저희에게 궁금한 점이 있으십니까?",
        ),
        said="먼저 실패한 호출을 모아서 원인별로 나누어 보니,",
        tail=" 재시도가 서로",
        answer="먼저 실패한 호출을 모아서 원인별로 나누어 보니, 재시도가 서로 겹치고 있었습니다. "
        "그래서 제가 멱등 키를 설계하고 타임아웃 구조를 다시 만들었습니다.",
        probe="원인이 부하가 아니라 재시도라는 것은 어떻게 확인하셨습니까?",
        rehearsed="안녕하세요, 오늘 면접을 기다리고 있었습니다.",
        rehearsal_answer="감사합니다. 잘 들립니다. 시작해도 되겠습니다.",
    ),
}


def told(**fields: Any) -> dict[str, Any]:
    """Where the interview stands, as the server tells it."""
    place = {"session_id": "i1", "step": "question", "question_id": "q1", "question_number": 2, "question_count": 6}
    time = {"interviewer": 0, "elapsed_s": 0.0, "total_s": 1200, "preparation_s": 0}
    return {"type": "moui.interview.state", **place, **time, "waiting": False, "paused": False, "over": "", **fields}


def turn_timings() -> str:
    """Six turns of `starter-small` on two cores, as the page keeps them."""
    names = ("endpoint_ms", "stt_ms", "llm_first_token_ms", "first_fragment_ms", "tts_first_chunk_ms", "total_ms")
    rows = (
        (512, 231, 148, 262, 122, 1010),
        (890, 305, 171, 214, 130, 1145),
        (544, 264, 392, 301, 127, 1330),
        (1312, 240, 133, 198, 118, 1460),
        (520, 219, 160, 244, 141, 965),
        (608, 288, 155, 239, 119, 1072),
    )
    return json.dumps([dict(zip(names, row, strict=True)) | {"speculative": True} for row in rows])
