"""Why a document is refused, and what is worth telling about one that was read; each in a sentence that says what to
do, in English and in Korean. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A code for programs, `message` in English and `korean` for people."""

    code: str
    message: str
    korean: str


class Problem(Exception):
    """Raised while reading: the document is refused. `code` is a key of PROBLEMS, `fields` fill its sentence."""

    def __init__(self, code: str, **fields: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields


PROBLEMS: dict[str, tuple[str, str]] = {
    "empty": (
        "This file is empty. Choose another file, or paste the text.",
        "빈 파일입니다. 다른 파일을 선택하거나 내용을 붙여 넣어 주세요.",
    ),
    "no_text": (
        "No text was found in this {format} file. Check that it is the right one, or paste the text.",
        "이 {format} 파일에서 글자를 찾지 못했습니다. 맞는 파일인지 확인하거나 내용을 붙여 넣어 주세요.",
    ),
    "scanned": (
        "This {format} file holds only pictures of its pages and no text, and pictures cannot be read yet. Save "
        "it again from the program it was written in, or paste the text.",
        "이 {format} 파일은 글자 없이 페이지 그림만 들어 있어 아직 읽을 수 없습니다. 원본을 작성한 프로그램에서 "
        "다시 저장하거나 내용을 붙여 넣어 주세요.",
    ),
    "picture": (
        "This is a picture, and pictures cannot be read yet. Choose the document itself, or paste the text.",
        "그림 파일은 아직 읽을 수 없습니다. 원본 문서 파일을 선택하거나 내용을 붙여 넣어 주세요.",
    ),
    "encrypted": (
        "This {format} file is protected with a password. Save a copy without the password and choose that one.",
        "암호가 걸린 {format} 파일입니다. 암호를 해제한 사본을 저장한 뒤 그 파일을 선택해 주세요.",
    ),
    "drm": (
        "This file is locked by document security software (DRM). Have it released, or paste the text.",
        "문서 보안(DRM)이 걸린 파일입니다. 보안을 해제한 파일을 선택하거나 내용을 붙여 넣어 주세요.",
    ),
    "too_large": (
        "This file has {size} MB; at most {limit} MB can be read. Save a smaller copy, for example without pictures.",
        "파일 크기가 {size}MB입니다. {limit}MB까지만 읽을 수 있으니 그림을 빼는 등 용량을 줄여 주세요.",
    ),
    "too_long": (
        "This text has {characters} characters; at most {limit} can be pasted. Paste only the part that matters.",
        "붙여 넣은 글이 {characters}자입니다. {limit}자까지만 받을 수 있으니 필요한 부분만 붙여 넣어 주세요.",
    ),
    "too_many_pages": (
        "This PDF has {pages} pages; at most {limit} can be read. Save only the pages that matter and choose "
        "that file.",
        "이 PDF는 {pages}쪽입니다. {limit}쪽까지만 읽을 수 있으니 필요한 쪽만 따로 저장해 주세요.",
    ),
    "bomb": (
        "This file would unpack to far more than a document needs and was not opened. Save it again from the "
        "program it was written in, or paste the text.",
        "압축을 풀면 문서치고 지나치게 커지는 파일이어서 열지 않았습니다. 원본 프로그램에서 다시 저장하거나 "
        "내용을 붙여 넣어 주세요.",
    ),
    "entities": (
        "This {format} file declares XML entities, which no word processor writes, and was not opened. Save it "
        "again from the program it was written in, or paste the text.",
        "이 {format} 파일에는 일반 문서에 없는 XML 엔티티 선언이 있어 열지 않았습니다. 원본 프로그램에서 다시 "
        "저장하거나 내용을 붙여 넣어 주세요.",
    ),
    "broken": (
        "This {format} file is damaged and cannot be read. Open it in the program it was written in, save it "
        "again, or paste the text.",
        "이 {format} 파일은 손상되어 읽을 수 없습니다. 원본 프로그램에서 열어 다시 저장하거나 내용을 붙여 넣어 주세요.",
    ),
    "garbled": (
        "The letters of this {format} file are stored in a way that only its own fonts can show. Export it to "
        "PDF again from the program it was written in, or paste the text.",
        "이 {format} 파일은 글꼴 정보가 없어 글자를 알아볼 수 없습니다. 원본 프로그램에서 PDF로 다시 내보내거나 "
        "내용을 붙여 넣어 주세요.",
    ),
    "crashed": (
        "This file could not be read: it is damaged, or needs too much memory. Save it again from the program it "
        "was written in, or paste the text.",
        "파일을 읽지 못했습니다. 손상되었거나 메모리를 지나치게 많이 쓰는 파일입니다. 원본 프로그램에서 다시 "
        "저장하거나 내용을 붙여 넣어 주세요.",
    ),
    "memory": (
        "Reading this file needs too much memory, so it was stopped. Save a smaller copy, or paste the text.",
        "이 파일을 읽는 데 메모리가 너무 많이 필요하여 중단했습니다. 더 작은 사본을 저장하거나 내용을 붙여 넣어 "
        "주세요.",
    ),
    "timeout": (
        "Reading this file took longer than {seconds} seconds, so it was stopped. Save a smaller copy, or paste "
        "the text.",
        "이 파일을 읽는 데 {seconds}초가 넘게 걸려 중단했습니다. 더 작은 사본을 저장하거나 내용을 붙여 넣어 주세요.",
    ),
    "archive": (
        "This is an archive with no document of its own. Take the document out of it and choose that file.",
        "문서가 아닌 압축 파일입니다. 압축을 풀어 안에 있는 문서 파일을 선택해 주세요.",
    ),
    "old_word": (
        "This is a Word document of the old kind (.doc). Open it in Word, save it as .docx or PDF, and choose "
        "that file.",
        "이전 형식의 Word 문서(.doc)입니다. Word에서 .docx나 PDF로 저장한 뒤 그 파일을 선택해 주세요.",
    ),
    "old_hwp": (
        "This is a Hangul document of an old kind (3.0 or HWPML). Save it as .hwp, .hwpx or PDF in a current "
        "version and choose that file.",
        "이전 형식의 한글 문서(3.0 또는 HWPML)입니다. 최신 한글에서 .hwp, .hwpx 또는 PDF로 저장한 뒤 그 파일을 "
        "선택해 주세요.",
    ),
    "rtf": (
        "This is an RTF file. Open it in a word processor, save it as .docx or PDF, and choose that file.",
        "RTF 파일입니다. 워드 프로그램에서 .docx나 PDF로 저장한 뒤 그 파일을 선택해 주세요.",
    ),
    "web_page": (
        "This is a web page. Copy its text and paste it, or print it to PDF and choose that file.",
        "웹 페이지 파일입니다. 내용을 복사해 붙여 넣거나 PDF로 인쇄한 파일을 선택해 주세요.",
    ),
    "other_office": (
        "This is not a text document but a spreadsheet, slides or another format. Save it as PDF and choose that file.",
        "표 계산, 발표 자료 등 지원하지 않는 형식입니다. PDF로 저장한 뒤 그 파일을 선택해 주세요.",
    ),
    "macros": (
        "This is a Word template or a document with macros. Save it as an ordinary .docx or PDF and choose that file.",
        "매크로가 있는 문서이거나 Word 서식 파일입니다. 일반 .docx나 PDF로 저장한 뒤 그 파일을 선택해 주세요.",
    ),
    "binary": (
        "This is not a document that can be read. Choose a PDF, DOCX, HWP, HWPX, TXT or MD file, or paste the text.",
        "읽을 수 있는 문서가 아닙니다. PDF, DOCX, HWP, HWPX, TXT, MD 파일을 선택하거나 내용을 붙여 넣어 주세요.",
    ),
}

NOTICES: dict[str, tuple[str, str]] = {
    "renamed": (
        "The file is named {extension}, but its content is {format}; it was read as {format}.",
        "파일 이름은 {extension}이지만 내용은 {format} 형식이어서 {format}(으)로 읽었습니다.",
    ),
    "cut": (
        "The document is long: only its first {limit} characters were kept. Check that what matters is among them.",
        "문서가 길어 앞부분 {limit}자만 남겼습니다. 필요한 내용이 들어 있는지 확인해 주세요.",
    ),
    "picture_pages": (
        "Pages that hold only pictures could not be read: {pages}. Add what matters on them by hand.",
        "그림만 있는 쪽은 읽지 못했습니다: {pages}쪽. 필요한 내용은 직접 추가해 주세요.",
    ),
    "garbled": (
        "Some letters could not be read. Check the text and correct it where needed.",
        "일부 글자를 읽지 못했습니다. 내용을 확인하고 필요한 곳을 고쳐 주세요.",
    ),
    "encoding": (
        "The text's encoding was guessed ({encoding}). Check that the letters are right.",
        "글자 인코딩을 추정하여 읽었습니다({encoding}). 글자가 올바른지 확인해 주세요.",
    ),
}

NAMES = {"pdf": "PDF", "docx": "DOCX", "hwp": "HWP", "hwpx": "HWPX", "txt": "TXT", "md": "MD"}
"""Formats as people write them."""


def told(texts: dict[str, tuple[str, str]], code: str, fields: dict[str, str | int]) -> Told:
    """The sentence of `code` with its fields filled in. Raises KeyError for an unknown code or a missing field."""
    english, korean = texts[code]
    return Told(code, english.format(**fields), korean.format(**fields))
