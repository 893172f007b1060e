"""How Korean sentences end, and how they go on. Pure.

The verb comes last and its ending says whether the sentence is over: -습니다, -어요, -거든요 close it, -는데, -고, -서
carry it on; a particle (-을, -에서) or an adnominal form (-하는, -했던) leaves it open.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _ending(text: str, after: str = "") -> re.Pattern[str]:
    return re.compile(f"{after}({'|'.join(text.split())})$")


_CONNECTIVE = _ending(
    """
    데 지만 면서 으며 하며 으려고 하려고 니까 니 해서 어서 져서 려서 워서 와서 돼서 되어서 라서 여서 아서 러서
    켜서 쳐서 가서 봐서 써서 줘서 셔서 가지고 갖고 거나 도록 다가 다면 으면 하면 되면 라면 오면 가면 보면 려면
    자면 든지 듯이 자마자 느라 므로 그리고 그래서 하지만 그런데 근데 때문에 또한 그러나 그러면 그래도 그럼 즉
    만약 혹시 특히 따라서 고 며 게 [^다자]면 위해 위해서 통해 통해서 대해 대해서 관해 관해서 따라 의해 대로
    동안 만큼 정도로 때
    """
)
_PARTICLE = _ending(
    """
    을 를 에서 에게 한테 께서 께 으로 로서 로써 에는 에도 에 부터 까지 처럼 보다 의 와 과 은 는 이랑 랑 하고
    마다 만 도 이나 에서는 에서도 으로는 이라는 라는 다는 자는 이라고 라고 다고 자고
    """,
    after=r"\S",
)
_SUBJECT = re.compile(r"\S(이|가|로)$")
_ADNOMINAL = _ending(
    """
    하는 있는 없는 되는 했던 였던 한 된 할 될 있을 없을 같은 많은 좋은 높은 작은 적인 스러운 로운 려운 거운 러운
    """
)
# Adverbs and determiners: what they belong to is still to come.
_LEADING = _words(
    """
    어떤 다른 이런 그런 저런 모든 여러 각 첫 매우 아주 정말 되게 굉장히 조금 약간 더 가장 제일 너무 많이 잘 못 안
    다시 먼저 처음 처음에 주로 계속 직접 항상 바로 거의 결국 일단 우선 사실 아마 제 저희 우리 내 그 이 저 몇 두 세
    네가 던 한번
    """
)
_FILLER = _words(
    """
    음 어 으음 그 저 저기 뭐 뭐지 이제 약간 그니까 그러니까 뭐랄까 글쎄요 글쎄 막 인제 그게
    """
)
_CLOSING = _ending(
    """
    니다 어요 아요 에요 예요 해요 돼요 세요 래요 거든요 네요 군요 죠 지요 나요 까요 을게요 할게요 볼게요
    게요 고요 구요 던가요 인가요 대요 데요 와요 워요 져요 려요 여요 셔요 십시오 시오 라고요 다고요 거야 거지
    거든 이야 였어 했어 있어 없어 같아 됐어 었어 았어 였다 했다 었다 았다 한다 된다 이다 있다 없다 같다 는다
    했음 있음 없음
    """
)
_POLITE_LINK = re.compile(
    r"(그래서|근데|그런데|그리고|때문에|해서|어서|라서|는데|은데|인데|한데|고|면|면서|저는|제가|저희가)요$"
)
_HALF_CLOSED = re.compile(r"(는데요|은데요|인데요|한데요|던데요|고요|구요)$")
_ANSWERS = _words(
    """
    네 예 네네 예예 넵 아니요 아뇨 아니오 아닙니다 맞아요 맞습니다 좋아요 좋습니다 그럼요 물론이죠 물론입니다
    그렇습니다 그래요 알겠습니다 없습니다 있습니다 동의합니다 괜찮습니다 괜찮아요 준비됐습니다 됐습니다
    감사합니다 응 아니 안녕하세요 이상입니다
    """
)
_MOMENT = "(좀|한번|조금|잠시|잠깐)?"
_WILL = "(하겠습니다|할게요|정리하겠습니다|정리할게요|정리해 ?보겠습니다|정리해 ?볼게요)"
_WILL_TRY = "(더 ?)?해 ?(보겠습니다|볼게요|보고요|볼게|보도록 하겠습니다|보고 말씀드리겠습니다|봐도 될까요)"
_GIVE = "(주세요|주십시오|주시겠어요|주시겠습니까|주실 수 있나요|주실 수 있을까요)"
_SUSPENDS = re.compile(
    rf"(^|\s)((잠시|잠깐)만?( 기다려 ?{_GIVE}|요)|잠시만|잠깐만|생각(을|할)? ?{_MOMENT} ?({_WILL}|{_WILL_TRY})|"
    rf"(생각할 )?시간(을|이)? ?{_MOMENT} ?({_GIVE}|필요합니다|필요해요)|생각할 시간(을|이)?|생각 ?중입니다)$"
)
_TAIL = re.compile(r"[\s.,!?…~]+$")


def suspends(text: str) -> bool:
    """It ends with a request for time: 잠시만요, 생각 좀 해 보겠습니다."""
    return bool(_SUSPENDS.search(_TAIL.sub("", text)))


def goes_on(words: list[str]) -> bool:
    """The last sentence stops where none ends. `words` is not empty."""
    last = words[-1]
    if last in _ANSWERS:
        return False
    if last in _FILLER or last in _LEADING or (_POLITE_LINK.search(last) and not _HALF_CLOSED.search(last)):
        return True
    if _closes(last):
        return False
    return bool(_CONNECTIVE.search(last) or _PARTICLE.search(last) or _ADNOMINAL.search(last)) or (
        len(words) > 1 and len(last) > 1 and bool(_SUBJECT.search(last))
    )


def stands(words: list[str]) -> bool:
    """The last sentence, of which `goes_on` is false, has an ending that closes it."""
    last = words[-1]
    if last in _ANSWERS:
        return True
    return _closes(last) and not _HALF_CLOSED.search(last)


def _closes(word: str) -> bool:
    """합니까 asks, 하니까 goes on: only the first has ㅂ (the 17th final consonant) in front of 니까."""
    if word.endswith("니까"):
        return len(word) > 2 and (ord(word[-3]) - ord("가")) % 28 == 17
    return bool(_CLOSING.search(word))
