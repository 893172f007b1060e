"""What somebody means who speaks while moui is speaking, judged by the words of the first half second or so. Pure.

People nod with their voices: a listener's "yeah" or "네" claims no turn (a backchannel: Yngve 1970). To stop for one is
as rude as to talk on over "잠깐만요". A nod that is misheard ("uh-huh" as "I'll.") is a nod no less, so only words that
ask for the floor interrupt by themselves; for all others the shell lets time decide: who means them goes on speaking.
"""

from __future__ import annotations

import enum
import re
import unicodedata

from voice.hallucination import BROADCAST
from voice.words import normalise


class Meaning(enum.StrEnum):
    """What speech over a reply is."""

    INTERRUPTION = "interruption"
    """Somebody asks for the floor: the reply ends here."""
    WORDS = "words"
    """Something is said that is neither: how long it lasts decides."""
    BACKCHANNEL = "backchannel"
    """ "yeah", "네": I am listening, go on."""
    NOTHING = "nothing"
    """A cough, a hesitation sound, or what Whisper writes where nobody spoke."""
    ECHO = "echo"
    """moui's own words, back through the microphone."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(map(normalise, phrase.split())) for phrase in text.split("/"))


_EN_BACKCHANNELS = _phrases(
    """
    yeah / yeah yeah / yep / yup / yes / ya / uh huh / uhhuh / mm hmm / mmhmm / mhm / mm / mmm / mma / hmm /
    hm / huh uh / ah / aha / oh / ooh / wow / okay / ok / k / right / alright / all right / sure / sure thing /
    got it / gotcha / i see / i got it / i understand / i agree / understood / exactly / absolutely /
    definitely / totally / indeed / correct / true / that's right / that's true / that's correct /
    that's fine / that makes sense / makes sense / fair enough / of course / no problem / sounds good / good /
    great / nice / cool / perfect / fine / interesting / really / go on / go ahead / thanks / thank you /
    thank you very much / thank you so much
    """
)
_KO_BACKCHANNELS = _phrases(
    """
    예 / 응 / 응응 / 아 / 아아 / 오 / 와 / 아하 / 아하하 / 음 /
    음음 / 흠 / 으흠 / 어 / 어어 / 네에 / 넵 / 넹 / 옙 / 오케이 /
    그래 / 그래요 / 그렇죠 / 그쵸 / 그죠 / 그럼요 / 그렇군요 / 그렇구나 / 그랬군요 / 그렇습니다 /
    맞아 / 맞아요 / 맞습니다 / 맞죠 / 물론이죠 / 물론입니다 / 알겠습니다 / 알겠어요 / 알겠네요 / 이해했습니다 /
    이해했어요 / 좋아요 / 좋습니다 / 좋네요 / 감사합니다 / 고맙습니다 / 아 진짜요 / 진짜요 / 정말요
    """
)
_KO_NODS = re.compile(r"[네예넵응음]{1,6}")
""" "네네네": written together as often as apart."""

_EN_FILLERS = _words("um umm uhm uh uhh er erm eh a the i you so well like and but hey ha haha hahaha hehe huh bye")
_KO_FILLERS = _words(
    """
    으 엄 그 저 저기 뭐 이제 약간 막 좀 그니까 그러니까 그래서 하 하하 하하하 허허 ㅋ ㅎ
    쿨럭 콜록 콜록콜록 에 흐 흡 큼 큼큼 아멘
    """
)
"""Alone they say nothing yet: hesitation, laughter, coughs as Whisper writes them, the first word of a sentence."""

_EN_COMMANDS = _phrases(
    """
    stop / wait / hold on / hang on / hold up / one moment / one second / just a moment / just a second /
    just a minute / excuse me / pardon / pardon me / sorry / come again / say that again / say again / repeat /
    repeat that / what / no / nope / quiet / enough / be quiet / shut up / skip / pause / question / slower /
    slow down / let me / can i / could you / can you / may i
    """
)
_KO_COMMANDS = re.compile(
    r"잠깐|잠시|그만|멈춰|멈추|스톱|스탑|중지|중단|됐어|됐습|아니|아뇨|죄송|저기요|여기요|뭐라|다시|천천히|질문|넘어가|다음|저요|근데|그런데|하지만"
)
"""Eojeol that claim the floor, whatever their ending."""

_HUH = re.compile(r"(?:^|\s)(네|예|뭐|응)\s*\?+\s*$")
""" "네?" asks for a repetition; "네." does not."""

_WORD = re.compile(r"[\w'’]+")
_TAG = re.compile(r"\[[^\]]*\]|\([^)]*\)|（[^）]*）|\*[^*]*\*|<[^>]*>|[♪♫🎵🎶]+")
_MOST_NODS = 6
_COMMAND_WITHIN = 3
"""Words: who wants the floor says so first."""
_ECHO_WORDS = 3
"""A run of so many of moui's own words is an echo even if they could be nods."""
_KEPT_LETTERS = 240
"""Of what is being said: about 12 s of speech."""


def meaning(text: str, language: str, *, being_said: str = "") -> Meaning:
    """What `text`, heard while moui was saying `being_said`, means.

    `language` is the conversation's ("ko", "en", ...); English nods are understood in all, as people mix them in.
    `being_said` are moui's words around that time: the fewer others it holds, the less is taken for an echo by chance.
    """
    spoken = _TAG.sub(" ", text).strip()
    words = _split(spoken)
    if not words or normalise(spoken) in BROADCAST:
        return Meaning.NOTHING
    korean = language == "ko"
    if korean and len(words) <= 2 and _HUH.search(spoken):
        return Meaning.INTERRUPTION
    commanding = _commands(words, set(_split(being_said)), korean)
    if not commanding and len(words) >= _ECHO_WORDS and _is_echo(words, being_said):
        return Meaning.ECHO
    nods = _nods(words, korean)
    if nods is not None and (nods or not commanding):
        return Meaning.BACKCHANNEL if nods else Meaning.NOTHING
    if commanding:
        return Meaning.INTERRUPTION
    return Meaning.ECHO if _is_echo(words, being_said) else Meaning.WORDS


def _split(text: str) -> list[str]:
    return [word for word in map(normalise, _WORD.findall(text)) if word]


def _commands(words: list[str], said: set[str], korean: bool) -> bool:
    """Whether it asks for the floor outright: in a word or two, or in words that moui is not saying itself."""
    said = said if len(words) > 2 else set()
    for start in range(min(_COMMAND_WITHIN, len(words))):
        stem = _KO_COMMANDS.match(words[start]) if korean else None
        if stem and not any(word.startswith(stem.group()) for word in said):
            return True
        for length in (1, 2, 3):
            phrase = tuple(words[start : start + length])
            if phrase in _EN_COMMANDS and not said.issuperset(phrase):
                return True
    return False


def _nods(words: list[str], korean: bool) -> int | None:
    """How many backchannels the words are, strung together ("Um, okay. Yeah, I see."), or None: they say more."""
    fillers = _EN_FILLERS | _KO_FILLERS if korean else _EN_FILLERS
    at = nods = 0
    while at < len(words):
        length = next((n for n in (4, 3, 2, 1) if _is_nod(tuple(words[at : at + n]), n, korean)), 0)
        if not length and words[at] not in fillers:
            return None
        nods += length > 0
        at += length or 1
    return nods if nods <= _MOST_NODS else None


def _is_nod(phrase: tuple[str, ...], length: int, korean: bool) -> bool:
    if len(phrase) != length:
        return False
    if phrase in _EN_BACKCHANNELS:
        return True
    return korean and (phrase in _KO_BACKCHANNELS or (length == 1 and bool(_KO_NODS.fullmatch(phrase[0]))))


def _is_echo(words: list[str], being_said: str) -> bool:
    """Whether the letters of `words` are, nearly, a run of `being_said`.

    Letters, because an echo is cut anywhere and misheard ("...oject you are proud"); Korean ones are taken apart, so
    that one wrong vowel is one error. Tolerated: nothing in a short word, a fifth of two words, 30 % of more.
    """
    heard = _letters("".join(words))
    source = _letters(normalise(being_said))[-_KEPT_LETTERS:]
    if len(heard) < 4 or not source or len(heard) > len(source) + 4:
        return False
    tolerated = 0.0 if len(heard) <= 6 else 0.2 if len(heard) <= 12 else 0.3
    return _distance_within(heard, source) <= tolerated * len(heard)


def _letters(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _distance_within(wanted: str, source: str) -> int:
    """Edit distance of `wanted` to the stretch of `source` that is nearest to it (Sellers 1980)."""
    row = [0] * (len(source) + 1)
    for number, letter in enumerate(wanted, 1):
        diagonal, row[0] = row[0], number
        for at, other in enumerate(source, 1):
            diagonal, row[at] = row[at], min(diagonal + (letter != other), row[at] + 1, row[at - 1] + 1)
    return min(row)
