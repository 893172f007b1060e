"""The interview's own values: documents, evidence, questions, plan, turns. Frozen, no behaviour beyond small lookups.

Every `*_sample` counts samples of the session's microphone stream at 16 kHz (models.ports.MIC_RATE_HZ), for what the
interviewer said as well: one clock for question, answer and recording. All of it goes to JSON and back (`codec.py`).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal

Language = Literal["ko", "en"]
Difficulty = Literal["easy", "normal", "hard"]
DocumentKind = Literal["resume", "posting", "cover_letter", "company"]
Strength = Literal["strong", "partial", "none"]
StarElement = Literal["situation", "task", "action", "result"]

STAR: tuple[StarElement, ...] = ("situation", "task", "action", "result")
MINUTES = (5, 10, 20, 30, 45)


class Kind(enum.StrEnum):
    """Kinds of interview, and of question. MIXED is a kind of interview only."""

    SELF_INTRODUCTION = "self_introduction"  # 1분 자기소개
    BEHAVIOURAL = "behavioural"  # 인성
    TECHNICAL = "technical"  # 직무·기술
    PROJECT = "project"  # 경력/프로젝트 심층
    PRESENTATION = "presentation"  # PT
    PRESSURE = "pressure"  # 압박, opt-in
    DEBATE = "debate"  # 토론: the interviewer argues the other side
    ENGLISH = "english"  # 영어 면접
    MIXED = "mixed"


class JobFamily(enum.StrEnum):
    ANY = "any"
    SOFTWARE = "software"
    DATA = "data"
    PRODUCT = "product"  # planning, product and project management
    DESIGN = "design"
    MARKETING = "marketing"
    SALES = "sales"
    FINANCE = "finance"  # accounting, banking
    PEOPLE = "people"  # HR, general affairs
    ENGINEERING = "engineering"  # mechanical, electrical, chemical, civil
    MANUFACTURING = "manufacturing"  # production, quality, logistics
    HEALTHCARE = "healthcare"
    EDUCATION = "education"
    PUBLIC = "public"  # public institutions, administration
    SERVICE = "service"  # customer service, hospitality, retail


# --- documents and evidence -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """`text` is what the candidate saw and may have edited: NFC, contact details still in it (see contacts.py)."""

    id: str
    kind: DocumentKind
    name: str
    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Chunk:
    """One experience, project bullet, posting requirement, or cover-letter answer. `text` is verbatim."""

    id: str
    document_id: str
    document_kind: DocumentKind
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing the posting asks for. `must` is False for what it calls preferred (우대)."""

    id: str
    text: str
    must: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """`text` is verbatim from the candidate's documents; `score` in [0, 1]."""

    chunk_id: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """`gap` says in the candidate's language what is missing; empty where the evidence is strong."""

    requirement: Requirement
    evidence: tuple[Evidence, ...]
    strength: Strength
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    rows: tuple[MatrixRow, ...] = ()


# --- questions and plan ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """A technical point a good answer makes. `cues`: lower-case words or stems, any of which shows that it was made."""

    name: str
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A written question. `star`: a good answer tells Situation, Task, Action, Result; else it makes `points`."""

    id: str
    language: Language
    kind: Kind
    families: tuple[JobFamily, ...]
    difficulty: Difficulty
    competency: str
    text: str
    shows: str
    star: bool
    points: tuple[Point, ...]
    follow_ups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """A question of one interview. `seconds` is its time box, probes included. `evidence` is the candidate's own line
    that it is about, `requirement_id` the posting's requirement it covers, where there is one."""

    id: str
    kind: Kind
    text: str
    source: Literal["bank", "matrix", "model"]
    competency: str
    shows: str
    star: bool = True
    points: tuple[Point, ...] = ()
    follow_ups: tuple[str, ...] = ()
    requirement_id: str | None = None
    evidence: str = ""
    interviewer: int = 0
    seconds: int = 150
    max_probes: int = 2
    preparation_s: int = 0
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Persona:
    """One interviewer. `voice` is a TTS voice id, or None for the best one of the language."""

    name: str
    title: str
    tone: Literal["neutral", "warm", "pressure"] = "neutral"
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What the candidate chose. `language` is what the interview is held in (kind ENGLISH implies "en"), `voice` the
    first interviewer's (Persona.voice)."""

    kind: Kind = Kind.MIXED
    minutes: int = 20
    difficulty: Difficulty = "normal"
    language: Language = "ko"
    interviewers: int = 1
    pressure: bool = False
    seed: int = 0
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class InterviewPlan:
    """`position` is the job's title as the posting has it (may be empty); `notes` say what the plan could not do."""

    request: PlanRequest
    position: str
    family: JobFamily
    interviewers: tuple[Persona, ...]
    questions: tuple[PlannedQuestion, ...]
    notes: tuple[str, ...] = ()

    def question(self, question_id: str | None) -> PlannedQuestion | None:
        return next((question for question in self.questions if question.id == question_id), None)


# --- what was said --------------------------------------------------------------------------------------------------


class Step(enum.StrEnum):
    """Where in the flow something was said."""

    GREETING = "greeting"
    ICE_BREAKER = "ice_breaker"
    PREPARATION = "preparation"
    QUESTION = "question"
    PROBE = "probe"
    ASIDE = "aside"  # repeats, "take your time", answers to the candidate's own requests
    CLOSING = "closing"  # 역질문 / 마지막으로 하실 말씀
    FAREWELL = "farewell"


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word of a final transcript with its place in the microphone stream."""

    text: str
    start_sample: int
    end_sample: int
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said. `text` is what was heard (an interrupted question is cut there), `written` the whole of it.

    `interrupted`: not heard to its end; of a candidate's turn: the connection ended in the middle of it.
    `intent` of a candidate's turn: "answer", or what else it was (talk/intents.py). `aim` of a probe: the element
    asked for ("result", a point's name, "number", "vague", "ownership"). `number` counts from 0 within the session.
    """

    number: int
    speaker: Literal["interviewer", "candidate"]
    step: Step
    question_id: str | None
    text: str
    written: str
    start_sample: int
    end_sample: int
    language: Language
    words: tuple[HeardWord, ...] = ()
    interrupted: bool = False
    intent: str = ""
    aim: str = ""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model that took part: shown in the report, and with every exported row."""

    role: str
    id: str
    title: str
    licence: str


@dataclass(frozen=True, slots=True)
class InterviewRecord:
    """All that a report is made from. `started_at` is ISO 8601 with zone."""

    session_id: str
    started_at: str
    plan: InterviewPlan
    documents: tuple[Document, ...]
    matrix: Matrix
    turns: tuple[Turn, ...]
    models: tuple[ModelUse, ...] = ()
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """A planned question with everything said about it, in order; asides included."""

    question: PlannedQuestion
    turns: tuple[Turn, ...]

    @property
    def answers(self) -> tuple[Turn, ...]:
        return tuple(turn for turn in self.turns if turn.speaker == "candidate" and turn.intent in ("", "answer"))

    @property
    def text(self) -> str:
        """All of the candidate's answers to it, one a line."""
        return "\n".join(turn.text for turn in self.answers)


def exchanges(record: InterviewRecord) -> tuple[Exchange, ...]:
    """The questions that were asked, in the order asked, each with its turns."""
    order: dict[str, list[Turn]] = {}
    for turn in record.turns:
        if turn.question_id is not None:
            order.setdefault(turn.question_id, []).append(turn)
    found = ((record.plan.question(question_id), turns) for question_id, turns in order.items())
    return tuple(Exchange(question, tuple(turns)) for question, turns in found if question is not None)
