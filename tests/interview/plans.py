"""Small plans for the tests of the flow and the room."""

from __future__ import annotations

from interview.shapes import InterviewPlan, JobFamily, Kind, Language, Persona, PlannedQuestion, PlanRequest, Point

TEXTS: dict[Language, tuple[str, ...]] = {
    "en": (
        "Tell me about a time you solved a difficult problem.",
        "Describe a project where you had to work with a difficult deadline.",
        "How would you find out why a service is slow?",
    ),
    "ko": (
        "어려운 문제를 해결하신 경험을 말씀해 주시겠습니까?",
        "일정이 촉박했던 프로젝트를 말씀해 주십시오.",
        "서비스가 느려졌을 때 원인을 어떻게 찾으시겠습니까?",
    ),
}

GOOD = {
    "en": "At my last company our payment system was failing every night. My task was to find out why and to fix it. "
    "I analysed the logs, I wrote a new retry queue and I tested it for two weeks. As a result errors fell from nine "
    "percent to one percent within a month.",
    "ko": "지난 회사에서 결제 시스템이 매일 밤 실패하는 상황이었습니다. 제 역할은 원인을 찾아 고치는 것이었습니다. "
    "저는 로그를 분석하고 재시도 큐를 새로 구현해서 2주 동안 테스트했습니다. "
    "그 결과 오류율이 9퍼센트에서 1퍼센트로 줄었습니다.",
}

NO_RESULT = {
    "en": "At my last company our payment system was failing every night. My task was to find out why. I analysed the "
    "logs and I wrote a new retry queue for the payments.",
    "ko": "지난 회사에서 결제 시스템이 매일 밤 실패하는 상황이었습니다. 제 역할은 원인을 찾는 것이었습니다. "
    "저는 로그를 분석하고 재시도 큐를 새로 구현했습니다.",
}


def plan(
    language: Language = "en", minutes: int = 10, *, interviewers: int = 1, questions: int = 3, **changes: object
) -> InterviewPlan:
    """`changes` hold for every question."""
    texts = TEXTS[language]
    made = []
    for number in range(questions):
        star = number % 3 < 2
        points = () if star else (Point("metrics", ("metric", "monitor", "지표")), Point("profiling", ("profil",)))
        fields: dict[str, object] = {
            "id": f"q{number}",
            "kind": Kind.BEHAVIOURAL if star else Kind.TECHNICAL,
            "text": texts[number % 3],
            "source": "bank",
            "competency": "problem solving" if language == "en" else "문제 해결",
            "shows": "",
            "star": star,
            "points": points,
            "interviewer": number % interviewers,
        }
        made.append(PlannedQuestion(**(fields | changes)))  # type: ignore[arg-type]
    names = ("Kim", "Lee", "Park") if language == "en" else ("김서연", "이준호", "박지훈")
    return InterviewPlan(
        PlanRequest(minutes=minutes, language=language, interviewers=interviewers),
        "Developer",
        JobFamily.SOFTWARE,
        tuple(Persona(name, "engineering lead", voice=f"voice-{name}") for name in names[:interviewers]),
        tuple(made),
    )
