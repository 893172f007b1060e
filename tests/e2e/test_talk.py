"""`moui talk` and `moui latency` as a user runs them: files through the real socket, real models behind it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest
import soundfile

from server.caller.local import Server

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]


def moui_command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", unicodedata.normalize("NFC", text).lower()).split())


def reference(speech: Path, file: str) -> str:
    [text] = [
        clip["text"] for clip in json.loads((speech / "manifest.json").read_text("utf-8")) if clip["file"] == file
    ]
    return plain(text)


def talk(moui: Server, clip: Path, *arguments: str | Path) -> dict[str, Any]:
    done = moui_command("talk", clip, "--url", moui.url, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    [turn] = json.loads(done.stdout)["turns"]
    return dict(turn)


def test_an_english_clip_is_understood_whole_and_answered_aloud(moui: Server, speech: Path, tmp_path: Path) -> None:
    out = tmp_path / "reply.wav"
    turn = talk(moui, speech / "jfk.wav", "--out", out)
    assert jiwer.wer(reference(speech, "jfk.wav"), plain(turn["transcript"])) <= 0.10
    assert (turn["turns"], turn["cut_ins"]) == (1, 0), "the turn was cut at a pause of the speaker"
    assert len(turn["reply"].split()) >= 3
    audio, rate = soundfile.read(out, dtype="float32")
    assert rate == 24_000
    assert float(np.sqrt(np.mean(audio**2))) > 0.01, "the reply is not audible"
    assert turn["voice_to_voice_ms"] > 0
    assert all(stage is not None and stage >= 0 for stage in turn["stages"].values())
    written = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert written["turns"][0]["transcript"] == turn["transcript"]


def test_a_korean_clip_is_understood_in_korean(moui: Server, speech: Path) -> None:
    turn = talk(moui, speech / "ko_short.wav", "--language", "ko")
    said = plain(turn["transcript"]).replace(" ", "")
    assert jiwer.cer(reference(speech, "ko_short.wav").replace(" ", ""), said) <= 0.20
    assert turn["reply"]


def test_noise_is_no_turn(moui: Server, speech: Path) -> None:
    turn = talk(moui, speech / "noise.wav")
    assert (turn["turns"], turn["transcript"], turn["reply"]) == (0, "", "")


def test_a_file_that_is_no_sound_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_text("not sound")
    done = moui_command("talk", path)
    assert done.returncode == 1
    assert "notes.wav cannot be read as sound" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_is_not_there_is_said(speech: Path) -> None:
    done = moui_command("talk", speech / "jfk.wav", "--url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_latency_measures_every_stage_and_no_lease_overlaps(moui: Server, speech: Path, tmp_path: Path) -> None:
    report_file, plot = tmp_path / "latency.json", tmp_path / "latency.svg"
    done = moui_command(
        *("latency", "--url", moui.url, "--repeat", "1", "--interruptions", "2", "--wav", speech / "LJ001-0006.wav"),
        *("--json", report_file, "--plot", plot),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(report_file.read_text("utf-8"))
    stages = ("endpoint_ms", "stt_ms", "llm_first_token_ms", "first_fragment_ms", "tts_first_chunk_ms")
    for figure in ("voice_to_voice_ms", *stages):
        assert report["summary"][figure]["p50"] is not None, figure
    assert report["summary"]["barge_in_to_silence_ms"]["n"] == 2
    assert report["overlap_ms"] == 0
    assert report["leases"] > 0
    assert {"server", "whisper", "llama", "piper"} <= set(report["peak_rss_mb"])
    assert report["machine"]["cores"]
    assert plot.read_text("utf-8").startswith("<svg")
    assert "barge-in to silence" in done.stdout
