"""The rubric's words, Korean and English. See rubric.py. Pure data."""

from __future__ import annotations

from interview.shapes import Language

Anchors = tuple[str, str, str, str, str]

TITLES: dict[str, dict[Language, str]] = {
    "relevance": {"ko": "질문 적합성", "en": "Relevance"},
    "star": {"ko": "STAR 완성도", "en": "STAR completeness"},
    "technical": {"ko": "기술 정확성", "en": "Technical accuracy"},
    "specificity": {"ko": "구체성", "en": "Specificity"},
    "ownership": {"ko": "본인 기여", "en": "Ownership"},
    "fit": {"ko": "직무 요건 부합", "en": "Fit to the requirement"},
    "consistency": {"ko": "이력서와의 일치", "en": "Consistency with the résumé"},
}

ASKS: dict[str, dict[Language, str]] = {
    "relevance": {
        "ko": "답변이 질문이 물은 것에 답하는가?",
        "en": "Does the answer answer what the question asked?",
    },
    "star": {
        "ko": "상황, 과제, 본인의 행동, 결과를 모두 말하는가?",
        "en": "Does the answer tell the situation, the task, the candidate's own action, and the result?",
    },
    "technical": {
        "ko": "기술적으로 옳고, 필요한 핵심을 말하는가?",
        "en": "Is the answer technically right, and does it make the points that matter?",
    },
    "specificity": {
        "ko": "구체적인가? 이름, 숫자, 도구, 실제 한 일이 있는가?",
        "en": "Is the answer specific: names, numbers, tools, concrete steps?",
    },
    "ownership": {
        "ko": "지원자 본인이 무엇을 했는지 드러나는가?",
        "en": "Does the answer show what the candidate personally did and decided?",
    },
    "fit": {
        "ko": "답변이 아래 직무 요건을 갖추었음을 보여 주는가?",
        "en": "Does the answer show that the candidate meets the job requirement below?",
    },
    "consistency": {
        "ko": "답변이 아래 이력서 내용과 일치하는가?",
        "en": "Does the answer agree with the lines of the résumé below?",
    },
}

ANCHORS: dict[str, dict[Language, Anchors]] = {
    "relevance": {
        "ko": (
            "답하지 않거나 다른 이야기를 한다.",
            "질문의 주제만 스치고 일반론에 머문다.",
            "일부에만 답한다.",
            "질문에 답하지만 곁가지가 있다.",
            "질문에 곧바로, 빠짐없이 답한다.",
        ),
        "en": (
            "Gives no answer or talks about something else.",
            "Only touches the topic, in general terms.",
            "Answers part of the question.",
            "Answers the question with some detours.",
            "Answers the question directly and completely.",
        ),
    },
    "star": {
        "ko": (
            "실제 경험이 없다.",
            "경험을 언급하지만 한 일이 없다.",
            "한 일은 있으나 상황이나 결과가 빠졌거나 흐릿하다.",
            "상황, 행동, 결과가 있으나 하나가 약하다.",
            "상황, 과제, 행동, 결과가 모두 분명하다.",
        ),
        "en": (
            "No real experience is told.",
            "An experience is mentioned, but no action.",
            "An action is told, but the situation or the result is missing or vague.",
            "Situation, action and result are there, one of them weak.",
            "Situation, task, action and result are all clear.",
        ),
    },
    "technical": {
        "ko": (
            "모른다고 하거나 틀렸다.",
            "용어만 말하고 설명이 없거나 오류가 있다.",
            "기본은 맞지만 핵심이 여럿 빠졌다.",
            "맞고 핵심 대부분을 설명한다.",
            "정확하고 이유와 한계까지 설명한다.",
        ),
        "en": (
            "Does not know, or is wrong.",
            "Drops terms without explaining, or with errors.",
            "The basics are right, but several key points are missing.",
            "Right, and explains most key points.",
            "Accurate, and explains reasons and trade-offs.",
        ),
    },
    "specificity": {
        "ko": (
            "막연한 말뿐이다.",
            "대부분 일반론이고 예가 없다.",
            "예는 있으나 숫자나 이름이 거의 없다.",
            "구체적인 예와 이름 또는 숫자가 있다.",
            "이름, 숫자, 단계가 두루 구체적이다.",
        ),
        "en": (
            "Nothing but vague words.",
            "Mostly general statements, no example.",
            "An example, but hardly a number or name.",
            "A concrete example with a name or a number.",
            "Concrete throughout: names, numbers, steps.",
        ),
    },
    "ownership": {
        "ko": (
            "본인이 한 일이 없다.",
            "팀이 한 일만 말한다.",
            "본인의 역할이 흐릿하다.",
            "본인이 한 일이 드러난다.",
            "본인의 결정과 행동, 그 이유가 분명하다.",
        ),
        "en": (
            "Nothing the candidate did.",
            "Only what the team did.",
            "The candidate's own part is blurred.",
            "What the candidate did is told.",
            "The candidate's own decisions, actions and reasons are clear.",
        ),
    },
    "fit": {
        "ko": (
            "요건과 관련된 내용이 없다.",
            "관심이나 의지만 말한다.",
            "비슷한 경험을 간접적으로 보인다.",
            "요건에 맞는 경험을 보인다.",
            "요건을 갖추었음을 실제 일과 결과로 보인다.",
        ),
        "en": (
            "Nothing to do with the requirement.",
            "Only interest or willingness.",
            "Related experience, indirectly.",
            "Experience that matches the requirement.",
            "Work and results that prove the requirement.",
        ),
    },
    "consistency": {
        "ko": (
            "이력서와 어긋난다.",
            "이력서에 없는 주장이 많다.",
            "이력서와 관련이 적다.",
            "이력서와 대체로 일치한다.",
            "이력서와 일치하고 내용을 더 자세히 설명한다.",
        ),
        "en": (
            "Contradicts the résumé.",
            "Claims much that the résumé does not have.",
            "Has little to do with the résumé.",
            "Mostly agrees with the résumé.",
            "Agrees with the résumé and explains it further.",
        ),
    },
}
