"""Normalized forms of names, words and letters: one function for each purpose. Pure; standard library only.

The forms differ on purpose. Stored keys depend on ``fold_name`` (the gazetteer's index) and on ``strip_marks`` (the recognizer's
vocabulary and lexicon): a change of either requires that file to be built again.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = "'’‘ʻʼ`´′ʹʾʿ"
_DASHES = "-‐‑‒–—―−_"
_ASCII = {ord(c): None for c in "'`."} | {ord("-"): " ", ord("_"): " ", ord("&"): " and "}
_OTHER: dict[int, str | None] = (
    dict.fromkeys(map(ord, _APOSTROPHES + ".·"))
    | dict.fromkeys(map(ord, _DASHES), " ")
    | {ord("&"): " and "}
    # Letters that NFKD does not take apart.
    | {
        ord(a): b
        for a, b in zip("łøđıəæœþðħŋ", ["l", "o", "d", "i", "e", "ae", "oe", "th", "d", "h", "n"], strict=True)
    }
    # Combining marks of Latin, Greek and Cyrillic; vowel points of Hebrew and Arabic. Vowel signs of other
    # scripts are letters in all but name, and stay.
    | dict.fromkeys(range(0x300, 0x370))
    | dict.fromkeys(range(0x591, 0x5C8))
    | dict.fromkeys(range(0x64B, 0x653))
    | dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF, 0xAD))
)
GENERIC_FEATURE_WORDS = frozenset(
    "the lake river ozero lago lac mountains mts mountain range desert islands is island reservoir".split()
)
"""Words that one source includes in the name of a natural feature and another omits."""
INVISIBLE = re.compile("[\u0640\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Characters that do not change a name: the Arabic tatweel, variation selectors."""


@lru_cache(maxsize=8192)
def fold_name(name: str) -> str:
    """Return the gazetteer key of a name; idempotent.

    Lower case without accents, apostrophes and full stops; each run of dashes and white space becomes one space, "&" becomes "and".
    """
    if name.isascii():
        return " ".join(name.lower().translate(_ASCII).split())
    # Casefold before and after: NFKD can produce capitals ("™"), casefold can produce combining marks ("İ").
    decomposed = unicodedata.normalize("NFKD", name.casefold()).casefold()
    return " ".join(decomposed.translate(_OTHER).split())


@lru_cache(maxsize=65536)
def strip_marks(word: str) -> str:
    """Return ``word`` in lower case without combining marks (NFD), as the recognizer's vocabulary was built; punctuation stays."""
    lower = word.lower()
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFD", lower) if unicodedata.category(c) != "Mn")


def fold_feature(name: str) -> str:
    """Return the key by which names of boundaries are compared: lower case, no marks, no ``GENERIC_FEATURE_WORDS``.

    A name of generic words only keeps them.
    """
    decomposed = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    parts = plain.replace(".", "").replace("-", " ").split()
    return " ".join(part for part in parts if part not in GENERIC_FEATURE_WORDS) or plain


class _LetterFolds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        char = chr(code)
        is_letter = char.isalnum() or unicodedata.category(char).startswith("M")
        folded = fold_name(char) if is_letter and not INVISIBLE.match(char) else ""
        self[code] = letters = "".join(c for c in folded if not c.isspace())
        return letters


LETTER_FOLDS: dict[int, str] = _LetterFolds()
"""Code point to its folded letters, "" for a character that is not a letter or a digit; computed at first access."""


def fold_letters(text: str) -> str:
    """Return the letters and digits of ``text``, each folded as by ``fold_name``, without anything between them.

    Redaction searches in this form: it finds a name whatever its case, accents, punctuation and spacing.
    """
    return text.translate(LETTER_FOLDS)


def is_ignorable(char: str) -> bool:
    """Return whether a character only modifies the letter before it or is invisible."""
    category = unicodedata.category(char)
    is_invisible = category == "Cf" or (category == "Cc" and not char.isspace()) or bool(INVISIBLE.match(char))
    return not LETTER_FOLDS[ord(char)] and (is_invisible or category[0] == "M")
