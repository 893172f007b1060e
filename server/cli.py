"""`moui`: the command line. Each subcommand is one file in `server/commands/`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

EPILOG = """\
first steps:
  moui doctor                       what this machine can run, and why
  moui models fetch                 download the models of the default profile
  moui serve                        start the server and open the page
  moui talk question.wav            speak a file to it instead
  moui interview --help             a whole interview from files, with its report
"""


COMMANDS = ("serve", "talk", "interview", "latency", "doctor", "models")


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The whole command line; with `only`, one command of it, so that none waits for another one's imports."""
    made = argparse.ArgumentParser(
        prog="moui",
        description="A private, hands-free spoken mock interview on this computer.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in (only,) if only else COMMANDS:
        importlib.import_module(f"server.commands.{name}").add_parser(subparsers)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    argv = list(sys.argv[1:] if argv is None else argv)
    named = argv[0] if argv and argv[0] in COMMANDS else None
    args = parser(named).parse_args(argv)
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        print("\nstopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
