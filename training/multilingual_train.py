"""Train the multilingual network; everything random comes from ``--seed``.

    python -m training.multilingual_train --bench BENCH --encoder E5_FILE --files FOLDER --minilm-lexicon geodata/recogniser/lexicon.bin --steps 3000 --out RUN

FOLDER holds ``pieces.model``, ``embeddings.bin``, ``lexicon.bin``. ``--init`` goes on from other weights.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from geomap.recognition.decoding import best_path, cut_windows, spans_of
from geomap.recognition.features import Lexicon
from geomap.recognition.multilingual_features import MultilingualLexicon, PieceSplitter
from training.batches import group
from training.corpora import IGNORE, N_LITERAL, forgive, read_documents, read_paragraphs, read_sentences
from training.multilingual_corpora import (
    DEV,
    FIELDS,
    PARAGRAPHS,
    TEST,
    TRAIN,
    Document,
    english,
    paragraphs,
    tagged,
)  # fmt: skip
from training.multilingual_corpora import forgive as forgive_tagged
from training.multilingual_encoder import read_encoder
from training.multilingual_network import MultilingualNetwork, embeddings
from training.network import USE, kinds
from training.train import train

SHARES = {
    "wikiann": 0.05,
    "fa_twitter": 0.3,
    "tr_turkishwiki": 0.35,
    "bosque": 0.5,
    "hr_": 0.4,
    "sr_": 0.4,
    "gsd": 0.9,
    "hy_": 1.0,
}
"""Of the sentences of a set that a round reads, by a part of its name."""
ENGLISH_NER = ("uner_en_ewt_ud_dev", "wnut17_wnut17train_conll", "wikigold_en")
ENGLISH_SHARE = 0.15
MASK_SHARE, MASK_NAME_SHARE = 0.04, 0.12
WEIGHT_OF_USE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The tokens ``start`` to ``end`` of a document, with its pieces."""

    doc: Document
    start: int
    end: int

    def pieces(self) -> slice:
        """Return the document's pieces that the window has."""
        owner = self.doc.pieces.owner
        return slice(int(np.searchsorted(owner, self.start)), int(np.searchsorted(owner, self.end)))

    def __len__(self) -> int:
        here = self.pieces()
        return here.stop - here.start + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows padded together; labels as ``training.train.loss_of`` reads them."""

    told: tuple[Tensor, ...]
    bio: Tensor
    plain: Tensor
    use: Tensor
    nested: Tensor
    person: Tensor

    def inputs(self) -> tuple[Tensor, ...]:
        """Return the network's arguments in order."""
        return self.told


def windows(doc: Document, *, limit: int) -> list[Window]:
    """Return the windows of ``doc`` of about ``limit`` pieces."""
    sizes = np.bincount(doc.pieces.owner, minlength=len(doc.tokens)).tolist()
    return [Window(doc=doc, start=w.start, end=w.end) for w in cut_windows(sizes, doc.sentences, limit=limit)]


def pad(items: list[Window], table: torch.nn.Embedding, noise: np.random.Generator | None) -> Batch:
    """Return ``items`` as one batch; with ``noise`` some tokens and some of what the lexicon says are hidden."""
    n, w, s = len(items), max(i.end - i.start for i in items) + 1, max(map(len, items))
    ids, owner = torch.zeros(n, s, dtype=torch.long), torch.full((n, s), w - 1)
    here, first = torch.zeros(n, s, dtype=torch.long), torch.zeros(n, w, dtype=torch.long)
    told = {name: torch.zeros(n, w, dtype=torch.long) for name in ("shape", "name", "alone", "stem")}
    labels = {name: torch.full((n, w), IGNORE) for name in FIELDS}
    for row, item in enumerate(items):
        doc, cut, at = item.doc, slice(item.start, item.end), item.pieces()
        k, m = item.end - item.start, at.stop - at.start
        numbers = doc.pieces.ids[at].copy()
        features = {name: getattr(doc, name)[cut].copy() for name in told}
        if noise is not None:
            hide(numbers, doc.pieces.owner[at] - item.start, features, doc.labels["bio"][cut], noise)
        ids[row, 1 : m + 1] = torch.from_numpy(numbers)
        ids[row, 0], ids[row, m + 1] = 1, 2
        here[row, : m + 2] = 1
        owner[row, 1 : m + 1] = torch.from_numpy(doc.pieces.owner[at] - item.start)
        first[row, :k] = torch.from_numpy(np.clip(doc.pieces.first[cut] - at.start, 0, max(m - 1, 0)) + 1)
        for name, tensor in told.items():
            tensor[row, :k] = torch.from_numpy(features[name])
        for name, tensor in labels.items():
            tensor[row, :k] = torch.from_numpy(doc.labels[name][cut])
    return Batch(told=(table(ids), here, owner, first, *told.values()), **labels)


def hide(
    ids: NDArray[np.int64],
    owner: NDArray[np.int64],
    features: dict[str, NDArray[np.int64]],
    bio: NDArray[np.int64],
    noise: np.random.Generator,
) -> None:
    """Hide tokens, toponyms more often, and some of what the lexicon says: neither may be all that the network goes by."""
    hidden = noise.random(len(bio)) < np.where(bio > 0, MASK_NAME_SHARE, MASK_SHARE)
    ids[hidden[owner]] = 3
    for name in ("name", "alone", "stem"):
        features[name][noise.random(len(bio)) < 0.12] = 0


def capitals(doc: Document) -> Document:
    """Return ``doc`` in capitals, or in lower case where it has them already."""
    tokens = [type(t)(start=t.start, end=t.end, text=t.text.upper()) for t in doc.tokens]
    if any(len(a.text) != len(b.text) for a, b in zip(tokens, doc.tokens, strict=True)):
        return doc
    return Document(id=doc.id, tokens=tokens, labels=doc.labels, sentences=doc.sentences)


class Material:
    """What is trained on, prepared."""

    def __init__(
        self, a: argparse.Namespace, splitter: PieceSplitter, lexicon: MultilingualLexicon, words: Lexicon
    ) -> None:
        multi = a.bench / "ner" / "multi"
        self.own = [doc for path in sorted(PARAGRAPHS.glob("*.txt")) for doc in paragraphs(path.stem)]
        news = forgive(
            [d for c in ("lgl", "geowebnews") for d in read_documents(a.bench / "corpora" / f"{c}.dev.jsonl")], words
        )
        self.english = english([*news, *read_paragraphs()[:1362]])
        self.sets = {name: tagged(multi / f"{name}.jsonl.gz") for name in TRAIN}
        self.sets |= {n: english(read_sentences(a.bench / "ner" / f"{n}.jsonl.gz", words)) for n in ENGLISH_NER}
        for docs in (self.own, self.english, *self.sets.values()):
            for doc in docs:
                doc.prepare(splitter, lexicon)
        for docs in self.sets.values():
            forgive_tagged(docs)
        self.prepare = lambda doc: doc.prepare(splitter, lexicon)
        print(
            {"own": len(self.own), "english": len(self.english)} | {k: len(v) for k, v in self.sets.items()}, flush=True
        )

    def rounds(self, a: argparse.Namespace) -> Iterator[list[Window]]:
        """Yield groups of windows for ever."""
        rng = random.Random(a.seed)
        while True:
            items: list[Window] = []
            for doc in self.own * a.own:
                chosen = doc
                if rng.random() < 0.06:
                    chosen = capitals(doc)
                    if chosen is not doc:
                        self.prepare(chosen)
                items += windows(chosen, limit=rng.choice((96, 128, 192)))
            for doc in self.english:
                if rng.random() < a.english:
                    items += windows(doc, limit=rng.choice((96, 128, 192)))
            for name, docs in self.sets.items():
                share = next((s for part, s in SHARES.items() if part in name), ENGLISH_SHARE) * a.sets
                for doc in docs:
                    if rng.random() < share:
                        items += windows(doc, limit=128)
            yield from group(items, budget=a.budget, rng=rng)


@torch.no_grad()
def predict(
    net: MultilingualNetwork, table: torch.nn.Embedding, docs: list[Document], *, limit: int = 160
) -> list[NDArray[np.float32]]:
    """Return for each document the scores (n, 19) of its tokens."""
    net.eval()
    out = [np.zeros((len(doc.tokens), 8 + len(range(*USE.indices(99)))), dtype=np.float32) for doc in docs]
    todo = []
    for number, doc in enumerate(docs):
        sizes = np.bincount(doc.pieces.owner, minlength=len(doc.tokens)).tolist()
        todo += [
            (number, w, Window(doc=doc, start=w.start, end=w.end))
            for w in cut_windows(sizes, doc.sentences, limit=limit)
        ]
    todo.sort(key=lambda t: len(t[2]))
    for at in range(0, len(todo), 32):
        part = todo[at : at + 32]
        scores = net(*pad([item for _, _, item in part], table, None).inputs()).numpy()
        for (number, w, _), row in zip(part, scores, strict=True):
            out[number][w.keep_start : w.keep_end] = row[w.keep_start - w.start : w.keep_end - w.start]
    net.train()
    return out


def figures(
    docs: list[Document], scores: list[NDArray[np.float32]], *, column: int = 0, bias: float = 0.0
) -> dict[str, float]:
    """Return strict F1, precision and recall of the places, those of adjectives and peoples left out; and the accuracy of kinds."""
    n_gold = n_found = n_right = n_kinds = n_kind = 0
    for doc, s in zip(docs, scores, strict=True):
        log = torch.from_numpy(s[:, column : column + 3]).log_softmax(-1).numpy()
        uses = kinds(torch.from_numpy(s[:, USE])).numpy()
        found = set(spans_of(best_path(log + np.array([0, bias, bias], dtype=np.float32))))
        gold = set(spans_of(np.where(doc.labels["bio"] == IGNORE, 0, doc.labels["bio"])))
        doubtful = set(np.flatnonzero(doc.labels["bio"] == IGNORE).tolist())
        found = {span for span in found if span[0] not in doubtful}
        n_gold, n_found, n_right = n_gold + len(gold), n_found + len(found), n_right + len(gold & found)
        for start, _ in gold & found:
            if doc.labels["use"][start] != IGNORE:
                n_kinds += 1
                n_kind += int((uses[start, 1] > uses[start, 0]) == (doc.labels["use"][start] >= N_LITERAL))
    return {
        "f1": round(2 * n_right / max(n_gold + n_found, 1), 4),
        "p": round(n_right / max(n_found, 1), 4),
        "r": round(n_right / max(n_gold, 1), 4),
        "kind": round(n_kind / max(n_kinds, 1), 4),
    }


def main() -> None:
    """Train, measure on the development sets, write ``net.pt``."""
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--bench", type=Path, required=True)
    p.add_argument("--encoder", type=Path, required=True)
    p.add_argument("--files", type=Path, required=True)
    p.add_argument("--english-lexicon", type=Path, default=Path("geodata/recogniser/lexicon.bin"))
    p.add_argument("--layers", default="0,1,2,3")
    p.add_argument("--init", default="")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--steps", type=int, required=True)
    p.add_argument("--own", type=int, default=1, help="how often a round reads the invented paragraphs")
    p.add_argument("--english", type=float, default=0.3, help="share of the English texts in a round")
    p.add_argument("--sets", type=float, default=1.0, help="factor of the shares of the tagged sets")
    p.add_argument("--lr", type=float, default=1.2e-4)
    p.add_argument("--head-lr", type=float, default=1e-3)
    p.add_argument("--budget", type=int, default=1400)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--test", action="store_true", help="measure on the test sets too")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    words = Lexicon.read(a.english_lexicon)
    lexicon = MultilingualLexicon(words, Lexicon.read(a.files / "lexicon.bin"))
    splitter = PieceSplitter(a.files / "pieces.model")
    encoder = read_encoder(a.encoder)
    rows = np.fromfile(a.files / "embeddings.bin", dtype=np.uint8).reshape(-1, encoder.rows("emb.word").shape[1])
    table = embeddings(torch.from_numpy(rows))
    net = MultilingualNetwork(encoder, tuple(map(int, a.layers.split(","))))
    a.out.mkdir(parents=True, exist_ok=True)
    if a.init:
        net.load_state_dict(torch.load(a.init))
    print(json.dumps({k: str(v) for k, v in vars(a).items()}), flush=True)
    if a.steps:
        noise = np.random.default_rng(a.seed)
        batches = (pad(items, table, noise) for items in Material(a, splitter, lexicon, words).rounds(a))
        rates = (a.lr, a.head_lr)
        train(
            net, batches, steps=a.steps, rates=rates, warm_up=0.06, use_weight=WEIGHT_OF_USE, checkpoint=a.out / "net.pt"
        )  # fmt: skip
        torch.save(net.state_dict(), a.out / "net.pt")
    for name in (*DEV, *(TEST if a.test else ())):
        docs = tagged(a.bench / "ner" / "multi" / f"{name}.jsonl.gz", limit=None if a.test else 400)
        for doc in docs:
            doc.prepare(splitter, lexicon)
        forgive_tagged(docs)
        scores = predict(net, table, docs)
        print(name, json.dumps(figures(docs, scores)), json.dumps(figures(docs, scores, column=3)), flush=True)


if __name__ == "__main__":
    main()
