"""The scenarios of `moui latency`: who says what, over which line, and how often."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import cycle, islice

from server.caller.latency.promises import CALL_TURNS, EARLY_TURNS, LATE_TURNS
from server.caller.latency.sounds import cough, noise_at, seconds, spoken, with_pauses
from server.caller.latency.speech import AUDIO, Voices, language_of, texts
from server.caller.microphone import Line
from server.caller.sound import Clip, read_clip

LONG_REPLIES = (
    "You are a storyteller in a spoken conversation. Whatever you are told, reply with a long story of at least eight "
    "sentences in plain words. Never ask a question, no lists, no markdown."
)
"""So that there is something to speak over."""

SENTENCE_GAP_S = 0.35
"""Between the sentences of a long answer."""

ACCOUNT_STEP = 3
"""Sentences between the beginnings of long answers."""

SHORT_GAPS_S = (0.4, 0.6, 0.8, 1.0, 1.2, 0.5, 0.7, 0.9, 1.1)
LONG_GAPS_S = (1.3, 1.5, 1.7, 1.9, 2.0, 1.4, 1.6, 1.8)
"""Pauses at which the speaker is not done: those that must never be taken for the end, and those that may sometimes."""

HUMAN_CUTS_S = {"LJ001-0004.wav": (1.71, 3.79), "LJ001-0006.wav": (1.82, 3.90), "ko_short.wav": (2.08,)}
"""Word boundaries inside the sentences of recordings, at the quietest point near Whisper's word times."""

JFK_PAUSES_S = ((2.10, 3.25), (4.33, 5.40), (7.50, 8.20))
"""The speaker's own pauses in mid-sentence."""


class Kind(enum.Enum):
    TURNS = "turns"
    INTERRUPTIONS = "interruptions"
    NOT_MEANT = "not meant"
    """Sounds over a reply that are no turn."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`kinds` of texts are made into speech; `clips` answers those of `count` turns; `turns` is the usual count.

    `per_call`: turns in one call, before a new one begins. `needs_moui`: has no meaning for another server."""

    name: str
    what: str
    turns: int
    clips: Callable[[Voices, int], list[Clip]]
    kinds: tuple[str, ...] = ()
    kind: Kind = Kind.TURNS
    line: Callable[[], Line] = Line
    per_call: int = 10
    instructions: str | None = None


def _sentences(kind: str) -> Callable[[Voices, int], list[Clip]]:
    def clips(voices: Voices, count: int) -> list[Clip]:
        language = language_of(kind)
        return [
            spoken(text, [voices.sound(text)], text=text, language=language)
            for text in islice(cycle(texts()[kind]), count)
        ]

    return clips


def _one_call(voices: Voices, count: int) -> list[Clip]:
    """The late turns that are compared with the early ones say the same: how long a sentence's end is waited for
    depends on the sentence (500 to 1600 ms), by much more than on the length of the call."""
    clips = _sentences("answers")(voices, count)
    for early, late in zip(EARLY_TURNS, LATE_TURNS, strict=True):
        if late < len(clips):
            clips[late] = clips[early]
    return clips


def _human(name: str) -> Clip:
    """A recording with what its manifest knows of it."""
    known = {entry["file"]: entry for entry in json.loads((AUDIO / "manifest.json").read_text("utf-8"))}[name]
    clip = read_clip(AUDIO / name)
    complete = not known["text"].rstrip().endswith(",")
    clip = replace(clip, text=known["text"], complete=complete, language=known["language"] or "en")
    if name == "jfk.wav":
        clip = replace(clip, pauses=tuple((seconds(first), seconds(last)) for first, last in JFK_PAUSES_S))
    return clip


def recordings(_voices: Voices, count: int) -> list[Clip]:
    return [_human(name) for name in islice(cycle(("jfk.wav", "LJ001-0004.wav", "LJ001-0006.wav")), count)]


def _korean(voices: Voices, count: int) -> list[Clip]:
    both = [*_sentences("short_ko")(voices, 1), _human("ko_short.wav")]
    return list(islice(cycle(both), count))


def _account(at_least_s: float) -> Callable[[Voices, int], list[Clip]]:
    """Each begins elsewhere in the account and ends with the answer of 5 s of the same number: how long an end is
    waited for depends on the sentence, and after "...and we drew the whole path of an order." more would come."""

    def clip(voices: Voices, number: int) -> Clip:
        account, answers = texts()["account"], texts()["answers"]
        told = [answers[number % len(answers)]]
        for place in range(ACCOUNT_STEP * number, ACCOUNT_STEP * number + len(account)):
            told.insert(-1, account[place % len(account)])
            sounds = [voices.sound(text) for text in told]
            made = spoken(f"{at_least_s:.0f} s", sounds, [SENTENCE_GAP_S] * (len(sounds) - 1), text=" ".join(told))
            if made.seconds >= at_least_s:
                break
        return made

    return lambda voices, count: [clip(voices, number) for number in range(count)]


def _pauses(voices: Voices, count: int) -> list[Clip]:
    """Short and long pauses by turns; one clip in four is a recording, the Korean ones come last (another call)."""
    short, long = cycle(SHORT_GAPS_S), cycle(LONG_GAPS_S)
    made, human = cycle(texts()["pauses"]), cycle(HUMAN_CUTS_S)
    clips = []
    for number in range(count):
        gaps = long if number % 2 else short
        if number % 4 < 3:
            parts = next(made)
            sounds = [voices.sound(part, unfinished=part is not parts[-1]) for part in parts]
            clips.append(spoken(parts[0], sounds, list(islice(gaps, len(parts) - 1)), text=" ".join(parts)))
        else:
            name = next(human)
            cuts = HUMAN_CUTS_S[name]
            clips.append(with_pauses(_human(name), cuts, list(islice(gaps, len(cuts))), name))
    if count >= 4:
        clips[0] = _human("jfk.wav")
    return sorted(clips, key=lambda clip: clip.language)


def _coughs(_voices: Voices, count: int) -> list[Clip]:
    return [cough(seed) for seed in range(count)]


def _noisy() -> Line:
    return Line(noise=noise_at(read_clip(AUDIO / "noise.wav").audio, 10.0))


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("answers", "complete answers of about 5 s", 30, _sentences("answers"), ("answers",)),
        Scenario("short", '"Yes.", "I agree." and the like', 30, _sentences("short"), ("short",)),
        Scenario("korean", '"네." and a recorded sentence', 10, _korean, ("short_ko",)),
        Scenario("clips", "recordings; some stop in mid-sentence", 9, recordings),
        Scenario("long60", "answers of 60 s", 8, _account(60), ("account", "answers"), per_call=4),
        Scenario("long180", "answers of 180 s", 4, _account(180), ("account", "answers"), per_call=2),
        Scenario("conversation40", "one call of 40 turns", CALL_TURNS, _one_call, ("answers",), per_call=CALL_TURNS),
        Scenario("pauses", "pauses of 0.4 to 2.0 s in mid-sentence", 48, _pauses, ("pauses",)),
        Scenario("um", 'a whole answer and a trailing "um"', 12, _sentences("um"), ("um",)),
        Scenario(
            "interruptions",
            "somebody speaks over a long reply",
            30,
            _sentences("interruptions"),
            ("interruptions", "ask"),
            Kind.INTERRUPTIONS,
        ),
        Scenario("coughs", "synthetic coughs over a reply", 30, _coughs, ("ask",), Kind.NOT_MEANT),
        Scenario(
            "backchannels",
            '"yeah", "uh-huh" over a reply',
            30,
            _sentences("backchannels"),
            ("backchannels", "ask"),
            Kind.NOT_MEANT,
        ),
        Scenario("noise10", "answers over noise at 10 dB", 15, _sentences("answers"), ("answers",), line=_noisy),
        Scenario(
            "jitter",
            "microphone frames 100 ± 50 ms late",
            15,
            _sentences("answers"),
            ("answers",),
            line=lambda: Line(late_ms=100, jitter_ms=50),
        ),
        Scenario(
            "loss",
            "2 % of the microphone frames missing",
            15,
            _sentences("answers"),
            ("answers",),
            line=lambda: Line(loss=0.02),
        ),
        Scenario(
            "echo",
            "moui's own voice back at -20 dB",
            15,
            _sentences("answers"),
            ("answers",),
            line=lambda: Line(echo_db=-20.0),
            instructions=LONG_REPLIES,
            per_call=1,
        ),
    )
}
