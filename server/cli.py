"""`moui`: the command line. Each subcommand is one file in `server/commands/`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from server.commands import doctor, latency, models, serve, talk

EPILOG = """\
first steps:
  moui doctor                       what this machine can run, and why
  moui models fetch                 download the models of the default profile
  moui serve                        start the server and open the page
  moui talk question.wav            speak a file to it instead
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="moui",
        description="A private, hands-free spoken mock interview on this computer.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in (serve, talk, latency, doctor, models):
        command.add_parser(subparsers)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        print("\nstopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
