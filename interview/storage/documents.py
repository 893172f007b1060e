"""Documents and plans in the store."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, insert, select, update

from interview.codec import from_json, to_json
from interview.shapes import Document, DocumentKind, InterviewPlan, Language, Matrix
from interview.storage.base import StoreBase, found, new_id
from interview.storage.database import StoreError
from interview.storage.rows import StoredPlan, document_of
from interview.storage.schema import DEFAULT_CANDIDATE, candidates, documents, plan_documents, plans, sessions

DOCUMENT = ("document", "문서")
PLAN = ("plan", "면접 계획")


class Documents(StoreBase):
    def candidate_name(self) -> str | None:
        row = self.row(select(candidates.c.name).where(candidates.c.id == DEFAULT_CANDIDATE), "candidate", "지원자")
        return None if row["name"] is None else str(row["name"])

    def name_candidate(self, name: str | None) -> None:
        with self.write() as connection:
            connection.execute(update(candidates).where(candidates.c.id == DEFAULT_CANDIDATE).values(name=name))

    def add_document(self, kind: DocumentKind, name: str, text: str, language: Language) -> Document:
        """`text` is NFC already (documents.py)."""
        document = Document(new_id(), kind, name, text, language)
        self._insert(document)
        return document

    def _insert(self, document: Document) -> None:
        values = {
            "id": document.id,
            "kind": document.kind,
            "name": document.name,
            "text": document.text,
            "language": document.language,
        }
        with self.write() as connection:
            connection.execute(
                insert(documents).values(candidate_id=DEFAULT_CANDIDATE, created_at=self.now(), **values)
            )

    def edit_document(self, document_id: str, text: str, kind: DocumentKind | None = None) -> Document:
        """The document as it is now; `kind` where it is to be another. Once an interview was held on it, what it said
        then stays with that interview: the edit becomes a document of its own, with a new id."""
        with self.alone():
            old = self.document(document_id)
            kind = kind or old.kind
            if self._held_on(document_id):
                return self.add_document(kind, old.name, text, old.language)
            with self.write() as connection:
                values = {"text": text, "kind": kind, "edited_at": self.now()}
                connection.execute(update(documents).where(documents.c.id == document_id).values(**values))
        return Document(old.id, kind, old.name, text, old.language)

    def _held_on(self, document_id: str) -> bool:
        used = select(sessions.c.id).join(plan_documents, plan_documents.c.plan_id == sessions.c.plan_id)
        return bool(self.rows(used.where(plan_documents.c.document_id == document_id).limit(1)))

    def document(self, document_id: str) -> Document:
        """Raises NotInStore."""
        return document_of(self.row(select(documents).where(documents.c.id == document_id), *DOCUMENT))

    def documents(self) -> list[Document]:
        """All, the oldest first."""
        order = (documents.c.created_at, documents.c.id)
        return [document_of(row) for row in self.rows(select(documents).order_by(*order))]

    def documents_of(self, plan_id: str) -> tuple[Document, ...]:
        """A plan's, in the order they were given."""
        query = select(documents).join(plan_documents, plan_documents.c.document_id == documents.c.id)
        query = query.where(plan_documents.c.plan_id == plan_id).order_by(plan_documents.c.position)
        return tuple(document_of(row) for row in self.rows(query))

    def save_plan(self, plan: InterviewPlan, document_ids: Sequence[str], matrix: Matrix) -> str:
        """The plan's id. Raises StoreError when one of the documents is gone."""
        plan_id = new_id()
        wanted = list(dict.fromkeys(document_ids))
        with self.write() as connection:
            there = set(connection.scalars(select(documents.c.id).where(documents.c.id.in_(wanted))))
            if there != set(wanted):
                raise StoreError(
                    "A document of this plan was deleted meanwhile: choose the documents again.",
                    "이 계획에 쓰인 문서가 그사이 삭제되었습니다. 문서를 다시 선택해 주세요.",
                )
            connection.execute(
                insert(plans).values(
                    id=plan_id,
                    candidate_id=DEFAULT_CANDIDATE,
                    plan=to_json(plan),
                    matrix=to_json(matrix),
                    created_at=self.now(),
                )
            )
            rows = [
                {"plan_id": plan_id, "document_id": document_id, "position": position}
                for position, document_id in enumerate(wanted)
            ]
            if rows:
                connection.execute(insert(plan_documents), rows)
        return plan_id

    def update_plan(self, plan_id: str, plan: InterviewPlan) -> None:
        """For the sessions to come: one that has started keeps the plan it started with. Raises NotInStore."""
        with self.write() as connection:
            found(connection, select(plans.c.id).where(plans.c.id == plan_id), *PLAN)
            connection.execute(
                update(plans).where(plans.c.id == plan_id).values(plan=to_json(plan), edited_at=self.now())
            )

    def plan(self, plan_id: str) -> StoredPlan:
        """Raises NotInStore."""
        row = self.row(select(plans).where(plans.c.id == plan_id), *PLAN)
        links = select(plan_documents.c.document_id).where(plan_documents.c.plan_id == plan_id)
        ids = tuple(str(link["document_id"]) for link in self.rows(links.order_by(plan_documents.c.position)))
        return StoredPlan(
            str(row["id"]),
            from_json(InterviewPlan, row["plan"]),
            ids,
            from_json(Matrix, row["matrix"]),
            str(row["created_at"]),
        )

    def plans(self) -> list[StoredPlan]:
        """Plans on which no interview was held yet, the newest first."""
        held = exists().where(sessions.c.plan_id == plans.c.id)
        order = (plans.c.created_at.desc(), plans.c.id)
        return [self.plan(str(row["id"])) for row in self.rows(select(plans.c.id).where(~held).order_by(*order))]
