"""What a network in training finds in documents, and how much of it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from geomap.recognition.decoding import average_logits_by_word, best_path, spans_of
from training.batches import pad
from training.corpora import IGNORE, N_LITERAL, Labelled
from training.network import NESTED, USE, kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.batches import Reader
    from training.network import Network

Span = tuple[int, int]


@torch.no_grad()
def predict(net: Network, reader: Reader, doc: Labelled, *, limit: int = 192) -> NDArray[np.float32]:
    """Return (n, 10): log probabilities of the two BIO heads and of the kinds, log odds of nested and of person."""
    net.eval()
    out = np.zeros((len(doc.words), 10), dtype=np.float32)
    cut = reader.windows(doc, limit=limit)
    for at in range(0, len(cut), 16):
        part = cut[at : at + 16]
        scores = net(*pad([item for _, item in part], reader.vocabulary).inputs())
        heads = (
            scores[..., :3].log_softmax(-1),
            scores[..., 3:6].log_softmax(-1),
            kinds(scores[..., USE]),
            scores[..., NESTED:],
        )
        for (w, _), row in zip(part, torch.cat(heads, -1).numpy(), strict=True):
            out[w.keep_start : w.keep_end] = row[w.keep_start - w.start : w.keep_end - w.start]
    return out


def overlap_matches(gold: Sequence[Span], found: Sequence[Span]) -> int:
    """Return how many spans share a word, one to one, the largest overlap first."""
    pairs = [
        (min(g[1], f[1]) - max(g[0], f[0]), a, b)
        for a, g in enumerate(gold)
        for b, f in enumerate(found)
        if min(g[1], f[1]) > max(g[0], f[0])
    ]
    golds: set[int] = set()
    founds: set[int] = set()
    for _, a, b in sorted(pairs, reverse=True):
        if a not in golds and b not in founds:
            golds.add(a)
            founds.add(b)
    return len(golds)


def measure(
    docs: Sequence[Labelled], scores: dict[str, NDArray[np.float32]], *, lean: float, together: bool
) -> dict[str, float]:
    """Return F1, precision and recall, strict and overlap, and the accuracy of kind and nested on strict matches.

    Over words, on which the corpora's spans fall. Institutions keep their whole names here: running cuts them.
    """
    n = dict.fromkeys(("gold", "found", "strict", "overlap", "kinds", "kind", "nested"), 0)
    for doc in docs:
        s = scores[doc.id]
        gold = spans_of(np.where(np.array(doc.bio) == IGNORE, 0, doc.bio))
        log = average_logits_by_word(doc.words, s[:, :3]) if together else s[:, :3]
        found = spans_of(best_path(log + np.array([0, lean, lean], dtype=np.float32)))
        both = set(gold) & set(found)
        n["gold"] += len(gold)
        n["found"] += len(found)
        n["strict"] += len(both)
        n["overlap"] += overlap_matches(gold, found)
        for start, _ in both:
            if doc.use[start] != IGNORE:
                n["kinds"] += 1
                n["kind"] += int((s[start, 7] > s[start, 6]) == (doc.use[start] >= N_LITERAL))
                n["nested"] += int((s[start, 8] > 0) == (doc.nested[start] == 1))
    figures = {}
    for way in ("strict", "overlap"):
        figures[f"{way} f1"] = 2 * n[way] / max(n["gold"] + n["found"], 1)
        figures[f"{way} p"] = n[way] / max(n["found"], 1)
        figures[f"{way} r"] = n[way] / max(n["gold"], 1)
    figures |= {what: n[what] / max(n["kinds"], 1) for what in ("kind", "nested")}
    return {"lean": lean, "together": together} | {k: round(v, 4) for k, v in figures.items()}
