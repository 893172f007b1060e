"""How English sentences stop, and where they never do. Pure.

English shows less in its words than Korean does: a clause that could stand ("I led the team") may yet go on ("that
built it"). So the rules find what surely goes on, and what can stand; intonation and silence decide the rest.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A sentence that stops after one of these has not stopped. (Not listed: what ends good sentences too: it, up, so.)
_HANGING = _words(
    """
    a an the and but or nor because if when while although though unless until which whose where whether as of to
    from into onto with for at by during without within against toward towards across behind per via upon among
    between despite than my your our their his its i we they he she i'm we're they're you're he's she's it's
    there's that's i've we've they've i'd we'd i'll we'll they'll it'll don't didn't can't couldn't wouldn't
    wasn't isn't aren't weren't haven't hasn't hadn't um uh er erm uhm hmm like every very quite mostly mainly
    basically actually especially specifically including such gonna wanna let's let
    """
)

# They may end a sentence only where it asks or points ("that is how it was", "yes, I did").
_AUXILIARIES = _words(
    """
    am is are was were have has had do does did will would can could should shall may might must be been being
    """
)
_POINTING = _words("how what who where that's yes no yeah yep nope than as so neither nor")

# A speaker who stops behind one of these owes its object ("we built"), unless it is passive or follows a "what".
_TRANSITIVE = _words(
    """
    made built used led created designed developed implemented added got took gave wrote found put brought sent
    decided wanted needed tried managed started began including using making building having getting doing
    thought said realized believed noticed discovered think believe want need know mean guess say make build use
    get take give find put keep kept let became become seemed seems introduced reduced handled maintained owned
    """
)
_PASSIVE = _words("is are was were be been being get gets got what which that how whom it's that's they're had has")

_OPENERS = _words(
    """
    and but so because if when while although though since after before in on at by for with from during as well
    first then once instead
    """
)

_ADJECTIVE = re.compile(r"(ous|ful|less|ive|able|ible|ical|ional|ental|iate|ly)$")
_DETERMINERS = _words("a an the my your our their his her its this these those some any every each no very more most")

_VERBS = _words(
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
    work worked worked write wrote fall fell falls rise rose ran run runs put paid pay cost costs drew grew held
    hold hit hurt broken chosen driven fallen given gone grown known made risen run shown spoken taken written
    won called reached works goes makes takes uses means helps needs wants thank thanks brought bought caught
    began sold stood sat beat bet quit lies lay
    """
)
_ANSWERS = _words(
    "yes yeah yep yup no nope sure okay ok correct right absolutely definitely exactly certainly hello hi"
)
_ANSWER_TAILS = _words("please thanks thank you sir course not really so all ready sure that's it much")

_MOMENT = r"(?:just )?(?:a|one) (?:moment|second|sec|minute|little time)(?: please)?"
_BARE = re.compile(
    rf"(?:(?:um+|uh+|yes|yeah|okay|ok|sure|sorry|well|so|please|hmm|oh|just|wait|hold on) )*(?:{_MOMENT})"
)
_THINK = "(?:think|see|recall|remember|consider)"
_IT = "(?: about (?:it|that|this|that one))?"
_BEG = """
    give me|i need|i'll need|i'd like|may i have|can i have|could i have|can i take|could i take|let me take|
    let me have|wait|hold on
""".replace("\n", "").replace("    ", "")
_SUSPENDS = re.compile(
    r"(?<!they )(?<!he )(?<!she )(?<!to )(?<!didn't )\b(?:"
    rf"let me (?:just )?{_THINK}{_IT}(?: (?:for )?(?:a|one) (?:moment|second|sec|minute|bit))?"
    rf"|(?:{_BEG}) {_MOMENT}(?: to {_THINK}{_IT})?"
    rf"|(?:{_BEG}) (?:some|a little)(?: more)? time(?: to {_THINK}{_IT})?"
    rf"|hold on|hang on|bear with me|i'm thinking|i (?:have|need) to think{_IT}"
    r")(?: please)?$"
)
_PUNCTUATION = re.compile(r"[^\w'’\s]+")


def suspends(text: str) -> bool:
    """It ends with a request for time: "let me think", "one moment, please"."""
    plain = " ".join(_PUNCTUATION.sub(" ", text).replace("’", "'").lower().split())
    if _SUSPENDS.search(plain):
        return True
    last = re.split(r"(?<=[.?!])\s+", text.strip())[-1]
    return bool(_BARE.fullmatch(" ".join(_PUNCTUATION.sub(" ", last).lower().split())))


def goes_on(words: list[str]) -> bool:
    """The last sentence stops where none ends. `words` is not empty."""
    lowered = [word.lower() for word in words]
    last, before = lowered[-1], lowered[:-1]
    if last in _HANGING:
        return len(lowered) > 1 or last not in ("so",)
    if last in _AUXILIARIES:
        return not any(word in _POINTING for word in before)
    if last in _TRANSITIVE and before and not any(word in _PASSIVE for word in before[-4:]):
        return True
    if _ADJECTIVE.search(last) and before and before[-1] in _DETERMINERS:
        return True
    return lowered[0] in _OPENERS and not any(map(_is_verb, lowered))


def stands(words: list[str]) -> bool:
    """The last sentence, of which `goes_on` is false, can stand: it has a verb and something before it, or answers."""
    lowered = [word.lower() for word in words]
    if lowered[0] in _ANSWERS and all(word in _ANSWERS | _ANSWER_TAILS for word in lowered):
        return True
    if lowered[-1] in _DETERMINERS:
        return False
    return len(lowered) > 1 and any(map(_is_verb, lowered))


def _is_verb(word: str) -> bool:
    return word in _VERBS or (word.endswith("ed") and len(word) > 4)
