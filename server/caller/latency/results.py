"""What a scenario came to: plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from server.caller.latency.floor import Floor, Speculation
from server.caller.turns import TurnResult


@dataclass(slots=True)
class Interruption:
    """Somebody spoke over a reply and meant it. Milliseconds from the first voiced sample of the interruption.

    `silence_ms`: to the player's silence. `decided_ms`: until the reply was given up. None: it never came."""

    said: str
    silence_ms: float | None = None
    decided_ms: float | None = None
    understood: str = ""
    answered: bool = False
    kept_words: int | None = None
    """Words of the reply that history keeps as heard ..."""
    heard_words: int | None = None
    """... and words that were audibly played, by a transcription of the very samples (see heard.py)."""


@dataclass(slots=True)
class NotMeant:
    """A sound over a reply that was no turn. `silent_ms`: how long the reply stood still for it; 0: not at all."""

    sound: str
    silent_ms: float = 0.0
    resumed: bool = True
    """The same reply went on from the same sample, or had never stopped."""
    answered: bool = False
    """It was taken for a turn."""


@dataclass(slots=True)
class ScenarioResult:
    name: str
    what: str
    turns: list[TurnResult] = field(default_factory=list)
    interruptions: list[Interruption] = field(default_factory=list)
    not_meant: list[NotMeant] = field(default_factory=list)
    seconds: float = 0.0
    leases: int = 0
    overlap_ms: float = 0.0
    lease_busy_s: dict[str, float] = field(default_factory=dict)
    floor: Floor | None = None
    speculation: Speculation | None = None
    peak_rss_mb: dict[str, float] = field(default_factory=dict)
    memory_mb: list[float | None] = field(default_factory=list)
    """Of all processes together, at the end of each turn."""

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "floor": self.floor.as_json() if self.floor else None,
            "speculation": self.speculation.as_json() if self.speculation else None,
        }
