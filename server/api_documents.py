"""/api/documents: hand in, look at, correct, delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from interview.documents import Format, Parsed, from_pasted, parse
from interview.parsing.limits import LIMITS
from interview.samples import sample_documents
from interview.shapes import Document, DocumentKind, Language
from server.desk import Desk
from server.sentences import prefers_korean


@dataclass(frozen=True, slots=True)
class Uploaded:
    """`text` of the document is to be shown and corrected before it is used; `warnings` are sentences."""

    document: Document
    format: Format
    pages: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pasted:
    kind: DocumentKind
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """`kind` where it was taken for the wrong one."""

    text: str
    kind: DocumentKind | None = None


@dataclass(frozen=True, slots=True)
class DocumentList:
    documents: tuple[Document, ...]


def documents_router(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["documents"])

    @router.post("/documents", status_code=201)
    async def upload(
        request: Request, kind: DocumentKind, name: Annotated[str, Query(min_length=1, max_length=255)]
    ) -> Uploaded:
        """The file's bytes are the body; nothing of it is written to disk but the text that was found in it."""
        parsed = await parse(await read_body(request, LIMITS.upload_bytes), name)
        return _kept(desk, kind, name, parsed, korean=prefers_korean(request.headers))

    @router.post("/documents/text", status_code=201)
    async def paste(request: Request, body: Pasted) -> Uploaded:
        name = body.name.strip()[:255] or f"{body.kind}.txt"
        return _kept(desk, body.kind, name, from_pasted(body.text), korean=prefers_korean(request.headers))

    @router.get("/documents")
    async def documents() -> DocumentList:
        return DocumentList(tuple(desk.store.documents()))

    @router.get("/documents/{document_id}")
    async def document(document_id: str) -> Document:
        return desk.store.document(document_id)

    @router.put("/documents/{document_id}")
    async def edit(document_id: str, body: Edited) -> Document:
        """Once an interview was held on it, the edit is a new document with an id of its own."""
        return desk.store.edit_document(document_id, from_pasted(body.text).text, body.kind)

    @router.delete("/documents/{document_id}", status_code=204)
    def delete(document_id: str) -> Response:
        desk.store.delete_document(document_id)
        return Response(status_code=204)

    @router.post("/samples/{language}", status_code=201)
    async def samples(language: Language) -> DocumentList:
        """A made-up candidate and posting, to try everything with."""
        made = (
            desk.store.add_document(doc.kind, doc.name, doc.text, doc.language) for doc in sample_documents(language)
        )
        return DocumentList(tuple(made))

    return router


def _kept(desk: Desk, kind: DocumentKind, name: str, parsed: Parsed, *, korean: bool) -> Uploaded:
    document = desk.store.add_document(kind, name, parsed.text, parsed.language)
    warnings = tuple(told.korean if korean else told.message for told in parsed.warnings)
    return Uploaded(document, parsed.format, parsed.pages, warnings)


async def read_body(request: Request, most: int) -> bytes:
    """The body; of one longer than `most` bytes a little more than that, so that it is seen to be too long."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            break
    return bytes(data)
