"""What a format's reader hands back. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Reading:
    """`wrapped`: lines end where the page did. `notices`: keys of problems.NOTICES with their fields."""

    text: str
    pages: int | None = None
    wrapped: bool = False
    notices: list[tuple[str, dict[str, str | int]]] = field(default_factory=list)

    def notice(self, code: str, **fields: str | int) -> None:
        self.notices.append((code, fields))
