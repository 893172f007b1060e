"""What to ask next about an answer, and how: the aim, its question by template, and a prompt to word the same. Pure.

A probe refers to what was said: its topic, its figure, its vague phrase, verbatim. The templates are data
(`speech/probes.<language>.toml`); any model's wording of a probe that does not pass the checks is replaced by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from interview.language.hangul import fill
from interview.shapes import STAR, Language, PlannedQuestion
from interview.speech.answers import AnswerAnalysis, analyse
from interview.speech.cues import load
from interview.speech.quoted import Window, quoted
from models.ports import ChatMessage

SHORT_WORDS: dict[Language, int] = {"ko": 6, "en": 10}
"""An answer below this is asked for an example first: there is nothing in it to dig into."""


@dataclass(frozen=True, slots=True)
class Aim:
    """`name` is what Turn.aim keeps: a STAR element, "number", "vague", "ownership", "example", "hypothetical",
    "follow_up", or a point's name. `quote` is verbatim from the answer, or ""; `element` is what is asked for."""

    name: str
    quote: str = ""
    element: str = ""


def choose(
    analysis: AnswerAnalysis,
    question: PlannedQuestion,
    already: frozenset[str],
    number: int,
) -> Aim | None:
    """The next probe, or None: move on. `already` are the names of aims used for this question, `number` their count.

    An answer off the topic gets none: it is led back to the question, which is no probe.
    """
    if number >= question.max_probes or analysis.off_topic:
        return None
    return next((aim for aim in _wishes(analysis, question, number) if aim.name not in already), None)


def _wishes(analysis: AnswerAnalysis, question: PlannedQuestion, number: int) -> list[Aim]:
    """Everything worth asking, most telling first."""
    gaps = [Aim(name, "", name) for name in analysis.missing]
    core = [aim for aim in gaps if aim.name in ("action", "result")]
    rest = [aim for aim in gaps if aim not in core]
    if analysis.denied and not analysis.said & {"action", "result"}:
        return [Aim("hypothetical", "", "hypothetical")]
    wishes: list[Aim] = []
    if analysis.words < SHORT_WORDS[analysis.language]:
        wishes.append(Aim("example", "", "example"))
    wishes += core[:1]
    if analysis.team_only:
        wishes.append(Aim("ownership", "", "ownership"))
    wishes += core[1:]
    wishes += [Aim("number", figure, "number") for figure in analysis.bare_numbers[:1]]
    wishes += [aim for aim in rest if aim.name not in STAR]
    wishes += [Aim("vague", phrase, "vague") for phrase in analysis.vague[:1]]
    wishes += [aim for aim in rest if aim.name in STAR]
    if number == 0:
        wishes += [Aim("follow_up", "", text) for text in question.follow_ups[:1]]
    return wishes


# --- templates ------------------------------------------------------------------------------------------------------


@cache
def templates(language: Language) -> dict[str, dict[str, tuple[str, ...]]]:
    """Element -> "about" | "plain" -> variants."""
    data = load("probes", language)
    return {name: {form: tuple(texts) for form, texts in forms.items()} for name, forms in data.items()}


def template(aim: Aim, analysis: AnswerAnalysis, language: Language, variant: int) -> str:
    """One question that refers to what was said. `variant` is counted round."""
    if aim.name == "follow_up":
        return aim.element or template(Aim("example"), analysis, language, variant)
    forms = templates(language).get(aim.name) or templates(language)["point"]
    texts = forms["about" if analysis.reference else "plain"]
    if aim.quote == "" and aim.name in ("number", "vague"):
        return template(Aim("example"), analysis, language, variant)
    text = fill(
        texts[variant % len(texts)],
        topic=analysis.reference,
        quote=aim.quote,
        said=f"'{aim.quote}'",
        point=_addressed(aim.element or aim.name, language),
    )
    return text[0].upper() + text[1:] if language == "en" else text


_TO_YOU = {"they": "you", "their": "your", "them": "you", "themselves": "yourself"}
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]")


def _addressed(point: str, language: Language) -> str:
    """A point's name inside a question: "What they would contribute" -> "what you would contribute"."""
    if language == "ko" or not point:
        return point
    if not _ACRONYM.match(point):
        point = point[0].lower() + point[1:]
    return " ".join(_TO_YOU.get(word, word) for word in point.split(" "))


# --- prompts --------------------------------------------------------------------------------------------------------

QUOTED: dict[Language, Window] = {"ko": Window(280, 80), "en": Window(560, 160)}
"""The end of the answer is enough to word a question about it; with more of it a small model loses what it refers to:
of eight long answers, Qwen2.5-Coder 0.5B reworded 4 well with 320 letters, 3 with up to 960."""


@cache
def instructions(language: Language) -> tuple[ChatMessage, ...]:
    """How every such chat begins: what to do, and two examples."""
    data = load("wording", language)
    messages = [ChatMessage("system", data["instructions"])]
    for shot in data["example"]:
        messages.append(ChatMessage("user", data["frame"].format(shot["answer"], shot["question"])))
        messages.append(ChatMessage("assistant", shot["reworded"]))
    return tuple(messages)


def opening(said: str, language: Language, read: str = "") -> tuple[ChatMessage, ...]:
    """What every prompt about an answer that begins with `said` begins with; the last message goes on where it stops.

    `said` is the line that will be the answer's last; "": nothing is known of it yet. `read`: see `quoted`.
    """
    before = load("wording", language)["frame"].partition("{}")[0]
    return (*instructions(language), ChatMessage("user", before + quoted(said, QUOTED[language], read)))


def prompt(
    aim: Aim, question: PlannedQuestion, answer: str, language: Language, read: str = ""
) -> tuple[ChatMessage, ...]:
    """A chat whose reply is the probe in other words. Its beginning is the same every time; then comes the answer,
    evaluated while it is spoken (see `opening`). Only what is asked for is not known before its end.

    Measured with Qwen2.5-Coder 0.5B: told what to ask for, it answers or repeats the candidate; given the question to
    reword, with two examples, it writes questions. The answer is data between the frame's words, cut short.
    """
    last = answer.strip().splitlines()[-1] if answer.strip() else "..."
    said = quoted(last, QUOTED[language], read)
    draft = template(aim, analyse(question, answer, language), language, len(answer))
    return (*instructions(language), ChatMessage("user", load("wording", language)["frame"].format(said, draft)))
