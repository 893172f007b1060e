"""A session and a document as Markdown, in the interview's language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interview.shapes import Document, InterviewRecord, Kind, Language, Turn
from interview.storage.rows import SessionSummary, Status
from models.ports import MIC_RATE_HZ

KINDS: dict[Kind, tuple[str, str]] = {
    Kind.SELF_INTRODUCTION: ("1분 자기소개", "Self-introduction"),
    Kind.BEHAVIOURAL: ("인성 면접", "Behavioural interview"),
    Kind.TECHNICAL: ("직무·기술 면접", "Technical interview"),
    Kind.PROJECT: ("경력·프로젝트 심층 면접", "Project interview"),
    Kind.PRESENTATION: ("PT 면접", "Presentation interview"),
    Kind.PRESSURE: ("압박 면접", "Pressure interview"),
    Kind.DEBATE: ("토론 면접", "Debate interview"),
    Kind.ENGLISH: ("영어 면접", "English interview"),
    Kind.MIXED: ("종합 면접", "Mixed interview"),
}
STATUS: dict[Status, tuple[str, str]] = {
    "active": ("진행 중", "not ended"),
    "finished": ("완료", "finished"),
    "ended_early": ("일찍 종료", "ended early"),
    "abandoned": ("중단", "given up"),
}
WORDS = {
    "position": ("지원 직무", "Position"),
    "started": ("시작", "Started"),
    "status": ("상태", "Status"),
    "models": ("사용한 모델", "Models used"),
    "licence": ("라이선스", "licence"),
    "transcript": ("대화 내용", "Transcript"),
    "interviewer": ("면접관", "Interviewer"),
    "candidate": ("지원자", "Candidate"),
    "cut": ("들리지 않은 부분", "not heard"),
    "none": ("데이터 없음", "no data"),
}
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
LIST_START = re.compile(r"^(\s*)([-+]|\d+[.)])(\s)", re.MULTILINE)


def word(key: str, language: Language) -> str:
    return WORDS[key][0 if language == "ko" else 1]


def transcript_markdown(head: SessionSummary, record: InterviewRecord) -> str:
    """Who said what and when, with the models and their licences."""
    return "\n".join(_transcript(head, record)) + "\n"


def _transcript(head: SessionSummary, record: InterviewRecord) -> Iterator[str]:
    language = head.language
    side = 0 if language == "ko" else 1
    yield f"# {KINDS[head.kind][side]}"
    yield ""
    yield f"- {word('position', language)}: {line(head.position) or word('none', language)}"
    yield f"- {word('started', language)}: {head.started_at}"
    yield f"- {word('status', language)}: {STATUS[head.status][side]}"
    yield f"- {word('models', language)}: {'' if record.models else word('none', language)}".rstrip()
    for use in record.models:
        yield f"  - {use.role}: {line(use.title)} ({line(use.id)}), {word('licence', language)} {line(use.licence)}"
    yield ""
    yield f"## {word('transcript', language)}"
    asked: str | None = None
    start = record.turns[0].start_sample if record.turns else 0
    for turn in record.turns:
        question = record.plan.question(turn.question_id)
        if question is not None and question.id != asked:
            yield from ("", f"### {line(question.text)}")
        asked = turn.question_id
        yield from ("", f"**{_speaker(turn, language)}** ({clock(turn.start_sample - start)})  ", plain(turn.text))
        unheard = unheard_part(turn)
        if unheard:
            yield f"*({word('cut', language)}: {plain(unheard)})*"


def _speaker(turn: Turn, language: Language) -> str:
    return word(turn.speaker, language)


def unheard_part(turn: Turn) -> str:
    """What the interviewer would have gone on to say, where an interruption cut it."""
    if turn.speaker != "interviewer" or not turn.written.startswith(turn.text):
        return ""
    return turn.written[len(turn.text) :].strip()


def document_markdown(document: Document) -> str:
    """The text as it was used, untouched, below its name."""
    return f"# {line(document.name)}\n\n{document.text}\n"


def clock(samples: int) -> str:
    """Minutes and seconds."""
    seconds = max(samples, 0) // MIC_RATE_HZ
    return f"{seconds // 60}:{seconds % 60:02d}"


def plain(text: str) -> str:
    """So that what somebody said or typed is shown and does nothing: no markup, no HTML, one line for one line."""
    escaped = SPECIAL.sub(r"\\\1", text.strip())
    return LIST_START.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}{found[3]}", escaped)


def line(text: str) -> str:
    """For headings and list items: one line."""
    return plain(" ".join(text.split()))
