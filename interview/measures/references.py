"""What the measures are held against, each with where it is from. Where no norm is known, none is invented."""

from __future__ import annotations

from interview.measures.shapes import Reference

_KOREAN_RATE = Reference(
    212.0, 294.0, "Korean adults' spontaneous speech: 253 ± 41 syllables/min, pauses included (mean ± 1 SD)"
)
_ENGLISH_RATE = Reference(120.0, 160.0, "Usual advice for English presentations and interviews: 120-160 words/min")

ONSET = Reference(
    None, None, "Everyday conversation: about 0.2 s on average over ten languages (Stivers et al. 2009, PNAS 106:26)"
)
PAUSES = Reference(None, None, "Silences over 250 ms (Goldman-Eisler 1968; de Jong & Bosker 2013)")
MEAN_RUN = Reference(None, None, "Mean length of run between pauses over 250 ms (Lennon 1990; Kormos & Dénes 2004)")
PITCH = Reference(
    None, None, "SD of F0 in semitones grows with liveliness, alike for men and women (Traunmüller & Eriksson 1995)"
)
LOUDNESS = Reference(None, None, "SD of the level of voiced frames; the microphone's gain does not enter")
TALK_SHARE = Reference(None, None, "Share of all talk between question and answer")
INTERRUPTIONS = Reference(None, None, "Questions that stopped because you began to speak")

_ENGLISH_FILLERS = Reference(
    None, 6.0, "2-6 per 100 words in spontaneous English (Bortfeld et al. 2001; Fox Tree 1995; Shriberg 1994)"
)
_KOREAN_FILLERS = Reference(None, None, "Per 100 eojeol; no norm for Korean interviews is known to us")


def rate(language: str) -> Reference:
    return _KOREAN_RATE if language == "ko" else _ENGLISH_RATE


def fillers(language: str) -> Reference:
    return _KOREAN_FILLERS if language == "ko" else _ENGLISH_FILLERS
