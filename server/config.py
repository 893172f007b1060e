"""What the server can be told. Plain values; the command line fills them in, tests write them down."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from models.locations import REPOSITORY, default_data_dir, default_models_dir

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000


class ConfigError(Exception):
    """The server cannot be run like this. The message is one sentence that says what to change."""


def default_web_dir() -> Path:
    return REPOSITORY / "client_web"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may ask for, and how many there may be. Durations in seconds, sizes in bytes.

    At most `max_sessions` conversations are held at once, and no more than the machine answers in time: so many that an
    answer waits `answer_wait_s` for the answers to others, on average (infinite: that is not looked at). `max_waiting`
    more may stand in line.

    A frame of 1 MiB holds 16 s of base64 audio at 24 kHz. Audio may come faster than real time: a client may be
    `input_burst_s` ahead at once and keep `input_speed` times real time from then on.
    """

    max_sessions: int = 8
    answer_wait_s: float = 0.5
    max_waiting: int = 8
    max_frame_bytes: int = 1_048_576
    input_burst_s: float = 30.0
    input_speed: float = 4.0
    max_events_per_s: float = 200.0
    max_event_burst: int = 4_000
    outbox_bytes: int = 16_777_216
    outbox_messages: int = 8_192
    ping_interval_s: float = 20.0
    ping_timeout_s: float = 20.0


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """`token=None` leaves the server open, which only a loopback `host` allows (`auth.check_bind`).

    `allowed_hosts` are further names by which browsers may address the server, beside the loopback names and `host`.
    `log_text` lets transcripts into the log; tokens never get there. `remote_model` is the address of a language model
    on another machine, so that the page can say that text leaves this one.
    """

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    profile: str = "starter"
    models_dir: Path = field(default_factory=default_models_dir)
    data_dir: Path = field(default_factory=default_data_dir)
    web_dir: Path = field(default_factory=default_web_dir)
    token: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    language: str | None = "en"
    instructions: str = ""
    log_text: bool = False
    remote_model: str | None = None
    limits: Limits = field(default_factory=Limits)
