"""A made-up candidate and a made-up posting in each language, so that everything can be tried at once."""

from __future__ import annotations

from pathlib import Path

from interview.shapes import Document, DocumentKind, Language

FOLDER = Path(__file__).parent

NAMES: dict[Language, dict[DocumentKind, str]] = {
    "ko": {"resume": "예시 이력서", "posting": "예시 채용 공고", "cover_letter": "예시 자기소개서"},
    "en": {"resume": "Sample résumé", "posting": "Sample posting", "cover_letter": "Sample cover letter"},
}


def sample_documents(language: Language) -> tuple[Document, ...]:
    """Résumé, posting and cover letter. Their ids are the kinds: the store gives its own."""
    return tuple(
        Document(kind, kind, name, (FOLDER / language / f"{kind}.md").read_text(encoding="utf-8"), language)
        for kind, name in NAMES[language].items()
    )
