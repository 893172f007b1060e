"""What `talk` and `latency` share on the command line: which server to call, and how failures are said."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from server.caller.client import CallError
from server.caller.local import Server, local_server
from server.caller.sound import SoundError


def add_server_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("which server")
    group.add_argument(
        "--url", help="a running server, for example http://127.0.0.1:8000 (default: start one for this)"
    )
    group.add_argument("--token", default=os.environ.get("MOUI_TOKEN"), help="its token (default: $MOUI_TOKEN)")
    group.add_argument("--profile", help="profile of the server that is started (default: what `moui doctor` chooses)")
    group.add_argument("--models-dir", type=Path, help="where its models are")


@contextmanager
def server_of(args: argparse.Namespace) -> Iterator[Server]:
    if args.url:
        yield Server(args.url.rstrip("/"), token=args.token)
        return
    print("starting a server…", file=sys.stderr)
    data_dir = getattr(args, "data_dir", None)
    with local_server(profile=args.profile, models_dir=args.models_dir, data_dir=data_dir) as server:
        yield replace(server, token=args.token)  # $MOUI_TOKEN holds for the server that is started, too


def run_call(args: argparse.Namespace, call: Callable[[Server], Awaitable[int]]) -> int:
    """Run `call` against the server the arguments name; what goes wrong becomes a sentence and exit code 1."""
    try:
        with server_of(args) as server:
            return asyncio.run(_awaited(call(server)))
    except (CallError, SoundError) as error:
        print(f"moui: {error}", file=sys.stderr)
        return 1


async def _awaited(result: Awaitable[int]) -> int:
    return await result
