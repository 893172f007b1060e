"""The schema's history: every step as it was released, in SQL that SQLite and Postgres both read.

Append only. A step that has been released is never edited (a test holds its digest): files in the field have run it.
"""

from __future__ import annotations

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    # 1: who, with what, and what was said
    (
        """CREATE TABLE candidates (
            id VARCHAR(32) PRIMARY KEY,
            name TEXT,
            created_at VARCHAR(40) NOT NULL
        )""",
        """CREATE TABLE documents (
            id VARCHAR(32) PRIMARY KEY,
            candidate_id VARCHAR(32) NOT NULL REFERENCES candidates (id),
            kind VARCHAR(20) NOT NULL,
            name TEXT NOT NULL,
            text TEXT NOT NULL,
            language VARCHAR(8) NOT NULL,
            created_at VARCHAR(40) NOT NULL,
            edited_at VARCHAR(40)
        )""",
        """CREATE TABLE plans (
            id VARCHAR(32) PRIMARY KEY,
            candidate_id VARCHAR(32) NOT NULL REFERENCES candidates (id),
            plan TEXT NOT NULL,
            matrix TEXT NOT NULL,
            created_at VARCHAR(40) NOT NULL,
            edited_at VARCHAR(40)
        )""",
        """CREATE TABLE plan_documents (
            plan_id VARCHAR(32) NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
            document_id VARCHAR(32) NOT NULL REFERENCES documents (id),
            position INTEGER NOT NULL,
            PRIMARY KEY (plan_id, document_id)
        )""",
        "CREATE INDEX plan_documents_by_document ON plan_documents (document_id)",
        """CREATE TABLE sessions (
            id VARCHAR(32) PRIMARY KEY,
            candidate_id VARCHAR(32) NOT NULL REFERENCES candidates (id),
            plan_id VARCHAR(32) NOT NULL REFERENCES plans (id),
            plan TEXT NOT NULL,
            status VARCHAR(20) NOT NULL,
            state TEXT NOT NULL,
            keep_audio BOOLEAN NOT NULL,
            started_at VARCHAR(40) NOT NULL,
            updated_at VARCHAR(40) NOT NULL,
            ended_at VARCHAR(40)
        )""",
        "CREATE INDEX sessions_by_plan ON sessions (plan_id)",
        """CREATE TABLE session_models (
            session_id VARCHAR(32) NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            role VARCHAR(20) NOT NULL,
            model_id VARCHAR(200) NOT NULL,
            title TEXT NOT NULL,
            licence TEXT NOT NULL,
            PRIMARY KEY (session_id, role, model_id)
        )""",
        """CREATE TABLE turns (
            session_id VARCHAR(32) NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            speaker VARCHAR(20) NOT NULL,
            step VARCHAR(20) NOT NULL,
            question_id VARCHAR(100),
            text TEXT NOT NULL,
            written TEXT NOT NULL,
            start_sample BIGINT NOT NULL,
            end_sample BIGINT NOT NULL,
            language VARCHAR(8) NOT NULL,
            words TEXT NOT NULL,
            interrupted BOOLEAN NOT NULL,
            intent VARCHAR(40) NOT NULL,
            aim VARCHAR(200) NOT NULL,
            committed_at VARCHAR(40) NOT NULL,
            PRIMARY KEY (session_id, number)
        )""",
        """CREATE TABLE recordings (
            session_id VARCHAR(32) NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            samples BIGINT NOT NULL,
            bytes BIGINT NOT NULL,
            PRIMARY KEY (session_id, number)
        )""",
    ),
    # 2: what came of it
    (
        """CREATE TABLE scores (
            session_id VARCHAR(32) NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            section VARCHAR(20) NOT NULL,
            question_id VARCHAR(100),
            name VARCHAR(100) NOT NULL,
            value FLOAT,
            spread FLOAT,
            status VARCHAR(20) NOT NULL,
            turn INTEGER,
            quote TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (session_id, position)
        )""",
        """CREATE TABLE reports (
            session_id VARCHAR(32) PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
            report TEXT NOT NULL,
            created_at VARCHAR(40) NOT NULL
        )""",
    ),
)
