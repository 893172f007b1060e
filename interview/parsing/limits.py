"""What a document may cost. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of wall time and `memory_bytes` of the whole child process; `ratio` is unpacked to packed size.

    A résumé in Word with photographs is 1-5 MB. Office XML packs to a tenth, seldom to a fiftieth; bombs reach 1000.
    """

    seconds: float = 10.0
    memory_bytes: int = 512 * MB
    upload_bytes: int = 10 * MB
    unpacked_bytes: int = 64 * MB
    ratio: int = 100
    members: int = 2000
    pages: int = 60
    characters: int = 40_000


LIMITS = Limits()
