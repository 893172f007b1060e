"""What a file is, told from its content; its name only decides whether there is something to say about it."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from interview.parsing.problems import Problem

EXTENSIONS = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".hwp": "hwp",
    ".hwpx": "hwpx",
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADS: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"HWP Document File V", "old_hwp"),
    (b"\x89PNG\r\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"MZ", "binary"),
    (b"\x7fELF", "binary"),
)
_DRM = (b"DRMONE", b"SCDSA", b"<DOCUMENT SAFER")
"""How the files of the document security products common in Korean companies begin."""


def extension(name: str) -> str:
    """Lower-case extension with its dot; empty where there is none."""
    return PurePath(name.replace("\\", "/")).suffix.lower()


def detect(data: bytes, name: str) -> str:
    """One of pdf docx hwp hwpx txt md. Raises Problem for what is no document, or one that cannot be read here."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if any(mark in data[:64] for mark in _DRM):
        raise Problem("drm")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data, name)
    if data.startswith(_OLE):
        return _ole_kind(data)
    _refuse_others(data)
    return "md" if EXTENSIONS.get(extension(name)) == "md" else "txt"


def _refuse_others(data: bytes) -> None:
    """Raises Problem for what is known and cannot be read here."""
    if (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:12] in {b"ftypheic", b"ftypmif1", b"ftypavif"}:
        raise Problem("picture")
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, code in _HEADS:
        # Two letters are no proof: "MZ세대" is how a cover letter may begin.
        if head.startswith(mark) and (mark != b"MZ" or b"\x00" in data[:1024]):
            raise Problem(code)
    start = head[:400].lower()
    if b"<hwpml" in start:
        raise Problem("old_hwp")
    if start.startswith((b"<!doctype html", b"<html")):
        raise Problem("web_page")


def _zip_kind(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        known = EXTENSIONS.get(extension(name), "")
        raise Problem("broken", format=known.upper() if known in {"docx", "hwpx"} else "ZIP") from error
    if "word/document.xml" in names:
        return "docx"
    if any(part.startswith("Contents/section") for part in names):
        return "hwpx"
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise Problem("other_office")
    raise Problem("archive")


def _ole_kind(data: bytes) -> str:
    import olefile

    if len(data) < olefile.MINIMAL_OLEFILE_SIZE:
        raise Problem("broken", format="HWP")
    try:
        with olefile.OleFileIO(data) as ole:
            streams = {"/".join(entry).lower() for entry in ole.listdir()}
    except (OSError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise Problem("broken", format="HWP") from error
    if "fileheader" in streams:
        return "hwp"
    if "encryptedpackage" in streams:
        raise Problem("encrypted", format="DOCX")
    if "worddocument" in streams:
        raise Problem("old_word")
    raise Problem("other_office")
