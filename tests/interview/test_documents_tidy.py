"""Text made fit to read, whatever it came out of."""

from __future__ import annotations

import unicodedata

import pytest

from interview.parsing.tidy import language_of, tidy


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        (unicodedata.normalize("NFD", "이력서"), "이력서"),
        ("a\x00b\x07c\x1b[0m", "abc[0m"),
        ("보\u200b안\ufeff", "보안"),
        ("safe\u202etxt.exe", "safetxt.exe"),
        ("tags\U000e0041\U000e0042", "tags"),
        ("\uf0b7 bullet \uf0a7 bullet", "• bullet • bullet"),
        ("\uf53a글", "한글"),
        ("a\u00a0\u3000b   c", "a b c"),
        ("one\r\ntwo\rthree\x0cfour\u2028five", "one\ntwo\nthree\nfour\nfive"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("devel\x02\nopment 2021\ufffe\n2025", "development 2021-2025"),
    ],
)
def test_tidied(raw: str, tidied: str) -> None:
    assert tidy(raw) == tidied
    assert tidy(tidied) == tidied


def test_a_hyphen_at_the_end_of_a_page_s_line_is_the_page_s() -> None:
    assert tidy("respon-\nsible\n2021-\n2025\n- item", wrapped=True) == "responsible\n2021-\n2025\n- item"
    assert tidy("respon-\nsible") == "respon-\nsible"


def test_the_language_is_told_by_hangul() -> None:
    assert language_of("Java, Spring Boot, Kafka 기반 주문 서버를 설계하고 운영했습니다") == "ko"
    assert language_of("Worked at 모아커머스 as a data analyst for five years in Seoul") == "en"
    assert language_of("2021 2022") == "en"
