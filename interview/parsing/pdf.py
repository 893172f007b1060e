"""PDF, by PDFium."""

from __future__ import annotations

from typing import Any

from interview.parsing.limits import Limits
from interview.parsing.problems import Problem
from interview.parsing.reading import Reading

_PASSWORD_ERROR = 4
_FEWEST = 8
"""Letters of a page that has text: a scanner's stamp or a page number is less."""


def read(data: bytes, limits: Limits) -> Reading:
    """In PDFium's order: the order of the page's content, which for columns is mostly one after the other."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR or "password" in str(error).lower():
            raise Problem("encrypted", format="PDF") from error
        raise Problem("broken", format="PDF") from error
    pages = len(document)
    if pages > limits.pages:
        raise Problem("too_many_pages", pages=pages, limit=limits.pages)
    if pages == 0:
        raise Problem("broken", format="PDF")
    texts: list[str] = []
    pictures: list[int] = []
    for number in range(pages):
        try:
            text, picture = _page(document[number])
        except pypdfium2.PdfiumError as error:
            raise Problem("broken", format="PDF") from error
        texts.append(text)
        if picture:
            pictures.append(number + 1)
        if sum(map(len, texts)) > 4 * limits.characters:
            break
    return _judged(texts, pictures, pages)


def _page(page: Any) -> tuple[str, bool]:
    """Its text, and whether it is nothing but pictures."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    textpage = page.get_textpage()
    text: str = textpage.get_text_bounded()
    few = sum(letter.isalnum() for letter in text) < _FEWEST
    picture = few and any(True for _ in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3))
    textpage.close()
    page.close()
    return text, picture


def _judged(texts: list[str], pictures: list[int], pages: int) -> Reading:
    text = "\n\n".join(texts)
    if len(pictures) == len(texts):
        raise Problem("scanned", format="PDF")
    shown = [letter for letter in text if not letter.isspace()]
    unknown = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or letter < " " for letter in shown)
    if shown and unknown > len(shown) / 3:
        raise Problem("garbled", format="PDF")
    reading = Reading(text, pages=pages, wrapped=True)
    if pictures:
        reading.notice("picture_pages", pages=", ".join(map(str, pictures)))
    if shown and unknown > len(shown) / 50:
        reading.notice("garbled")
    return reading
