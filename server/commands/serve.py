"""`moui serve`: load the models of a profile, open the server, say where it is."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import math
import os
import socket
import sys
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from interview.free_talk import FreeTalk
from models.artifacts import CatalogError
from models.catalog import load_catalog, load_profiles
from models.gguf import GgufError
from models.hardware import probe
from models.loadout import RemoteLlm
from models.locations import default_data_dir, default_models_dir
from models.placement import Plan, Refusal
from models.profiles import Profile
from models.runtime import Runtime
from models.wishes import choose_profile, plan_for
from server import logs
from server.app import create_app
from server.auth import check_bind
from server.config import DEFAULT_HOST, DEFAULT_PORT, ConfigError, Limits, ServerConfig
from server.listen import uvicorn_config
from server.service import RuntimeLike, Service, Stage
from voice.responder import Responder


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "serve",
        help="start the server and open the page",
        description="Loads the models and serves the page and the Realtime socket, on this computer only unless told "
        "otherwise. Nothing leaves the machine, except with --llm-url or --cloud-voices.",
        epilog="example:  moui serve --profile starter-small --port 8080 --no-browser",
    )
    parser.add_argument("--profile", help="set of models (default: what `moui doctor` chooses for this machine)")
    parser.add_argument("--host", default=DEFAULT_HOST, help=f"address to listen on (default: {DEFAULT_HOST})")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"port; 0 takes a free one ({DEFAULT_PORT})")
    parser.add_argument("--no-browser", action="store_true", help="do not open the page")
    parser.add_argument("--models-dir", type=Path, default=default_models_dir(), help="where the models are")
    parser.add_argument("--data-dir", type=Path, default=default_data_dir(), help="where interviews are kept")
    parser.add_argument(
        "--token", default=os.environ.get("MOUI_TOKEN"), help="secret that clients must send (default: $MOUI_TOKEN)"
    )
    parser.add_argument("--allowed-host", action="append", default=[], help="further name by which pages may call")
    parser.add_argument("--language", help="what clients that name none speak: ko or en (default: told by ear)")
    parser.add_argument("--llm-url", help="use the language model of this OpenAI-compatible server instead")
    parser.add_argument("--llm-model", help="its model's name")
    parser.add_argument(
        "--sessions",
        type=positive,
        metavar="N",
        help="hold N conversations at once, fast or slow (default: as many as are answered in time, at most 8)",
    )
    parser.add_argument("--cloud-voices", action="store_true", help="offer Edge voices: what moui says leaves this PC")
    parser.add_argument("--log-text", action="store_true", help="let transcripts into the log")
    parser.add_argument("--verbose", action="store_true", help="log what happens, not only what is wrong")
    parser.add_argument("--json", action="store_true", help="for programs: JSON lines on stdout, ends with its stdin")
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class Chosen:
    profile: Profile
    plan: Plan
    reasons: tuple[str, ...]


def run(args: argparse.Namespace) -> int:
    logs.configure(logging.INFO if args.verbose else logging.WARNING)
    say = Announcer(args.json)
    try:
        check_bind(args.host, args.token)
        chosen = choose(args.profile, args.models_dir)
        listener = listen(args.host, args.port)
    except (ConfigError, CatalogError, GgufError) as error:
        return say.failed(str(error))
    config = ServerConfig(
        host=args.host,
        port=listener.getsockname()[1],
        profile=chosen.profile.name,
        models_dir=args.models_dir,
        data_dir=args.data_dir,
        token=args.token,
        allowed_hosts=tuple(args.allowed_host),
        language=args.language,
        log_text=args.log_text,
        remote_model=args.llm_url,
        limits=limits(args.sessions),
    )
    remote = RemoteLlm(args.llm_url, args.llm_model) if args.llm_url else None
    runtime = Runtime(
        chosen.profile,
        load_catalog(),
        args.models_dir,
        plan=chosen.plan,
        remote=remote,
        cloud_voices=args.cloud_voices,
    )
    say.starting(chosen)
    with listener:
        return asyncio.run(serve(config, runtime, listener, say, open_browser=not args.no_browser and not args.json))


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def limits(sessions: int | None) -> Limits:
    """`sessions`: that many, whatever the machine can do; None: as many as it answers in time."""
    return Limits() if sessions is None else Limits(max_sessions=sessions, answer_wait_s=math.inf)


def choose(name: str | None, models_dir: Path) -> Chosen:
    """The profile that was asked for, or the one that fits; with the plan of what goes where. Raises ConfigError."""
    catalog, profiles, hardware = load_catalog(), load_profiles(), probe()
    reasons: tuple[str, ...] = ()
    if name is None:
        choice = choose_profile(hardware, profiles, lambda profile: plan_for(profile, catalog, models_dir, hardware))
        name, reasons = choice.name, choice.reasons
    profile = profiles[name]
    planned = plan_for(profile, catalog, models_dir, hardware)
    if isinstance(planned, Refusal):
        raise ConfigError(f"Profile {name} does not fit this machine: {planned.reason}")
    return Chosen(profile, planned, reasons)


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that a port in use is said before gigabytes are loaded. Raises ConfigError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigError(
            f"Port {port} of {host} cannot be used ({error.strerror or error}): is moui running already? "
            "Choose another with --port."
        ) from error


async def serve(
    config: ServerConfig, runtime: Runtime, listener: socket.socket, say: Announcer, *, open_browser: bool
) -> int:
    app = create_app(config, runtime, interviewer)
    server = uvicorn.Server(uvicorn_config(app, config))
    service: Service = app.state.service
    url = f"http://{'127.0.0.1' if config.host in ('0.0.0.0', '::') else config.host}:{config.port}"
    if say.as_json:
        end_with_stdin(server)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[listener]))
        announcing = group.create_task(announce(server, service, say, url, runtime, open_browser=open_browser))
        await serving
        announcing.cancel()
    return 1 if service.stage is Stage.FAILED else 0


async def announce(
    server: uvicorn.Server, service: Service, say: Announcer, url: str, runtime: Runtime, *, open_browser: bool
) -> None:
    """Say that it can be talked to, once it can; a failure was said and ends the server."""
    if not await service.settled():
        say.failed(service.stage_message)
        server.should_exit = True
        return
    gc.collect()
    gc.freeze()  # what was loaded stays: looking through it again (20-60 ms) would hold up every session
    say.ready(url, [sentence for _, sentence in runtime.notices])
    if open_browser and desktop():
        await asyncio.to_thread(webbrowser.open, url)


def interviewer(runtime: RuntimeLike) -> Responder:
    if runtime.llm is None:
        raise ConfigError("The profile has no language model.")
    return FreeTalk(runtime.llm)


def desktop() -> bool:
    """Is there a screen to open a browser on?"""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def end_with_stdin(server: uvicorn.Server) -> None:
    """The program that started this server holds its stdin; when that program is gone, so is the server."""

    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            continue
        server.should_exit = True

    threading.Thread(target=watch, name="stdin", daemon=True).start()


class Announcer:
    """What is said on the terminal: sentences for people, JSON lines for programs."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def starting(self, chosen: Chosen) -> None:
        if self.as_json:
            self._json(event="starting", profile=chosen.profile.name, reasons=list(chosen.reasons))
            return
        print(f"Profile {chosen.profile.name}: {chosen.profile.title}", flush=True)
        for reason in chosen.reasons:
            print(f"  {reason}", flush=True)
        print("Loading the models…", flush=True)

    def ready(self, url: str, notes: list[str]) -> None:
        if self.as_json:
            self._json(event="ready", url=url, notes=notes)
        else:
            for note in notes:
                print(f"Note: {note}", flush=True)
            print(f"\nmoui is ready:  {url}\n(Ctrl+C stops it)", flush=True)

    def failed(self, message: str) -> int:
        if self.as_json:
            self._json(event="failed", message=message)
        else:
            print(f"moui: {message}", file=sys.stderr, flush=True)
        return 1

    def _json(self, **fields: object) -> None:
        print(json.dumps(fields, ensure_ascii=False), flush=True)
