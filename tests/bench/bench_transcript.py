"""How well and at what price a session hears: `python -m tests.bench.bench_transcript [--quick] [--skip errors|tail]`.

Two tables in Markdown. Errors: word error rate (English) and character error rate (Korean) of one full-length pass of
the same model, of one short window, and of the session's own incremental transcription, over everything there is to
hear. Tail: what is still to be decoded when the speaker stops, after answers of several lengths; in milliseconds of
computing (all threads together) and of wall time, which on a busy machine says little.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import jiwer

from models.engines import silero, whisper
from models.locations import default_models_dir
from models.ports import VoiceActivityDetector
from models.registry import EngineOptions
from tests.bench.hearing.corpus import Utterance, at_speeds, in_noise, long_answer, recorded, synthetic
from tests.bench.hearing.ways import Heard, as_a_session, in_full, in_one_window
from voice.words import normalise

NUMBERS = {"2": "two", "3": "three", "6": "six", "10": "ten"}
SPEEDS = (0.85, 0.93, 1.07, 1.15)


@dataclass(slots=True)
class Row:
    """One kind of speech: what was said, and what each way made of it."""

    language: str
    said: list[str] = field(default_factory=list)
    heard: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    def errors(self, way: str) -> float:
        """In percent."""
        rate = jiwer.cer if self.language == "ko" else jiwer.wer
        return 100 * float(rate(self.said, self.heard[way]))


def plain(text: str) -> str:
    """Without case and punctuation; "10" and "one-third" are no other words than "ten" and "one third"."""
    words = map(normalise, text.replace("-", " ").split())
    return " ".join(NUMBERS.get(word, word) for word in words if word)


def error_table(
    engine: whisper.WhisperEngine, vad: VoiceActivityDetector, material: Iterable[Utterance], *, show: bool
) -> None:
    ways: dict[str, Callable[[Utterance], str]] = {
        "full length": lambda said: in_full(engine, said),
        "one short window": lambda said: in_one_window(engine, said) if said.seconds < whisper.LONGEST_S else "-",
        "as a session": lambda said: as_a_session(engine, vad, said).text,
    }
    rows: dict[str, Row] = {}
    for said in material:
        row = rows.setdefault(said.kind, Row(said.language))
        row.said.append(plain(said.text))
        row.seconds += said.seconds
        for name, way in ways.items():
            text = way(said)
            row.heard.setdefault(name, []).append(plain(text) if text != "-" else text)
            if show:
                print(f"    {said.kind} | {name} | {text}", flush=True)
    print("| speech | utterances | s | measure | " + " | ".join(ways) + " | session - full |")
    print("|---|---|---|---|" + "---|" * (len(ways) + 1))
    for language in ("en", "ko"):
        rows[f"**all, {language}**"] = _together([row for row in rows.values() if row.language == language], language)
    for kind, row in rows.items():
        if not row.said:
            continue
        found = {way: row.errors(way) for way in ways}
        cells = ["-" if "-" in row.heard[way] else f"{rate:.1f} %" for way, rate in found.items()]
        measure = "CER" if row.language == "ko" else "WER"
        difference = found["as a session"] - found["full length"]
        print(
            f"| {kind} | {len(row.said)} | {row.seconds:.0f} | {measure} | {' | '.join(cells)} | {difference:+.1f} |",
            flush=True,
        )


def _together(rows: Iterable[Row], language: str) -> Row:
    whole = Row(language)
    for row in rows:
        whole.said += row.said
        whole.seconds += row.seconds
        for way, texts in row.heard.items():
            whole.heard.setdefault(way, []).extend(texts)
    return whole


def tail_table(
    engine: whisper.WhisperEngine, vad: VoiceActivityDetector, parts: list[Utterance], lengths: Iterable[float]
) -> None:
    """Each length is heard from several beginnings, so that no one window decides."""
    print(
        "| answer | answers | passes at the end | window, s | tail, ms computing | tail, ms wall | ms a second heard |"
    )
    print("|---|---|---|---|---|---|---|")
    for seconds in lengths:
        turns = [parts[start:] + parts[:start] for start in (range(4) if seconds < 100 else range(1))]
        outcomes = [(said, as_a_session(engine, vad, said)) for said in (long_answer(turn, seconds) for turn in turns)]
        print(_tail_row(seconds, outcomes), flush=True)


def _tail_row(seconds: float, outcomes: list[tuple[Utterance, Heard]]) -> str:
    tails = [heard.tail for _, heard in outcomes]
    cpu = [1000 * sum(each.cpu_s for each in tail) for tail in tails]
    wall = [1000 * sum(each.wall_s for each in tail) for tail in tails]
    window = statistics.median(each.speech_s for tail in tails for each in tail) if any(tails) else 0.0
    busy = sum(each.cpu_s for _, heard in outcomes for each in heard.passes)
    heard_s = sum(said.seconds for said, _ in outcomes)
    assert not any(heard.retracted for _, heard in outcomes), "stable text was retracted"
    return (
        f"| {seconds:.0f} s | {len(outcomes)} | {statistics.mean(map(len, tails)):.1f} | {window:.1f} "
        f"| {statistics.median(cpu):.0f} (most {max(cpu):.0f}) | {statistics.median(wall):.0f} (most {max(wall):.0f}) "
        f"| {1000 * busy / heard_s:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="every third utterance, no answer over 30 s")
    parser.add_argument("--skip", choices=("errors", "tail"), help="one of the two tables")
    parser.add_argument("--text", action="store_true", help="print what was heard, too")
    options = parser.parse_args()
    weights = default_models_dir()
    engine = whisper.load(EngineOptions(weights / "whisper-base", threads=options.threads))
    vad = silero.load(EngineOptions(weights / "silero-vad")).new()
    single = [*recorded(), *synthetic(weights)]
    parts = [each for each in single if each.language == "en"]
    if options.skip != "errors":
        korean = [each for each in single if each.kind == "recorded, ko"]
        korean += [each for said in korean for each in at_speeds(said, SPEEDS)]
        single += korean[1:]
        longer = [long_answer(korean, 20), *(long_answer(parts, length) for length in (20, 60))]
        material = single[::3] if options.quick else [*single, *longer]
        error_table(engine, vad, [*material, *in_noise(material, 10)], show=options.text)
    if options.skip != "tail":
        print()
        tail_table(engine, vad, parts, (5, 20) if options.quick else (5, 20, 60, 180))


if __name__ == "__main__":
    main()
