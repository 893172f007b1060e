"""The rule check of what an interviewer is about to say: repaired where that is safe, else refused. Pure.

A model's output is data until it has passed here. Repairs only take away or change endings; nothing is added to what
was asked. `ok` is False where the rest would not be one question (or what the step wants) in register and language:
the caller says its template instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from interview.language.sentences import plain, sentences, unquoted
from interview.shapes import Language, Point, Step
from interview.speech import manner, register
from interview.speech.overlap import parrots, refers, repeats
from interview.speech.single import asks, one_question

ASKING = frozenset({Step.ICE_BREAKER, Step.QUESTION, Step.PROBE, Step.CLOSING})
"""Steps that end in exactly one question; the others hold at most one."""

STATEMENTS = {Step.PROBE: 1, Step.QUESTION: 3, Step.ICE_BREAKER: 1, Step.CLOSING: 1}
"""Sentences beside the question. In a probe only one that refers to what was said."""

LONGEST_QUESTION: dict[Language, int] = {"ko": 28, "en": 36}
LONGEST: dict[Language, int] = {"ko": 60, "en": 80}
"""Words (Korean: eojeol). A question above this is not kept in mind by ear."""

SHORTEST_QUESTION: dict[Language, int] = {"ko": 2, "en": 3}


@dataclass(frozen=True, slots=True)
class Checked:
    """`text` is what may be spoken where `ok`. `problems` are all that were found, repaired or not."""

    text: str
    problems: tuple[str, ...]
    repaired: bool
    ok: bool


@dataclass(slots=True)
class _Look:
    """The sentences as they are looked at, and what was found."""

    language: Language
    answer: str
    question: str
    step: Step
    points: tuple[Point, ...]
    refer: bool
    problems: list[str]

    def note(self, *problems: str) -> None:
        self.problems += [problem for problem in problems if problem not in self.problems]


def check(
    text: str,
    *,
    language: Language,
    answer: str,
    question: str,
    step: Step,
    points: tuple[Point, ...] = (),
    refer: bool = False,
) -> Checked:
    """`answer` is what the candidate said last, `question` what was asked before it. `points`: what a good answer would
    make, so that none is given away that was not said. `refer`: refused unless it takes up a word of the answer."""
    look = _Look(language, answer, question, step, points, refer, [])
    kept = _kept(_clean(text, look), look)
    spoken = " ".join(kept)
    fatal = _fatal(kept, look)
    look.note(*fatal)
    original = " ".join(text.split())
    return Checked(spoken, tuple(look.problems), spoken != original, not fatal)


def _clean(text: str, look: _Look) -> list[str]:
    bare = plain(text)
    if " ".join(bare.split()) != " ".join(text.split()).translate(_SIGNS):
        look.note("markup")
    spoken, found = manner.without_labels(bare, look.language)
    look.note(*found)
    unmarked = unquoted(spoken, look.answer)
    if unmarked != spoken:
        look.note("quotes")
    return sentences(unmarked, look.language)


_SIGNS = str.maketrans("‘’“”，。？！", "''\"\",.?!")


def _kept(said: list[str], look: _Look) -> list[str]:
    """The statements that may stay, then the question."""
    statements: list[str] = []
    limit = STATEMENTS.get(look.step, 3)
    for number, sentence in enumerate(said):
        if asks(sentence, look.language):
            question = _question(sentence, look)
            if question:
                if any(asks(later, look.language) for later in said[number + 1 :]):
                    look.note("two_questions")
                elif said[number + 1 :]:
                    look.note("talks_on")
                return [*statements[-limit:], question]
            continue
        statement = _statement(sentence, look)
        if statement:
            statements.append(statement)
    if len(statements) > limit:
        look.note("lecture")
    return statements[:limit]


def _question(sentence: str, look: _Look) -> str | None:
    """The sentence as a single question in register; None where another of the sentences should be tried."""
    single, found = one_question(sentence, look.language)
    look.note(*found)
    opened, found = manner.without_opening(single, look.language, look.answer)
    look.note(*found)
    addressed = manner.addressed(opened, look.language)
    if addressed != opened:
        look.note("third_person")
    if look.language == "ko":
        formal = register.formal(addressed)
        if formal is None:
            look.note("ending")
            return None
        if register.bare(formal) != register.bare(addressed):
            look.note("ending")
        addressed = formal
    elif not addressed.endswith("?"):
        addressed = addressed.rstrip(" .!,:;") + ("." if manner.requests(addressed) else "?")
    problems = _faults(addressed, look)
    if problems:
        look.note(*problems)
        return None
    return addressed


def _faults(sentence: str, look: _Look) -> list[str]:
    """A new question may bring figures of its own; a probe may not."""
    found = manner.faults(sentence, look.language, look.answer, look.question)
    return [fault for fault in found if fault != "invented" or look.step is Step.PROBE]


def _statement(sentence: str, look: _Look) -> str | None:
    opened, found = manner.without_opening(sentence, look.language, look.answer, whole=False)
    look.note(*found)
    problems = _faults(opened, look)
    look.note(*problems)
    if problems:
        return None
    if look.step is Step.PROBE and not manner.refers(opened, look.language):
        if not manner.acknowledges(opened, look.language):
            look.note("statement")
        return None
    if look.language == "ko":
        formal = register.formal(opened)
        if formal is None:
            look.note("ending")
        return formal
    return opened if opened.endswith((".", "!")) else opened + "."


def _fatal(kept: list[str], look: _Look) -> list[str]:
    """What makes the rest unspeakable."""
    if not kept:
        return ["no_question" if look.step in ASKING else "empty"]
    last, found = kept[-1], []
    if look.step in ASKING and not asks(last, look.language):
        return ["no_question"]
    length = len(last.split())
    if length > LONGEST_QUESTION[look.language] or len(" ".join(kept).split()) > LONGEST[look.language]:
        found.append("long")
    if length < SHORTEST_QUESTION[look.language]:
        found.append("short")
    spoken = " ".join(kept)
    if set("?!") & set(spoken[:-1]):
        found.append("two_questions")
    if parrots(spoken, look.answer, look.language):
        found.append("parrots")
    if look.step is Step.PROBE and repeats(last, look.question, look.language):
        found.append("repeats")
    if look.refer and not refers(spoken, look.answer, look.language):
        found.append("no_reference")
    if _gives_away(spoken, look):
        found.append("given_away")
    return found


def _gives_away(spoken: str, look: _Look) -> bool:
    """Names what shows a point that neither the answer nor the question nor the point's own name has."""
    known = f"{look.answer} {look.question}".lower()
    for point in look.points:
        for cue in point.cues:
            word = cue.lower()
            if len(word) > 2 and word in spoken.lower() and word not in known and word not in point.name.lower():
                return True
    return False
