"""The store's tables as they are now (SQLAlchemy Core), and how an older file becomes one with these tables."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
)

from interview.storage.database import StoreError, schema_version, set_schema_version
from interview.storage.migrations import MIGRATIONS

DEFAULT_CANDIDATE = "me"

metadata = MetaData()


def _id(name: str, refers_to: str | None = None, *, cascade: bool = False, primary: bool = False) -> Column[str]:
    key = ForeignKey(refers_to, ondelete="CASCADE" if cascade else None) if refers_to else None
    return Column(name, String(32), *((key,) if key is not None else ()), primary_key=primary, nullable=False)


def _time(name: str, *, nullable: bool = False) -> Column[str]:
    """ISO 8601, UTC: sorts as text."""
    return Column(name, String(40), nullable=nullable)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _word(name: str, length: int = 20, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(length), nullable=nullable)


candidates = Table(
    "candidates", metadata, _id("id", primary=True), Column("name", Text, nullable=True), _time("created_at")
)
documents = Table(
    "documents",
    metadata,
    _id("id", primary=True),
    _id("candidate_id", "candidates.id"),
    _word("kind"),
    _text("name"),
    _text("text"),
    _word("language", 8),
    _time("created_at"),
    _time("edited_at", nullable=True),
)
plans = Table(
    "plans",
    metadata,
    _id("id", primary=True),
    _id("candidate_id", "candidates.id"),
    _text("plan"),  # JSON of InterviewPlan
    _text("matrix"),  # JSON of Matrix
    _time("created_at"),
    _time("edited_at", nullable=True),
)
plan_documents = Table(
    "plan_documents",
    metadata,
    _id("plan_id", "plans.id", cascade=True, primary=True),
    _id("document_id", "documents.id", primary=True),
    Column("position", Integer, nullable=False),
    Index("plan_documents_by_document", "document_id"),
)
sessions = Table(
    "sessions",
    metadata,
    _id("id", primary=True),
    _id("candidate_id", "candidates.id"),
    _id("plan_id", "plans.id"),
    _text("plan"),  # as it was when the session started: a later edit of the plan must not change the record
    _word("status"),
    _text("state"),  # the flow's own JSON, for going on after an interruption
    Column("keep_audio", Boolean, nullable=False),
    _time("started_at"),
    _time("updated_at"),
    _time("ended_at", nullable=True),
    Index("sessions_by_plan", "plan_id"),
)
session_models = Table(
    "session_models",
    metadata,
    _id("session_id", "sessions.id", cascade=True, primary=True),
    Column("role", String(20), primary_key=True),
    Column("model_id", String(200), primary_key=True),
    _text("title"),
    _text("licence"),
)
turns = Table(
    "turns",
    metadata,
    _id("session_id", "sessions.id", cascade=True, primary=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _word("speaker"),
    _word("step"),
    _word("question_id", 100, nullable=True),
    _text("text"),
    _text("written"),
    Column("start_sample", BigInteger, nullable=False),
    Column("end_sample", BigInteger, nullable=False),
    _word("language", 8),
    _text("words"),  # JSON: [[text, start_sample, end_sample, probability], ...]
    Column("interrupted", Boolean, nullable=False),
    _word("intent", 40),
    _word("aim", 200),
    _time("committed_at"),
)
recordings = Table(
    "recordings",
    metadata,
    _id("session_id", "sessions.id", cascade=True, primary=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("samples", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)
scores = Table(
    "scores",
    metadata,
    _id("session_id", "sessions.id", cascade=True, primary=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _word("section"),
    _word("question_id", 100, nullable=True),
    _word("name", 100),
    Column("value", Float, nullable=True),
    Column("spread", Float, nullable=True),
    _word("status"),
    Column("turn", Integer, nullable=True),
    _text("quote"),
    _text("reason"),
)
reports = Table(
    "reports",
    metadata,
    _id("session_id", "sessions.id", cascade=True, primary=True),
    _text("report"),
    _time("created_at"),
)


def migrate(connection: Connection, now: str, *, upto: int | None = None) -> None:
    """Runs what the file lacks, all or nothing, in the connection's transaction (which must hold the write lock, so
    that two programs starting at once do not both do it). Raises StoreError for a file newer than this moui."""
    newest = len(MIGRATIONS) if upto is None else upto
    version = schema_version(connection)
    if version > newest:
        raise StoreError(
            f"This data was written by a newer moui (format {version}, this one reads {newest}): update moui.",
            f"더 새로운 moui가 저장한 데이터입니다(형식 {version}, 현재는 {newest}까지). moui를 업데이트해 주세요.",
        )
    for number, statements in enumerate(MIGRATIONS[version:newest], start=version + 1):
        for statement in statements:
            connection.exec_driver_sql(statement)
        set_schema_version(connection, number)
    ensure_candidate(connection, now)


def ensure_candidate(connection: Connection, now: str) -> None:
    """The person at this computer: always there, without a name until one is given."""
    found = connection.execute(select(candidates.c.id).where(candidates.c.id == DEFAULT_CANDIDATE)).first()
    if found is None:
        connection.execute(insert(candidates).values(id=DEFAULT_CANDIDATE, name=None, created_at=now))
