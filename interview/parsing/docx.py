"""DOCX: python-docx opens the package; the text is walked here, because résumé templates keep most of it where
`Document.paragraphs` does not look: in tables, text boxes, content controls, headers and tracked insertions.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from interview.parsing import archive
from interview.parsing.limits import Limits
from interview.parsing.problems import Problem
from interview.parsing.reading import Reading
from interview.parsing.tidy import is_blank, joined, row

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_BOX = _W + "txbxContent"
_UNSEEN = {_W + name for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "sectPr")} | {_FALLBACK, _BOX}
_INLINE = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_NO_MEMORY = 2
"""XML_ERR_NO_MEMORY of libxml2."""
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


def read(data: bytes, limits: Limits) -> Reading:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    archive.check(data, "DOCX", limits)
    try:
        document = docx.Document(io.BytesIO(data))
    except ValueError as error:  # the main part's content type: macros, a template
        raise Problem("macros") from error
    except LxmlError as error:
        # libxml2's own word for a refused allocation; the package's XML was found well-formed before
        out_of_memory = getattr(error, "code", None) == _NO_MEMORY or "memory" in str(error).lower()
        raise (Problem("memory") if out_of_memory else Problem("broken", format="DOCX")) from error
    except (OpcError, KeyError, AttributeError) as error:
        raise Problem("broken", format="DOCX") from error
    walker = _Walker({style.style_id: style.name or "" for style in document.styles})
    lines = [line for element in _headers(document) for line in walker.blocks(element)]
    body = document.element.body
    if body is None:
        raise Problem("broken", format="DOCX")
    lines += walker.blocks(body)
    text = joined(lines)
    if is_blank(text) and next(body.iter(_BLIP), None) is not None:
        raise Problem("scanned", format="DOCX")
    return Reading(text)


def _headers(document: Any) -> Iterator[Any]:
    """The first section's own headers: names and contact details often stand there, and only once."""
    section = document.sections[0] if len(document.sections) else None
    if section is not None:
        for header in (section.first_page_header, section.header):
            if not header.is_linked_to_previous:
                yield header._element


class _Walker:
    """Block elements to lines. `styles`: names by id, for headings and lists."""

    def __init__(self, styles: Mapping[str, str]) -> None:
        self._styles = styles

    def blocks(self, element: Any) -> list[str]:
        lines: list[str] = []
        for child in element:
            if child.tag == _W + "p":
                lines += self._paragraph(child)
            elif child.tag == _W + "tbl":
                lines += (self._row(found) for found in child.iter(_W + "tr") if _owner(found) is child)
                lines.append("")
            elif child.tag not in _UNSEEN and isinstance(child.tag, str):
                lines += self.blocks(child)
        return lines

    def _row(self, element: Any) -> str:
        cells = (found for found in element.iter(_W + "tc") if _owner(found, _W + "tr") is element)
        return row(["\n".join(line for line in self.blocks(cell) if line.strip()) for cell in cells])

    def _paragraph(self, element: Any) -> list[str]:
        text = "".join(_letters(element)).strip()
        boxes = [found for found in element.iter(_BOX) if not any(True for _ in found.iterancestors(_FALLBACK))]
        inside = [line for box in boxes if _owner(box, _BOX, _W + "p") is element for line in self.blocks(box)]
        return [*inside, self._mark(element) + text if text else ""]

    def _mark(self, element: Any) -> str:
        """Markdown's mark for headings and list items, which the text alone would lose."""
        style = element.find(f"{_W}pPr/{_W}pStyle")
        name = self._styles.get(style.get(_W + "val"), "") if style is not None else ""
        if name == "Title":
            return "# "
        if found := _HEADING.match(name):
            return "#" * min(int(found[1]), 6) + " "
        numbered = element.find(f"{_W}pPr/{_W}numPr") is not None
        return "- " if numbered or name.startswith("List") else ""


def _letters(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in _INLINE:
            yield _INLINE[child.tag]
        elif child.tag not in _UNSEEN and isinstance(child.tag, str):
            yield from _letters(child)


def _owner(element: Any, *tags: str) -> Any:
    """The nearest ancestor with one of the tags (a table by default)."""
    return next(element.iterancestors(*(tags or (_W + "tbl",))), None)
