"""Good documents of every format: what was written is what is read."""

from __future__ import annotations

import io
import re
import struct
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from interview.documents import LONGEST_PASTED, DocumentError, Parsed, _parsed, from_pasted, parse
from interview.evidence.outline import blocks
from interview.parsing.child import _answer
from interview.parsing.limits import LIMITS
from interview.parsing.tidy import language_of
from tests.interview.bad_documents import deflated, docx, hwp, pdf, png, zipped

LANGUAGES = ("ko", "en")
DOCUMENTS = ("resume", "cover_letter", "posting")


def read(data: bytes, name: str) -> Parsed:
    """What `parse` does, without the child: for the many small cases."""
    return _parsed(_answer(data, name, LIMITS))


def sample(language: str, document: str = "resume") -> str:
    return (files("interview") / "samples" / language / f"{document}.md").read_text("utf-8")


def letters(text: str) -> str:
    """Without white space and without the marks that Markdown and lists add."""
    return re.sub(r"[\s#*•|-]", "", text)


def as_pdf(markdown: str, *, columns: int = 1) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
    korean = language_of(markdown) == "ko"
    style = ParagraphStyle("text", fontName="HYSMyeongJo-Medium" if korean else "Helvetica", fontSize=9, leading=13)
    if korean:
        style.wordWrap = "CJK"
    buffer = io.BytesIO()
    width = (A4[0] - 100) / columns
    frames = [Frame(50 + number * width, 50, width, A4[1] - 100) for number in range(columns)]
    template = BaseDocTemplate(buffer, pagesize=A4, pageTemplates=[PageTemplate(frames=frames)])
    lines = (re.sub(r"^#+ ", "", line) for line in markdown.splitlines() if line.strip())
    template.build([Paragraph(line.replace("&", "&amp;"), style) for line in lines])
    return buffer.getvalue()


def as_docx(markdown: str) -> bytes:
    import docx as library

    document = library.Document()
    for line in markdown.splitlines():
        if heading := re.match(r"(#+) (.+)", line):
            document.add_heading(heading[2], len(heading[1]))
        elif line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        elif line.strip():
            document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


# --- PDF ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_pdf_round_trip(language: str, document: str) -> None:
    text = sample(language, document)
    parsed = await parse(as_pdf(text), f"{document}.pdf")
    assert (parsed.format, parsed.language, parsed.warnings) == ("pdf", language, ())
    assert parsed.pages is not None
    assert parsed.pages >= 1
    assert letters(parsed.text) == letters(text)


def test_columns_come_one_after_the_other() -> None:
    text = sample("en")
    parsed = read(as_pdf(text, columns=2), "resume.pdf")
    assert letters(parsed.text) == letters(text)


def test_pages_of_pictures_are_told() -> None:
    from pypdfium2 import PdfDocument

    book = PdfDocument(pdf("A page with enough words"))
    book.import_pages(PdfDocument(pdf("", picture=png())))
    buffer = io.BytesIO()
    book.save(buffer)
    parsed = read(buffer.getvalue(), "resume.pdf")
    assert parsed.text == "A page with enough words"
    assert [warning.code for warning in parsed.warnings] == ["picture_pages"]
    assert "only pictures could not be read: 2." in parsed.warnings[0].message
    assert "2쪽" in parsed.warnings[0].korean


def test_an_owner_password_alone_does_not_stop_the_reading() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("", "owner", canCopy=0))
    canvas.drawString(72, 700, "Anybody may read this résumé.")
    canvas.save()
    assert read(buffer.getvalue(), "r.pdf").text == "Anybody may read this résumé."


# --- DOCX -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_docx_round_trip_keeps_headings_and_bullets(language: str, document: str) -> None:
    text = sample(language, document)
    parsed = await parse(as_docx(text), f"{document}.docx")
    assert (parsed.format, parsed.pages, parsed.language, parsed.warnings) == ("docx", None, language, ())
    assert [line for line in parsed.text.splitlines() if line] == [line for line in text.splitlines() if line]
    # Short paragraphs in a row (a name over a salutation) may become one; no other is lost or misplaced.
    got, written = ([block.headings for block in blocks(each)] for each in (parsed.text, text))
    assert set(got) == set(written)
    if document != "cover_letter":
        assert got == written


def test_docx_text_outside_of_paragraphs() -> None:
    """Tables in tables, text boxes (once, not in the fallback too), content controls, tracked changes."""

    def paragraph(inside: str) -> str:
        return f"<w:p>{inside}</w:p>"

    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    box = f"<w:txbxContent>{paragraph(run('in a box'))}</w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    deleted = "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
    nested = f"<w:tbl><w:tr><w:tc>{paragraph(run('nested'))}</w:tc></w:tr></w:tbl>"
    body = (
        paragraph(f"{run('before')}{deleted}<w:ins>{run(' inserted')}</w:ins>")
        + paragraph(f"<w:r><mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
                    "</mc:AlternateContent></w:r>")
        + f"<w:sdt><w:sdtContent>{paragraph(run('controlled'))}</w:sdtContent></w:sdt>"
        + f"<w:tbl><w:tr><w:tc>{paragraph(run('이름'))}</w:tc><w:tc>{paragraph(run('이서준'))}</w:tc></w:tr>"
        + f"<w:tr><w:tc>{paragraph(run('one'))}{paragraph(run('two'))}{nested}</w:tc></w:tr></w:tbl>"
        + paragraph(run("a") + "<w:r><w:tab/></w:r>" + f"<w:hyperlink>{run('link')}</w:hyperlink>")
    )  # fmt: skip
    parsed = read(docx(body), "resume.docx")
    assert parsed.text.splitlines() == [
        "before inserted", "in a box", "", "controlled", "이름 | 이서준", "one", "two", "nested", "", "a link",
    ]  # fmt: skip


def test_docx_with_a_header_and_only_a_picture() -> None:
    import docx as library

    document = library.Document()
    document.sections[0].header.paragraphs[0].text = "Maya Bennett"
    document.add_paragraph("Data Analyst")
    buffer = io.BytesIO()
    document.save(buffer)
    assert read(buffer.getvalue(), "r.docx").text == "Maya Bennett\nData Analyst"

    document = library.Document()
    document.add_picture(io.BytesIO(png()))
    buffer = io.BytesIO()
    document.save(buffer)
    with pytest.raises(DocumentError, match="DOCX file holds only pictures"):
        read(buffer.getvalue(), "r.docx")


# --- HWP and HWPX ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("suffix", [".hwp", ".hwpx"])
async def test_hwp_round_trip_with_another_program_s_files(suffix: str, language: str, tmp_path: Path) -> None:
    import hwp_converter_ai as writer

    text = sample(language)
    path = tmp_path / f"resume{suffix}"
    if suffix == ".hwp":
        writer.HwpWriter().from_markdown(text, path)
    else:
        writer.HwpxGenerator().from_markdown(text, output_path=path)
    parsed = await parse(path.read_bytes(), path.name)
    assert (parsed.format, parsed.language, parsed.warnings) == (suffix[1:], language, ())
    assert letters(parsed.text) == letters(text)


def test_a_hwp_file_that_hangul_itself_wrote() -> None:
    """Hancom's own example with tables, notes and pictures, as it comes with the writer above."""
    data = (files("hwp_converter_ai") / "hwp_template.hwp").read_bytes()
    parsed = read(data, "예제.hwp")
    lines = parsed.text.splitlines()
    assert lines[0] == "한글 2005 예제 파일입니다."
    assert "A0 | B0" in lines
    assert parsed.language == "ko"
    assert "그림" not in parsed.text


def hwp_records(*paragraphs: str) -> bytes:
    def record(tag: int, level: int, data: bytes) -> bytes:
        return struct.pack("<I", tag | level << 10 | len(data) << 20) + data

    return b"".join(record(66, 0, bytes(22)) + record(67, 1, f"{text}\r".encode("utf-16-le")) for text in paragraphs)


def test_hwp_sections_packed_or_not() -> None:
    section = hwp_records("이서준", "백엔드 개발자 (경력 4년)")
    for data in (hwp(deflated(section)), hwp(section, flags=0)):
        assert read(data, "이력서.hwp").text.splitlines()[:2] == ["이서준", "백엔드 개발자 (경력 4년)"]


def test_hwpx_tables_and_pictures() -> None:
    def cell(text: str) -> str:
        return f"<hp:tc><hp:subList><hp:p><hp:run><hp:t>{text}</hp:t></hp:run></hp:p></hp:subList></hp:tc>"

    section = (
        '<hs:sec xmlns:hs="s" xmlns:hp="p"><hp:p><hp:run><hp:t>경력 기술서</hp:t></hp:run></hp:p><hp:p><hp:run><hp:tbl>'
        f"<hp:tr>{cell('회사')}{cell('모아커머스')}</hp:tr></hp:tbl></hp:run></hp:p><hp:p><hp:run><hp:pic/></hp:run></hp:p></hs:sec>"
    )
    data = zipped({"mimetype": b"application/hwp+zip", "Contents/section0.xml": section.encode()})
    assert read(data, "a.hwpx").text == "경력 기술서\n회사 | 모아커머스"
    empty = zipped(
        {"mimetype": b"application/hwp+zip", "Contents/section0.xml": b'<s xmlns:hp="p"><hp:p><hp:pic/></hp:p></s>'}
    )
    with pytest.raises(DocumentError, match="HWPX file holds only pictures"):
        read(empty, "a.hwpx")


# --- text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949", "euc-kr"]
)
def test_text_in_every_encoding(encoding: str, language: str) -> None:
    text = sample(language).replace("—", "-").replace("–", "-")
    parsed = read(text.encode(encoding), "resume.md")
    assert (parsed.format, parsed.language, parsed.warnings) == ("md", language, ())
    assert parsed.text == text.strip()


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_stray_byte_does_not_spoil_a_text(encoding: str) -> None:
    data = bytearray(("결제 승인 서버를 설계하고 운영했습니다.\n" * 20).encode(encoding))
    data[100:100] = b"\xff"
    parsed = read(bytes(data), "r.txt")
    assert parsed.text.count("서버를 설계하고") >= 19
    assert [warning.code for warning in parsed.warnings] == ["garbled"]


def test_a_guessed_encoding_is_told() -> None:
    text = (
        "Ich heiße Jürgen Größmann. Über sechs Jahre habe ich für große Händler Schnittstellen geprüft und verkürzt.\n"
        * 5
    )
    parsed = read(text.encode("cp1252"), "resume.txt")
    assert "heiße Jürgen Größmann" in parsed.text
    assert [warning.code for warning in parsed.warnings] == ["encoding"]


@pytest.mark.parametrize(
    ("name", "make", "kind"),
    [
        ("resume.docx", lambda: pdf("A page with enough words"), "pdf"),
        ("resume.pdf", lambda: as_docx("# Maya Bennett"), "docx"),
        ("resume.pdf", lambda: b"Maya Bennett, Data Analyst", "txt"),
        (
            "이력서.hwp",
            lambda: zipped({"Contents/section0.xml": b'<s xmlns:p="p"><p:p><p:t>Maya</p:t></p:p></s>'}),
            "hwpx",
        ),
    ],
)
async def test_a_wrong_extension_is_read_as_what_it_is(name: str, make: Any, kind: str) -> None:
    parsed = await parse(make(), name)
    assert parsed.format == kind
    assert [warning.code for warning in parsed.warnings] == ["renamed"]
    assert f"named {Path(name).suffix}, but its content is {kind.upper()}" in parsed.warnings[0].message
    assert kind.upper() in parsed.warnings[0].korean


def test_a_long_document_is_cut_and_says_so() -> None:
    parsed = read(("가나다 라마바사\n" * 20_000).encode(), "r.txt")
    assert 39_000 < len(parsed.text) <= 40_000
    assert parsed.text.endswith("라마바사")
    assert [warning.code for warning in parsed.warnings] == ["cut"]
    assert "40000" in parsed.warnings[0].message


async def test_mz_may_begin_a_sentence() -> None:
    assert (await parse("MZ세대의 소비를 연구했습니다.".encode(), "r.txt")).language == "ko"


def test_pasted_text() -> None:
    parsed = from_pasted("  이서준\r\n\r\n\r\n\r\n백엔드\u200b 개발자\t4년  ")
    assert parsed == Parsed("  이서준\n\n백엔드 개발자 4년", "pasted", None, "ko")
    with pytest.raises(DocumentError, match="Paste it first"):
        from_pasted(" \n ")
    with pytest.raises(DocumentError, match="at most 400000 can be pasted"):
        from_pasted("a" * (LONGEST_PASTED + 1))
    assert [warning.code for warning in from_pasted("a b\n" * 20_000).warnings] == ["cut"]
