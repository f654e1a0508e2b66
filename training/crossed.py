"""The figures that count: recogniser and resolver learned on one corpus, both, and measured on the other.

    python -m training.crossed CORPORA LGL_NETWORK GEOWEBNEWS_NETWORK

CORPORA is the folder with ``lgl.dev.jsonl`` and ``geowebnews.dev.jsonl``; the networks are folders that
``training.export`` wrote for networks trained on one of the two alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from geomap.evaluation.corpora import Toponym, as_mentions, as_toponyms, read_corpus
from geomap.evaluation.metrics import score
from geomap.gazetteer.store import FileGazetteer
from geomap.recognition.model import RecogniserModel
from geomap.recognition.recognizer import recognise
from geomap.resolution.candidates import candidates
from geomap.resolution.enclosing_town import place_within
from geomap.resolution.resolver import resolve
from training.resolver import GEODATA, calibrated, load, load_invented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.resolution.ranker import Ranker
    from geomap.types import Article, Mention

RESAMPLES = 1000


def place(
    article: Article, mentions: Sequence[Mention], gazetteer: FileGazetteer, ranker: Ranker
) -> tuple[Toponym, ...]:
    """Return the mentions placed as ``geomap.pipeline`` places them, by this ranker."""
    found = [candidates(m, article=article, gazetteer=gazetteer) for m in mentions]
    decided = resolve(article, mentions, found, gazetteer=gazetteer, ranker=ranker)
    return as_toponyms(place_within(article, decided, gazetteer=gazetteer))


def crossed(corpora: Path, here: str, there: str, network: Path) -> None:
    """Print what a resolver learned on ``here`` and a network trained there make of ``there``."""
    files = {"network": "network.onnx", "vocabulary": "vocabulary.txt", "lexicon": "lexicon.bin"}
    english = RecogniserModel(**{part: network / name for part, name in files.items()})
    models = SimpleNamespace(english=english, multilingual=None)  # the corpora are in English
    gold = read_corpus(corpora / f"{there}.jsonl")
    with FileGazetteer(GEODATA / "gazetteer.bin") as gazetteer:
        examples = load(corpora, here, gazetteer)
        ranker = calibrated(examples, load_invented(gazetteer))
        found = {
            g.article.id: place(
                g.article, recognise(g.article, models=models, gazetteer=gazetteer).mentions, gazetteer, ranker
            )
            for g in gold
        }
        given = {g.article.id: place(g.article, as_mentions(g), gazetteer, ranker) for g in gold}
    print(f"{here} -> {there}")
    for name, figure in score(gold, found, n_resamples=RESAMPLES).figures.items():
        print(f"  {name:<32} {figure}")
    for name in ("resolution acc@161", "resolution acc@20"):
        print(f"  gold mentions, {name:<17} {score(gold, given, n_resamples=RESAMPLES).figures[name]}", flush=True)


if __name__ == "__main__":
    crossed(Path(sys.argv[1]), "lgl.dev", "geowebnews.dev", Path(sys.argv[2]))
    crossed(Path(sys.argv[1]), "geowebnews.dev", "lgl.dev", Path(sys.argv[3]))
