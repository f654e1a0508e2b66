"""The same articles told of other places and other people, so that the context is learned and not the names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.recognition.features import LEXICON_CLASSES, Lexicon, name_hash
from geomap.text.tokens import tokenize
from training.corpora import BEGIN, IGNORE, INSIDE, Labelled

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

SURNAME_SHARE = 0.35
"""How often a person's last name becomes a town's."""
_FIELDS = ("bio", "plain", "use", "nested", "person")


class Augmenter:
    """Swaps names and changes case; ``names`` holds, by class, what may stand in a name's place."""

    def __init__(self, lexicon: Lexicon, names: Mapping[str, Sequence[str]], *, swap: float) -> None:
        self.lexicon, self.names, self.swap = lexicon, names, swap

    def augment(self, doc: Labelled, rng: random.Random, *, share: float = 1.0) -> Labelled:
        """Return ``doc`` with a part of its toponyms swapped, throughout, in three of four cases; now and then in other case."""
        if rng.random() < 0.75:
            doc = self._swapped(doc, rng, self.swap * share)
        roll = rng.random()
        if roll < 0.05:
            return replace(doc, words=tuple(w.upper() for w in doc.words))
        if roll < 0.10:
            return replace(doc, words=tuple(w.lower() for w in doc.words))
        if roll < 0.13:
            return replace(doc, words=tuple(w[0].upper() + w[1:] for w in doc.words))
        return doc

    def _swapped(self, doc: Labelled, rng: random.Random, share: float) -> Labelled:
        chosen: dict[tuple[str, ...], tuple[str, ...]] = {}
        words: list[str] = []
        labels: dict[str, list[int]] = {field: [] for field in _FIELDS}
        moved: dict[int, int] = {}
        i = 0
        while i < len(doc.words):
            moved[i] = len(words)
            if doc.bio[i] != BEGIN:
                words.append(self._surname(doc, i, rng))
                for field in _FIELDS:
                    labels[field].append(getattr(doc, field)[i])
                i += 1
                continue
            j = i + 1
            while j < len(doc.words) and doc.bio[j] == INSIDE:
                j += 1
            name = doc.words[i:j]
            if name not in chosen:
                chosen[name] = self._other(name, rng) if rng.random() < share else name
            new = chosen[name]
            words.extend(new)
            rest = len(new) - 1
            labels["bio"] += [BEGIN] + [INSIDE] * rest
            labels["plain"] += [IGNORE] * len(new) if doc.plain[i] == IGNORE else [BEGIN] + [INSIDE] * rest
            labels["use"] += [doc.use[i]] + [IGNORE] * rest
            labels["nested"] += [doc.nested[i]] + [IGNORE] * rest
            labels["person"] += [doc.person[i]] * len(new)
            i = j
        told = {field: tuple(values) for field, values in labels.items()}
        return replace(doc, words=tuple(words), sentences=tuple(moved[s] for s in doc.sentences if s in moved), **told)

    def _surname(self, doc: Labelled, i: int, rng: random.Random) -> str:
        """Return the word, or for a person's last name now and then a town's: only the context tells them apart."""
        last = doc.person[i] == 1 and (i + 1 == len(doc.words) or doc.person[i + 1] != 1)
        if last and rng.random() < SURNAME_SHARE:
            town = rng.choice(self.names[rng.choice(("us", "en"))])
            if town.isalpha():
                return town
        return doc.words[i]

    def _other(self, name: tuple[str, ...], rng: random.Random) -> tuple[str, ...]:
        """Return another name of the class of ``name``, or itself where the lexicon does not hold it."""
        found = int(self.lexicon.classes_of([name_hash(" ".join(name))])[0])
        if not found or not name[0][0].isupper():
            return name
        kind = LEXICON_CLASSES[found]
        if kind == "demonym":
            kind = "demonyms" if name[-1].endswith("s") else "demonym"
        elif kind in ("city", "town", "village"):
            kind = rng.choice(("city", "town", "village", "us", "us", "en"))
        elif name[-1] == "County":
            kind = "county"
        new = tuple(word.text for word in tokenize(rng.choice(self.names[kind])))
        return tuple(w.upper() for w in new) if name[0].isupper() and len(name[0]) > 3 else new
