"""Corpora as labelled words: documents for the target convention, tagged sentences for the free named-entity sets."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap.recognition.features import LEXICON_CLASSES, Lexicon, window_boundaries
from geomap.text.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Mapping

IGNORE = -100
OUTSIDE, BEGIN, INSIDE = 0, 1, 2
USES = {
    "L": "Literal", "M": "Mixed", "O": "Coercion", "F": "Literal_Modifier", "E": "Embedded_Literal",
    "X": "Metonymic", "N": "Non_Literal_Modifier", "B": "Embedded_Non_Lit", "D": "Demonym", "H": "Homonym", "G": "Language",
}  # fmt: skip
"""How a toponym is used, in the classes of Gritta et al., "A pragmatic guide to geoparsing evaluation" (2020)."""
N_LITERAL = 5
"""The first of them are literal, the others associative."""
USE_NUMBERS = {use: number for number, use in enumerate(USES.values())}
NESTED_USES = frozenset({USE_NUMBERS["Embedded_Literal"], USE_NUMBERS["Embedded_Non_Lit"]})
_LABELLED_HERE = Path(__file__).parent / "uses_lgl.tsv"
_PARAGRAPHS = Path(__file__).parent / "paragraphs.txt"
STATE_CLASSES = (LEXICON_CLASSES.index("country"), LEXICON_CLASSES.index("admin1"))
DEMONYM_CLASS = LEXICON_CLASSES.index("demonym")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A document's words with a label each; ``IGNORE`` where the corpus does not say.

    ``bio`` follows the news convention (nested names and demonyms are toponyms), ``plain`` the convention of entity sets.
    """

    id: str
    words: tuple[str, ...]
    bio: tuple[int, ...]
    plain: tuple[int, ...]
    use: tuple[int, ...]
    """The number in ``USES`` of the use of each toponym, at its first word."""
    nested: tuple[int, ...]
    person: tuple[int, ...]
    """1 in a person's name, 0 elsewhere, where the corpus tells."""
    sentences: tuple[int, ...]
    """The number of the first word of each sentence."""


def read_documents(path: Path) -> list[Labelled]:
    """Return the documents of a corpus in the benchmark's JSON lines, labelled by the news convention, as annotated.

    LGL says nothing of a toponym's use: ``uses_lgl.tsv`` does.
    """
    here = _labelled_here() if path.name.startswith("lgl") else {}
    with path.open(encoding="utf-8") as lines:
        return [_document(json.loads(line), here) for line in lines]


def read_uses(raw: dict[str, Any]) -> list[int]:
    """Return the use of each toponym of a document of LGL or GeoWebNews; ``IGNORE`` where nobody says."""
    here = _labelled_here()
    return _uses(raw, here) if raw["id"] in here else [USE_NUMBERS.get(t["kind"], IGNORE) for t in raw["toponyms"]]


def _labelled_here() -> dict[str, str]:
    rows = (line.split("\t") for line in _LABELLED_HERE.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    return dict(rows)


def _uses(raw: dict[str, Any], here: Mapping[str, str]) -> list[int]:
    """Return the use of each toponym of a document in its order; ``IGNORE`` where nobody says."""
    letters = here.get(raw["id"])
    if letters is None:
        return [USE_NUMBERS[t["kind"]] if t.get("group") else IGNORE for t in raw["toponyms"]]
    order = sorted(range(len(letters)), key=lambda i: (raw["toponyms"][i]["start"], -raw["toponyms"][i]["end"]))
    said = dict(zip(order, letters, strict=True))
    return [USE_NUMBERS[USES[said[i]]] for i in range(len(raw["toponyms"]))]


def _document(raw: dict[str, Any], here: Mapping[str, str]) -> Labelled:
    words = tokenize(raw["text"])
    n = len(words)
    bio, use, nested = [OUTSIDE] * n, [IGNORE] * n, [IGNORE] * n
    starts = {w.start: i for i, w in enumerate(words)}
    for toponym, used in zip(raw["toponyms"], _uses(raw, here), strict=True):
        if toponym["start"] not in starts:
            continue
        i = first = starts[toponym["start"]]
        while i < n and words[i].start < toponym["end"]:
            bio[i] = INSIDE if i > first else BEGIN
            i += 1
        if used != IGNORE:
            use[first] = used
            nested[first] = int(used in NESTED_USES)
    texts = [w.text for w in words]
    cuts = window_boundaries(raw["text"])
    sentences, at = [], 0
    for cut in cuts:
        while at < n and words[at].start < cut:
            at += 1
        if at < n and (not sentences or sentences[-1] != at):
            sentences.append(at)
    return Labelled(
        id=raw["id"],
        words=tuple(texts),
        bio=tuple(bio),
        plain=(IGNORE,) * n,
        use=tuple(use),
        nested=tuple(nested),
        person=(IGNORE,) * n,
        sentences=tuple(sentences),
    )


_MARK = re.compile(r"\[\[([A-Z]):([^\[\]]+)\]\]")


def read_paragraphs(path: Path = _PARAGRAPHS) -> list[Labelled]:
    """Return the invented paragraphs, each a document, in the news convention."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [_document(_marked(f"{path.name}:{number}", line), {}) for number, line in enumerate(lines)]


def _marked(name: str, line: str) -> dict[str, Any]:
    """Return a paragraph as a document of the benchmark's form: its text without marks, and where they stood."""
    text, at, toponyms = "", 0, []
    for mark in _MARK.finditer(line):
        text += line[at : mark.start()]
        toponyms.append({"start": len(text), "end": len(text) + len(mark[2]), "kind": USES[mark[1]], "group": "told"})
        text, at = text + mark[2], mark.end()
    return {"id": name, "text": text + line[at:], "toponyms": toponyms}


def forgive(documents: list[Labelled], lexicon: Lexicon, *, share: float = 0.25) -> list[Labelled]:
    """Return the documents with the annotators' likely slips marked ``IGNORE``: they miss more than they invent.

    A slip is the name of a country or state that stands unannotated although a quarter of its occurrences in the corpus
    is annotated, any name unannotated that is annotated elsewhere in the same document, and any unannotated people or adjective, for the convention annotates these.
    """
    said: dict[tuple[str, ...], list[int]] = {}
    for doc in documents:
        for start, end, _ in _listed(doc.words, lexicon):
            said.setdefault(doc.words[start:end], []).append(int(all(doc.bio[start:end])))
    usual = {name for name, marks in said.items() if sum(marks) >= share * len(marks)}
    return [_forgiven(doc, lexicon, usual) for doc in documents]


def _listed(words: tuple[str, ...], lexicon: Lexicon) -> list[tuple[int, int, int]]:
    covering, _ = lexicon.features(words)
    found = []
    for i, number in enumerate(covering.tolist()):
        if number >= len(LEXICON_CLASSES) and found:
            found[-1] = (found[-1][0], i + 1, found[-1][2])
        elif number and words[i][0].isupper():
            found.append((i, i + 1, number))
    return found


def _forgiven(doc: Labelled, lexicon: Lexicon, usual: set[tuple[str, ...]]) -> Labelled:
    bio = list(doc.bio)
    here: set[tuple[str, ...]] = set()
    i = 0
    while i < len(bio):
        j = i + 1
        if bio[i] == BEGIN:
            while j < len(bio) and bio[j] == INSIDE:
                j += 1
            if len("".join(doc.words[i:j])) > 1:
                here.add(doc.words[i:j])
        i = j
    for name in here:
        size = len(name)
        for i in range(len(bio) - size + 1):
            if doc.words[i] == name[0] and doc.words[i : i + size] == name and not any(bio[i : i + size]):
                bio[i : i + size] = [IGNORE] * size
    for start, end, number in _listed(doc.words, lexicon):
        if not any(bio[start:end]) and (
            number == DEMONYM_CLASS or (number in STATE_CLASSES and doc.words[start:end] in usual)
        ):
            bio[start:end] = [IGNORE] * (end - start)
    return replace(doc, bio=tuple(bio))


def read_sentences(path: Path, lexicon: Lexicon) -> list[Labelled]:
    """Return the sentences of a named-entity set; names that its convention leaves out are ``IGNORE`` in ``bio``."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            raw = json.loads(line)
            found.append(_sentence(f"{path.name}:{number}", raw["tokens"], raw["tags"], lexicon))
    return [s for s in found if s.words]


def _sentence(name: str, tokens: list[str], tags: list[str], lexicon: Lexicon) -> Labelled:
    words, bio, plain, owner = [], [], [], []
    for token, tag in zip(tokens, tags, strict=True):
        prefix, _, label = tag.partition("-")
        place = label.lower() in ("loc", "location")
        for k, word in enumerate(tokenize(token)):
            words.append(word.text)
            value = OUTSIDE if not place else (BEGIN if prefix == "B" and k == 0 else INSIDE)
            bio.append(value)
            plain.append(value)
            owner.append(label.lower())
    nested = [IGNORE] * len(words)
    covering, _ = lexicon.features(words)
    for i, word in enumerate(words):
        if bio[i] == BEGIN:
            nested[i] = 0
        listed = covering[i] > 0 and word[0].isupper()
        if owner[i] not in ("", "loc", "location", "per", "person") and listed:
            bio[i] = IGNORE
            if covering[i] < len(LEXICON_CLASSES) and owner[i] != "misc":
                nested[i] = 1
    for start, end, number in _listed(tuple(words), lexicon):
        if number == DEMONYM_CLASS and all(owner[i] in ("", "misc") and bio[i] <= 0 for i in range(start, end)):
            bio[start:end] = [BEGIN] + [INSIDE] * (end - start - 1)
            nested[start] = 0
    return Labelled(
        id=name,
        words=tuple(words),
        bio=tuple(bio),
        plain=tuple(plain),
        use=(IGNORE,) * len(words),
        nested=tuple(nested),
        person=tuple(int(o in ("per", "person")) for o in owner),
        sentences=(0,) if words else (),
    )
