"""`moui models`: what there is, fetch it, check it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from models.catalog import DEFAULT_PROFILE, Artifact, Catalog, CatalogError, load_catalog, load_profiles
from models.fetch import FetchError, LicenceNeeded, fetch, is_present, verify
from models.licences import Licences
from models.locations import default_data_dir, default_models_dir
from models.store import postpone, postponed
from server.commands.model_list import as_json, as_table
from server.commands.progress import shown

ABOUT = """\
moui runs on models that it downloads once and checks by their sha256. A profile is a set of
them for one kind of machine (`moui doctor` says which profile fits this one)."""

LIST_HELP = """\
Lists every model: what it is for, its size, its licence, and whether it is here.

  moui models list                         all of them
  moui models list --profile starter      those of one profile
  moui models list --json                  for programs

"no sum" marks a file whose sha256 nobody could state in advance; its download is checked
against the sum the hub announces, and later checks against what was downloaded."""

FETCH_HELP = """\
Downloads what is missing, several files at a time; what is here already costs nothing and
needs no network. An interrupted download goes on where it stopped.

  moui models fetch                                  the profile "starter"
  moui models fetch --profile gtx1660s-6gb          another profile
  moui models fetch llama-3.1-8b-instruct           single models, by the names of `list`
  moui models fetch supertonic-3 --accept-licence supertonic-3

A model whose licence is not a permissive one is only downloaded after you accepted it, once:
you are asked, or you say --accept-licence. PIP_INDEX_URL, HF_ENDPOINT, HF_TOKEN, HTTPS_PROXY
and SSL_CERT_FILE are honoured."""

VERIFY_HELP = """\
Reads every model file again and compares its sha256. Ends with 1 when a file was changed;
`moui models fetch` then replaces it.

  moui models verify                       every model that is here
  moui models verify --profile starter    a whole profile: a missing file counts too"""


@dataclass(slots=True)
class _Outcome:
    """What a fetch did, also as JSON."""

    fetched: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    error: str | None = None


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Join `moui`'s commands."""
    parser = subparsers.add_parser("models", help="list, fetch and verify the models", description=ABOUT)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="models_action", metavar="list|fetch|verify", required=True)
    for name, title, description, action in (
        ("list", "what there is, and what is here", LIST_HELP, _list),
        ("fetch", "download what is missing", FETCH_HELP, _fetch),
        ("verify", "check every file again", VERIFY_HELP, _verify),
    ):
        sub = actions.add_parser(name, help=title, description=description)
        sub.formatter_class = argparse.RawDescriptionHelpFormatter
        sub.add_argument("ids", nargs="*", metavar="MODEL", help="single models instead of a profile")
        sub.add_argument("--profile", action="append", default=[], help="the models of this profile (can be repeated)")
        sub.add_argument("--models-dir", type=Path, help=f"where models are kept (default: {default_models_dir()})")
        sub.add_argument("--json", action="store_true", help="print JSON for programs")
        sub.set_defaults(run=run, models_run=action)
        if name == "fetch":
            sub.add_argument("--data-dir", type=Path, help="where accepted licences are remembered")
            sub.add_argument(
                "--accept-licence", action="append", default=[], metavar="MODEL", help="accept its licence"
            )
            sub.add_argument("--jobs", type=int, default=4, help="downloads at a time (default: 4)")


def run(args: argparse.Namespace) -> int:
    """0 when all is well, 1 with one sentence on stderr when not, 130 after Ctrl-C."""
    action: Callable[[argparse.Namespace, Catalog, Path], int] = args.models_run
    try:
        return action(args, load_catalog(), (args.models_dir or default_models_dir()).expanduser().absolute())
    except CatalogError as error:
        print(f"moui: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nmoui: stopped; what was downloaded so far is kept and continued next time.", file=sys.stderr)
        return 130


def _list(args: argparse.Namespace, catalog: Catalog, folder: Path) -> int:
    chosen = _chosen(args, catalog, catalog.values())
    print(as_json(chosen, folder) if args.json else as_table(chosen, folder))
    return 0


def _chosen(args: argparse.Namespace, catalog: Catalog, otherwise: Iterable[Artifact]) -> list[Artifact]:
    chosen = [catalog[name] for name in args.ids]
    for name in args.profile:
        chosen += [catalog[model] for model in load_profiles()[name].ids()]
    return list({artifact.id: artifact for artifact in chosen or otherwise}.values())


# --- fetch ------------------------------------------------------------------------------------------------------------


def _fetch(args: argparse.Namespace, catalog: Catalog, folder: Path) -> int:
    licences = Licences((args.data_dir or default_data_dir()).expanduser())
    outcome = _Outcome()
    required = [catalog[name] for name in args.ids]
    extras: dict[str, Artifact] = {}
    for name in args.profile or ([] if required else [DEFAULT_PROFILE]):
        profile = load_profiles()[name]
        required += profile.required(catalog)
        extras |= {artifact.id: artifact for artifact in profile.extras(catalog)}
    try:
        for name in args.accept_licence:
            licences.remember(catalog[name], True)
        _bring(list({artifact.id: artifact for artifact in required}.values()), folder, licences, args, outcome)
        for artifact in extras.values():
            _bring_extra(artifact, folder, licences, args, outcome)
    except FetchError as error:
        outcome.error = str(error)
    except OSError as error:
        outcome.error = f"{error.filename or folder}: {error.strerror or error}."
    return _report(outcome, args.json)


def _bring(
    artifacts: list[Artifact], folder: Path, licences: Licences, args: argparse.Namespace, outcome: _Outcome
) -> None:
    missing = [artifact for artifact in artifacts if not is_present(artifact, folder)]
    outcome.present += [artifact.id for artifact in artifacts if artifact not in missing and artifact.files]
    for artifact in missing:
        if not licences.accepted(artifact) and not _ask(artifact, licences):
            raise LicenceNeeded(artifact)
    if not missing:
        return
    print(f"Fetching into {folder}", file=sys.stderr)
    with shown(quiet=args.json) as receive:
        outcome.fetched += fetch(missing, folder, receive, accepted=licences.accepted, jobs=args.jobs)


def _bring_extra(
    artifact: Artifact, folder: Path, licences: Licences, args: argparse.Namespace, outcome: _Outcome
) -> None:
    """An optional model: its absence is said, and is no error. A failed try is repeated after a day."""
    if is_present(artifact, folder):
        outcome.present.append(artifact.id)
        return
    accepted = licences.accepted(artifact) or (not licences.declined(artifact) and _ask(artifact, licences))
    if not accepted:
        outcome.skipped[artifact.id] = str(LicenceNeeded(artifact))
    elif postponed(artifact, folder):
        outcome.skipped[artifact.id] = f"{artifact.title} could not be had recently; it is tried again tomorrow."
    else:
        try:
            _bring([artifact], folder, licences, args, outcome)
        except FetchError as error:
            postpone(artifact, folder)
            outcome.skipped[artifact.id] = str(error)


def _ask(artifact: Artifact, licences: Licences) -> bool:
    """Ask a person; False at once where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(f"\n{artifact.title} ({artifact.size_mb} MB). {artifact.note}", file=sys.stderr)
    print(f"Its licence is not a permissive one: {artifact.licence}\n  {artifact.licence_url}", file=sys.stderr)
    print("Do you accept it? [y/N] ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip().lower() in ("y", "yes", "예", "네", "ㅇ")
    licences.remember(artifact, answer)
    return answer


def _report(outcome: _Outcome, machine: bool) -> int:
    if machine:
        fields = ("fetched", "present", "skipped", "error")
        print(json.dumps({name: getattr(outcome, name) for name in fields}, indent=1, ensure_ascii=False))
    else:
        for reason in outcome.skipped.values():
            print(f"Left out: {reason}", file=sys.stderr)
        if outcome.error:
            print(f"moui: {outcome.error}", file=sys.stderr)
        elif outcome.fetched:
            print(f"{len(outcome.fetched)} models fetched and checked.", file=sys.stderr)
    return 1 if outcome.error else 0


# --- verify -----------------------------------------------------------------------------------------------------------


def _verify(args: argparse.Namespace, catalog: Catalog, folder: Path) -> int:
    here = [artifact for artifact in catalog.values() if artifact.files and (folder / artifact.id).is_dir()]
    chosen = _chosen(args, catalog, here)
    optional = {model for name in args.profile for model in load_profiles()[name].optional}
    chosen = [artifact for artifact in chosen if artifact.id not in optional or (folder / artifact.id).is_dir()]
    verdicts = verify(chosen, folder)
    bad = [verdict for verdict in verdicts if verdict.state in ("missing", "changed")]
    if args.json:
        rows = [{"model": v.artifact, "file": v.file, "state": v.state, "sha256": v.sha256} for v in verdicts]
        print(json.dumps({"models_dir": str(folder), "ok": not bad, "files": rows}, indent=1))
        return 1 if bad else 0
    words = {"ok": "ok", "unknown": "as downloaded (no sum to compare)", "missing": "MISSING", "changed": "CHANGED"}
    for verdict in verdicts:
        print(f"{verdict.artifact}/{verdict.file}: {words[verdict.state]}")
    if bad:
        print("`moui models fetch` with the same arguments replaces what is missing or changed.", file=sys.stderr)
    return 1 if bad else 0
