"""Contact details: found in both languages, and nothing else mistaken for them."""

from __future__ import annotations

import time
from importlib.resources import files

import pytest

from interview.contacts import PLACEHOLDERS, find, redact, redact_document
from interview.shapes import Document

AMERICAN = "1600 Southwest Park Avenue, Apt 4B, Portland, OR 97201"
DETAILS = (
    ("email", "이메일: seojun.lee+job@example.co.kr", "seojun.lee+job@example.co.kr"),
    ("email", "maya_b@mail.example.com입니다", "maya_b@mail.example.com"),
    ("phone", "연락처: 010-1234-5678", "010-1234-5678"),
    ("phone", "저는 01012345678로 연락 주세요", "01012345678"),
    ("phone", "H.P. 010 0000 0000", "010 0000 0000"),
    ("phone", "T 02-312-3456", "02-312-3456"),
    ("phone", "회사 031.8012.3456", "031.8012.3456"),
    ("phone", "Call +82 10-1234-5678 now", "+82 10-1234-5678"),
    ("phone", "Phone: +1 555 010 0000", "+1 555 010 0000"),
    ("phone", "Mobile (503) 555-0142", "(503) 555-0142"),
    ("phone", "reach me at 503-226-1212", "503-226-1212"),
    ("phone", "+44 20 7946 0958", "+44 20 7946 0958"),
    ("phone", "휴대폰 010-****-5678", "010-****-5678"),
    ("id_number", "주민등록번호 950302-1234567", "950302-1234567"),
    ("id_number", "950302-2******", "950302-2******"),
    ("id_number", "9503021234567", "9503021234567"),
    ("birth_date", "생년월일: 1995.03.02 (만 29세)", "1995.03.02"),
    ("birth_date", "생년월일 | 1995년 3월 2일", "1995년 3월 2일"),
    ("birth_date", "Date of birth: 2 March 1995", "2 March 1995"),
    ("birth_date", "DOB 03/02/1995", "03/02/1995"),
    ("birth_date", "이서준 (1995년생)", "1995년생"),
    ("address", "서울특별시 마포구 월드컵로 212, 101동 1203호", "서울특별시 마포구 월드컵로 212, 101동 1203호"),
    ("address", "경기도 성남시 분당구 판교역로 166", "경기도 성남시 분당구 판교역로 166"),
    ("address", "서울 강남구 테헤란로4길 15-3 3층에 있는", "서울 강남구 테헤란로4길 15-3 3층"),
    ("address", "부산광역시 해운대구 우동 1408", "부산광역시 해운대구 우동 1408"),
    ("address", "- 주소: 서울특별시 마포구 (예시)", "서울특별시 마포구 (예시)"),
    ("address", "Address: 12 Rose Cottage, Ely | Phone", "12 Rose Cottage, Ely"),
    ("address", f"I live at {AMERICAN}", AMERICAN),
    ("address", "152, Teheran-ro, Gangnam-gu, Seoul", "152, Teheran-ro, Gangnam-gu, Seoul"),
    ("link", "블로그: https://seojun.example.com/a?b=1", "https://seojun.example.com/a?b=1"),
    ("link", "(www.example.org/me)", "www.example.org/me"),
    ("link", "See linkedin.com/in/maya-bennett.", "linkedin.com/in/maya-bennett"),
    ("link", "github.com/maya/churn, and more", "github.com/maya/churn"),
    ("account", "GitHub: maya-b", "maya-b"),
    ("account", "카카오톡 ID: seojun95", "seojun95"),
    ("account", "Instagram @maya.codes", "@maya.codes"),
)  # fmt: skip

PLAIN = (
    "2021.03 ~ 2025.02 주문결제팀",
    "2019-03-02 ~ 2020-12-31, 2021.03.02",
    "p95 응답 시간을 1.8초에서 0.4초로, 초당 1,200건을 3,400,000건까지",
    "서울시 마케팅으로 30% 늘렸고 인천 공장으로 3명 이동했습니다",
    "서울 사무소에서 경기 지역으로 2년 근무",
    "Node.js, Vue.js, Next.js 14, ASP.NET, Spring Boot 3.2.1, scikit-learn 1.4",
    "Portland, Oregon. Cut costs by $1,250,000 (12.5%) in 2019-2021.",
    "3 years on Wall Street; 12 sprints; ISO 27001-2022; SQLD 2021-0042",
    "결제 실패율을 2.4%에서 0.7%로 낮춤 (2023.05 ~ 2023.09, 4명)",
    "학점 4.1/4.5, TOEIC 935, 정보처리기사 20-1-123456",
    "이서준은 GitHub Actions와 GitHub: 협업 도구를 사용했습니다",
    "Java의 @Transactional 대신 이벤트를 사용",
    "매출 5000 6000 7000, 비용 100-200-300, 2020 2021 2022 2023",
    "The service handled 1500 2000 requests; ports 8080 8443 9090 3306",
)


@pytest.mark.parametrize(("kind", "text", "detail"), DETAILS)
def test_details_are_found(kind: str, text: str, detail: str) -> None:
    assert [(span.kind, text[span.start : span.end]) for span in find(text)] == [(kind, detail)]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_detail_stays(text: str) -> None:
    assert redact(text, "ko") == text


def test_redacting_says_what_was_there_and_may_be_repeated() -> None:
    text = "이서준\n연락처: 010-1234-5678 / seojun@example.com\n주소: 서울 마포구 월드컵로 212\n- 생년월일: 1995.03.02"
    once = redact(text, "ko")
    assert once == "이서준\n연락처: [전화번호] / [이메일]\n주소: [주소]\n- 생년월일: [생년월일]"
    assert redact(once, "ko") == once
    assert redact("mail a.b@example.com", "en") == "mail [email]"
    assert PLACEHOLDERS["ko"].keys() == PLACEHOLDERS["en"].keys()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_whole_resume_loses_its_contacts_and_nothing_else(language: str) -> None:
    text = (files("interview") / "samples" / language / "resume.md").read_text("utf-8")
    document = Document("1", "resume", "resume.md", text, "ko" if language == "ko" else "en")
    redacted = redact_document(document)
    assert (redacted.id, redacted.name, redacted.language) == (document.id, document.name, document.language)
    changed = [line for line in text.splitlines() if line not in redacted.text.splitlines()]
    labels = ("연락처", "이메일", "블로그", "주소", "Phone", "Email", "Portfolio")
    assert changed
    assert all(line.startswith(tuple(f"- {label}:" for label in labels)) for line in changed), changed
    assert redacted.text.splitlines()[0] == text.splitlines()[0]  # the name
    for detail in ("example.com", "010-0000-0000", "555 010"):
        assert detail not in redacted.text


@pytest.mark.parametrize(
    "piece", ["1", "a", "a.", "가 ", "1-", "1 ", "서울 ", "서울구 ", "@a.", "A ", "+1 ", "( ", "[:", "www."]
)
def test_hostile_texts_take_no_longer(piece: str) -> None:
    """40,000 characters that could make a pattern go back and forth: seconds would be minutes then."""
    started = time.process_time()
    find(piece * (40_000 // len(piece)))
    assert time.process_time() - started < 10
