"""Documents in pieces: headings, bullets, entries, answers, and what a posting asks for, as people write them."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.evidence.admissions import admits_lack
from interview.evidence.chunks import LONGEST, chunk, indexed_text, requirements
from interview.evidence.names import names, one_is_enough
from interview.evidence.outline import blocks
from interview.evidence.tenure import years_asked, years_worked
from interview.shapes import Document, DocumentKind, Language


def document(text: str, kind: DocumentKind = "resume", language: Language = "ko") -> Document:
    return Document("d", kind, "d.txt", text, language)


def sample(language: Language, kind: DocumentKind) -> Document:
    text = (files("interview") / "samples" / language / f"{kind}.md").read_text("utf-8")
    return Document(kind, kind, f"{kind}.md", text, language)


PDF_RESUME = """홍길동
010-1234-5678 | gildong@example.com
■ 경력사항
(주)가나다 플랫폼개발팀 2019.01 ~ 현재
· 주문 서버를 개발하고 운영하여 월 장애를
  4건에서 1건으로 줄였음
• 신입 2명 교육
경력 기술서
[프로젝트]
1) 정산 시스템 재구축
2) 쿠폰 발급 API 개발
학력: 한결대학교 컴퓨터공학과
"""


def test_a_plain_korean_resume_out_of_a_pdf() -> None:
    found = [(each.heading, each.text) for each in chunk(document(PDF_RESUME))]
    job = "경력사항 / (주)가나다 플랫폼개발팀 2019.01 ~ 현재"
    assert ("경력사항", "(주)가나다 플랫폼개발팀 2019.01 ~ 현재") in found
    assert (job, "주문 서버를 개발하고 운영하여 월 장애를 4건에서 1건으로 줄였음") in found
    assert (job, "신입 2명 교육") in found
    assert ("프로젝트", "정산 시스템 재구축") in found
    assert ("프로젝트", "쿠폰 발급 API 개발") in found
    assert ("학력", "한결대학교 컴퓨터공학과") in found
    assert not any("010-1234" in text or "@" in text for _, text in found), "contact lines are no evidence"


def test_a_plain_english_resume_out_of_a_pdf() -> None:
    text = "JANE DOE\n\nWORK EXPERIENCE\nAcme Corp, Engineer   Jan 2020 - Present\n- Built a\n  thing\n\n"
    text += "Skills:\nGo, Rust\n"
    found = [(each.heading, each.text) for each in chunk(document(text, language="en"))]
    assert found == [
        ("WORK EXPERIENCE", "Acme Corp, Engineer Jan 2020 - Present"),
        ("WORK EXPERIENCE / Acme Corp, Engineer   Jan 2020 - Present", "Built a thing"),
        ("Skills", "Go, Rust"),
    ]


def test_a_cover_letter_is_cut_by_its_questions_and_a_long_answer_by_its_sentences() -> None:
    answer = "저는 문제를 끝까지 파고드는 사람입니다. " * 40
    text = (
        f"1. 지원 동기를 기술하시오. (500자)\n{answer}\n\n2. 성격의 장단점\n꼼꼼합니다. 다만 신중합니다.\n\n감사합니다."
    )
    found = chunk(document(text, "cover_letter"))
    assert {each.heading for each in found} == {"지원 동기를 기술하시오. (500자)", "성격의 장단점"}
    assert len(found) > 3
    assert all(len(each.text) <= LONGEST for each in found)
    assert indexed_text(found[-1]) == "성격의 장단점: 꼼꼼합니다. 다만 신중합니다."


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", ["resume", "cover_letter"])
def test_chunks_of_the_samples_are_verbatim_and_have_ids_of_their_own(language: Language, kind: DocumentKind) -> None:
    whole = sample(language, kind)
    found = chunk(whole)
    text = " ".join(whole.text.split())
    assert all(each.text in text for each in found)
    assert len({each.id for each in found}) == len(found) > 3
    assert all(each.id.startswith(f"{kind}:") for each in found)
    assert not any(re.search(r"@|010-0000|555", each.text) for each in found)


@given(st.text(alphabet=st.sampled_from("가나 -•#\n[]12.:~ab()년월Q"), max_size=200))
def test_any_text_can_be_cut_and_no_word_is_invented(text: str) -> None:
    known = " ".join(text.split())
    for block in blocks(text, numbered_headings=True):
        assert block.text in known
    chunk(document(text, "cover_letter"))
    requirements(document(text, "posting"))


@pytest.mark.parametrize(("language", "must", "preferred"), [("ko", 6, 5), ("en", 6, 4)])
def test_requirements_of_the_samples(language: Language, must: int, preferred: int) -> None:
    found = requirements(sample(language, "posting"))
    assert [each.must for each in found] == [True] * must + [False] * preferred
    assert [each.id for each in found] == [f"r{number}" for number in range(1, must + preferred + 1)]


def test_requirements_as_korean_postings_write_them() -> None:
    text = """[모집부문] 마케팅 담당자
【담당업무】
- SNS 채널 운영
【자격요건】
ㆍ마케팅 경력 2년 이상
ㆍ엑셀 활용 능력 (우대)
이런 분이면 더 좋아요
• 영상 편집 가능자
복지 및 혜택
• 점심 제공, 경험 많은 동료
"""
    assert [(each.text, each.must) for each in requirements(document(text, "posting"))] == [
        ("마케팅 경력 2년 이상", True),
        ("엑셀 활용 능력 (우대)", False),
        ("영상 편집 가능자", False),
    ]


def test_requirements_as_english_postings_write_them() -> None:
    text = """What you'll do
* Run campaigns
What you’ll bring:
* 3 years in paid search
* Spanish is a plus
Nice to have
* Video editing
Benefits
* Experience our free lunch
"""
    assert [(each.text, each.must) for each in requirements(document(text, "posting", "en"))] == [
        ("3 years in paid search", True),
        ("Spanish is a plus", False),
        ("Video editing", False),
    ]


def test_a_posting_without_sections_is_read_by_its_lines() -> None:
    text = "우리는 즐거운 회사입니다.\n- Java 개발 경험 2년 이상\n- 점심은 맛있습니다\n"
    assert [each.text for each in requirements(document(text, "posting"))] == ["Java 개발 경험 2년 이상"]
    only_duties = "담당 업무\n- 회계 장부 작성\n"
    assert [each.text for each in requirements(document(only_duties, "posting"))] == ["회계 장부 작성"]
    assert requirements(document("", "posting")) == ()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("경력 3년 이상", 3),
        ("백엔드 개발 5년+ 경험", 5),
        ("4+ years of experience", 4),
        ("at least 2 years in sales", 2),
        ("3-5 years' experience", 3),
        ("three or more years", 3),
        ("Python 경험", None),
        ("2024년 졸업 예정자", None),
    ],
)
def test_years_asked(text: str, years: int | None) -> None:
    assert years_asked(text) == years


def test_years_worked_count_overlaps_once_and_only_work() -> None:
    text = """경력
가나 개발팀 (2020.01 ~ 2021.12)
다라 개발팀 (2021.07 ~ 2022.12)
학력
마바대학교 학사 (2012.03 ~ 2016.02)
"""
    assert years_worked(document(text)) == 3.0
    going_on = document("Experience\nAcme, Engineer (March 2020 – present)\n", language="en")
    assert years_worked(going_on, today=(2024, 2)) == 4.0
    assert years_worked(document("기술\n- Java\n")) is None


def test_who_admits_a_lack() -> None:
    assert admits_lack("컨테이너를 운영해 본 경험이 부족합니다.")
    assert admits_lack("아직 경험이 많지 않지만 공부하고 있습니다.")
    assert admits_lack("I have not worked with health data before.")
    assert not admits_lack("결제 실패율을 2.4%에서 0.7%로 낮췄습니다.")
    assert not admits_lack("부족한 문서를 채워 온보딩 기간을 줄임")
    assert not admits_lack("Found what had gone unnoticed for years.")


def test_names_in_a_requirement() -> None:
    assert dict(names("쿠버네티스와 Docker 기반의 컨테이너 운영 경험")) == {
        "docker": "Docker",
        "kubernetes": "쿠버네티스",
    }
    assert set(names("Advanced SQL and a warehouse such as Snowflake or BigQuery")) == {"sql", "snowflake", "bigquery"}
    assert set(names("Strong communication skills. Clear writing.")) == set()
    assert set(names("Experience with A/B tests and HIPAA")) == {"abtest", "hipaa"}
    assert one_is_enough("MySQL 등 관계형 데이터베이스")
    assert not one_is_enough("Spring Boot, JPA")
