"""Does a transcript look as if the speaker were going on? Pure; the second opinion beside the end-of-turn detector.

smart-turn hears intonation and is fooled by a falling one in mid-sentence: it is 97 % sure that "And so, my fellow
Americans" is a complete turn (measured on that clip). Words tell better there. The rules are one-sided on purpose:
they only ever ask for more patience, never for less, so that a wrong guess costs a second and not a cut-in.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[\w'’]+")

# A sentence that stops after one of these has not stopped. (Not listed: what ends good sentences too: that, it, was.)
_EN_HANGING = _words(
    """
    a an the and but or so because if when while although though unless until which whose where than as of to
    from into between my your our their his its i we they um uh er erm
    """
)

# A sentence that begins with one of these and has no verb is only the beginning of one.
_EN_OPENERS = _words(
    """
    and but so because if when while although though since after before in on at by for with from during as well
    first then
    """
)

_EN_VERBS = _words(
    """
    am is are was were be been being do does did done have has had will would can could should shall may might
    must i'm i've i'd i'll we're we've we'd it's that's there's don't didn't can't couldn't wasn't isn't ask
    asked add added agree agreed allow analyze become became begin began believe broke build built call came
    change changed choose chose come cut decide decided deploy deployed design designed develop developed
    discuss discussed drive enjoy explain explained fail failed feel felt find fix fixed found gave get give go
    got grow handle handled help helped hire hope implement implemented improve improved increase increased join
    joined keep kept knew know launch lead learn learned leave led left let like liked look looked lost love
    made make manage managed mean meet met migrate move moved need needed offer organize own plan planned prefer
    prepare present read realize reduce reduced resolve said saw say see seem sent set ship show showed solve
    solved speak spend spent split start started stay stop study studied suggest support take talk talked taught
    tell test tested think thought took told train tried try turn understand use used want wanted went win won
    work worked write wrote fall fell falls rise rose ran run runs put paid pay cost costs drew grew held hold hit hurt
    broken chosen driven fallen given gone grown known made risen run shown spoken taken written won called reached
    """
)

_KO_CONNECTIVE = re.compile(
    r"(는데|은데|인데|한데|던데|지만|면서|으며|하며|려고|니까|해서|어서|져서|려서|워서|와서|돼서|라서|가지고|아서|여서|거나|도록|다가|다면|으면|하면|되면|라면|"
    r"그리고|그래서|하지만|그런데|근데|때문에|또한|그러나|고|며)$"
)
_KO_PARTICLE = re.compile(r"\S(을|를|에서|에게|께서|으로|에는|에도|부터|까지|처럼|보다|의|와|과|은|는|이랑|하고)$")
_KO_FILLER = frozenset(["음", "어", "그", "저", "뭐", "이제", "약간", "그니까", "그러니까", "잠시만요", "잠깐만요"])
_KO_WHOLE = re.compile(r"(습니다|니다|어요|아요|에요|예요|거든요|네요|죠|요|다|까)$")


def unfinished(text: str, language: str) -> bool:
    """Whether the text so far asks for patience. Empty text does not."""
    stripped = text.strip()
    if not stripped:
        return False
    if stripped.endswith((",", "…", "...", "-", "–", ":")):
        return True
    words = _WORD.findall(stripped.replace("’", "'"))
    if not words:
        return False
    return _korean(words[-1]) if language == "ko" else _english(stripped, words[-1].lower())


def _korean(last: str) -> bool:
    if last in _KO_FILLER:
        return True
    if _KO_WHOLE.search(last):
        return False
    return bool(_KO_CONNECTIVE.search(last) or _KO_PARTICLE.search(last))


def _english(text: str, last: str) -> bool:
    words = [word.lower() for word in _WORD.findall(_last_sentence(text).replace("’", "'"))]
    if last in _EN_HANGING and len(words) > 1:
        return True
    return bool(words) and words[0] in _EN_OPENERS and not any(map(_is_verb, words))


def _is_verb(word: str) -> bool:
    return word in _EN_VERBS or word.endswith("ed")


def _last_sentence(text: str) -> str:
    sentences = [part for part in re.split(r"(?<=[.?!])\s+", text) if part]
    return sentences[-1]
