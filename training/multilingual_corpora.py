"""Texts in many languages as labelled tokens: tagged sentences of the free sets, invented paragraphs, the English news."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.recognition.features import LEXICON_CLASSES
from geomap.recognition.multilingual import sentence_starts
from geomap.recognition.multilingual_features import MultilingualLexicon, Pieces, PieceSplitter, shapes_of
from geomap.text.tokens import UNSPACED, Token, tokenize
from training.corpora import BEGIN, IGNORE, INSIDE, NESTED_USES, OUTSIDE, USE_NUMBERS, USES, Labelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRAIN = (
    "hy_armtdp", "pt_portuguese-bosque_train", "zh_chinese-gsd_train", "hr_croatian-set_train", "sr_serbian-set_train",
    "tr_turkishwiki_train", "fa_twitter", "fr_wikiann_train", "pt_wikiann_train", "ru_wikiann_train", "es_wikiann_train",
    "de_wikiann_train",
)  # fmt: skip
DEV = (
    "pt_portuguese-bosque_dev", "zh_chinese-gsd_dev", "hr_croatian-set_dev", "sr_serbian-set_dev", "tr_turkishwiki_dev",
)  # fmt: skip
TEST = (
    "ru_russian-pud_test", "de_german-pud_test", "pt_portuguese-bosque_test", "zh_chinese-gsd_test", "hr_croatian-set_test",
    "sr_serbian-set_test", "tr_turkishwiki_test", "hy_pioner_gold_test", "ar_wojood_sample_test",
)  # fmt: skip
"""Measured on, never trained on."""
PLACES = frozenset({"loc", "gpe", "location"})
PARAGRAPHS = Path(__file__).parent / "paragraphs"
"""Invented paragraphs, a file a language; marked as in ``paragraphs.txt``, persons with P."""
MARK = re.compile(r"\[\[([A-Z]):([^\[\]]+)\]\]")
PEOPLE_CLASSES = tuple(LEXICON_CLASSES.index(name) for name in ("country", "demonym"))
FIELDS = ("bio", "plain", "use", "nested", "person")
_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(slots=True, kw_only=True)
class Document:
    """A text's tokens with a label each, as ``training.corpora.Labelled`` has them."""

    id: str
    tokens: list[Token]
    labels: dict[str, NDArray[np.int64]]
    """By the names in ``FIELDS``."""
    sentences: list[int]
    pieces: Pieces = field(init=False)
    shape: NDArray[np.int64] = field(init=False)
    name: NDArray[np.int64] = field(init=False)
    alone: NDArray[np.int64] = field(init=False)
    stem: NDArray[np.int64] = field(init=False)

    def prepare(self, splitter: PieceSplitter, lexicon: MultilingualLexicon) -> None:
        """Compute the features."""
        self.pieces = splitter.split(self.tokens)
        self.shape = shapes_of(self.tokens, self.pieces)
        self.name, self.alone, self.stem = lexicon.features([token.text for token in self.tokens])


def _empty(n: int) -> dict[str, NDArray[np.int64]]:
    labels = {name: np.full(n, IGNORE) for name in FIELDS}
    labels["bio"] = np.full(n, OUTSIDE)
    return labels


def paragraphs(language: str) -> list[Document]:
    """Return the invented paragraphs of a language, in the news convention."""
    path = PARAGRAPHS / f"{language}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [_paragraph(f"{language}:{n}", line) for n, line in enumerate(lines) if line.strip() and line[0] != "#"]


def _paragraph(name: str, line: str) -> Document:
    text, at = "", 0
    spans: list[tuple[int, int, str]] = []
    for mark in MARK.finditer(line):
        text += line[at : mark.start()]
        spans.append((len(text), len(text) + len(mark[2]), mark[1]))
        text, at = text + mark[2], mark.end()
    text += line[at:]
    tokens = tokenize(text)
    labels = _empty(len(tokens))
    labels["person"][:] = 0
    for start, end, letter in spans:
        inside = [i for i, token in enumerate(tokens) if token.start < end and token.end > start]
        if not inside:
            continue
        if letter == "P":
            labels["person"][inside] = 1
            continue
        used = USE_NUMBERS[USES[letter]]
        labels["bio"][inside] = INSIDE
        labels["bio"][inside[0]] = BEGIN
        labels["use"][inside[0]] = used
        labels["nested"][inside[0]] = int(used in NESTED_USES)
    return Document(id=name, tokens=tokens, labels=labels, sentences=sentence_starts(text, tokens))


def english(documents: list[Labelled]) -> list[Document]:
    """Return documents of the English training with their words as tokens a space apart."""
    found = []
    for doc in documents:
        tokens, at = [], 0
        for word in doc.words:
            tokens.append(Token(start=at, end=at + len(word), text=word))
            at += len(word) + 1
        labels = {name: np.array(getattr(doc, name)) for name in FIELDS}
        found.append(Document(id=doc.id, tokens=tokens, labels=labels, sentences=list(doc.sentences) or [0]))
    return found


def tagged(path: Path, *, limit: int | None = None) -> list[Document]:
    """Return the sentences of a named-entity set; in ``bio`` what its convention leaves out is still OUTSIDE: see ``forgive``."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if limit is not None and number >= limit:
                break
            raw = json.loads(line)
            if raw["tokens"]:
                found.append(_tagged(f"{path.name}:{number}", raw))
    return found


def joined(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of tokens, a space apart but in scripts without spaces, and the span of each."""
    text, spans = "", []
    for token in tokens:
        if text and not (_UNSPACED.match(text[-1]) and _UNSPACED.match(token)):
            text += " "
        spans.append((len(text), len(text) + len(token)))
        text += token
    return text, spans


def _tagged(name: str, raw: dict[str, Any]) -> Document:
    text, spans = joined(raw["tokens"])
    marks = [(*span, tag) for span, tag in zip(spans, raw["tags"], strict=True)]
    tokens = tokenize(text)
    labels = _empty(len(tokens))
    labels["person"][:] = 0
    labels["owner"] = np.zeros(len(tokens), dtype=np.int64)
    at = 0
    for i, token in enumerate(tokens):
        while marks[at][1] <= token.start:
            at += 1
        prefix, _, label = marks[at][2].partition("-")
        label = label.lower()
        if label in PLACES:
            is_first = prefix in ("B", "S", "U") and token.start == marks[at][0]
            labels["bio"][i] = BEGIN if is_first or not i or labels["bio"][i - 1] == OUTSIDE else INSIDE
            if labels["bio"][i] == BEGIN:
                labels["nested"][i] = 0
        labels["person"][i] = int(label.startswith("per"))
        labels["owner"][i] = int(label != "" and label not in PLACES and not label.startswith("per"))
    labels["plain"] = labels["bio"].copy()
    return Document(id=name, tokens=tokens, labels=labels, sentences=[0])


def forgive(documents: list[Document]) -> None:
    """Mark IGNORE what the sets leave out and the news convention has: names inside others' names, adjectives and peoples."""
    for doc in documents:
        owner = doc.labels.pop("owner", None)
        if owner is None:
            continue
        listed = (doc.name > 0) | (doc.stem > 0)
        people = np.isin(doc.stem, PEOPLE_CLASSES) | np.isin(doc.alone, PEOPLE_CLASSES)
        outside = doc.labels["bio"] == OUTSIDE
        doc.labels["bio"] = np.where(
            outside & ((owner > 0) & listed | people & (doc.shape != 7)), IGNORE, doc.labels["bio"]
        )
