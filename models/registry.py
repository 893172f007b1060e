"""Registry: the one door through which engines come in, built-in and third-party alike.

An engine is a `SPEC` object (an EngineSpec) in an importable module, announced by an entry point of the group
`moui.engines`. Importing that module must be cheap: heavy libraries are imported inside `load`, because the server
reads specs without loading anything, and because `load` of a heavy engine runs in a worker process only.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Protocol

from models.ports import EngineUnavailable, Role

ENTRY_POINT_GROUP = "moui.engines"


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What an engine is loaded with.

    `directory` is the artifact's folder (None for engines without files), `device` is "cpu" or "cuda:N", `settings`
    holds what only that engine understands (compute_type, context, gpu_layers, url, ...). It crosses a process border,
    so it holds plain values.
    """

    directory: Path | None = None
    device: str = "cpu"
    threads: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)


class Engine(Protocol):
    """What every loaded engine has, beside the methods of its role's protocol in `models.ports`."""

    def warm_up(self) -> None:
        """Do once what makes a first call slower than the next (allocate, compile, touch the weights)."""
        ...

    def close(self) -> None:
        """Give everything back. Called once; nothing is called after it."""
        ...


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """How an engine is made and run.

    `heavy` engines get a worker process of their own. `device_bound` is False where the work happens elsewhere (a
    network service), so that waiting for it takes no lease of the device. `load` raises EngineUnavailable with one
    sentence when a model file or a library is missing.
    """

    name: str
    role: Role
    load: Callable[[EngineOptions], Engine]
    heavy: bool = True
    device_bound: bool = True


def engine_names() -> tuple[str, ...]:
    """Names of all installed engines, sorted."""
    return tuple(sorted(_installed()))


@functools.cache
def engine_spec(name: str) -> EngineSpec:
    """The spec registered under `name`; `package.module:ATTR` names one directly.

    Raises EngineUnavailable with a sentence that says what is installed.
    """
    if ":" in name:
        module, _, attribute = name.partition(":")
        return _checked(name, lambda: getattr(importlib.import_module(module), attribute))
    entry = _installed().get(name)
    if entry is None:
        known = ", ".join(engine_names()) or "none"
        raise EngineUnavailable(f"There is no engine named '{name}'; installed engines: {known}.")
    return _checked(name, entry.load)


def _installed() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINT_GROUP)}


def _checked(name: str, load: Callable[[], object]) -> EngineSpec:
    try:
        spec = load()
    except (ImportError, AttributeError) as error:
        raise EngineUnavailable(f"The engine '{name}' cannot be imported: {error}.") from error
    if not isinstance(spec, EngineSpec):
        raise EngineUnavailable(f"The engine '{name}' is not an EngineSpec but a {type(spec).__name__}.")
    return spec
