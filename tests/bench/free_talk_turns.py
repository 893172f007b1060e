"""Does a small model ask questions in free talk, turn after turn? Real model, the bench's answers, no audio.

python -m tests.bench.free_talk_turns models/weights/qwen2.5-coder-0.5b-instruct --language en --turns 24

Each conversation of eight answers starts from the greeting, so that a model that begins to repeat the candidate is
caught at it. Counted: replies that ask, that repeat half of the answer, and that an interview would let pass. Printed
as well: prompt tokens that were not evaluated before the answer's end, where all but its last three words were primed.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tomllib
from difflib import SequenceMatcher
from pathlib import Path
from typing import cast

from interview.free_talk import GREETING, TEMPERATURE, FreeTalk
from interview.shapes import Language, Step
from interview.speech.checks import check
from models.engines.llama import LlamaEngine, load
from models.ports import CallContext, GenerateRequest, GenerationChunk, PrimeRequest
from models.registry import EngineOptions
from tests.fakes import FakeLanguageModel
from voice.responder import Item, TurnContext

TURNS = Path(__file__).parent / "turns"
ANSWERS = 8
MAX_TOKENS = 40
UNCERTAIN = 3
"""Words at the end of an answer that were not transcribed for certain when it ended."""

_KOREAN_QUESTION = re.compile(r"(?:까|나요|가요|주세요|주십시오)[.\"]*\s*$")


def asks(text: str) -> bool:
    return "?" in text or _KOREAN_QUESTION.search(text) is not None


def repeats(text: str, answer: str) -> bool:
    match = SequenceMatcher(None, answer.lower(), text.lower()).find_longest_match()
    return match.size > max(20, len(answer) / 2)


class Talk:
    """One conversation."""

    def __init__(self, engine: LlamaEngine, language: Language) -> None:
        self._engine = engine
        self._talk = FreeTalk(FakeLanguageModel())  # for its prompts only
        self._language = language
        self._items = [Item("", "assistant", GREETING[language])]

    @property
    def _turn(self) -> TurnContext:
        return TurnContext(tuple(self._items), self._language, "", MAX_TOKENS, CallContext())

    def reply(self, answer: str, seed: int) -> tuple[str, int]:
        """What the model says, up to its first question, and the tokens of the prompt that were left to evaluate."""
        said = " ".join(answer.split()[:-UNCERTAIN])
        opening = self._talk.messages(self._turn, speaking=said)
        for _ in self._engine.prime(PrimeRequest(opening, open=True, max_tokens=MAX_TOKENS)):
            pass
        self._items.append(Item("", "user", answer))
        request = GenerateRequest(self._talk.messages(self._turn), MAX_TOKENS, TEMPERATURE, seed=seed)
        text, left = "", 0
        for item in self._engine.generate(request):
            if not isinstance(item, GenerationChunk):
                left = item.total - item.cached
            else:
                text += item.text
                if "?" in text:
                    break
        self._items.append(Item("", "assistant", text.strip()))
        return text.strip(), left


def main() -> None:
    parser = argparse.ArgumentParser(description="How often a small model asks a question in free talk.")
    parser.add_argument("directory", type=Path, help="folder with model.gguf")
    parser.add_argument("--language", choices=("ko", "en"), default="en")
    parser.add_argument("--turns", type=int, default=24)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print every turn")
    given = parser.parse_args()
    language = cast(Language, given.language)
    engine = load(EngineOptions(given.directory, threads=given.threads, settings={"context": 2048}))
    data = tomllib.loads((TURNS / f"{language}.toml").read_text("utf-8"))
    answers = [answer for entry in data["question"] for answer in entry["answers"]]
    asked = repeated = passed = 0
    left: list[int] = []
    for number in range(given.turns):
        if number % ANSWERS == 0:
            talk = Talk(engine, language)
        answer = answers[number * 7 % len(answers)]
        text, tokens = talk.reply(answer, number)
        left.append(tokens)
        asked += asks(text)
        repeated += repeats(text, answer)
        passed += check(text, language=language, answer=answer, question="", step=Step.PROBE).ok
        if given.show:
            print(f"{tokens:4} {answer[:70]!r} -> {text!r}", flush=True)
    print(f"{given.directory.name} {language}: of {given.turns} replies {asked} ask, {repeated} repeat, {passed} pass")
    print(f"   tokens left at the end of an answer: median {statistics.median(left):.0f}, most {max(left)}")
    engine.close()


if __name__ == "__main__":
    main()
