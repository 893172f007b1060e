"""What an interview looks like from its beginning to its end: how a scripted server brings the page there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.e2e.interview_room import HEARD, presence, told, turn
from tests.e2e.scripted_server import ScriptedServer, sine

QUESTION = {
    "en": "Tell me about a time when a measurement surprised you. What did you do with it?",
    "ko": "예상과 다른 측정 결과를 마주한 경험을 말씀해 주세요. 그때 어떻게 하셨나요?",
}
ANSWER = {
    "en": "Our pump drew twice the current we had planned for, so I took it apart and measured every stage of it.",
    "ko": "펌프가 계획한 것보다 두 배의 전류를 쓰고 있었습니다. 그래서 분해해서 단계마다 다시 측정했습니다.",
}
GAP = {"en": "and what I found was", "ko": "그리고 제가 찾아낸 것은"}


@dataclass(frozen=True)
class Moment:
    """`reach` comes from where the moment before it left the page."""

    name: str
    reach: Callable[[Page, ScriptedServer, str], None]


def _listening(page: Page, room: ScriptedServer, language: str) -> None:
    reply = {"response_id": "r0", "item_id": "item_r0", "transcript": QUESTION[language]}
    first = {"type": "response.output_audio_transcript.delta", **reply, "delta": QUESTION[language]}
    room.send(told(interviewer=0, question_number=1), first)
    room.send({"type": "response.output_audio_transcript.done", **reply}, turn("listening"))
    presence(page, "listening")


def _hearing(page: Page, room: ScriptedServer, language: str) -> None:
    room.send(turn("hearing"))
    words = ANSWER[language].split(" ")
    stable, tail = " ".join(words[:-4]), " " + " ".join(words[-4:])
    room.send({"type": "moui.transcript", "item_id": "u1", "stable": stable, "tail": tail})
    presence(page, "hearing")


def _thinking(page: Page, room: ScriptedServer, language: str) -> None:
    room.send({"type": HEARD, "item_id": "u1", "transcript": ANSWER[language]}, turn("thinking"))
    presence(page, "thinking")


def _speaking(page: Page, room: ScriptedServer, language: str) -> None:
    room.say("r1", 1, QUESTION[language], sine(20))
    room.send(told())
    presence(page, "speaking")


def _held(page: Page, room: ScriptedServer, _: str) -> None:
    room.send({"type": "moui.playback.pause", "response_id": "r1"}, turn("paused"))
    expect(page.locator(".page-interview")).to_have_attribute("data-held", "true")


def _without_captions(page: Page, room: ScriptedServer, _: str) -> None:
    room.send({"type": "moui.playback.flush", "response_id": "r1"}, turn("listening"))
    presence(page, "listening")
    page.keyboard.press("c")
    expect(page.locator("#captions")).to_be_hidden()


def _notes(page: Page, room: ScriptedServer, language: str) -> None:
    page.keyboard.press("c")
    page.keyboard.press("n")
    page.keyboard.type(
        {"en": "- twice the current\n- say the number!", "ko": "- 전류 두 배\n- 숫자로 말하기!"}[language]
    )
    expect(page.locator("textarea")).to_be_focused()


def _push_to_talk(page: Page, room: ScriptedServer, _: str) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.keyboard.press("m")
    expect(page.locator(".hold")).to_be_visible()


def _paused(page: Page, room: ScriptedServer, _: str) -> None:
    page.keyboard.press("t")
    page.keyboard.press("m")
    room.send(told(paused=True))
    presence(page, "paused")


def _preparing(page: Page, room: ScriptedServer, _: str) -> None:
    room.send(told(step="preparation", preparation_s=120), turn("listening"))
    presence(page, "preparing")


def _keys(page: Page, room: ScriptedServer, _: str) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def _ending(page: Page, room: ScriptedServer, _: str) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()


def _lost(page: Page, room: ScriptedServer, language: str) -> None:
    page.keyboard.press("Escape")
    room.send(told(), turn("hearing"))
    room.send({"type": "moui.transcript", "item_id": "u2", "stable": GAP[language], "tail": ""})
    presence(page, "hearing")
    room.down = True
    room.hang_up(1012)
    presence(page, "lost")


def _back(page: Page, room: ScriptedServer, _: str) -> None:
    page.wait_for_timeout(6000)
    room.down = False
    presence(page, "listening")
    room.send({"type": "moui.notice", "code": "crowded", "message": "crowded"})
    expect(page.locator(".iv-banners .notice")).to_have_count(2)


def _elsewhere(page: Page, room: ScriptedServer, _: str) -> None:
    room.send({"type": "moui.notice", "code": "continued_elsewhere", "message": "x"})
    room.hang_up(1000)
    expect(page.locator(".iv-card")).to_be_visible()


def _finished(page: Page, room: ScriptedServer, _: str) -> None:
    page.locator(".iv-card .primary").click()
    presence(page, "listening")
    room.send({"type": "moui.interview.finished", "session_id": "i1", "how": "finished"})
    room.hang_up(1000)
    expect(page.locator(".iv-card")).to_be_visible()


MOMENTS = (
    Moment("listening", _listening),
    Moment("hearing", _hearing),
    Moment("thinking", _thinking),
    Moment("speaking", _speaking),
    Moment("held", _held),
    Moment("captions-off", _without_captions),
    Moment("notes", _notes),
    Moment("push-to-talk", _push_to_talk),
    Moment("paused", _paused),
    Moment("preparing", _preparing),
    Moment("keys", _keys),
    Moment("ending", _ending),
    Moment("lost", _lost),
    Moment("back", _back),
    Moment("elsewhere", _elsewhere),
    Moment("finished", _finished),
)
"""In order: a whole interview."""
