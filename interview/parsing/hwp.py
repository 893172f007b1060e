"""HWP 5 and HWPX, by syhwp (MIT): of the readers with a compatible licence it is the one that takes bytes, bounds what
it inflates, and raises on damage instead of returning what it has.

Its public `open` takes paths only; its two readers take what olefile and zipfile take, so that nothing goes to disk.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import Any

from interview.parsing import archive
from interview.parsing.limits import Limits
from interview.parsing.problems import Problem
from interview.parsing.reading import Reading
from interview.parsing.tidy import is_blank, joined, row

_PICTURE = re.compile(r"\[그림\]")
_COMPRESSED = 0x01


def read_hwp(data: bytes, limits: Limits) -> Reading:
    from syhwp._hwp5 import read_document_hwp5
    from syhwp.exceptions import EncryptedDocumentError, SyhwpError

    try:
        _check_streams(data, limits)
        return _reading(read_document_hwp5(data), "HWP")
    except EncryptedDocumentError as error:
        raise Problem("encrypted", format="HWP") from error
    except (SyhwpError, OSError, struct.error, zlib.error, ValueError, IndexError, TypeError) as error:
        raise Problem("broken", format="HWP") from error


def read_hwpx(data: bytes, limits: Limits) -> Reading:
    from xml.etree.ElementTree import ParseError

    from syhwp._hwpx import read_document_hwpx
    from syhwp.exceptions import SyhwpError

    if _is_encrypted(data):  # before the check: what is encrypted is no XML
        raise Problem("encrypted", format="HWPX")
    archive.check(data, "HWPX", limits)
    try:
        return _reading(read_document_hwpx(io.BytesIO(data)), "HWPX")
    except (SyhwpError, ParseError, ValueError, IndexError) as error:
        raise Problem("broken", format="HWPX") from error


def _check_streams(data: bytes, limits: Limits) -> None:
    """What the body would inflate to, counted in small pieces before syhwp holds all of it at once."""
    import olefile

    with olefile.OleFileIO(data) as ole:
        header = ole.openstream("FileHeader").read()
        if not header.startswith(b"HWP Document File") or len(header) < 40:
            raise Problem("broken", format="HWP")
        if not struct.unpack_from("<I", header, 36)[0] & _COMPRESSED:
            return
        total = 0
        for entry in ole.listdir():
            if entry[0] == "BodyText":
                total += _inflated_size(ole.openstream(entry).read(), limits.unpacked_bytes)
            if total > limits.unpacked_bytes:
                raise Problem("bomb")


def _inflated_size(raw: bytes, limit: int) -> int:
    """Counts up to a little more than `limit`; damage is left for the reader to tell."""
    inflate = zlib.decompressobj(-15)
    size = 0
    try:
        while raw and size <= limit and not inflate.eof:
            size += len(inflate.decompress(raw, 1 << 16))
            raw = inflate.unconsumed_tail
    except zlib.error:
        return size
    return size


def _is_encrypted(data: bytes) -> bool:
    """A password leaves its parameters in the package's manifest."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        try:
            with package.open("META-INF/manifest.xml") as stream:
                return b"encryption-data" in stream.read(1 << 20)
        except (KeyError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError):
            return False


def _reading(document: Any, name: str) -> Reading:
    from syhwp import Image, Table

    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Table):
            lines += [row([_PICTURE.sub(" ", cell) for cell in cells]) for cells in _rows(block)]
            lines.append("")
        elif not isinstance(block, Image):
            lines.append(block.text)
    text = joined(lines)
    if is_blank(text) and any(isinstance(block, Image) or "[그림]" in block.text for block in document.blocks):
        raise Problem("scanned", format=name)
    return Reading(text)


def _rows(table: Any) -> list[list[str]]:
    """Rows from the cells alone: the declared size of a damaged table may be 65535 by 65535."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append((cell.col, cell.text))
    return [[text for _, text in sorted(cells)] for _, cells in sorted(rows.items())]
