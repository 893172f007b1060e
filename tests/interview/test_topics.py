"""What an interviewer comes back to in an answer: a thing by its name, or nothing."""

from __future__ import annotations

import re

import pytest

from interview.shapes import Language
from interview.speech.topics import topic

KO: list[tuple[str, str]] = [
    ("저는 5년 차 백엔드 개발자입니다. 정산 시스템을 맡아 배치 시간을 3시간에서 40분으로 줄였습니다", "정산 시스템"),
    ("사실 쿠버네티스는 직접 운영해 본 적이 많지 않습니다", "쿠버네티스"),
    ("결과적으로 배치 시간이 3시간에서 40분으로 줄었고 새벽 장애 알림도 사라졌습니다", "배치 시간"),
    ("최근 생산 라인에서 불량률이 높아져서 원인 분석을 진행했습니다", "원인 분석"),
    ("특히 온도 센서의 오차가 컸습니다 그래서 교정 주기를 짧게 바꿨습니다", "교정 주기"),
    ("주로 파이썬을 사용해서 데이터를 분석했습니다", "파이썬"),
    ("실제로 매출이 30퍼센트 증가하였고 재구매율도 올랐습니다", "재구매율"),
    ("처음에는 반대하는 사람이 많았지만 설문 결과를 보여 드리고 설득했습니다", "설문 결과"),
    ("사용자 인터뷰를 통해 화면 설계를 바꾸었고 이탈률이 감소했습니다", "사용자 인터뷰"),
    ("설계를 변경하여 부품 수를 열두 개에서 여덟 개로 줄였습니다", ""),
    ("되어 있는 문서가 없어서 운영 매뉴얼을 작성하였습니다", "운영 매뉴얼"),
    ("가지고 있던 자료를 정리해서 신규 고객 명단을 만들었습니다", "신규 고객 명단"),
    ("트래픽이 두 배로 늘어난 이벤트 기간에 캐시를 도입해서 데이터베이스 부하를 줄였습니다", "데이터베이스 부하"),
    ("제가 간호사로 3년간 일하면서 환자 만족도 조사를 담당했습니다", "환자 만족도 조사"),
    ("당시 재고 관리가 엉망이어서 엑셀로 재고 현황을 정리했습니다", "재고 현황"),
    ("회의 시간이 길어져서 안건을 미리 공유하는 방식을 제안했습니다", "회의 시간"),
    ("해외 영업팀에서 계약서 검토를 지원했습니다", "계약서 검토"),
    ("메시지 큐를 도입하면 주문 서비스와 결제 서비스를 분리할 수 있습니다", "결제 서비스"),
    ("수액 속도를 확인하지 않은 실수를 바로 보고했습니다", "수액 속도"),
    ("하루에 두 시간씩 이미지 분류 모델을 학습시켰습니다", "이미지 분류 모델"),
    ("삼 개월 동안 준비해서 정보처리기사 자격증을 취득했습니다", "정보처리기사 자격증"),
    ("그때 당시에는 팀원들이랑 의견 충돌이 있었는데요", "의견 충돌"),
    ("저는 매일 아침 재고를 확인하고 발주량을 계산했습니다", "발주량"),
    ("오래 걸리는 쿼리를 찾아 인덱스를 추가했습니다", "인덱스"),
    ("누락된 데이터를 채워 모델 성능을 개선했습니다", "모델 성능"),
    ("제가 직접 고객을 만나 불만 사항을 들었습니다", "불만 사항"),
    ("토익 점수를 올리려고 매일 두 시간씩 단어를 외웠습니다", "토익 점수"),
    ("그렇게 해서 장애 건수가 월 열 건에서 두 건으로 줄었습니다", "장애 건수"),
    ("에이비 테스트를 열네 번 진행하면서 전환율을 올렸습니다", "에이비 테스트"),
    ("제 강점은 문제를 끝까지 파고드는 끈기입니다", ""),
    ("아무래도 경험이 부족하다 보니까 시간이 오래 걸렸습니다", ""),
    ("민원인의 이야기를 끝까지 들은 뒤에 규정을 설명드렸습니다", ""),
    ("학습 부진 학생을 위한 보충 수업을 운영했습니다", "보충 수업"),
    ("저는 3년 동안 병동 간호사로 일했습니다", ""),
    ("글쎄요 딱히 생각나는 게 없습니다", ""),
    ("많은 노력을 했고 여러 가지를 열심히 했습니다", ""),
    ("이 경험을 바탕으로 귀사에 기여하겠습니다", ""),
    ("제가 생각하는 좋은 코드는 읽기 쉬운 코드입니다", ""),
    ("쿼리 하나가 오 초씩 걸려 화면이 멈추는 일이 있었습니다", ""),
]

EN: list[tuple[str, str]] = [
    ("It went down by forty percent and it was used every week by fourteen managers.", ""),
    ("we had about fourteen and i checked each of them", ""),
    ("I worked on 12 of them", ""),
    ("first i look for slow queries", "slow queries"),
    ("At Northwind our weekly report took two days. I rebuilt it with two colleagues.", "your weekly report"),
    ("We were late with the migration because the vendor changed the format.", "the migration"),
    ("I usually look at the distribution first, then I talk to the people who own the data.", "the distribution"),
    ("Honestly I have never used Snowflake in production.", "Snowflake"),
    ("i designed 14 A/B tests on the checkout page", "the checkout page"),
    ("i built the front end of our booking app in react", "your booking app"),
    ("I was in charge of the night shift and a patient fell", "the night shift"),
    ("a customer yelled at me because of a late delivery so I called the warehouse", "the late delivery"),
    ("of course it was kind of slow in the beginning", ""),
    ("it is about communication and about listening to others", ""),
    ("I have worked with building dashboards", ""),
    ("a lot of people think that", ""),
    ("my mentor told me to ask more questions", ""),
    ("I informed the doctor on duty about the chest pain", "the chest pain"),
    ("It reduced our cost from 40 to 25 dollars", ""),
    ("I think teamwork is the most important thing in a job", ""),
    ("on monday i was on call", ""),
    ("for example the other day I helped someone", ""),
    ("it was a team of six and I was the only designer", ""),
    ("I was nervous but I said it is a new thing for me", ""),
    ("I prefer the second option because it is cheaper", ""),
    ("the thing I am most proud of is the summer camp I organised", "the summer camp"),
    ("the assembly line stopped because of a supply shortage", "the supply shortage"),
    ("I studied mechanical engineering and did my thesis on heat exchangers", "heat exchangers"),
    ("There was a bug in the payment flow that charged some people twice", "the payment flow"),
    ("I saved around $85,000 by spotting a duplicate billing error", "the duplicate billing error"),
]


@pytest.mark.parametrize(("answer", "expected"), KO)
def test_korean_topics_are_nouns_alone(answer: str, expected: str) -> None:
    assert topic(answer, "", "ko").reference == expected


@pytest.mark.parametrize(("answer", "expected"), EN)
def test_english_topics_are_things(answer: str, expected: str) -> None:
    assert topic(answer, "", "en").reference == expected


ADVERBS = [
    "사실",
    "결과적으로",
    "최근",
    "특히",
    "주로",
    "실제로",
    "처음",
    "맡아",
    "통해",
    "하여",
    "되어",
    "가지고",
    "모든",
    "해당",
    "이번",
    "작년",
    "새벽",
    "두",
    "삼십",
    "3월",
]
NUMBERS = ["two", "eleven", "fourteen", "nineteen", "twenty-five", "hundred", "14", "3.5", "40%", "$85,000", "2nd"]


@pytest.mark.parametrize("before", ADVERBS)
def test_what_stands_before_a_korean_noun_is_no_part_of_it(before: str) -> None:
    assert topic(f"저는 {before} 결제 서버를 나눴습니다", "", "ko").text == "결제 서버"


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("frame", ["we had about {}", "i worked on {} of them", "the {} were fine", "used {} times"])
def test_a_number_is_no_english_topic(number: str, frame: str) -> None:
    assert not re.search(re.escape(number), topic(frame.format(number), "", "en").text)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_topics_are_verbatim(language: Language) -> None:
    for answer, _ in KO if language == "ko" else EN:
        assert topic(answer, "", language).text in answer
