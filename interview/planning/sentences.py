"""The texts of questions that are made from documents, Korean and English. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interview.planning.topics import Aim
from interview.shapes import DocumentKind, Language, Point

DOCUMENTS: Mapping[Language, Mapping[DocumentKind, str]] = {
    "ko": {"resume": "이력서", "cover_letter": "자기소개서", "posting": "공고", "company": "회사 자료"},
    "en": {"resume": "résumé", "cover_letter": "cover letter", "posting": "posting", "company": "company notes"},
}

ASK: Mapping[Language, Mapping[Aim, Mapping[str, tuple[str, ...]]]] = {
    "ko": {
        "gap": {
            "easy": (
                "이와 가장 비슷한 경험이 있다면 말씀해 주시겠습니까?",
                "이 분야를 조금이라도 접해 보셨다면 그 경험을 말씀해 주시겠습니까?",
            ),
            "normal": (
                "제출하신 서류에서는 확인하지 못했는데, 이 부분을 어떻게 보완하시겠습니까?",
                "서류에는 드러나지 않는데, 여기에 가장 가까운 경험은 무엇입니까?",
                "서류에는 관련 내용이 없는데, 입사하신다면 어떤 순서로 익히시겠습니까?",
            ),
            "hard": (
                "서류에는 근거가 없는데, 입사 후 석 달 안에 어떻게 실무 수준까지 끌어올리시겠습니까?",
                "서류에서는 찾지 못했는데, 당장 이 업무를 맡으신다면 무엇부터 시작하시겠습니까?",
            ),
            "pressure": (
                "이 부분이 비어 있는데도 지원자님을 선택해야 하는 이유는 무엇입니까?",
                "서류에 근거가 전혀 없는데, 이 업무를 감당하실 수 있다고 보시는 이유는 무엇입니까?",
            ),
        },
        "partial": {
            "normal": (
                "두 가지가 직접 이어지는 부분은 무엇입니까?",
                "그 일에서 이 요건에 해당하는 부분을 구체적으로 말씀해 주시겠습니까?",
                "그 경험만으로 부족한 점이 있다면 무엇입니까?",
            ),
            "hard": (
                "그 경험으로 채워지지 않는 부분은 무엇이라고 보십니까?",
                "그 일에서 이 요건을 충족한다고 볼 수 있는 근거는 무엇입니까?",
            ),
            "pressure": ("그 정도 경험으로 충분하다고 보시는 근거는 무엇입니까?",),
        },
        "claim": {
            "easy": (
                "어떤 일이었는지 순서대로 말씀해 주시겠습니까?",
                "그중 본인이 직접 하신 일을 말씀해 주시겠습니까?",
            ),
            "normal": (
                "그중 본인이 직접 하신 일은 무엇이었습니까?",
                "그 과정에서 가장 어려웠던 결정은 무엇이었습니까?",
                "그 결과는 어떻게 측정하셨습니까?",
                "그 일을 시작하게 된 상황부터 말씀해 주시겠습니까?",
            ),
            "hard": (
                "다시 하신다면 무엇을 다르게 하시겠습니까?",
                "그 방법 대신 검토하셨던 다른 방법은 무엇이었습니까?",
                "그 결과가 본인의 기여라고 볼 수 있는 근거는 무엇입니까?",
            ),
            "pressure": (
                "팀의 성과가 아니라 본인의 성과라고 말씀하실 수 있는 근거는 무엇입니까?",
                "그 수준의 성과를 특별하다고 보시는 이유는 무엇입니까?",
            ),
        },
        "role": {
            "normal": (
                "이와 관련하여 직접 하신 일을 말씀해 주시겠습니까?",
                "이와 관련하여 가장 어려웠던 일은 무엇이었습니까?",
                "이 요건을 가장 잘 보여 주는 본인의 경험은 무엇입니까?",
            ),
            "hard": ("이 부분에서 실패하셨던 경험과 그 원인을 말씀해 주시겠습니까?",),
            "pressure": ("이 부분에서 다른 지원자보다 낫다고 보시는 근거는 무엇입니까?",),
        },
        "conflict": {},
    },
    "en": {
        "gap": {
            "easy": (
                "What is the closest thing to it that you have done?",
                "What have you come across in this area so far?",
            ),
            "normal": (
                "I did not see that in your documents, so how would you close the gap?",
                "Your documents do not show it, so what is the closest experience you have?",
                "I could not find it in your documents, so how would you go about learning it?",
            ),
            "hard": (
                "Your documents show no evidence of it, so how would you reach a working level within three months?",
                "I could not find it in your documents, so what would you do first if you had that task on day one?",
            ),
            "pressure": (
                "There is nothing about it in your documents, so why should we choose you all the same?",
                "Your documents show nothing of the kind, so what makes you think that you can do this job?",
            ),
        },
        "partial": {
            "normal": (
                "Where exactly do the two connect?",
                "Which part of that work comes closest to what we ask for?",
                "What is still missing between the two?",
            ),
            "hard": ("What part of that requirement does this experience not cover?",),
            "pressure": ("Why do you think that this is enough?",),
        },
        "claim": {
            "easy": ("Can you take me through it step by step?", "What was your own part in it?"),
            "normal": (
                "What exactly was your own part in it?",
                "What was the hardest decision you had to make along the way?",
                "How did you measure the result?",
                "What was the situation when you started?",
            ),
            "hard": (
                "What would you do differently if you did it again?",
                "Which other approach did you consider and reject?",
                "How do you know that the result came from your work?",
            ),
            "pressure": (
                "What shows that this was your achievement and not your team's?",
                "What makes you think that this result is out of the ordinary?",
            ),
        },
        "role": {
            "normal": (
                "What have you done yourself in this area?",
                "What is the hardest problem you have solved in this area?",
                "Which of your experiences shows this best?",
            ),
            "hard": ("When did something in this area go wrong for you, and what was the cause?",),
            "pressure": ("What makes you better at this than other candidates?",),
        },
        "conflict": {},
    },
}

FOLLOW_UPS: Mapping[Language, Mapping[Aim, tuple[str, ...]]] = {
    "ko": {
        "gap": ("가장 먼저 하실 일은 무엇입니까?", "비슷한 것을 짧은 기간에 익히셨던 경험이 있습니까?"),
        "partial": ("그때 본인이 내린 판단은 무엇이었습니까?", "그 결과는 어떻게 확인하셨습니까?"),
        "claim": ("그 수치는 어떻게 측정하셨습니까?", "그 일에서 본인의 역할은 어디까지였습니까?"),
        "role": ("그 결과는 어떻게 되었습니까?", "그때 본인이 맡으신 역할은 무엇이었습니까?"),
        "conflict": ("두 서류에 다르게 적힌 이유는 무엇입니까?",),
    },
    "en": {
        "gap": ("What would you do first?", "When did you last learn something similar in a short time?"),
        "partial": ("Which decision in that work was yours?", "How did you know that it worked?"),
        "claim": ("How was that measured?", "Where did your own part end and the team's begin?"),
        "role": ("What came of it?", "What was your own role in it?"),
        "conflict": ("How did the two documents come to differ?",),
    },
}


@dataclass(frozen=True, slots=True)
class Aspect:
    """What a question of an aim is for, and the points of a good answer where it is no story."""

    competency: str
    shows: str
    points: tuple[Point, ...] = ()


_KO_PLAN = Point("보완 계획", ("계획", "공부", "학습", "익히", "배우", "준비", "연습", "강의", "보완"))
_KO_NEAR = Point("가까운 경험", ("경험", "비슷", "유사", "해 본", "해봤", "다뤄", "사용", "프로젝트"))
_KO_HONEST = Point("현재 수준", ("부족", "없습니다", "못했", "처음", "아직", "기초"))
_EN_PLAN = Point("A plan to close the gap", ("plan", "learn", "study", "course", "practi", "would start", "first"))
_EN_NEAR = Point("Their closest experience", ("similar", "experience", "project", "used", "worked", "built", "related"))
_EN_HONEST = Point("Their present level", ("not yet", "haven't", "have not", "no experience", "new to", "basic"))

ASPECTS: Mapping[Language, Mapping[Aim, Aspect]] = {
    "ko": {
        "gap": Aspect(
            "직무 적합성",
            "빠진 요건을 솔직하게 인정하고, 가장 가까운 경험과 보완 계획을 구체적으로 말한다.",
            (_KO_HONEST, _KO_NEAR, _KO_PLAN),
        ),
        "partial": Aspect(
            "직무 적합성",
            "자신의 경험에서 요건과 이어지는 부분을 짚고, 모자란 부분과 보완 계획을 말한다.",
            (
                Point("요건과 이어지는 부분", ("경험", "때문", "이어", "비슷", "동일", "활용", "적용")),
                Point("아직 부족한 부분", ("부족", "다르", "차이", "아직", "없", "못")),
            ),
        ),
        "claim": Aspect("성과의 근거", "상황과 과제, 본인이 한 행동, 측정된 결과를 나누어 말한다."),
        "role": Aspect("직무 적합성", "요건에 맞는 실제 경험을 상황, 과제, 행동, 결과로 말한다."),
        "conflict": Aspect(
            "일관성",
            "어느 쪽이 맞는지 먼저 밝히고, 다르게 적힌 이유를 설명한다.",
            (
                Point("정확한 내용", ("맞습니다", "맞고", "정확", "이력서", "자기소개서")),
                Point("다르게 적힌 이유", ("이유", "때문", "기준", "착오", "실수", "기간", "잘못")),
            ),
        ),
    },
    "en": {
        "gap": Aspect(
            "Fit for the role",
            "Admits plainly what is missing, names the closest experience and a concrete plan.",
            (_EN_HONEST, _EN_NEAR, _EN_PLAN),
        ),
        "partial": Aspect(
            "Fit for the role",
            "Names what in the experience meets the requirement, what is left over, and how to close it.",
            (
                Point(
                    "The part that meets the requirement",
                    ("experience", "because", "same", "similar", "used", "applied", "connect"),
                ),
                Point("The part that is still missing", ("missing", "not yet", "different", "gap", "haven't", "less")),
            ),
        ),
        "claim": Aspect(
            "Evidence of results", "Tells the situation, the task, the own action and a measured result apart."
        ),
        "role": Aspect(
            "Fit for the role", "Tells a real experience that meets the requirement: situation, task, action, result."
        ),
        "conflict": Aspect(
            "Consistency",
            "Says first which one is right, then how the two came to differ.",
            (
                Point("The correct version", ("correct", "right", "résumé", "resume", "cover letter", "accurate")),
                Point(
                    "The reason for the difference",
                    ("because", "reason", "mistake", "typo", "error", "different", "measured", "period"),
                ),
            ),
        ),
    },
}

OTHER_SIDE: Mapping[Language, tuple[str, ...]] = {
    "ko": (
        "반대 입장에서는 비용과 부담이 더 크다고 봅니다. 이 지적에 어떻게 답하시겠습니까?",
        "그 주장이 성립하지 않는 경우도 있습니다. 그럴 때에도 입장을 유지하시는 이유는 무엇입니까?",
    ),
    "en": (
        "The other side would say that this costs more than it brings. How do you answer that?",
        "There are cases in which your argument does not hold. Why do you keep your position all the same?",
    ),
}
"""Counter-arguments for any thesis."""

DISCUSSION: Mapping[Language, tuple[str, ...]] = {
    "ko": (
        "발표하신 방안에서 가장 큰 위험은 무엇이라고 보십니까?",
        "방금 제안하신 내용 가운데 가장 먼저 실행하실 일은 무엇입니까?",
        "그 방안이 효과가 있었는지 어떤 지표로 확인하시겠습니까?",
        "검토하셨지만 발표에서 제외하신 대안은 무엇입니까?",
        "예산이 절반으로 줄어든다면 무엇을 포기하시겠습니까?",
        "이 방안에 가장 반대할 사람은 누구이며, 어떻게 설득하시겠습니까?",
        "발표의 근거 가운데 가장 약한 부분은 어디라고 보십니까?",
        "준비 시간이 더 있었다면 무엇을 더 조사하시겠습니까?",
        "같은 방안을 처음 듣는 고객에게는 어떻게 설명하시겠습니까?",
        "이 방안이 실패한다면 가장 먼저 나타날 신호는 무엇입니까?",
    ),
    "en": (
        "What do you see as the biggest risk in what you proposed?",
        "Which part of your proposal would you carry out first?",
        "Which number would tell you that it worked?",
        "Which alternative did you consider and leave out?",
        "What would you give up if the budget were cut in half?",
        "Who would object most, and how would you win them over?",
        "Which part of your argument rests on the weakest evidence?",
        "What would you have looked into with more time to prepare?",
        "How would you explain the same proposal to a customer?",
        "What would be the first sign that it is failing?",
    ),
}
"""Questions after any presentation."""
