"""Articles whose literal toponyms are labelled with their role, focus and frame.

Of LGL and GeoWebNews only the labels are here (``roles/*.tsv``); the paragraphs and articles are invented for geomap.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap.roles.model import CLASSES
from geomap.types import Article
from training.corpora import N_LITERAL, USES, read_uses

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = Path(__file__).parent / "roles"
PARAGRAPHS = Path(__file__).parent / "paragraphs.txt"
LETTERS = dict(zip("SFTVBRCN", CLASSES, strict=True))
"""A letter of each class; in lower case a label that could be argued about."""
CODES = {"S": "S", "RF": "F", "RT": "T", "RV": "V", "B": "B", "R": "R", "C": "C", "X": "N", "D": "N", "L": "N"}
"""The codes of the invented articles: X associative, D demonym, L dateline."""
_MARK = re.compile(r"\[\[([A-Z]+)(\??):([^\[\]]+)\]\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A labelled toponym; offsets into the text."""

    start: int
    end: int
    letter: str | None
    """None where the corpus marks the toponym as other than literal."""
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An article with its labels."""

    article: Article
    labels: tuple[Label, ...]
    is_complete: bool
    """Whether what is not marked is no toponym."""
    focus: tuple[dict[str, Any], ...] | None = None
    """Text, lat, lon of each focus; None where it is not labelled."""
    frame: tuple[str, ...] = ()


def read_corpus(path: Path, labels: str) -> Iterator[Labelled]:
    """Yield the articles of a benchmark's JSON lines that ``roles/<labels>.tsv`` labels."""
    rows = (line.split("\t") for line in (_HERE / f"{labels}.tsv").read_text(encoding="utf-8").splitlines())
    said = {row[0]: row[1:] for row in rows if row[0][:1] != "#"}
    with path.open(encoding="utf-8") as lines:
        for raw in map(json.loads, lines):
            if raw["id"] in said:
                yield _of_corpus(raw, *said[raw["id"]][:3])


def _of_corpus(raw: dict[str, Any], letters: str, focus: str = "-", frame: str = "-") -> Labelled:
    toponyms = raw["toponyms"]
    uses = read_uses(raw)
    order = sorted(range(len(toponyms)), key=lambda i: (toponyms[i]["start"], -toponyms[i]["end"]))
    literal = [toponyms[i] for i in order if 0 <= uses[i] < N_LITERAL]
    found = [_label(t["start"], t["end"], letter) for t, letter in zip(literal, letters, strict=True)]
    others = [Label(start=t["start"], end=t["end"], letter=None) for i, t in enumerate(toponyms) if t not in literal]
    chosen = [literal[int(n) - 1] for n in focus.split(",") if n.strip().isdigit()]
    return Labelled(
        article=Article(
            id=raw["id"],
            text=raw["text"],
            title=raw.get("title"),
            published=(raw.get("published") or "")[:10] or None,
            source=raw.get("source"),
            url=raw.get("url"),
        ),
        labels=(*found, *others),
        is_complete=False,
        focus=tuple({"text": t["text"], "lat": t["lat"], "lon": t["lon"]} for t in chosen),
        frame=tuple(literal[int(n) - 1]["text"] for n in frame.split(",") if n.strip().isdigit()),
    )


def _label(start: int, end: int, letter: str) -> Label:
    return Label(start=start, end=end, letter=letter.upper(), is_doubtful=letter.islower())


def read_articles(path: Path = _HERE / "articles.jsonl") -> Iterator[Labelled]:
    """Yield invented articles: JSON lines with ``marked``, ``focus``, ``frame``."""
    with path.open(encoding="utf-8") as lines:
        for raw in map(json.loads, lines):
            text, labels = unmarked(raw["marked"])
            yield Labelled(
                article=Article(
                    id=raw["id"], text=text, title=raw["title"], published=raw["published"], source=raw["source"]
                ),
                labels=labels,
                is_complete=True,
                focus=tuple(raw["focus"]),
                frame=tuple(raw["frame"]),
            )


def unmarked(marked: str) -> tuple[str, tuple[Label, ...]]:
    """Return a text without its marks, and the labels."""
    text, at, labels = "", 0, []
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        label = Label(start=len(text), end=len(text) + len(mark[3]), letter=CODES[mark[1]], is_doubtful=bool(mark[2]))
        labels.append(label)
        text, at = text + mark[3], mark.end()
    return text + marked[at:], tuple(labels)


def read_paragraphs() -> Iterator[Labelled]:
    """Yield the invented paragraphs that are labelled."""
    rows = (line.split("\t") for line in (_HERE / "paragraphs.tsv").read_text(encoding="utf-8").splitlines())
    said = {int(row[0]): row[1] for row in rows if row[0][:1] != "#"}
    lines = [line for line in PARAGRAPHS.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    literal = tuple(USES)[:N_LITERAL]
    for number, letters in said.items():
        text, at, labels, next_letter = "", 0, [], iter(letters)
        for mark in _MARK.finditer(lines[number]):
            text += lines[number][at : mark.start()]
            start, end = len(text), len(text) + len(mark[3])
            labels.append(
                _label(start, end, next(next_letter))
                if mark[1] in literal
                else Label(start=start, end=end, letter=None)
            )
            text, at = text + mark[3], mark.end()
        text += lines[number][at:]
        yield Labelled(article=Article(id=f"paragraph {number}", text=text), labels=tuple(labels), is_complete=True)
