"""Identify the language of an article and of its paragraphs.

By py3langid (Lui and Baldwin, "langid.py", 2012, as maintained by A. Barbaresi), restricted to ``LANGUAGES``. A script that one language of
them alone uses decides without it.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from py3langid.langid import LanguageIdentifier

FIRST_CLASS = tuple("en ru uk hy az ka tr ar fa he fr es de pt it pl zh ja".split())
"""ISO 639-1; the languages that the recognizers were trained on with invented news of their own and are measured in."""
SECOND_CLASS = tuple("nl sv no da fi cs ro el sr hr bg ko hi id vi th".split())
"""Those that the multilingual recognizer reads with less training, or none."""
READ = frozenset(FIRST_CLASS + SECOND_CLASS)
"""The languages that a recognizer reads."""
_OTHERS = tuple(
    "af am be bn bs ca cy et eu gl gu ha hu is kk km kn ku ky lo lt lv mg mk ml mn mr ms my ne or pa ps rw si sk sl so sq sw ta te tl ug ur yo".split()
)
LANGUAGES = frozenset((*READ, *_OTHERS))
"""The languages that are told apart; py3langid knows them all."""
UNKNOWN = "und"
"""ISO 639-2 for a language that could not be identified."""
_ALIASES = {"nn": "no", "bs": "hr"}
"""Languages read as another, of which they are a standard or which is written alike."""
_SCRIPTS = {
    "ARMENIAN": "hy", "GEORGIAN": "ka", "GREEK": "el", "HEBREW": "he", "THAI": "th", "HANGUL": "ko", "KHMER": "km", "LAO": "lo", "MYANMAR": "my",
    "TAMIL": "ta", "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml", "SINHALA": "si", "GUJARATI": "gu", "GURMUKHI": "pa", "BENGALI": "bn",
    "ORIYA": "or", "ETHIOPIC": "am", "HIRAGANA": "ja", "KATAKANA": "ja",
}  # fmt: skip
"""Scripts of one language of the news, or nearly so."""
_SHARED_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI"})
"""Scripts of several languages."""
_SAMPLE = 4_000
"""Code points that are inspected. Not tuned."""
_SHORT_LETTERS = 200
"""Letters below which a text is short: the more widely read languages are likelier. Not tuned."""
_PRIOR = 6.0
"""Factor of the probability of English in a short text, and of half that of the first class. Not tuned."""
_DOUBT = 0.3
"""Probability below which a text in Latin letters has no known language, as romanized Arabic or text in a wrong encoding; with fewer letters than
``_FEWEST_LETTERS`` it counts as English: a name alone has no language. Of 4,997 sentences of English news that have them none is below."""
_FEWEST_LETTERS = 40
"""Letters of a paragraph whose language may differ from the article's. Not tuned."""
_PARAGRAPH_PROBABILITY = 0.8
"""Probability from which a paragraph's language may differ from the article's. Not tuned."""
_WITH_MARKS = frozenset("az cs hr hu lt lv pl ro sk sl tr vi".split())
"""Languages in Latin letters with marks on some, about one in thirty or more."""
_UNMARKED_READ, _UNMARKED_UNREAD = 160, 80
"""Letters without any such mark from which a text is in none of these, as romanized Russian: of 160 letters of one in thirty, one text in 200
has none. Fewer are enough where the name of the language is all that depends on it. Not tuned."""
_ENGLISH = frozenset("the of and to in is was for that on with by at from it has have his as be".split())
_WORD = re.compile(r"[^\W\d_]+")
_PARAGRAPH = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageRun:
    """Consecutive paragraphs of one language: a half-open span of code points."""

    start: int
    end: int
    language: str


@lru_cache(maxsize=8)  # asked for by recognition, resolution and output
def language_of(text: str) -> str:
    """Return the language of ``text``, ISO 639-1 of ``LANGUAGES``, or ``UNKNOWN`` where it has no letters of a script of theirs."""
    return _identified(text[:_SAMPLE])[0]


@lru_cache(maxsize=8)
def language_runs(text: str) -> tuple[LanguageRun, ...]:
    """Return the runs of ``text`` by language, in order, without gaps; a short or doubtful paragraph has the article's language."""
    whole = language_of(text)
    runs: list[LanguageRun] = []
    for match in _PARAGRAPH.finditer(text):
        language = _language_of_paragraph(match[0], whole)
        if runs and runs[-1].language == language:
            runs[-1] = LanguageRun(start=runs[-1].start, end=match.end(), language=language)
        else:
            start = runs[-1].end if runs else 0
            runs.append(LanguageRun(start=start, end=match.end(), language=language))
    if not runs:
        return (LanguageRun(start=0, end=len(text), language=whole),)
    runs[-1] = LanguageRun(start=runs[-1].start, end=len(text), language=runs[-1].language)
    return tuple(runs)


def _language_of_paragraph(paragraph: str, whole: str) -> str:
    if sum(map(str.isalpha, paragraph)) < _FEWEST_LETTERS or (whole == "en" and _has_english_words(paragraph)):
        return whole
    language, probability = _identified(paragraph[:_SAMPLE])
    return language if language != UNKNOWN and probability >= _PARAGRAPH_PROBABILITY else whole


def _identified(sample: str) -> tuple[str, float]:
    """Return the language of a text and its probability."""
    counts = _script_counts(sample)
    script = max(counts, key=lambda name: counts[name], default="")
    known = _language_of_script(script, counts)
    if known:
        return known, 1.0
    if script == "LATIN" and _is_plainly_english(sample):
        return "en", 1.0
    probabilities = dict(_identifier().rank(sample))
    if sum(counts.values()) < _SHORT_LETTERS:
        weight = dict.fromkeys(FIRST_CLASS, _PRIOR / 2) | {"en": _PRIOR}
        probabilities = {code: p * weight.get(code, 1.0) for code, p in probabilities.items()}
    best = max(probabilities, key=lambda code: probabilities[code])
    probability = probabilities[best] / sum(probabilities.values())
    if script == "LATIN" and probability < _DOUBT:
        return ("en" if sum(counts.values()) < _FEWEST_LETTERS else UNKNOWN), probability
    if (
        best in _WITH_MARKS
        and sample.isascii()
        and sum(counts.values()) >= (_UNMARKED_READ if best in READ else _UNMARKED_UNREAD)
    ):
        return UNKNOWN, probability
    return _ALIASES.get(best, best), probability


def _has_marks(sample: str) -> bool:
    """Return whether a letter is beyond ASCII."""
    return any(char.isalpha() and not char.isascii() for char in sample)


def _language_of_script(script: str, counts: Mapping[str, int]) -> str | None:
    """Return the language that a script decides, ``UNKNOWN`` for a script of none of them; None where several share it."""
    if script == "CJK":
        return "ja" if counts.get("HIRAGANA", 0) * 20 > counts["CJK"] else "zh"
    if script in _SHARED_SCRIPTS:
        return None
    return _SCRIPTS.get(script, UNKNOWN)


def _script_counts(sample: str) -> dict[str, int]:
    """Return how many letters of each script a text has."""
    counts: dict[str, int] = {}
    for char in sample:
        script = _script_of(char)
        if script:
            counts[script] = counts.get(script, 0) + 1
    return counts


@lru_cache(maxsize=4096)
def _script_of(char: str) -> str:
    """Return the first word of a letter's Unicode name, which is its script; empty for what is no letter."""
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""


def _has_english_words(paragraph: str) -> bool:
    """Return whether a word in eight is among the commonest of English; enough in an English article, where few paragraphs are in another language."""
    words = _WORD.findall(paragraph.lower())
    return sum(word in _ENGLISH for word in words) * 8 >= len(words)


def _is_plainly_english(sample: str) -> bool:
    """Return whether the commonest English words are so many that no other language comes into question.

    It saves loading the identifier, half a second, where only English is read. A test holds it against the identifier.
    """
    words = _WORD.findall(sample.lower())
    return (
        len(words) >= 20
        and words.count("the") * 40 >= len(words)
        and sum(w in _ENGLISH for w in words) * 5 >= len(words)
    )


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """Return py3langid's identifier; its model is unpacked in memory, since the library's own loader writes a temporary file."""
    import io
    import lzma

    import numpy as np
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    unpacked = io.BytesIO(lzma.decompress((MODEL_DIR / MODEL_FILE).read_bytes()))
    with np.load(unpacked, allow_pickle=False) as arrays:
        moves, rows = (
            array({2: "H", 4: "I"}[a.itemsize], a.tobytes()) for a in (arrays["nextmove"], arrays["nextmove_row"])
        )
        weights, prior, classes, features = (arrays[name] for name in ("ptc", "pc", "classes", "out_feat"))
    identifier = LanguageIdentifier(
        weights, prior, classes.tolist(), moves, features.tolist(), norm_probs=True, tk_row=rows
    )
    identifier.set_languages([*LANGUAGES, "nn"])
    return identifier
