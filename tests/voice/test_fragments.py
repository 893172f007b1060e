from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voice.chunker import Chunker
from voice.fragments import Fragment, Fragmenter, rehearsal
from voice.responder import Reply, SpeechStyle

KIM, LEE = SpeechStyle("kim"), SpeechStyle("lee", speed=0.85)
QUESTION = "When a service is slow, how do you find out why?"


def spoken(replies: list[Reply]) -> list[Fragment]:
    fragmenter = Fragmenter("en")
    return [*(fragment for reply in replies for fragment in fragmenter.feed(reply)), *fragmenter.flush()]


def test_an_acknowledgement_does_not_wait_for_what_it_bridges() -> None:
    fragmenter = Fragmenter("en")
    assert fragmenter.feed(Reply("I see. ", KIM, bridge=True)) == [Fragment("I see.", KIM, True)]
    assert [*fragmenter.feed(Reply(QUESTION, KIM)), *fragmenter.flush()] == [Fragment(QUESTION, KIM)]


def test_without_one_the_first_clause_is_said_at_once() -> None:
    made = spoken([Reply(QUESTION, KIM)])
    assert [fragment.text for fragment in made] == ["When a service is slow,", "how do you find out why?"]


def test_another_voice_begins_a_new_fragment_and_holds_from_there() -> None:
    made = spoken([Reply("Go on, ", KIM), Reply("please.", None), Reply(" Why? ", LEE), Reply("Tell me.")])
    assert [(fragment.text, fragment.style) for fragment in made] == [("Go on, please.", KIM), ("Why? Tell me.", LEE)]


def test_a_model_that_says_nothing_after_an_acknowledgement_changes_nothing() -> None:
    assert spoken([Reply("I see. ", KIM, bridge=True), Reply("", None, output_tokens=3)]) == [
        Fragment("I see.", KIM, True)
    ]


@given(st.lists(st.tuples(st.sampled_from(["Thank you. ", "네, 좋습니다. ", "So, what then? ", ""]), st.booleans())))
def test_every_word_is_said_once_in_order(pieces: list[tuple[str, bool]]) -> None:
    made = spoken([Reply(text, KIM, bridge=bridge) for text, bridge in pieces])
    for kind in (True, False):
        words = "".join(text for text, bridge in pieces if bridge is kind).split()
        assert " ".join(fragment.text for fragment in made if fragment.bridge is kind).split() == words
    assert " ".join(fragment.text for fragment in made).split() == "".join(text for text, _ in pieces).split()


def test_what_is_rehearsed_becomes_the_fragments_that_are_said() -> None:
    one = [Reply("Thank you. ", KIM, bridge=True), Reply(f"Well, then. {QUESTION} ", KIM)]
    other = [Reply("Take your time, please, there is no hurry. ", KIM)]
    assert rehearsal([*one, *other], "en") == [*spoken(one), *spoken(other)]


def test_a_chunker_that_goes_on_takes_whole_sentences() -> None:
    chunker = Chunker("en")
    chunker.feed("Thank you. ")
    assert chunker.flush(goes_on=True) == ["Thank you."]
    assert [*chunker.feed(QUESTION), *chunker.flush()] == [QUESTION]
    assert chunker.feed(QUESTION) == ["When a service is slow,"]
