"""Documents that are ZIP archives of XML (DOCX, HWPX), checked before a library opens them.

First the directory: counts, sizes and ratios as declared. Then every member is read once in small pieces, where zipfile
yields no more than was declared and verifies the checksum, so that a lying directory is found out. XML must be
well-formed and declare no entities.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from interview.parsing.limits import MB, Limits
from interview.parsing.problems import Problem

_PIECE = 64 * 1024
_SMALL = MB
"""Bytes that may come out of anything: a ratio says little about small members."""
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def check(data: bytes, name: str, limits: Limits) -> None:
    """Raises Problem where `data` is no archive that a word processor could have written. `name`: for the sentence."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_directory(members, len(data), name, limits)
            total = 0
            for member in members:
                with archive.open(member) as stream:
                    total += _check_member(stream, member.filename, name)
                if total > limits.unpacked_bytes:
                    raise Problem("bomb")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise Problem("broken", format=name) from error


def _check_directory(members: list[zipfile.ZipInfo], packed: int, name: str, limits: Limits) -> None:
    if any(member.flag_bits & 0x1 for member in members):
        raise Problem("encrypted", format=name)
    if any(member.compress_type not in _METHODS for member in members):
        raise Problem("broken", format=name)
    unpacked = sum(member.file_size for member in members)
    # Members that overlap share their packed bytes, so the whole is compared with the file, not with their sum.
    if (
        len(members) > limits.members
        or unpacked > limits.unpacked_bytes
        or unpacked > max(_SMALL, limits.ratio * packed)
        or any(member.file_size > max(_SMALL, limits.ratio * member.compress_size) for member in members)
    ):
        raise Problem("bomb")


def _check_member(stream: IO[bytes], member: str, name: str) -> int:
    """Bytes that came out."""
    parser = _xml_parser(name) if member.lower().endswith((".xml", ".rels", ".hpf")) else None
    size = 0
    try:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if parser is not None:
                parser.Parse(piece, False)
        if parser is not None and size:
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Problem("broken", format=name) from error
    return size


def _xml_parser(name: str) -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise Problem("entities", format=name)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser
