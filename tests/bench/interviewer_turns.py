"""What a small model's interviewer turns are worth: written, checked, and what would be spoken judged independently.

python -m tests.bench.interviewer_turns --profile starter-small --language ko --turns 200 --save turns.ko.jsonl
python -m tests.bench.interviewer_turns --recorded turns.ko.jsonl       (the same sentences through today's checks)
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from interview.shapes import Kind, Language, PlannedQuestion, Point, Step
from interview.speech.answers import analyse
from interview.speech.checks import check
from interview.speech.overlap import refers
from interview.speech.probes import Aim, choose, prompt, template
from models.catalog import load_catalog, load_profiles
from models.locations import default_models_dir
from models.ports import GenerateRequest, GenerationChunk, Role
from tests.interview.turn_judge import faults

TURNS = Path(__file__).parent / "turns"
MOST_PROBES = 4
MAX_TOKENS, TEMPERATURE = 70, 0.4


@dataclass(frozen=True)
class Case:
    """One turn to write: what was asked and answered, what to ask next. `written` is what a model made of it."""

    language: Language
    question: str
    answer: str
    aim: str
    template: str
    written: str = ""
    model: str = ""


def planned(data: dict[str, Any]) -> PlannedQuestion:
    points = tuple(Point(point["name"], tuple(point["cues"])) for point in data.get("points", ()))
    return PlannedQuestion(
        data["text"],
        Kind.BEHAVIOURAL if data["star"] else Kind.TECHNICAL,
        data["text"],
        "bank",
        "",
        "",
        star=data["star"],
        points=points,
        follow_ups=tuple(data.get("follow_ups", ())),
        max_probes=MOST_PROBES,
    )


def turns(language: Language) -> Iterator[tuple[PlannedQuestion, str, Aim, int]]:
    """Every answer's first probe, then every answer's second, and so on; then all again, in other words."""
    data = tomllib.loads((TURNS / f"{language}.toml").read_text("utf-8"))
    pairs = [(planned(entry), answer) for entry in data["question"] for answer in entry["answers"]]
    used: dict[tuple[str, str, int], frozenset[str]] = {}
    for lap, number in itertools.product(range(2), range(MOST_PROBES)):
        for place, (question, answer) in enumerate(pairs):
            already = used.get((question.id, answer, lap), frozenset())
            aim = choose(analyse(question, answer, language), question, already, number)
            if aim is not None:
                used[question.id, answer, lap] = already | {aim.name}
                yield question, answer, aim, number + place + lap


def case(question: PlannedQuestion, answer: str, aim: Aim, variant: int, language: Language) -> Case:
    text = template(aim, analyse(question, answer, language), language, variant)
    return Case(language, question.text, answer, aim.name, text)


def generate(profile: str, language: Language, count: int) -> Iterator[tuple[Case, float]]:
    """Cases with what the profile's model wrote, and the seconds it took."""
    from models.engines.llama import load
    from models.registry import EngineOptions

    catalog = load_catalog()
    model = next(artifact for artifact in load_profiles()[profile].required(catalog) if artifact.role is Role.LLM)
    engine = load(EngineOptions(default_models_dir() / model.id, threads=1, settings={"context": 2048}))
    engine.warm_up()
    for number, (question, answer, aim, variant) in enumerate(turns(language)):
        if number == count:
            break
        request = GenerateRequest(
            prompt(aim, question, answer, language), MAX_TOKENS, TEMPERATURE, stop=("\n",), seed=number
        )
        started = time.perf_counter()
        pieces = [item.text for item in engine.generate(request) if isinstance(item, GenerationChunk)]
        made = asdict(case(question, answer, aim, variant, language)) | {"written": "".join(pieces), "model": model.id}
        yield Case(**made), time.perf_counter() - started
    engine.close()


def spoken(turn: Case) -> tuple[str, str, tuple[str, ...]]:
    """What becomes of a turn: "fine", "repaired" or "replaced", what is said, and the problems found.

    Where the template refers to the answer, so must the model's words.
    """
    checked = check(
        turn.written,
        language=turn.language,
        answer=turn.answer,
        question=turn.question,
        step=Step.PROBE,
        refer=refers(turn.template, turn.answer, turn.language),
    )
    if not checked.ok:
        return "replaced", turn.template, checked.problems
    return ("repaired" if checked.repaired else "fine"), checked.text, checked.problems


def report(cases: list[Case], *, show: bool) -> int:
    """Prints the numbers; returns how many spoken sentences an independent judge faults."""
    wrong = 0
    for language in sorted({turn.language for turn in cases}):
        mine = [turn for turn in cases if turn.language == language]
        fates: Counter[str] = Counter()
        problems: Counter[str] = Counter()
        bad_as_written = bad_as_spoken = referring = 0
        for turn in mine:
            fate, text, found = spoken(turn)
            fates[fate] += 1
            problems.update(found)
            referring += refers(text, turn.answer, language)
            bad_as_written += bool(faults(turn.written, turn.language))
            spoken_faults = faults(text, turn.language)
            bad_as_spoken += bool(spoken_faults)
            if show or spoken_faults:
                print(f"{fate:9} {','.join(found):40} {turn.written!r} -> {text!r} {spoken_faults or ''}")
        wrong += bad_as_spoken
        shares = ", ".join(f"{name} {fates[name]}" for name in ("fine", "repaired", "replaced"))
        print(f"{language} {mine[0].model}: {len(mine)} turns: {shares}")
        print(f"   problems: {', '.join(f'{name} {count}' for name, count in problems.most_common())}")
        print(f"   {referring} take up a word or a figure of the answer")
        print(f"   the judge faults {bad_as_written} as written, {bad_as_spoken} as spoken")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Write interviewer turns with a small model, check them, judge them.")
    parser.add_argument("--profile", default="starter-small")
    parser.add_argument("--language", choices=("ko", "en"), default="ko")
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--save", type=Path, help="JSON lines of what the model wrote; appended to as it goes")
    parser.add_argument("--recorded", type=Path, nargs="*", help="check what was saved; no model")
    parser.add_argument("--show", action="store_true", help="print every turn")
    given = parser.parse_args()
    if given.recorded:
        lines = [line for path in given.recorded for line in path.read_text("utf-8").splitlines()]
        return 1 if report([Case(**json.loads(line)) for line in lines], show=given.show) else 0
    cases, seconds = [], 0.0
    for turn, took in generate(given.profile, cast(Language, given.language), given.turns):
        cases.append(turn)
        seconds += took
        if given.save:
            with given.save.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(turn), ensure_ascii=False) + "\n")
    wrong = report(cases, show=given.show)
    print(f"   {seconds / max(1, len(cases)):.1f} s a turn")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
