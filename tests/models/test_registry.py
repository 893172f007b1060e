"""The registry: one door, and sentences for whoever stands before a closed one."""

from __future__ import annotations

import pytest

from models.ports import EngineUnavailable, Role
from models.registry import EngineSpec, engine_names, engine_spec
from tests.models.engines_for_tests import EARS, HERE


def test_built_in_engines_come_through_the_entry_points() -> None:
    assert {"silero", "smart_turn", "whisper", "llama", "openai_api", "piper", "edge", "supertonic", "espeak"} <= set(
        engine_names()
    )
    spec = engine_spec("silero")
    assert isinstance(spec, EngineSpec)
    assert (spec.name, spec.role) == ("silero", Role.VAD)


def test_an_attribute_can_be_named_directly() -> None:
    assert engine_spec(f"{HERE}:EARS") is EARS


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("wisper", r"no engine named 'wisper'; installed engines: .*whisper"),
        ("no.such.module:SPEC", "cannot be imported"),
        (f"{HERE}:NO_SUCH", "cannot be imported"),
        (f"{HERE}:NOT_A_SPEC", "not an EngineSpec but a str"),
    ],
)
def test_what_is_not_there_is_explained(name: str, sentence: str) -> None:
    with pytest.raises(EngineUnavailable, match=sentence):
        engine_spec(name)
