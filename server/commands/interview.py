"""`moui interview`: a whole interview without a person, from the documents to the report, through the real socket."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from interview.shapes import MINUTES, Kind
from server.caller.client import CallError, calling
from server.caller.interview import Candidate, Outcome
from server.caller.interview_answers import Answer, read_answers
from server.caller.interview_api import InterviewApi, opened
from server.caller.interview_files import Summary, fetched, summary, write_files
from server.caller.local import Server
from server.caller.sound import SoundError
from server.commands.calls import add_server_arguments, run_call

DOCUMENTS = {"resume": "resume", "job": "posting", "cover_letter": "cover_letter", "company": "company"}
"""Arguments, and the kinds of document that they are to the server."""

OVERTIME = 2.0
SLACK_S = 600.0
"""The interview may take this much of its minutes, and this on top, before it is broken off: slow machines."""

EPILOG = """\
example:
  moui interview --resume cv.pdf --job posting.txt --minutes 10 --language en --answers answers/ --out report/

answers/ holds one .wav (spoken, in real time) or .txt (typed) for each answer, given in the order of their names,
or one answers.txt with an answer a line. Every question and every follow-up takes the next one.
"""


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    kind: str
    name: str
    body: bytes


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "interview",
        help="hold a whole interview with prepared answers, and write its report",
        description="Reads the documents, plans an interview on them, holds it with prepared answers through the real "
        "socket, and writes the report. Starts a server of its own unless --url names one.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--resume", type=Path, required=True, help="résumé: PDF, DOCX, HWP, HWPX, TXT or MD")
    parser.add_argument("--job", type=Path, required=True, help="job posting")
    parser.add_argument("--cover-letter", type=Path, help="cover letter (자기소개서)")
    parser.add_argument("--company", type=Path, help="notes on the company")
    parser.add_argument("--answers", type=Path, required=True, metavar="DIR", help="folder with the answers, see below")
    _add_choices(parser)
    parser.add_argument("--out", type=Path, help="folder for report and transcript (default: interview-ID)")
    samples = "opinions per score, at most 5; 0: no model judges (default: 3)"
    parser.add_argument("--samples", type=int, choices=range(6), default=3, metavar="N", help=samples)
    parser.add_argument("--speak", action="store_true", help="hear the interviewer although all answers are typed")
    parser.add_argument("--recordings", action="store_true", help="write the answers' sound to --out, too")
    parser.add_argument("--no-audio-kept", action="store_true", help="moui keeps no sound of this interview")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    add_server_arguments(parser)
    parser.add_argument("--data-dir", type=Path, help="where the server that is started keeps interviews")
    parser.set_defaults(run=run)


def _add_choices(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the interview")
    kinds = ", ".join(kind.value for kind in Kind)
    group.add_argument("--kind", choices=[kind.value for kind in Kind], default="mixed", metavar="KIND", help=kinds)
    group.add_argument("--minutes", type=int, choices=MINUTES, default=10, help="how long (default: 10)")
    group.add_argument("--difficulty", choices=("easy", "normal", "hard"), default="normal", help="(default: normal)")
    group.add_argument("--language", choices=("ko", "en"), default="ko", help="(default: ko)")
    group.add_argument("--interviewers", type=int, choices=(1, 2, 3), default=1, help="how many (default: 1)")
    group.add_argument("--seed", type=int, default=0, help="another number, another choice of questions (default: 0)")


def run(args: argparse.Namespace) -> int:
    try:
        answers, documents = read_answers(args.answers), _documents(args)
    except (CallError, SoundError) as error:
        print(f"moui: {error}", file=sys.stderr)
        return 1
    return run_call(args, lambda server: interview(server, args, documents, answers))


async def interview(
    server: Server, args: argparse.Namespace, documents: tuple[File, ...], answers: tuple[Answer, ...]
) -> int:
    async with opened(server.url, server.token) as api:
        session_id, plan = await _prepare(api, args, documents)
        outcome = await _hold(server, args, answers, session_id, plan)
        await api.make_report(session_id, args.samples, _shown("writing the report"))
        results = await fetched(api, session_id)
    out: Path = args.out or Path(f"interview-{session_id[:8]}")
    write_files(results, out, recordings=args.recordings)
    found = summary(results)
    result = {"session_id": session_id, "out": str(out), **dataclasses.asdict(outcome), **dataclasses.asdict(found)}
    print(json.dumps(result, ensure_ascii=False, indent=2) if args.json else _sentences(outcome, found, out))
    return 1 if found.missing or outcome.how == "timed_out" else 0


async def _prepare(
    api: InterviewApi, args: argparse.Namespace, documents: tuple[File, ...]
) -> tuple[str, dict[str, Any]]:
    """A session that can begin, and its plan."""
    ids = []
    for file in documents:
        read = await api.upload(file.kind, file.name, file.body)
        ids.append(str(read["document"]["id"]))
        for warning in read["warnings"]:
            print(f"note: {file.name}: {warning}", file=sys.stderr)
    request = {
        **{name: getattr(args, name) for name in ("kind", "minutes", "difficulty", "interviewers", "seed")},
        "language": "en" if args.kind == Kind.ENGLISH else args.language,
        "pressure": args.kind == Kind.PRESSURE,
    }
    plan_id = await api.prepare(ids, request, _shown("preparing"))
    plan = (await api.plan(plan_id))["plan"]
    session_id = await api.start(plan_id, keep_audio=not args.no_audio_kept)
    print(f"session {session_id}", file=sys.stderr)  # whatever happens, this is the name under which it is kept
    return session_id, plan


def _documents(args: argparse.Namespace) -> tuple[File, ...]:
    """Read before anything is started. Raises CallError."""
    files = []
    for name, kind in DOCUMENTS.items():
        path: Path | None = getattr(args, name)
        if path is None:
            continue
        try:
            files.append(File(kind, path.name, path.read_bytes()))
        except OSError as error:
            raise CallError(f"{path} cannot be read: {error.strerror or error}.") from error
    return tuple(files)


async def _hold(
    server: Server, args: argparse.Namespace, answers: tuple[Answer, ...], session_id: str, plan: dict[str, Any]
) -> Outcome:
    request = plan["request"]
    written = not args.speak and all(answer.clip is None for answer in answers)
    tell = _quiet if args.json else _said
    async with calling(
        server.url, language=request["language"], token=server.token, interview=session_id, written=written
    ) as caller:
        candidate = Candidate(caller, answers, request["language"], tell)
        return await candidate.play(request["minutes"] * 60 * OVERTIME + SLACK_S)


# --- what is shown --------------------------------------------------------------------------------------------------

_NAMES = {"interviewer": "\ninterviewer: ", "candidate": "candidate:   ", "note": "  note: "}


def _said(speaker: str, text: str) -> None:
    print(_NAMES[speaker] + text, flush=True)


def _quiet(speaker: str, text: str) -> None:
    if speaker == "note":
        print(f"note: {text}", file=sys.stderr)


def _shown(what: str) -> Callable[[dict[str, Any]], None]:
    """Progress of a job on stderr: a line whenever it says something new."""
    last = ""

    def show(job: dict[str, Any]) -> None:
        nonlocal last
        share = f" ({job['done']} of {job['total']})" if job.get("total") else ""
        line = f"{what}: {job.get('text') or '…'}{share}"
        if line != last and job["status"] == "running":
            print(line, file=sys.stderr, flush=True)
        last = line

    return show


_HOW = {
    "finished": "The interview came to its end.",
    "ended_early": "The interview was ended early.",
    "timed_out": "The interview took too long and was broken off.",
}


def _sentences(outcome: Outcome, found: Summary, out: Path) -> str:
    standing = found.quotes - len(found.missing)
    unused = f", {outcome.left} not needed" if outcome.left else ""
    lines = [
        "",
        _HOW.get(outcome.how, f"The interview is over ({outcome.how})."),
        f"  questions   {found.questions}",
        f"  follow-ups  {found.probes}",
        f"  answers     {outcome.used} given{unused}",
        f"  time        {_clock(found.interview_s)}, the candidate spoke for {_clock(found.talked_s)}"
        if found.interview_s
        else "  time        not measured: all answers were typed",
        f"  quotes      {standing} of {found.quotes} in the report are in the transcript, letter for letter",
        f"  report      {out / 'report.html'} (also .md and .json), {out / 'transcript.md'}",
    ]
    lines += [f"  not found   “{quote}”" for quote in found.missing]
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
