"""From profiles to plans, and the profile chosen for a machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.catalog import load_catalog, load_profiles
from models.gguf import GgufError
from models.hardware import Gpu, Hardware
from models.placement import KvType, Plan, Refusal
from models.ports import Role
from models.wishes import choose_profile, plan_for, shape_of, wishes_of

MACHINE = Hardware(
    system="Windows 11",
    python="3.12",
    cpu="Intel(R) Core(TM) i7-9700F",
    physical_cores=8,
    logical_cores=8,
    ram_mb=32_000,
    ram_free_mb=24_000,
    gpus=(),
    gpu_note="No NVIDIA driver was found (there is no nvidia-smi), so the CPU does the work.",
    compiler="",
    sqlite="3.45.1, can load extensions",
    disk_free_mb=200_000,
)
GTX_1660S = Gpu(0, "NVIDIA GeForce GTX 1660 SUPER", 6144, 5613, "551.86", "7.5")
RTX_2060S = Gpu(1, "NVIDIA GeForce RTX 2060 SUPER", 8192, 7700, "551.86", "7.5")


def with_card(*gpus: Gpu, llama: bool | None = True, whisper: bool | None = True) -> Hardware:
    return replace(MACHINE, gpus=gpus, gpu_note="nvidia-smi names a card.", llama_gpu=llama, whisper_gpu=whisper)


@pytest.mark.parametrize(
    ("machine", "expected", "words"),
    [
        (MACHINE, "starter", "No NVIDIA driver"),
        (with_card(GTX_1660S), "gtx1660s-6gb", "wants a card of 8192 MB"),
        (with_card(RTX_2060S), "rtx2060s-8gb", "largest profile that this card holds"),
        (with_card(GTX_1660S, RTX_2060S), "rtx2060s-8gb", "RTX 2060 SUPER"),
        (with_card(replace(GTX_1660S, vram_mb=5926)), "gtx1660s-6gb", "5926 MB"),
        (with_card(replace(GTX_1660S, vram_mb=4096)), "starter", "wants a card of 6144 MB"),
        (with_card(replace(RTX_2060S, vram_mb=24_576)), "rtx2060s-8gb", "24576 MB"),
        (with_card(RTX_2060S, llama=False), "starter", "run.py --cuda"),
        (with_card(RTX_2060S, whisper=False), "starter", "CTranslate2"),
    ],
)
def test_the_profile_for_a_machine(machine: Hardware, expected: str, words: str) -> None:
    choice = choose_profile(machine, load_profiles())
    assert choice.name == expected
    assert choice.fits
    assert any(words in reason for reason in choice.reasons), choice.reasons
    assert all(reason.endswith(".") for reason in choice.reasons)


def test_a_four_gigabyte_card_is_used_where_the_smallest_card_profile_fits(tmp_path: Path) -> None:
    catalog, profiles = load_catalog(), load_profiles()
    for vram, expected in ((4096, "gtx1660s-6gb"), (2048, "starter")):
        machine = with_card(replace(GTX_1660S, vram_mb=vram, free_mb=vram - 300))
        choice = choose_profile(machine, profiles, lambda p, m=machine: plan_for(p, catalog, tmp_path, m))  # type: ignore[misc]
        assert choice.name == expected, choice.reasons
        assert any("wants a card of 6144 MB" in reason for reason in choice.reasons)


def test_a_profile_that_does_not_fit_is_passed_over_with_the_reason() -> None:
    def fits(profile: object) -> Plan | Refusal:
        return Refusal("any", "It is too large.", ())

    choice = choose_profile(with_card(RTX_2060S), load_profiles(), fits)
    assert choice.name == "starter-small"
    assert not choice.fits
    assert sum("It is too large." in reason for reason in choice.reasons) == 4


def test_every_profile_can_be_planned_before_anything_is_downloaded(tmp_path: Path) -> None:
    catalog, machine = load_catalog(), with_card(RTX_2060S)
    for profile in load_profiles().values():
        answer = plan_for(profile, catalog, tmp_path, machine)
        assert isinstance(answer, Plan), (profile.name, answer)
        assert answer.explanation


def test_seed_machines_hold_their_profiles(tmp_path: Path) -> None:
    catalog, profiles = load_catalog(), load_profiles()
    six = plan_for(profiles["gtx1660s-6gb"], catalog, tmp_path, with_card(GTX_1660S))
    eight = plan_for(profiles["rtx2060s-8gb"], catalog, tmp_path, with_card(RTX_2060S))
    for answer, gpu in ((six, "cuda:0"), (eight, "cuda:1")):
        assert isinstance(answer, Plan)
        assert answer.stt is not None
        assert (answer.stt.device, answer.stt.compute_type) == (gpu, "int8_float16")
        assert answer.llm is not None
        assert answer.llm.device == gpu
        assert answer.llm.gpu_layers == 33, "wholly on the card"
        assert answer.embedding is not None
        assert answer.embedding.device == "cpu"


def test_the_alternatives_of_the_seed_machines(tmp_path: Path) -> None:
    """The 8B models the profiles offer as alternatives: Llama on 6 GB with the layers that fit, EXAONE on 8 GB."""
    catalog, profiles = load_catalog(), load_profiles()
    llama = replace(profiles["gtx1660s-6gb"], llm="llama-3.1-8b-instruct")
    answer = plan_for(llama, catalog, tmp_path, with_card(GTX_1660S))
    assert isinstance(answer, Plan)
    assert answer.llm is not None
    assert 16 <= answer.llm.gpu_layers < 33
    assert answer.llm.kv_type is KvType.Q8_0
    exaone = replace(profiles["rtx2060s-8gb"], llm="exaone-3.5-7.8b-instruct")
    answer = plan_for(exaone, catalog, tmp_path, with_card(RTX_2060S))
    assert isinstance(answer, Plan)
    assert answer.llm is not None
    assert answer.llm.gpu_layers >= 30


def test_the_wish_follows_the_profile(tmp_path: Path) -> None:
    catalog, profiles = load_catalog(), load_profiles()
    wishes = wishes_of(profiles["starter"], catalog, tmp_path)
    assert wishes.llm is not None
    assert wishes.llm.context == profiles["starter"].settings[Role.LLM]["context"]
    assert not wishes.use_gpu
    assert wishes_of(profiles["ollama"], catalog, tmp_path).llm is None


def test_shapes_of_models_nobody_described_err_on_the_large_side(tmp_path: Path) -> None:
    artifact = load_catalog()["qwen2.5-coder-1.5b-instruct"]
    guess = shape_of(replace(artifact, shape={}), tmp_path)
    assert guess.file_bytes == pytest.approx(1_117_320_768, rel=0.001)


def test_a_damaged_model_file_is_told(tmp_path: Path) -> None:
    artifact = load_catalog()["smollm2-135m-instruct"]
    (tmp_path / artifact.id).mkdir()
    (tmp_path / artifact.id / "model.gguf").write_bytes(b"half a file")
    with pytest.raises(GgufError, match=r"model\.gguf is not a GGUF file"):
        shape_of(artifact, tmp_path)


@pytest.mark.real
def test_a_downloaded_file_is_asked_itself(weights: Path, tmp_path: Path) -> None:
    artifact = load_catalog()["qwen2.5-coder-1.5b-instruct"]
    shape, guess = shape_of(artifact, weights), shape_of(artifact, tmp_path)
    assert len(shape.layer_bytes) == 28
    assert shape.kv_bytes_per_token(KvType.F16) == 28 * 1024 <= guess.kv_bytes_per_token(KvType.F16)
    assert shape.vocabulary == 151_936
