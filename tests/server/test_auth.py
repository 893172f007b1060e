"""Who may connect: bind rules, Host and Origin, tokens."""

from __future__ import annotations

import pytest

from server.auth import HostPolicy, check_bind, host_name, presented_tokens, token_accepted
from server.config import ConfigError


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.9.10"])
def test_loopback_needs_no_token(host: str) -> None:
    check_bind(host, None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.5", "moui.example", ""])
def test_anything_else_does(host: str) -> None:
    with pytest.raises(ConfigError, match="set a token"):
        check_bind(host, None)
    check_bind(host, "secret")


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        ("127.0.0.1:8000", True),
        ("localhost:8000", True),
        ("LOCALHOST", True),
        ("[::1]:8000", True),
        ("evil.example:8000", False),
        ("127.0.0.1.evil.example", False),
        ("127.0.0.1:8000@evil.example", False),
        ("192.168.0.5:8000", False),
        ("127.0.0.1:x", False),
        ("", False),
        (None, False),
    ],
)
def test_only_our_own_names_are_answered(header: str | None, allowed: bool) -> None:
    assert HostPolicy.of("127.0.0.1").allows(header) is allowed


def test_bound_to_all_addresses_every_address_is_ours_but_no_name() -> None:
    policy = HostPolicy.of("0.0.0.0", ["desk.lan"])
    assert policy.allows("192.168.0.5:8000")
    assert policy.allows("desk.lan:8000")
    assert not policy.allows("evil.example")


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://127.0.0.1:8000", True),
        ("https://127.0.0.1:8000", True),
        ("http://127.0.0.1:9000", False),
        ("http://localhost:8000", False),
        ("http://evil.example", False),
        ("null", False),
        ("file://127.0.0.1:8000", False),
        ("http://[bad", False),
        ("", False),
    ],
)
def test_a_page_must_be_ours(origin: str | None, allowed: bool) -> None:
    assert HostPolicy.of("127.0.0.1").allows_origin(origin, "127.0.0.1:8000") is allowed


def test_host_names() -> None:
    assert host_name("[::1]:80") == "::1"
    assert host_name("Moui.Example:80") == "moui.example"
    assert host_name("a b") is None


def test_tokens_from_everywhere() -> None:
    offered = ["realtime", "openai-insecure-api-key.one"]
    assert presented_tokens("Bearer two", offered, "three") == ["one", "two", "three"]
    assert presented_tokens("Basic two", [], None) == []
    assert presented_tokens(None, [], "") == []


def test_tokens_are_compared() -> None:
    assert token_accepted(None, [])
    assert token_accepted("secret", ["wrong", "secret"])
    assert not token_accepted("secret", ["wrong", "\udcff"])
    assert not token_accepted("secret", [])
