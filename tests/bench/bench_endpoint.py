"""When is a turn over? Real Silero, smart-turn and text rules over whole answers and answers with a pause in them.

    python -m tests.bench.bench_endpoint [--text true|whisper|none] [--model ID|none] [--half tuned|held-out] [--fresh]
                                         [--json FILE] [--list]

Prints how often a pause in mid-sentence was taken for the end, and how long whole answers waited. Time here is counted
in samples: the figures do not depend on the machine, but for the text, which is said to arrive 180 ms after a pause
was noticed, and the language model's opinion, 250 ms after that. Nothing waits for a reply to be ready, as it does in
a session. What is held out (see endpoint/corpus.py) was not looked at while the weights were chosen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interview.free_talk import FreeTalk
from models.engines import espeak, llama, piper, silero, smart_turn, whisper
from models.ports import MIC_RATE_HZ, CallContext, Pcm, TranscribeRequest
from models.registry import EngineOptions
from tests.bench.endpoint.corpus import Case, Corpus
from tests.bench.endpoint.hearing import Heard, hear
from tests.bench.judge import InProcess
from voice.responder import Expected, Item, TurnContext

WEIGHTS = Path(__file__).parents[2] / "models" / "weights"
BETWEEN = "between two sentences"
BANDS = (("up to 1.2 s", 0.0, 1.2), ("1.2-2.0 s", 1.2, 2.0))


@dataclass(frozen=True, slots=True)
class Texts:
    """Where the words of a pause come from."""

    kind: str
    recogniser: whisper.WhisperEngine

    def __call__(self, case: Case, audio: Pcm) -> str:
        if self.kind == "none":
            return ""
        if self.kind == "true" or (case.language == "ko" and case.kind == "synthetic"):
            return case.text  # Whisper hears no word in eSpeak's Korean
        (heard,) = self.recogniser.transcribe(TranscribeRequest(audio[-30 * MIC_RATE_HZ :], case.language))
        return heard.text


class Model:
    """The opinion of the model that would answer, in free talk."""

    ASKED: Mapping[str, Mapping[Expected, str]] = {
        "en": {
            Expected.SHORT: "Shall we begin?",
            Expected.NORMAL: "What did you do there?",
            Expected.LONG: "Please tell me about a project you are proud of.",
        },
        "ko": {
            Expected.SHORT: "시작할까요?",
            Expected.NORMAL: "거기에서 어떤 일을 하셨습니까?",
            Expected.LONG: "기억에 남는 프로젝트에 대해 말씀해 주십시오.",
        },
    }

    def __init__(self, name: str) -> None:
        engine = llama.load(EngineOptions(directory=WEIGHTS / name, threads=2)) if name != "none" else None
        self._talk = FreeTalk(InProcess(engine)) if engine is not None else None
        self._said: dict[tuple[str, str], float | None] = {}

    async def __call__(self, case: Case, text: str) -> float | None:
        if self._talk is None:
            return None
        question = self.ASKED[case.language][case.expected]
        if (question, text) not in self._said:
            items = (Item("", "assistant", question), Item("", "user", text))
            turn = TurnContext(items, case.language, "", 200, CallContext())
            self._said[question, text] = await self._talk.ends(turn)
        return self._said[question, text]


async def run(text: str, half: str | None, model: str, *, fresh: bool) -> list[Heard]:
    recogniser = whisper.load(EngineOptions(directory=WEIGHTS / "whisper-base", threads=1))
    voice = piper.load(EngineOptions(directory=WEIGHTS / "piper-en-us-joe-medium", threads=1))
    robot = espeak.load(EngineOptions())
    vad = silero.load(EngineOptions(directory=WEIGHTS / "silero-vad"))
    end_of_turn = smart_turn.load(EngineOptions(directory=WEIGHTS / "smart-turn-v3.2", threads=1))
    texts, ends = Texts(text, recogniser), Model(model)
    try:
        cases = [
            case
            for case in Corpus(recogniser, voice, robot).cases(fresh=fresh)
            if half is None or case.held_out == (half == "held-out")
        ]
        return [await hear(case, vad.new(), end_of_turn, texts, ends) for case in cases]
    finally:
        robot.close()


def table(heard: list[Heard]) -> str:
    """Markdown: cut-ins by band, kind and language; waits after whole answers."""
    groups = sorted({(item.case.kind, item.case.language) for item in heard})
    lines = ["| pauses in mid-sentence | " + " | ".join(f"{name}: cut in / all" for name, _, _ in BANDS) + " |"]
    lines.append("|---|" + "---|" * len(BANDS))
    paused = [item for item in heard if not item.case.whole]
    for kind in (None, *groups, BETWEEN):
        inside = [item for item in paused if not item.case.between and kind in (None, _group(item))]
        chosen = [item for item in paused if item.case.between] if kind == BETWEEN else inside
        cells = []
        for _, low, high in BANDS:
            band = [item for item in chosen if low < item.case.pause_s <= high]
            cells.append(f"{sum(item.cut_in for item in band)} / {len(band)}")
        name = "all" if kind is None else kind if isinstance(kind, str) else ", ".join(kind)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| whole answers | number | p50 ms | p90 ms | p95 ms | longest | cut at a breath |"]
    lines.append("|---|---|---|---|---|---|---|")
    rows: tuple[tuple[str, str] | str | None, ...] = (None, *groups, "short")
    for group in rows:
        chosen = [item for item in heard if item.case.whole and _is(item, group)]
        waits = [item.waited_ms for item in chosen if item.waited_ms is not None]
        if waits:
            figures = " | ".join(f"{np.percentile(waits, share):.0f}" for share in (50, 90, 95, 100))
            name = "all" if group is None else group if isinstance(group, str) else ", ".join(group)
            lines.append(f"| {name} | {len(chosen)} | {figures} | {sum(item.cut_in for item in chosen)} |")
    return "\n".join(lines)


def _group(item: Heard) -> tuple[str, str]:
    return item.case.kind, item.case.language


def _is(item: Heard, group: tuple[str, str] | str | None) -> bool:
    if group == "short":
        return len(item.case.text.split()) <= 3
    return group in (None, _group(item))


def row(item: Heard) -> dict[str, object]:
    case = item.case
    return {
        "name": case.name, "language": case.language, "kind": case.kind, "text": item.text, "true": case.text,
        "expected": case.expected, "pause_s": case.pause_s, "whole": case.whole, "held_out": case.held_out,
        "verdict": item.verdict, "opinions": item.opinions, "ends": item.ends, "cut_in": item.cut_in,
        "waited_ms": item.waited_ms,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--text", choices=("true", "whisper", "none"), default="true")
    parser.add_argument("--half", choices=("tuned", "held-out"))
    parser.add_argument("--model", default="qwen2.5-coder-0.5b-instruct", help="a folder of models/weights, or none")
    parser.add_argument("--fresh", action="store_true", help="other recorded answers, on which nothing was decided")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--list", action="store_true", help="every case that was cut in, or waited more than 1.3 s")
    options = parser.parse_args()
    heard = asyncio.run(run(options.text, options.half, options.model, fresh=options.fresh))
    if options.json:
        rows = [json.dumps(row(item), ensure_ascii=False) for item in heard]
        options.json.write_text("\n".join(rows) + "\n", encoding="utf-8")
    for title, part in (
        ("tuned half", [item for item in heard if not item.case.held_out]),
        ("held-out half", [item for item in heard if item.case.held_out]),
    ):
        if part:
            print(f"\n## {title}, text: {options.text}\n\n{table(part)}")
    if options.list:
        for item in heard:
            if item.cut_in or (item.waited_ms or 0) > 1300 or (item.case.whole and item.waited_ms is None):
                print(json.dumps(row(item), ensure_ascii=False))


if __name__ == "__main__":
    main()
