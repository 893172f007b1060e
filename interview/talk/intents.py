"""What people say to an interviewer besides answering: asking again, asking for time, skipping, ending. Pure.

A request is short and says little else: "다시 한번 말씀해 주시겠어요?" is one, "다시 설계했습니다" inside an answer is
not. So most patterns count only in an utterance of few words, the more telling ones (orders to the interviewer's model,
insults) anywhere. What matches nothing is an answer: mistaking a request for an answer costs one odd probe, mistaking
an answer for a request would lose what was said.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass

from interview.shapes import Language
from interview.speech.pleasantries import greeting, pleasantry


class Intent(enum.StrEnum):
    ANSWER = "answer"
    REPEAT = "repeat"
    REPHRASE = "rephrase"
    WAIT = "wait"
    READY = "ready"
    SKIP = "skip"
    DONT_KNOW = "dont_know"
    BACK = "back"
    SLOWER = "slower"
    FASTER = "faster"
    LOUDER = "louder"
    END = "end"
    RECORDING = "recording"
    COMPANY = "company"  # asks about the employer or the job
    EVALUATION = "evaluation"  # asks how it went, or for the right answer
    INJECTION = "injection"  # gives the model behind the interviewer orders
    HOSTILE = "hostile"
    YES = "yes"
    NO = "no"
    PLEASANTRY = "pleasantry"  # a greeting, or thanks
    NOTHING = "nothing"  # no words that mean anything: "uh", "음"


@dataclass(frozen=True, slots=True)
class _Rule:
    """`words`: the longest utterance, in words (Korean: eojeol), in which the pattern is a request."""

    intent: Intent
    words: int
    pattern: re.Pattern[str]


def _rules(rows: tuple[tuple[Intent, int, str], ...]) -> tuple[_Rule, ...]:
    return tuple(_Rule(intent, words, re.compile(pattern, re.IGNORECASE)) for intent, words, pattern in rows)


_ANYWHERE = 10_000

_KO = _rules(
    (
        (
            Intent.INJECTION,
            _ANYWHERE,
            r"(이전|앞의|위의|지금까지의|기존)\s*(지시|명령|지침|프롬프트)\S*\s*(\S+\s*)?(무시|잊)|시스템\s*프롬프트|프롬프트를\s*(알려|보여|말)"
            r"|(점수|만점|5점|오\s*점)\S*\s*(모두|다|전부)?\s*(주세요|달라|줘|주십시오|매겨)|너는\s*(이제|지금)부터|당신은\s*(이제|지금)부터",
        ),
        (Intent.HOSTILE, _ANYWHERE, r"(씨발|시발|개새끼|병신|지랄|닥쳐|꺼져|미친\s*(놈|년|새끼)|좆|엿\s*먹)"),
        (
            Intent.END,
            8,
            r"(면접|인터뷰|여기서|이만|그만|이제)\S*\s*(\S+\s*)?(그만|종료|끝내|끝낼|마치|마칠|중단)\S*\s*(하|해|할|싶|겠|주|될|되)"
            r"|^(네\s*)?그만\s*(하|할|해)\S*$|(면접|인터뷰)\S*\s*(종료|중단|그만)|여기까지\s*(하|할|만)\S*",
        ),
        (Intent.RECORDING, 10, r"(녹음|녹화|저장|기록)\S*(\s+\S+)?\s*(\?|나요|가요|까요?|건가요|인가요|죠)\??$"),
        (
            Intent.EVALUATION,
            10,
            r"(제|저의|방금)\s*답변\S*\s*(어땠|어떤가|괜찮|맞)|(정답|모범\s*답안|답)\S*\s*(\S+\s*)?(뭐|뭔|무엇|알려|말해|가르쳐)"
            r"|(몇\s*점|점수\S*\s*(어떻|몇|알려)|합격\S*\s*(했|인가|할\s*수|한\s*건가))|잘하고\s*있(나|는)",
        ),
        (
            Intent.COMPANY,
            16,
            r"(회사|귀사|팀|부서|연봉|복지|근무|입사|업무|직무|사내|조직|수습|재택|야근)\S*\s.*(나요|가요|까요|습니까|ㅂ니까|인지요|는지요|궁금합니다)\s*\?*$",
        ),
        (
            Intent.REPHRASE,
            12,
            r"(무슨|어떤)\s*(뜻|말씀|의미|말)(인지|이|일|이신)?\S*\s*(잘\s*)?(\S*모르|\S*이해|\S*신가|\S*실까|\?|$|\S*죠|\S*인가|\S*이에|\S*예)"
            r"|질문\S*\s*(의도|뜻|의미)\S*|(다르게|쉽게|다른\s*말로|풀어서|바꿔서|바꾸어|구체적으로)\s*(다시\s*)?(말씀|설명|질문|여쭤|물어|해\s*주)\S*"
            r"|질문\S*\s*(잘\s*)?(이해|못\s*알아|모르)",
        ),
        (
            Intent.REPEAT,
            10,
            r"(다시|한\s*번\s*더|한번\s*더|한\s*번만|재차)\s*(\S+\s*){0,2}(말씀|질문|물어|들려|읽어|얘기|이야기|해\s*주|부탁|여쭤)\S*"
            r"|(질문|말씀)\S*\s*(\S+\s*)?(못\s*들|안\s*들|잘\s*못|놓쳤|뭐였|뭐라|뭐였죠|무엇이었)|뭐라고\s*(하|말)\S*|못\s*들었\S*|^네\?$|^예\?$|잘\s*안\s*들\S*",
        ),
        (
            Intent.LOUDER,
            8,
            r"(크게|큰\s*소리|소리\S*\s*(좀\s*)?(키|크|작|높)|목소리\S*\s*(\S+\s*)?작|볼륨|음량)",
        ),
        (
            Intent.SLOWER,
            8,
            r"(천천히|느리게)\s*(\S+\s*)?(말씀|말해|부탁|질문|얘기|해\s*주)|(말|속도)\S*\s*(\S+\s*)?(빠르|빨라|빨)",
        ),
        (
            Intent.FASTER,
            8,
            r"(빠르게|빨리)\s*(\S+\s*)?(말씀|말해|부탁|진행|해\s*주)|(말|속도)\S*\s*(너무\s*)?(느리|느려)",
        ),
        (
            Intent.BACK,
            9,
            r"(이전|앞|전|아까|방금\s*전|지난)\S*\s*(그\s*)?(질문|문항|답변)\S*\s*(\S+\s*){0,2}(돌아|다시|추가|보충|수정|고치)\S*",
        ),
        (
            Intent.SKIP,
            9,
            r"(넘어|넘기|건너|패스|스킵|다음\s*(질문|걸|거|것|문제)|통과)\S*\s*(\S+\s*)?(가|하|할|해|주|겠|부탁|싶|될|되|으로|로)?\S*",
        ),
        (
            Intent.WAIT,
            9,
            r"(잠시만|잠깐만|잠시|잠깐|조금만|좀만)\s*(\S+\s*){0,3}(요|주|기다|시간|생각|정리|만요|$)|생각\S*\s*(좀\s*)?(해\s*보|할\s*시간|정리|을\s*좀)"
            r"|시간\S*\s*(조금|좀|잠시)?\s*(더\s*)?(주|필요)|정리\S*\s*(좀\s*)?(하고|할\s*시간|해\s*보)|^(음\s*)*(글쎄요|그러니까요)$",
        ),
        (Intent.READY, 8, r"준비\S*\s*(\S+\s*)?(되었|됐|끝|완료|마쳤)\S*|(발표|답변)?\S*\s*시작하(겠|도록|려)\S*"),
        (
            Intent.YES,
            4,
            r"^(네|예|넵|그래요|그렇습니다|좋습니다|좋아요|맞습니다|알겠습니다|들립니다|그럼요|부탁드립니다|괜찮습니다)(\s+\S+){0,2}$",
        ),
        (Intent.NO, 4, r"^(아니요|아니오|아닙니다|아뇨|괜찮아요|없습니다|없어요)(\s+\S+){0,2}$"),
        (
            Intent.DONT_KNOW,
            9,
            r"(잘\s*)?(모르겠|모릅니다|몰라요)\S*$|(생각|기억)\S*\s*(잘\s*)?(안\s*나|나지\s*않|안나)\S*$|(없는\s*것|없습니다|없어요)\s*같?\S*$",
        ),
    )
)

_EN = _rules(
    (
        (
            Intent.INJECTION,
            _ANYWHERE,
            r"(ignore|forget|disregard)\s+(\w+\s+){0,3}(previous|prior|above|earlier|your)\s+(\w+\s+)?(instructions?|prompts?|rules|rubric)"
            r"|ignore\s+(the\s+)?(rubric|instructions)|system\s+prompt|(tell|show|reveal|print)\s+(me\s+)?(your|the)\s+(\w+\s+)?(prompt|instructions)"
            r"|give\s+(me\s+)?(a\s+)?(five|5|full|top|maximum|perfect)\s*(out\s+of\s+\w+|points?|marks?|scores?|everywhere)|you\s+are\s+now\s+an?\b",
        ),
        (
            Intent.HOSTILE,
            _ANYWHERE,
            r"\b(fuck\w*|shut\s+up|asshole|bullshit|stupid\s+(bot|machine|question)|screw\s+you|bitch)\b",
        ),
        (
            Intent.END,
            11,
            r"\b(stop|end|finish|quit|terminate)\b\s*(\w+\s+){0,2}(the\s+|this\s+)?(interview|session|here|now|it\s+here)"
            r"|\bi\s*('d|\s+would)?\s*(like|want)\s+to\s+(stop|quit|end|finish)\b|that\s*('s|\s+is)\s+enough\s+for\s+(today|now)",
        ),
        (Intent.RECORDING, 12, r"\b(is|are|am|will)\b.{0,30}\b(record(ed|ing)|saved?|stored?)\b"),
        (
            Intent.EVALUATION,
            12,
            r"how\s+(did|am|was)\s+(i|my)\b.{0,20}(do|doing|answer|so\s+far)?\??$|(what\s*('s|\s+is)|tell\s+me)\s+the\s+(right|correct|best|model)\s+answer"
            r"|what\s*('s|\s+is)\s+my\s+score|did\s+i\s+(pass|do\s+well|get\s+it)|was\s+that\s+(a\s+)?(good|right|correct|okay|ok)\b",
        ),
        (
            Intent.COMPANY,
            22,
            r"^(and |so |well |okay )?(what|how|is|are|do|does|will|when|where|who|could|can|may)\b.*"
            r"\b(team|company|salary|role|position|office|benefits|remote|culture|job|colleagues)\b.*\?$",
        ),
        (
            Intent.REPHRASE,
            14,
            r"\b(rephrase|reword|put\s+(that|it)\s+(differently|another\s+way)|say\s+(that|it)\s+(differently|another\s+way)|clarify)\b"
            r"|what\s+do\s+you\s+mean|(don't|do\s+not|didn't|did\s+not)\s+(really\s+|quite\s+)?(understand|get|follow)\s+(the|your|that|what)",
        ),
        (
            Intent.REPEAT,
            14,
            r"\b(repeat|say)\b\s*(that|it|the\s+question|your\s+question)?\s*(again|once\s+more|please|\?|$|for\s+me|one\s+more)"
            r"|\b(pardon|come\s+again|what\s+was\s+(that|the\s+question)|one\s+more\s+time|what\s+did\s+you\s+(say|ask))\b"
            r"|(can|could|would)\s+you\s+(please\s+)?repeat\b|(didn't|did\s+not|couldn't|can't|could\s+not)\s+(quite\s+|really\s+)?(hear|catch)\b|ask\s+(that|it|the\s+question)\s+again"
            r"|^sorry\??$|^excuse\s+me\??$",
        ),
        (
            Intent.LOUDER,
            11,
            r"\b(louder|speak\s+up|turn\s+(it|the\s+volume)\s+up|too\s+quiet|(more|higher)\s+volume|can\s+barely\s+hear)\b",
        ),
        (Intent.SLOWER, 11, r"\b(slower|slow\s+down|more\s+slowly|too\s+fast)\b"),
        (Intent.FASTER, 11, r"\b(faster|speed\s+up|more\s+quickly|too\s+slow)\b"),
        (
            Intent.BACK,
            13,
            r"\b(go|going|come|get)\s+back\s+to\b.{0,25}\b(question|one|answer)\b|\b(previous|last|earlier)\s+question\s*(again|please|\?|$)",
        ),
        (
            Intent.SKIP,
            11,
            r"\b(skip|pass)\b\s*(on\s+)?(this|that|it|the|please|$|one|for\s+now)|\b(next|another|different)\s+question\b|\bmove\s+on\b",
        ),
        (
            Intent.WAIT,
            13,
            r"\b(let\s+me\s+(think|see|consider|gather)|(give|need|take|want|have)\s+(me\s+)?(a|some|one|another|just\s+a|a\s+few)\s+(\w+\s+)?(moment|minute|second|seconds|time|sec|bit)"
            r"|(one|just\s+a|hold\s+on\s+a|a)\s+(moment|second|sec|minute)|hold\s+on|wait\s+a|i\s+need\s+to\s+think|i'm\s+thinking|good\s+question\s+let)\b",
        ),
        (
            Intent.DONT_KNOW,
            11,
            r"\b(i\s+)?(don't|do\s+not|dunno)\s*(really\s+)?(know|have\s+(an\s+answer|any\s+idea|one))\b.{0,20}$|\bno\s+idea\b|can't\s+think\s+of\b.{0,20}$|nothing\s+comes\s+to\s+mind",
        ),
        (
            Intent.READY,
            9,
            r"\b(i'm|i\s+am|we're)\s+(ready|done\s+preparing|prepared)\b|^ready\b|\b(i\s+(will|can)|i'll|let\s+me)\s+(start|begin)\b",
        ),
        (Intent.YES, 4, r"^(yes|yeah|yep|sure|okay|ok|of\s+course|please|i\s+can|go\s+ahead)\b.{0,15}$"),
        (Intent.NO, 4, r"^(no|nope|not\s+really|no\s+thanks?)\b.{0,15}$"),
    )
)

_RULES = {"ko": _KO, "en": _EN}

_HESITATION = re.compile(r"^(음+|어+|아+|저+|그+|흠+|uh+|um+|hm+|er+|ah+|oh+|well|so|and|the)$", re.IGNORECASE)


def understand(text: str, language: Language) -> Intent:
    """What the utterance is. `text` is a final transcript: casing and punctuation mean little."""
    plain = _plain(text)
    words = plain.split()
    if all(_HESITATION.match(word.strip("?")) for word in words):
        return Intent.NOTHING
    if greeting(text, language):
        return Intent.PLEASANTRY
    return next(
        (rule.intent for rule in _RULES[language] if len(words) <= rule.words and rule.pattern.search(plain)),
        Intent.PLEASANTRY if pleasantry(text, language) else Intent.ANSWER,
    )


def _plain(text: str) -> str:
    """Whisper's apostrophes made one, its other punctuation gone, question marks kept: they tell a request."""
    folded = unicodedata.normalize("NFC", text).replace("’", "'")
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s'?]", " ", folded)).strip().lower()
