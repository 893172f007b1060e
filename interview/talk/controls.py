"""The buttons of an interview: the actions a client may send, and what each means."""

from __future__ import annotations

from interview.talk.intents import Intent

CONTROLS = {
    "repeat": Intent.REPEAT,
    "rephrase": Intent.REPHRASE,
    "skip": Intent.SKIP,
    "back": Intent.BACK,
    "wait": Intent.WAIT,
    "ready": Intent.READY,
    "slower": Intent.SLOWER,
    "faster": Intent.FASTER,
    "louder": Intent.LOUDER,
    "end": Intent.END,
}
"""Those that mean something to the interviewer."""

OF_THE_ROOM = ("pause", "resume", "start")


def not_now(action: str) -> str:
    """Why an action that is unknown, or comes before the interview has begun, is refused."""
    known = ", ".join(sorted((*CONTROLS, *OF_THE_ROOM)))
    return f"There is nothing called “{action}” to do now; there are: {known}."
