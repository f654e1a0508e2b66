"""Detect the language of an article, as far as the choice of recognition method depends on it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Literal

Language = Literal["en", "ru", "uk", "hy", "az", "tr", "ar", "fr", "es", "de", "und"]
"""ISO 639-1; "und" for any other that is not in Latin letters. Unknown in Latin letters counts as "en"."""

_SAMPLE = 4_000
"""Code points that are inspected. Not tuned."""
_SCRIPTS = (
    ("Latin", re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")),
    ("Cyrillic", re.compile(r"[\u0400-\u052f]")),
    ("Armenian", re.compile(r"[\u0531-\u0587]")),
    ("Arabic", re.compile(r"[\u0600-\u06ff\u0750-\u077f]")),
)
_LETTER = re.compile(r"[^\W\d_]")
FUNCTION_WORDS: dict[Language, frozenset[str]] = {
    "en": frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "in",
            "is",
            "was",
            "for",
            "that",
            "on",
            "with",
            "by",
            "at",
            "from",
            "it",
            "has",
            "have",
            "his",
            "as",
            "be",
        ]
    ),
    "fr": frozenset(
        [
            "le",
            "la",
            "les",
            "des",
            "du",
            "est",
            "dans",
            "pour",
            "que",
            "qui",
            "une",
            "et",
            "au",
            "aux",
            "sur",
            "par",
            "avec",
            "ses",
            "été",
        ]
    ),
    "es": frozenset(
        [
            "el",
            "la",
            "los",
            "las",
            "del",
            "que",
            "en",
            "y",
            "una",
            "por",
            "con",
            "para",
            "se",
            "su",
            "como",
            "más",
            "fue",
            "al",
            "ha",
        ]
    ),
    "de": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "ist",
            "nicht",
            "mit",
            "von",
            "den",
            "dem",
            "ein",
            "eine",
            "zu",
            "auf",
            "für",
            "im",
            "sich",
            "des",
            "wurde",
        ]
    ),
    "tr": frozenset(
        [
            "ve",
            "bir",
            "bu",
            "için",
            "ile",
            "olarak",
            "olan",
            "daha",
            "gibi",
            "kadar",
            "sonra",
            "çok",
            "ancak",
            "değil",
            "dedi",
            "etti",
            "göre",
        ]
    ),
    "az": frozenset(
        [
            "və",
            "bir",
            "bu",
            "üçün",
            "ilə",
            "olan",
            "kimi",
            "sonra",
            "ki",
            "də",
            "da",
            "edib",
            "olub",
            "isə",
            "görə",
            "deyib",
            "bildirib",
        ]
    ),
}


@lru_cache(maxsize=4)  # needed for recognition and for its method
def language_of(text: str) -> Language:
    """Return the language of ``text`` by its script and, in Latin letters, its function words; "en" in doubt."""
    sample = text[:_SAMPLE]
    letters = len(_LETTER.findall(sample))
    counts = {script: len(pattern.findall(sample)) for script, pattern in _SCRIPTS}
    script = max(counts, key=lambda s: counts[s])
    if letters and counts[script] * 2 < letters:
        return "und"
    if script == "Cyrillic":
        return "uk" if re.search(r"[іїєґІЇЄҐ]", sample) and not re.search(r"[ыэъ]", sample) else "ru"
    if script == "Armenian":
        return "hy"
    if script == "Arabic":
        return "ar"
    return _latin(sample)


def _latin(sample: str) -> Language:
    words = Counter(re.findall(r"(?<![-\w])[^\W\d_]+(?![-\w])", sample.lower()))  # not the "au" of Port-au-Prince
    n_of = {language: sum(words[w] for w in held) for language, held in FUNCTION_WORDS.items()}
    if re.search(r"[əƏ]", sample):
        n_of["az"] += n_of["tr"]
    best = max(n_of, key=lambda language: n_of[language])
    # at least 5 % of the words, and 1.5 times the English count: a French name or quotation does not make a French article
    return best if n_of[best] * 20 >= sum(words.values()) and n_of[best] > 1.5 * n_of["en"] else "en"
