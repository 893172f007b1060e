"""One file: what the bytes on disk are after every way a download can go."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.download import (
    Blob,
    FetchError,
    Interrupted,
    SourceUnreachable,
    Transfer,
    disk_trouble,
    download,
    new_client,
)
from tests.models.artifacts_for_tests import digest
from tests.models.file_server import FileServer

BODY = bytes(range(256)) * 20_000  # 5 MB: several chunks


@pytest.fixture
def transfer() -> Iterator[Transfer]:
    with new_client() as client:
        yield Transfer(client, threading.Event())


@pytest.fixture
def blob(server: FileServer) -> Blob:
    server.files["/model.bin"] = BODY
    return Blob("model.bin", f"{server.url}/model.bin", len(BODY), digest(BODY))


def test_a_whole_file_arrives_and_its_sum_is_returned(blob: Blob, transfer: Transfer, tmp_path: Path) -> None:
    counted: list[int] = []
    transfer.count = counted.append
    assert download(blob, tmp_path / "deep" / "part", transfer) == digest(BODY)
    assert (tmp_path / "deep" / "part").read_bytes() == BODY
    assert sum(counted) == len(BODY)


def test_a_broken_connection_is_continued_where_it_stopped(
    blob: Blob, transfer: Transfer, server: FileServer, tmp_path: Path
) -> None:
    server.breaks["/model.bin"] = [1_000_000, 2_000_000]
    assert download(blob, tmp_path / "part", transfer) == digest(BODY)
    assert server.ranges_asked("/model.bin") == ["", "bytes=1000000-", "bytes=3000000-"]


def test_what_an_earlier_run_left_is_continued(
    blob: Blob, transfer: Transfer, server: FileServer, tmp_path: Path
) -> None:
    (tmp_path / "part").write_bytes(BODY[:123_456])
    assert download(blob, tmp_path / "part", transfer) == digest(BODY)
    assert server.ranges_asked("/model.bin") == ["bytes=123456-"]


def test_a_complete_part_is_not_downloaded_again(
    blob: Blob, transfer: Transfer, server: FileServer, tmp_path: Path
) -> None:
    (tmp_path / "part").write_bytes(BODY)
    assert download(blob, tmp_path / "part", transfer) == digest(BODY)
    assert server.asked == []


def test_a_server_without_ranges_sends_everything_again(
    blob: Blob, transfer: Transfer, server: FileServer, tmp_path: Path
) -> None:
    server.ranges = False
    (tmp_path / "part").write_bytes(BODY[:123_456])
    counted: list[int] = []
    transfer.count = counted.append
    assert download(blob, tmp_path / "part", transfer) == digest(BODY)
    assert (tmp_path / "part").read_bytes() == BODY
    assert sum(counted) == len(BODY) - 123_456, "the bytes of the first try are taken back from the count"


def test_a_part_longer_than_the_file_begins_anew(server: FileServer, transfer: Transfer, tmp_path: Path) -> None:
    server.files["/short"] = b"short"
    (tmp_path / "part").write_bytes(b"much longer than that")
    assert download(Blob("short", f"{server.url}/short"), tmp_path / "part", transfer) == digest(b"short")


@pytest.mark.parametrize("wrong", [b"x" * len(BODY), BODY[:-1]])
def test_wrong_bytes_are_thrown_away(
    blob: Blob, transfer: Transfer, server: FileServer, tmp_path: Path, wrong: bytes
) -> None:
    server.files["/model.bin"] = wrong
    with pytest.raises(SourceUnreachable, match=r"model\.bin .*(sha256|bytes instead of).* thrown away\.$"):
        download(blob, tmp_path / "part", transfer)
    assert not (tmp_path / "part").exists()


def test_the_sum_that_the_hub_announces_is_checked_where_none_is_known(
    server: FileServer, transfer: Transfer, tmp_path: Path
) -> None:
    server.files["/lfs"] = BODY
    server.headers["/lfs"] = {"X-Linked-Etag": f'"{digest(b"another file")}"'}
    unknown = Blob("lfs", f"{server.url}/lfs")
    with pytest.raises(SourceUnreachable, match="sha256"):
        download(unknown, tmp_path / "part", transfer)
    server.headers["/lfs"] = {"X-Linked-Etag": f'"{digest(BODY)}"'}
    assert download(unknown, tmp_path / "part", transfer) == digest(BODY)


def test_no_network_is_one_sentence_and_leaves_nothing(transfer: Transfer, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable, match=r"^127\.0\.0\.1 could not be reached.*online\?$"):
        download(Blob("model", "http://127.0.0.1:1/model"), tmp_path / "part", transfer)
    assert not (tmp_path / "part").exists()


def test_a_busy_server_is_asked_again(blob: Blob, transfer: Transfer, server: FileServer, tmp_path: Path) -> None:
    server.statuses["/model.bin"] = [503, 429]
    assert download(blob, tmp_path / "part", transfer) == digest(BODY)


def test_a_server_that_never_delivers_is_given_up_and_the_beginning_kept(
    blob: Blob, transfer: Transfer, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.download.ATTEMPTS", 2)
    server.breaks["/model.bin"] = [1000, 0, 0, 0]
    with pytest.raises(SourceUnreachable, match="broke off"):
        download(blob, tmp_path / "part", transfer)
    assert (tmp_path / "part").stat().st_size == 1000


def test_a_refusal_says_what_it_is(blob: Blob, transfer: Transfer, server: FileServer, tmp_path: Path) -> None:
    for status, words in ((404, "does not have"), (401, "HF_TOKEN"), (410, "refused")):
        server.statuses["/model.bin"] = [status]
        with pytest.raises(SourceUnreachable, match=words):
            download(blob, tmp_path / "part", transfer)


class _FullDisk:
    """A file that takes the first writes only."""

    def __init__(self, real: Any, room: int) -> None:
        self.real = real
        self.room = room

    def __enter__(self) -> _FullDisk:
        return self

    def __exit__(self, *_: object) -> None:
        self.real.close()

    def write(self, data: bytes) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return int(self.real.write(data))


def test_a_full_disk_is_one_sentence_and_gives_the_room_back(
    blob: Blob, transfer: Transfer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def full(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = opened(path, mode, *args, **kwargs)
        return _FullDisk(file, 2_000_000) if mode == "ab" else file

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(FetchError, match=r"^The disk is full: model\.bin .*start again\.$") as caught:
        download(blob, tmp_path / "part", transfer)
    assert not isinstance(caught.value, SourceUnreachable), "another source would not find more room"
    assert list(tmp_path.iterdir()) == []


def test_other_trouble_with_the_disk_is_named(tmp_path: Path) -> None:
    denied = disk_trouble("model.bin", tmp_path / "part", PermissionError(errno.EACCES, "Permission denied"))
    assert denied == f"model.bin could not be written to {tmp_path}: Permission denied."


def test_stopping_keeps_the_part(blob: Blob, transfer: Transfer, tmp_path: Path) -> None:
    transfer.count = lambda _bytes: transfer.stop.set()
    with pytest.raises(Interrupted):
        download(blob, tmp_path / "part", transfer)
    assert 0 < (tmp_path / "part").stat().st_size < len(BODY)
    transfer.stop.clear()
    transfer.count = lambda _bytes: None
    assert download(blob, tmp_path / "part", transfer) == digest(BODY)
