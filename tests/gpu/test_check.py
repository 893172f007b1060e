"""The GPU check where there is no card: it says so, and its body runs on the CPU with a meter that stands still."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.catalog import load_catalog, load_profiles
from models.placement import Plan
from models.ports import Role
from models.wishes import plan_for
from tests.gpu import check
from tests.models.test_wishes import GTX_1660S, MACHINE, with_card


def test_without_a_card_it_says_so_and_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "probe", lambda _folder: MACHINE)
    assert check.main([]) == 2
    assert "nothing to check" in capsys.readouterr().err


def test_a_card_that_the_libraries_cannot_use_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "probe", lambda _folder: with_card(GTX_1660S, llama=False))
    assert check.main([]) == 1
    assert "run.py --cuda" in capsys.readouterr().err
    assert "CTranslate2" in check.refuse(with_card(GTX_1660S, whisper=False))
    assert check.refuse(with_card(GTX_1660S)) == ""


async def test_memory_that_stays_taken_is_reported_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([900, 500, 120])
    assert await check.settled(lambda: next(readings), at_most=164) == 120
    monkeypatch.setattr(check, "SETTLE_S", 0.0)
    assert await check.settled(lambda: 900, at_most=164) == 900


def test_a_starter_profile_is_put_on_the_card(tmp_path: Path) -> None:
    profile = check.on_card(load_profiles()["starter-small"], 0)
    plan = plan_for(profile, load_catalog(), tmp_path, with_card(GTX_1660S))
    assert isinstance(plan, Plan)
    assert plan.stt is not None
    assert plan.llm is not None
    assert (plan.stt.device, plan.stt.compute_type, plan.llm.device) == ("cuda:0", "int8_float16", "cuda:0")


@pytest.mark.real
async def test_the_checks_themselves_on_the_cpu(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "default_models_dir", lambda: weights)
    monkeypatch.setattr(check, "ROUNDS", 1)
    catalog = load_catalog()
    profile = replace(load_profiles()["test"], tts=(), optional=(), opt_in=())
    plan = plan_for(profile, catalog, weights, MACHINE)
    assert isinstance(plan, Plan)
    report, subject = check.Report(), check.Subject(profile, catalog, plan, lambda: 0)
    await check.check_alone(Role.LLM, subject, report)
    await check.check_together(subject, report)
    assert all(report.passed.values()), report
    assert report.numbers["overlap ms"] == 0
