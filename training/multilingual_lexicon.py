"""Build the multilingual network's own lexicon: names in other scripts, and stems of names of one word, as hashes with their class.

    python -m training.multilingual_lexicon OUT

Read from the gazetteer; names in Latin letters are in the lexicon of the English network, which both read. Deterministic.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from geomap.gazetteer.store import FileGazetteer
from geomap.recognition.features import LEXICON_CLASSES, name_hash
from geomap.recognition.multilingual_features import MAX_NAME_TOKENS, stem_hash
from geomap.text.tokens import tokenize
from geomap.types import Place
from training.lexicon import is_latin_name

CLASS = {name: number for number, name in enumerate(LEXICON_CLASSES)}
KINDS = {
    "country": "country", "continent": "country", "macroregion": "country", "disputed": "country", "admin1": "admin1", "admin2": "admin2",
    "admin3": "admin2", "people": "demonym", "suburb": "village",
}  # fmt: skip
FEWEST_PEOPLE = 15_000
"""Of a settlement whose Latin name gives a stem."""


def class_of(place: Place) -> str:
    """Return the class of a place in the lexicon."""
    if place.kind == "settlement":
        return "city" if place.population >= 100_000 else "town" if place.population >= 5_000 else "village"
    return KINDS.get(place.kind, "nature")


def build(out: Path) -> tuple[int, int]:
    """Write the hashes (uint32) and behind them the classes (uint8) to ``out``; return how many names and stems it holds."""
    names: dict[int, int] = {}
    stems: dict[int, int] = {}
    with FileGazetteer(Path("geodata/gazetteer.bin")) as gazetteer:
        for place in gazetteer.places():
            kind = CLASS[class_of(place)]
            is_large = kind <= CLASS["admin2"] or place.population >= FEWEST_PEOPLE or kind == CLASS["nature"]
            for name in gazetteer.names(place.id):
                words = tokenize(name.text)
                is_latin = is_latin_name(name.text) or name.text.isascii()
                if not words or len(words) > MAX_NAME_TOKENS:
                    continue
                if not is_latin and len(name.text) > 1:
                    key = name_hash(name.text)
                    names[key] = min(kind, names.get(key, 99))
                if len(words) == 1 and name.text[0].isalpha() and (is_large or not is_latin):
                    stem = stem_hash(name.text)
                    if stem is not None:
                        stems[stem] = min(kind, stems.get(stem, 99))
    both = names | stems
    hashes = np.array(sorted(both), dtype="<u4")
    classes = np.array([both[int(h)] for h in hashes], dtype=np.uint8)
    out.write_bytes(hashes.tobytes() + classes.tobytes())
    return len(names), len(stems)


if __name__ == "__main__":
    print(*build(Path(sys.argv[1])))
