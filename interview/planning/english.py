"""English lines bent into phrases: "someone who has led ...", "you led ..."; a cut leaves nothing hanging. Pure."""

from __future__ import annotations

import re

from interview.planning.lines import LONGEST, Phrase, words

LONGEST_DEED = 115
"""Letters of a deed that is told whole rather than cut."""

_PREFIX = re.compile(
    r"^(?:you (?:have|are|bring|will have|must have|should have)|must have|we (?:need|want|are looking for)|"
    r"the candidate (?:has|must have)|required:|preferred:|nice to have:)\s+",
    re.IGNORECASE,
)
_YEARS = re.compile(r"^(\d+)\s*\+\s*years?", re.IGNORECASE)
_PERSON_WORDS = words(
    "proficient familiar fluent comfortable able skilled experienced confident capable competent adept "
    "certified knowledgeable willing"
)
_DO_WORDS = words(
    "own design build develop lead manage work write analyze analyse present create maintain support "
    "collaborate partner drive define deliver plan coordinate communicate mentor conduct prepare"
)
_PAST = words(
    "led built wrote found cut drove grew won ran made taught took rebuilt oversaw began kept held spoke "
    "sold brought set shipped got gave chose met rose overhauled spent threw showed"
)
_UNSPEAKABLE = re.compile(r"\b(?:I|we|my|our|me|us|myself)\b")


def _lower_first(text: str) -> str:
    """A common word's capital is dropped; acronyms, names with capitals inside and numbers stay."""
    first = text.split(" ", 1)[0]
    if len(first) > 1 and not first[1:].islower():
        return text
    return text if first in _KEEP_CAPITAL else text[:1].lower() + text[1:]


_KEEP_CAPITAL = words(
    "Python Java Kotlin Excel Tableau Snowflake Airflow Kafka Kubernetes Docker Spring React Redis "
    "English Korean Japanese Chinese French German Spanish Figma Photoshop Salesforce Google Amazon Azure "
    "Linux Git Jira Power Master PhD Django Node Angular Oracle Hadoop Spark"
)


def requirement(text: str) -> Phrase:
    """What a posting asks for, without bullet and brackets."""
    text = _lower_first(head(_YEARS.sub(r"at least \1 years", _PREFIX.sub("", text)), LONGEST["en"]))
    first = re.split(r"[\s,]", text, maxsplit=1)[0].lower()
    if person := _someone(text, first):
        return Phrase(person, "person")
    if first in _DO_WORDS:
        return Phrase(text, "deed")
    if first in ("ability", "willingness"):
        return Phrase(f"the {text}", "noun")
    singular = first in _SINGULAR | _PERSON_WORDS or first.startswith(("bachelor", "master's"))
    return Phrase(_with_article(text) if singular else text, "noun")


def _someone(text: str, first: str) -> str:
    """Whom they look for: "fluent in Spanish", "led testing", "you enjoy teaching"; empty where it is a thing."""
    rest = text[len(first) :].strip()
    second = re.split(r"[\s,]", rest, maxsplit=1)[0].lower()
    if first in _PERSON_WORDS:
        return f"someone {text}" if second in _AFTER_ADJECTIVE or text[len(first) :].startswith(",") else ""
    if first == "has":
        return f"someone who has {rest}"
    if first in _PAST | _DONE:
        return f"someone who has {text}"
    if first == "you" and second.isalpha():
        return f"someone who {_third_person(second)}{rest[len(second) :]}"
    return ""


_DONE = words("worked managed designed used developed handled owned delivered launched supported organised organized")
_AFTER_ADJECTIVE = words("in with at to of on about using working enough and for by under as")
_SINGULAR = words(
    "understanding degree background internship certificate diploma licence license track portfolio passion"
)


def _with_article(text: str) -> str:
    phrase = _lower_first(text)
    return phrase if phrase.startswith("a ") else f"{'an' if phrase[:1].lower() in 'aeiou' else 'a'} {phrase}"


def _third_person(verb: str) -> str:
    """enjoy -> enjoys, teach -> teaches, carry -> carries."""
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2:-1] not in "aeiou" else verb + "s"


def evidence(text: str) -> Phrase:
    """What the candidate did, without bullet and brackets."""
    text = re.sub(r"(\d\S*)\s*→\s*(?=\d)", r"from \1 to ", re.sub(r"^I\s+", "", text))
    for part in _clauses(text):
        if _past(part) and not _UNSPEAKABLE.search(part):
            told = part if len(part) <= LONGEST_DEED else head(part, LONGEST["en"])
            return Phrase(f"you {_lower_first(told)}", "deed")
    return Phrase(head(text, LONGEST["en"]), "quote")


def _clauses(text: str) -> list[str]:
    """The line's sentences, where short, then their clauses; those with a number first: that is what is asked about."""
    whole = re.split(r";\s+", text)
    parts = [part.strip() for part in re.split(r"[,;]\s+(?:and\s+)?|\s+and\s+(?=[a-z]+ed\b|cut\b|built\b|led\b)", text)]
    short = [part for part in whole if len(part) <= LONGEST_DEED]
    return [part for group in (short, parts) for part in sorted(group, key=lambda part: not re.search(r"\d", part))]


def _past(text: str) -> bool:
    first = text.split(" ", 1)[0].lower()
    return first in _PAST or (first.endswith("ed") and len(first) > 4 and first not in {"need", "based", "advanced"})


_LINKS = (
    "and|or|of|to|with|for|by|in|on|at|that|which|who|from|including|such|as|than|through|using|into|across|"
    "after|before"
)
_LOOSE_END = re.compile(rf"\s+(?:{_LINKS}|the|a|an)$", re.IGNORECASE)
_LINK = re.compile(rf"\s(?:{_LINKS})\s", re.IGNORECASE)


def head(text: str, longest: int) -> str:
    """The beginning of the text, cut at a clause or before a link word: "by 40 store (managers)" goes as a whole."""
    if len(text) <= longest:
        return text
    cut = text[: longest + 1]
    comma = max(cut.rfind(sign) for sign in (", ", "; ", " such as ", " including ", " or "))
    link = max((found.start() for found in _LINK.finditer(cut)), default=-1)
    if comma > longest // 3:
        cut = cut[:comma]
    elif link > longest // 3:
        cut = cut[:link]
    else:
        cut = cut[: cut.rfind(" ")]
    while (shorter := _LOOSE_END.sub("", cut)) != cut:
        cut = shorter
    return cut.strip(" ,;")
