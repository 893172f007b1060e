"""Files that are no document, or one made to harm, each made in code; and the few formats nothing here can write."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BadDocument:
    """`code` is the problem it must be refused with, `says` a part of the English sentence. `slow`: seconds of work, so
    that on a busy machine its time may be over first."""

    title: str
    name: str
    make: Callable[[], bytes]
    code: str
    says: str
    slow: bool = False


# --- builders -------------------------------------------------------------------------------------------------------


class _Compound:
    """Sectors, chains and directory entries of an OLE compound file while it is put together."""

    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.chains: list[list[int]] = []
        self.entries: list[bytes] = []

    def store(self, data: bytes) -> int:
        """Its first sector."""
        data = data.ljust(4096, b"\x00")
        first = len(self.sectors)
        self.sectors += [data[at : at + 512].ljust(512, b"\x00") for at in range(0, len(data), 512)]
        self.chains.append(list(range(first, len(self.sectors))))
        return first

    def add(self, level: Mapping[str, Mapping[str, bytes] | bytes]) -> int:
        """Directory entries of one level, each the right sibling of the one before; the first one's number."""
        first = following = _NONE
        for name, content in reversed(tuple(level.items())):
            if isinstance(content, bytes):
                made = _entry(name, 2, right=following, start=self.store(content), size=max(len(content), 4096))
            else:
                made = _entry(name, 1, right=following, child=self.add(content))
            first = following = len(self.entries)
            self.entries.append(made)
        return first

    def bytes(self) -> bytes:
        directory = self.store(b"".join(self.entries))
        fat = [_NONE] * (-(-(len(self.sectors) + 200) // 128) * 128)
        for chain in self.chains:
            for this, following in zip(chain, [*chain[1:], _END], strict=True):
                fat[this] = following
        places = [len(self.sectors) + number for number in range(len(fat) // 128)]
        for place in places:
            fat[place] = 0xFFFFFFFD
        header = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
        header += struct.pack("<IIIII", 0, len(places), directory, 0, 4096)
        header += struct.pack("<IIII", _END, 0, _END, 0)
        header += struct.pack("<109I", *(places + [_NONE] * (109 - len(places))))
        return header + b"".join(self.sectors) + struct.pack(f"<{len(fat)}I", *fat)


_NONE, _END = 0xFFFFFFFF, 0xFFFFFFFE


def _entry(name: str, kind: int, *, right: int = _NONE, child: int = _NONE, start: int = _END, size: int = 0) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIQ", encoded, len(encoded) + 2, kind, 1, _NONE, right, child, start, size
    )  # fmt: skip


def compound(streams: Mapping[str, Mapping[str, bytes] | bytes]) -> bytes:
    """An OLE compound file (version 3, 512-byte sectors) of streams and folders of streams, which are padded to the
    4096 bytes below which they would go to the mini stream."""
    file = _Compound()
    file.entries.append(b"")
    file.entries[0] = _entry("Root Entry", 5, child=file.add(streams))
    return file.bytes()


def hwp(section: bytes, flags: int = 1) -> bytes:
    """`section`: the stream as it stands in the file. `flags`: 1 compressed, 2 password."""
    header = b"HWP Document File".ljust(32, b"\x00") + struct.pack("<II", 0x05010001, flags)
    return compound({"FileHeader": header.ljust(256, b"\x00"), "DocInfo": b"", "BodyText": {"Section0": section}})


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def docx(body: str, *, prologue: str = "", parts: Mapping[str, bytes] | None = None, macros: bool = False) -> bytes:
    """A DOCX from the inside of its w:body."""
    main = (
        "vnd.ms-word.document.macroEnabled.main"
        if macros
        else "vnd.openxmlformats-officedocument.wordprocessingml.document.main"
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="application/{main}+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    document = f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<w:document {W}><w:body>{body}</w:body></w:document>'
    return zipped(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": relations.encode(),
            "word/document.xml": document.encode(),
            **(parts or {}),
        }
    )


def zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def pdf(*pages: str, password: str | None = None, picture: bytes | None = None) -> bytes:
    """A PDF with a line of text a page; with `picture` (a PNG) that instead."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption(password, password) if password else None)
    for text in pages:
        if picture is not None:
            canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, 595, 842)
        if text:
            canvas.drawString(72, 720, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def png(width: int = 40, height: int = 40) -> bytes:
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + bytes((x * y) % 256 for x in range(width)) for y in range(height))
    start = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", start) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


# --- the bad ones ---------------------------------------------------------------------------------------------------


def zip_bomb() -> bytes:
    return docx("", parts={"word/media/image1.bmp": b"\x00" * (80 * MB)})


def lying_zip() -> bytes:
    """The directory says 100 bytes; 30 MB come out."""
    data = bytearray(docx("", parts={"word/z.xml": b"<a>" + b" " * (30 * MB) + b"</a>"}))
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/z.xml"))
    struct.pack_into("<I", data, entry + 24, 100)
    return bytes(data)


def overlapping_zip() -> bytes:
    """Many directory entries share one packed member (Fifield's "a better zip bomb", without the quoting)."""
    data = docx("", parts={"word/a.xml": b"<a>" + b"ab" * (400 * 1024) + b"</a>"})
    end = data.rindex(b"PK\x05\x06")
    _, _, _, _, count, size, start, _ = struct.unpack("<IHHHHIIH", data[end : end + 22])
    entry = data.rindex(b"PK\x01\x02", 0, end)
    copies = data[entry:end] * 500
    directory = data[start:end] + copies
    return data[:start] + directory + struct.pack(
        "<IHHHHIIH", 0x06054B50, 0, 0, count + 500, count + 500, size + len(copies), start, 0
    )  # fmt: skip


def billion_laughs() -> bytes:
    lines = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return docx("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", prologue=f"<!DOCTYPE x [{lines}]>")


def outside_entity() -> bytes:
    return docx(
        "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", prologue='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    )


def encrypted_zip() -> bytes:
    """Only the flag: a reader must stop there."""
    data = bytearray(docx("<w:p/>"))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def content_bomb() -> bytes:
    """A page whose content stream inflates from 3 MB to 700 MB."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b" " * MB) for _ in range(700)) + packer.flush()
    return _pdf_with_content(packed, "/FlateDecode")


def _pdf_with_content(content: bytes, filters: str) -> bytes:
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d/Filter %s>>stream\n%s\nendstream" % (len(content), filters.encode(), content),
    )
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)


def deep_xml() -> bytes:
    return docx("<w:sdt><w:sdtContent>" * 20_000 + "</w:sdtContent></w:sdt>" * 20_000)


def endless_xml() -> bytes:
    """50 MB of elements: within every limit of size, and far more as a tree in memory."""
    rng = random.Random(7)
    texts = [f"<w:p><w:r><w:t>{rng.randrange(10**9)}</w:t></w:r></w:p>" for _ in range(4000)]
    return docx("".join(text for text in texts * 250))


def encrypted_hwpx() -> bytes:
    manifest = b'<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    return zipped(
        {
            "mimetype": b"application/hwp+zip",
            "META-INF/manifest.xml": manifest,
            "Contents/section0.xml": os.urandom(200),
        }
    )


def random_bytes() -> bytes:
    return random.Random(3).randbytes(200_000)


def encrypted_docx() -> bytes:
    return compound({"EncryptionInfo": b"\x04\x00", "EncryptedPackage": os.urandom(6000)})


BAD = (
    BadDocument("a zip bomb", "resume.docx", zip_bomb, "bomb", "unpack to far more"),
    BadDocument("a zip that lies about sizes", "resume.docx", lying_zip, "broken", "damaged"),
    BadDocument("a zip of overlapping members", "resume.docx", overlapping_zip, "bomb", "unpack to far more"),
    BadDocument("billion laughs", "resume.docx", billion_laughs, "entities", "XML entities"),
    BadDocument("an entity of a file", "resume.docx", outside_entity, "entities", "XML entities"),
    BadDocument("an HWP bomb", "r.hwp", lambda: hwp(deflated(b"\x00" * (80 * MB))), "bomb", "unpack to far more"),
    BadDocument("a PDF bomb", "resume.pdf", content_bomb, "crashed", "too much memory", slow=True),
    BadDocument("deep XML", "resume.docx", deep_xml, "broken", "damaged"),
    BadDocument("an encrypted PDF", "resume.pdf", lambda: pdf("secret", password="x"), "encrypted", "PDF file is"),
    BadDocument("an encrypted DOCX", "resume.docx", encrypted_docx, "encrypted", "DOCX file is protected"),
    BadDocument("an encrypted ZIP", "resume.docx", encrypted_zip, "encrypted", "without the password"),
    BadDocument("an encrypted HWP", "resume.hwp", lambda: hwp(b"?" * 99, flags=3), "encrypted", "HWP file is"),
    BadDocument("an encrypted HWPX", "resume.hwpx", encrypted_hwpx, "encrypted", "HWPX file is protected"),
    BadDocument("a locked document", "a.docx", lambda: b"\x9b DRMONE  This Document is" + random_bytes(), "drm", "DRM"),
    BadDocument("a scanned PDF", "scan.pdf", lambda: pdf("", "", picture=png()), "scanned", "only pictures"),
    BadDocument("a PDF of empty pages", "empty.pdf", lambda: pdf("", ""), "no_text", "in this PDF"),
    BadDocument("500 pages", "book.pdf", lambda: pdf(*["page"] * 500), "too_many_pages", "500 pages; at most 60"),
    BadDocument("a PDF cut off", "resume.pdf", lambda: pdf("hello")[:300], "broken", "PDF file is damaged"),
    BadDocument("an empty file", "resume.pdf", lambda: b"", "empty", "is empty"),
    BadDocument("an empty DOCX", "resume.docx", lambda: docx("<w:p/>"), "no_text", "in this DOCX"),
    BadDocument("only white space", "resume.txt", lambda: b" \n\t\r\n" * 50, "no_text", "in this TXT"),
    BadDocument("broken XML", "resume.docx", lambda: docx("<w:p><w:r>"), "broken", "DOCX file is damaged"),
    BadDocument("a ZIP cut off", "resume.docx", lambda: docx("<w:p/>")[:-30], "broken", "DOCX file is damaged"),
    BadDocument("a broken HWP", "r.hwp", lambda: hwp(b"\xff" * 500), "broken", "HWP file is damaged"),
    BadDocument("an OLE header alone", "r.hwp", lambda: hwp(b"")[:600], "broken", "HWP file is damaged"),
    BadDocument("null bytes", "resume.txt", lambda: b"\x00" * 5000, "binary", "not a document"),
    BadDocument("text among null bytes", "resume.txt", lambda: b"hi\x00\x00\x00" * 900, "binary", "not a document"),
    BadDocument("random bytes", "resume.pdf", random_bytes, "binary", "not a document"),
    BadDocument("a picture", "resume.pdf", png, "picture", "This is a picture"),
    BadDocument("a ZIP of pictures", "resume.zip", lambda: zipped({"a.png": png()}), "archive", "an archive"),
    BadDocument("a spreadsheet", "r.xlsx", lambda: zipped({"[Content_Types].xml": b"<a/>"}), "other_office", "PDF"),
    BadDocument("an old .doc", "r.doc", lambda: compound({"WordDocument": b"\xec\xa5"}), "old_word", "as .docx"),
    BadDocument("an old HWP", "r.hwp", lambda: b"HWP Document File V3.00 \x1a" + b"\x01" * 999, "old_hwp", "old kind"),
    BadDocument("RTF", "resume.doc", lambda: rb"{\rtf1\ansi Hello}", "rtf", "RTF"),
    BadDocument("a web page", "resume.doc", lambda: b"<!DOCTYPE html><p>Hello", "web_page", "web page"),
    BadDocument("macros", "resume.docm", lambda: docx("<w:p/>", macros=True), "macros", "with macros"),
    BadDocument("a program", "resume.exe", lambda: b"MZ\x90\x00\x03" + random_bytes(), "binary", "not a document"),
    BadDocument("a large upload", "resume.pdf", lambda: b"%PDF-1.7" + b"\x00" * (11 * MB), "too_large", "most 10 MB"),
)  # fmt: skip
