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

_PREPOSITION_SPELT = frozenset("24")
"""Whisper's other way to write "to" and "for": "I have worked with Python 4. | About six years." """
_BEFORE_NUMBERS = _words(
    """
    a an and or of about around over under than only just to from in on at by until like number version level grade
    chapter question part step page room team another all these those my our their the least most exactly nearly roughly
    """
)
"""Behind these a 2 or a 4 is a number."""

# They may end a sentence only where it asks or points ("that is how it was", "yes, I did").
_AUXILIARIES = _words(
    """
    am is are was were have has had do does did will would can could should shall may might must be been being
    """
)
_POINTING = _words(
    """
    how what who where that's yes no yeah yep nope than as so neither nor whatever something everything anything
    nothing things
    """
)

# A speaker who stops behind one of these owes its object ("we built"), unless it is passive or follows a "what".
_TRANSITIVE = _words(
    """
    made built used led created designed implemented added got took gave wrote found put brought sent decided wanted
    needed tried managed began including using making building having getting doing giving taking thought said make
    build use get take give find put keep kept let became become seemed seems introduced reduced handled maintained
    owned convinced explaining showing replaced avoid allow allowed told telling prefer need want mean
    """
)
_PASSIVE = _words("is are was were be been being get gets got what which how whom it's that's they're had has")

# Here a sentence can end, but seldom does.
_SELDOM_LAST = _words(
    """
    noticed realized believed discovered believe know think guess said developed started begin starting over about
    around off down through after under below above inside outside only just even also then still more most
    much many few several some any other others another each both all one two three four five six seven eight nine
    ten twenty thirty hundred thousand release deploy worth who how why what where that this these those new old big
    small good bad different important main first last next own whole same real clear certain main number part kind
    sort bunch couple
    """
)
_ING_NOUNS = _words(
    """
    testing meeting engineering marketing training thing things everything anything something nothing morning evening
    building planning learning processing programming pricing reporting monitoring hiring coding debugging ring king
    spring string beginning working going understanding interesting exciting challenging mentoring writing reading
    """
)

# What these begin is a clause of its own: without a verb in it, it has only begun.
_CLAUSES = _words("because if when while although though unless where whether who which")
_SAYING = _words(
    "noticed think thought said say realized believe know knew learned found is was so convinced fact told"
)
_WITHOUT_VERB = _words("of possible necessary needed not so ever applicable")
_TWO_CLAUSES = _words("when if while although though once unless whenever")

_ADJECTIVE = re.compile(r"(ous|ful|less|ive|able|ible|ical|ional|ental|iate|ly)$")
_OPENERS = _words(
    """
    and but so because if when while although though since after before in on at by for with from during as well
    first then once instead
    """
)
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
    won called reached
    load build offer create join apologise apologize optimise works
    goes makes takes uses means helps needs wants thank thanks brought bought caught
    began sold stood sat beat bet quit lies lay
    """
)
_ANSWERS = _words(
    "not yes yeah yep yup no nope sure okay ok correct right absolutely definitely exactly certainly hello hi"
)
_BEFORE_SO = _words("think hope guess believe say not even do did why think told said")
_ANSWER_TAILS = _words(
    """
    please thanks of i am do did can will have was are you for agree thank sir course not really so all ready sure
    that's it much yet anymore
    """
)

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
    verbs = sum(map(_is_verb, lowered))
    return (
        _wants_more(lowered[-1], lowered[:-1])
        or (lowered[0] in _OPENERS and verbs == 0)
        or (lowered[0] in _TWO_CLAUSES and verbs == 1)
        or _clause_begun(lowered)
    )


def _wants_more(last: str, before: list[str]) -> bool:
    """No sentence stops behind this word, here."""
    if last in _PREPOSITION_SPELT and before:
        return not (before[-1] in _BEFORE_NUMBERS or before[-1] in _AUXILIARIES or before[-1][0].isdigit())
    if last in _AUXILIARIES or last in ("in", "on"):
        return not any(word in _POINTING for word in before)
    if last in _HANGING or not before:
        return last in _HANGING
    if last in _TRANSITIVE:
        passive = not last.endswith("ing") and any(word in _PASSIVE for word in before[-2:])
        return not passive and before[-1] not in _CLAUSES and "what" not in before and not _relative(before)
    previous = before[-1]
    return (
        (last == "so" and previous not in _BEFORE_SO)
        or (last == "that" and previous in _SAYING)
        or (previous in _DETERMINERS and bool(_ADJECTIVE.search(last)))
    )


def _relative(before: list[str]) -> bool:
    """ "every bug that I (found)": what was found has been said."""
    return len(before) > 2 and before[-2] in ("that", "which", "whom") and before[-3] not in _SAYING


def _clause_begun(words: list[str]) -> bool:
    """ "I noticed that most of the errors": the last clause has no verb yet."""
    for at in range(len(words) - 2, 0, -1):
        if words[at] in _CLAUSES or (words[at] == "that" and words[at - 1] in _SAYING):
            clause = words[at + 1 :]
            perhaps = len(clause) > 1 and clause[-1].endswith("s") and clause[-2] not in _DETERMINERS
            return clause[0] not in _WITHOUT_VERB and not perhaps and not any(map(_is_verb, clause))
    return False


def stands(words: list[str]) -> bool:
    """The last sentence, of which `goes_on` is false, can stand: it has a verb and something before it, or answers."""
    lowered = [word.lower() for word in words]
    if lowered[0] in _ANSWERS and lowered[-1] != "not" and all(word in _ANSWERS | _ANSWER_TAILS for word in lowered):
        return True
    if len(lowered) == 1 or lowered[0].endswith("ed"):  # no subject: the middle of a sentence
        return False
    last, before = lowered[-1], lowered[-2]
    doing = last.endswith("ing") and last not in _ING_NOUNS and before not in _AUXILIARIES
    going_to = before == "to" and last in _VERBS
    if last in _SELDOM_LAST or doing or going_to or (last in _DETERMINERS and last != "most"):
        return False
    return any(map(_is_verb, lowered))


def _is_verb(word: str) -> bool:
    if word in _VERBS or (word.endswith("ed") and len(word) > 4):
        return True
    return word.endswith("s") and (word[:-1] in _VERBS or word[:-2] in _VERBS)
