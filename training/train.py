"""Train the recogniser's network; everything random comes from ``--seed``.

    python -m training.train --news lgl --test geowebnews --steps 1500 --out runs/a

``--bench`` is the folder with ``corpora/`` and ``ner/``; MODEL_CARD.md lists the commands behind the shipped network.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812  (torch's own custom)

from geomap.recognition.features import Lexicon, WordPieces
from training.augment import Augmenter
from training.batches import Batch, Item, Reader, group, hide_words, pad
from training.corpora import IGNORE, N_LITERAL, Labelled, forgive, read_documents, read_paragraphs, read_sentences
from training.measure import measure, predict
from training.network import NESTED, PERSON, USE, Network, kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

NER = (
    "wikigold_en", "uner_en_ewt_ud_dev", "uner_en_ewt_ud_test", "wnut17_wnut17train_conll", "wnut17_emerging_dev_conll",
    "wnut17_emerging_test_annotated", "wikiann_en_train", "wikiann_en_val",
)  # fmt: skip
CHECKPOINT_STEPS = 250
WIKIANN_SHARE = 0.4
"""Of the silver set; it is larger than all the others together and noisier."""


def arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--bench", type=Path, required=True)
    p.add_argument(
        "--minilm", type=Path, required=True, help="folder of all-MiniLM-L6-v2: model.safetensors, vocab.txt"
    )
    p.add_argument("--lexicon", type=Path, required=True)
    p.add_argument("--names", type=Path, required=True)
    p.add_argument("--news", nargs="*", default=[], help="corpora to train on: lgl, geowebnews")
    p.add_argument("--test", nargs="*", default=[], help="corpora to measure on")
    p.add_argument("--fold", default="", help="K/N: geowebnews without fold K of N is trained on, fold K measured")
    p.add_argument("--init", default="", help="weights to go on from")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--layers", default="1,3,5")
    p.add_argument("--steps", type=int, required=True)
    p.add_argument("--ner-share", type=float, default=0.5, help="share of the free sets seen in each round")
    p.add_argument("--paragraphs", type=int, help="how many of the invented paragraphs are read; all unless said")
    p.add_argument("--lr", type=float, default=8e-5)
    p.add_argument("--head-lr", type=float, default=1e-3)
    p.add_argument("--budget", type=int, default=1400, help="word pieces in a batch")
    p.add_argument(
        "--use-weight", type=float, default=0.3, help="of the loss of a toponym's use, once in all and once in two"
    )
    p.add_argument("--swap", type=float, default=0.5, help="share of an article's names that are swapped")
    p.add_argument("--ablate", nargs="*", default=[], choices=["names", "case", "forgive"])
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    return p.parse_args()


def corpora(a: argparse.Namespace, lexicon: Lexicon) -> tuple[list[Labelled], dict[str, list[Labelled]]]:
    """Return the news documents to train on, and the corpora to measure on by name."""
    held = {c: read_documents(a.bench / "corpora" / f"{c}.dev.jsonl") for c in {*a.news, *a.test}}
    news = [doc for c in a.news for doc in held[c]]
    tests = {c: held[c] for c in a.test}
    if a.fold:
        k, n = map(int, a.fold.split("/"))
        whole = read_documents(a.bench / "corpora" / "geowebnews.dev.jsonl")
        random.Random(7).shuffle(whole)
        news += [doc for i, doc in enumerate(whole) if i % n != k]
        tests["fold"] = whole[k::n]
    news = news if "forgive" in a.ablate else forgive(news, lexicon)
    return [*news, *read_paragraphs()[: a.paragraphs]], tests


def rounds(a: argparse.Namespace, news: list[Labelled], reader: Reader, augmenter: Augmenter) -> Iterator[list[Item]]:
    """Yield groups of windows for ever: in each round every news document and a share of the free sets, new-made."""
    rng, noise = random.Random(a.seed), np.random.default_rng(a.seed)
    free = {n: read_sentences(a.bench / "ner" / f"{n}.jsonl.gz", reader.lexicon) for n in NER} if a.ner_share else {}
    while True:
        items: list[Item] = []
        for doc in news:
            limit = rng.choice((96, 128, 192, 192))
            items += [item for _, item in reader.windows(augmenter.augment(doc, rng), limit=limit)]
        for name, sentences in free.items():
            share = a.ner_share * (WIKIANN_SHARE if "wikiann" in name else 1)
            for doc in sentences:
                if rng.random() < share:
                    items += [item for _, item in reader.windows(augmenter.augment(doc, rng, share=0.6), limit=128)]
        for item in items:
            hide_words(item, noise)
        yield from group(items, budget=a.budget, rng=rng)


def loss_of(scores: torch.Tensor, batch: Batch, *, use_weight: float) -> torch.Tensor:
    """Return the weighted sum of the heads' losses, each over the words its labels are known for."""
    total = scores.sum() * 0
    for part, gold, weight in (
        (scores[..., :3], batch.bio, 1.0),
        (scores[..., 3:6], batch.plain, 0.5),
        (scores[..., USE], batch.use, use_weight),
    ):
        if (gold != IGNORE).any():
            total = total + weight * F.cross_entropy(part.flatten(0, 1), gold.flatten(), ignore_index=IGNORE)
    known = batch.use != IGNORE
    if known.any():
        total = total + use_weight * F.nll_loss(kinds(scores[..., USE][known]), (batch.use[known] >= N_LITERAL).long())
    for column, gold, weight in ((NESTED, batch.nested, 0.2), (PERSON, batch.person, 0.3)):
        known = gold != IGNORE
        if known.any():
            total = total + weight * F.binary_cross_entropy_with_logits(scores[..., column][known], gold[known].float())
    return total


def train(
    net: torch.nn.Module,
    batches: Iterator[Batch],
    *,
    steps: int,
    rates: tuple[float, float],
    warm_up: float,
    use_weight: float,
    checkpoint: Path | None = None,
) -> None:
    """Train ``net`` for ``steps`` steps: AdamW, a short warm-up, then a straight line down.

    ``rates`` are those of the encoder's layers and of the rest, ``warm_up`` a share of the steps; weights go to ``checkpoint`` now and then.
    """
    parts: dict[bool, list[torch.nn.Parameter]] = {True: [], False: []}
    for name, weight in net.named_parameters():
        if weight.requires_grad:
            parts[name.startswith(("layers", "norm"))].append(weight)
    groups = [{"params": parts[True], "lr": rates[0]}, {"params": parts[False], "lr": rates[1]}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1, (s + 1) / (warm_up * steps)) * max(0.02, 1 - s / steps)
    )
    began, mean = time.time(), 0.0
    net.train()
    for step, batch in zip(range(1, steps + 1), batches, strict=False):
        loss = loss_of(net(*batch.inputs()), batch, use_weight=use_weight)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*parts[True], *parts[False]], 1.0)
        optimiser.step()
        schedule.step()
        mean = 0.98 * mean + 0.02 * loss.item()
        if step % 50 == 0:
            print(step, "/", steps, round(mean / (1 - 0.98**step), 4), round(time.time() - began), "s", flush=True)
        if checkpoint is not None and step % CHECKPOINT_STEPS == 0:
            torch.save(net.state_dict(), checkpoint)


def main() -> None:
    """Train, measure, write ``net.pt`` and the scores of the measured documents."""
    a = arguments()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    held = np.load(a.lexicon)
    lexicon = Lexicon(held["hashes"], held["classes"])
    vocabulary = WordPieces((a.minilm / "vocab.txt").read_text(encoding="utf-8").split("\n"))
    reader = Reader(vocabulary, lexicon, ablate=frozenset(a.ablate))
    augmenter = Augmenter(lexicon, json.loads(a.names.read_text(encoding="utf-8")), swap=a.swap)
    news, tests = corpora(a, lexicon)
    net = Network(str(a.minilm / "model.safetensors"), tuple(map(int, a.layers.split(","))))
    if a.init:
        net.load_state_dict(torch.load(a.init))
    a.out.mkdir(parents=True, exist_ok=True)
    print(json.dumps({k: str(v) for k, v in vars(a).items()}), flush=True)
    batches = (pad(items, vocabulary) for items in rounds(a, news, reader, augmenter))
    train(net, batches, steps=a.steps, rates=(a.lr, a.head_lr), warm_up=0.08, use_weight=a.use_weight)
    torch.save(net.state_dict(), a.out / "net.pt")
    for corpus, docs in tests.items():
        scores = {doc.id: predict(net, reader, doc) for doc in docs}
        for lean, together in ((0.0, False), (0.0, True), (0.5, True), (-0.3, True), (-0.6, True)):
            print(corpus, json.dumps(measure(docs, scores, lean=lean, together=together)), flush=True)
        np.savez(a.out / f"scores_{corpus}.npz", **scores)


if __name__ == "__main__":
    main()
