"""Measure recognition and resolution in languages other than English.

    python -m training.languages BENCH            # strict F1 of toponyms on the free sets kept for tests, of names
    python -m training.languages                  # end to end on the invented articles of tests/data, false pins on the traps, cost

Strict F1 counts a toponym with exactly the annotated tokens. Left out is what the sets annotate otherwise: adjectives and peoples, and names that
overlap an organisation's, which a government is to them; a person's name that is found counts as wrong. End to end, a
pin is right if its name is annotated as a place where something is or happens, and it lies within 161 km of it, or within the radius
annotated for a large area; F1 is over mentions.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

from geomap.geodesy import sphere_km
from geomap.geoparser import geoparse
from geomap.recognition.multilingual import multilingual_names
from geomap.recognition.multilingual_model import MultilingualModel
from geomap.resources import Resources, open_resources
from geomap.types import Article, GeoparsedArticle
from training.multilingual_corpora import PLACES, joined

DATA = Path(__file__).parents[1] / "tests" / "data"
SETS = (
    ("ru", "ru_russian-pud_test"), ("de", "de_german-pud_test"), ("pt", "pt_portuguese-bosque_test"), ("zh", "zh_chinese-gsd_test"),
    ("tr", "tr_turkishwiki_test"), ("hy", "hy_pioner_gold_test"), ("ar", "ar_wojood_sample_test"), ("hr", "hr_croatian-set_test"),
    ("sr", "sr_serbian-set_test"),
)  # fmt: skip
"""Language and file; none of them is trained on."""
NEAR_KM = 161.0
_SUFFIX = re.compile(r"['’][a-zçğıöşü]{1,7}$")


@dataclass(slots=True)
class Score:
    """Counts of an F1."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def __str__(self) -> str:
        """Return F1, precision and recall."""
        p, r = self.right / max(1, self.found), self.right / max(1, self.gold)
        return f"F1 {2 * p * r / max(1e-9, p + r):.3f}  P {p:.3f}  R {r:.3f}  n {self.gold}"

    @property
    def f1(self) -> float:
        """The F1."""
        return 2 * self.right / max(1, self.found + self.gold)


def tagged(path: Path) -> Iterator[tuple[str, set[tuple[int, int]], list[tuple[int, int]]]]:
    """Yield each sentence of a set as a text, the spans of its places, and those of its organisations and other names but persons."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            text, tokens = joined(raw["tokens"])
            spans: list[tuple[int, int, str]] = []
            label = ""
            for (start, end), tag in zip(tokens, raw["tags"], strict=True):
                before, (prefix, _, label) = label, tag.lower().partition("-")
                if label and prefix == "i" and label == before:
                    spans[-1] = (spans[-1][0], end, label)
                elif label:
                    spans.append((start, end, label))
            places = {(start, _name_end(text, start, end)) for start, end, label in spans if label in PLACES}
            yield text, places, [(s, e) for s, e, label in spans if label not in PLACES and label[:3] != "per"]


def _name_end(text: str, start: int, end: int) -> int:
    """Return the end of a name without the suffix that Turkish writes after an apostrophe, in the sets within the same token."""
    found = _SUFFIX.search(text[:end], start)
    return found.start() if found else end


def strict(language: str, path: Path, *, model: MultilingualModel, resources: Resources) -> Score:
    """Return the strict F1 of a set."""
    score = Score()
    for text, gold, others in tagged(path):
        mentions = multilingual_names(text, language=language, model=model, gazetteer=resources.gazetteer)
        found = {(m.start, m.end) for m in mentions if m.kind != "demonym"}
        found = {span for span in found if not any(s < span[1] and span[0] < e for s, e in others)}
        score.right += len(found & gold)
        score.found += len(found)
        score.gold += len(gold)
    return score


def annotated(text: str, places: Iterable[dict[str, Any]]) -> list[tuple[int, int, dict[str, Any]]]:
    """Return where the annotated names stand in a text, the longest first, none overlapping."""
    spans: list[tuple[int, int, dict[str, Any]]] = []
    for place in sorted(places, key=lambda p: -len(p["name"])):
        for match in re.finditer(re.escape(place["name"]), text):
            if not any(match.start() < end and start < match.end() for start, end, _ in spans):
                spans.append((match.start(), match.end(), place))
    return spans


def count(story: dict[str, Any], read: GeoparsedArticle, score: Score) -> None:
    """Add an article's pins to ``score``."""
    for part in ("title", "text"):
        gold = annotated(story[part], story["places"])
        score.gold += sum(place["kind"] == "literal" for _, _, place in gold)
        used: set[int] = set()
        for r in read.resolutions:
            m = r.mention
            if m.part != part or m.kind == "demonym":
                continue
            hit = next((i for i, (s, e, _) in enumerate(gold) if s < m.end and m.start < e and i not in used), None)
            if hit is not None:
                used.add(hit)
            if m.kind != "literal" or r.place is None:
                continue
            score.found += 1
            place = gold[hit][2] if hit is not None else None
            if place and place["kind"] == "literal":
                km = sphere_km(r.place.lon, r.place.lat, place["lon"], place["lat"])
                score.right += km <= max(NEAR_KM, place["km"])


def end_to_end(stories: Iterable[dict[str, Any]], resources: Resources) -> dict[str, Score]:
    """Return the score of each language, and under "all" that of all."""
    scores: dict[str, Score] = {}
    for story in stories:
        article = Article(id=story["id"], title=story["title"], text=story["text"])
        read = geoparse(article, resources=resources)
        for key in (story["language"], "all"):
            count(story, read, scores.setdefault(key, Score()))
    return scores


def false_pins(stories: Iterable[dict[str, Any]], resources: Resources) -> list[tuple[str, str, str]]:
    """Return the pins in articles that name no place: id, name, place."""
    found = []
    for story in stories:
        article = Article(id=story["id"], title=story["title"], text=story["text"])
        pins = {
            (r.mention.text, r.place.id)
            for r in geoparse(article, resources=resources).resolutions
            if r.place and r.mention.kind == "literal"
        }
        found += [(story["id"], *pin) for pin in sorted(pins)]
    return found


def characters_a_second(stories: Iterable[dict[str, Any]], resources: Resources) -> float:
    """Return how many code points of ``stories`` are geoparsed in a CPU second, after a first pass that opens the models."""
    articles = [Article(id=story["id"], title=story["title"], text=story["text"]) for story in stories]
    for article in articles:
        geoparse(article, resources=resources)
    began = process_time()
    for article in articles * 3:
        geoparse(article, resources=resources)
    return 3 * sum(len(article.text) for article in articles) / (process_time() - began)


def read_stories(name: str) -> list[dict[str, Any]]:
    """Return the articles of a file of tests/data."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Print the figures."""
    resources = open_resources()
    if len(sys.argv) > 1:
        from geomap.geoparser import models

        model = models(resources.geodata).multilingual
        for language, name in SETS:
            path = Path(sys.argv[1]) / "ner" / "multi" / f"{name}.jsonl.gz"
            print(language, name, strict(language, path, model=model, resources=resources), flush=True)
        return
    stories = read_stories("languages.jsonl")
    for language, score in sorted(end_to_end(stories, resources).items()):
        print(language, score, flush=True)
    english = characters_a_second(read_stories("local_stories.jsonl"), resources)
    for language in sorted({story["language"] for story in stories}):
        own = characters_a_second([story for story in stories if story["language"] == language], resources)
        print(f"{language} costs {english / own:.1f} times an English character")
    pins = false_pins(read_stories("language_traps.jsonl"), resources)
    n_by_language = Counter(name[:2] for name, _, _ in pins)
    print(
        f"false pins on the traps: {len(pins)} in {len(read_stories('language_traps.jsonl'))} articles",
        dict(n_by_language),
    )


if __name__ == "__main__":
    main()
