"""Train the role head, and the recogniser's network under it so that its own scores stay.

python -m training.role_train --bench BENCH --net NET.pt --out RUN [--epochs 4] [--hold 5]

What ships is RUN/net.pt (``training.export``) and RUN/model.npz (``geodata/roles``). NET.pt are the weights of the recogniser that ships;
``--net geodata/recogniser/network.onnx`` reads them from its int8 weights, which differ from the trained ones by their rounding.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from geomap.geoparser import joined_article, models, place_mentions
from geomap.recognition.decoding import cut_windows
from geomap.recognition.features import Lexicon, WordPieces, shape, window_boundaries
from geomap.recognition.model import sentences_to_read
from geomap.recognition.parameters import WINDOW_PIECES
from geomap.recognition.recognizer import recognise
from geomap.resources import open_resources
from geomap.roles.features import NEAR_TOKENS, Features, mention_features
from geomap.roles.model import CLASSES
from geomap.text.tokens import tokenize
from training.network import NESTED, USE, Network
from training.role_corpora import LETTERS, Label, Labelled, read_articles, read_corpus, read_paragraphs
from training.role_network import RoleHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.resources import Resources
    from geomap.types import Resolution

MAX_WINDOWS = 6
"""Windows of an article that are trained on: the beginning of a long one."""
DOUBT_WEIGHT = 0.6
"""Weight of a label that could be argued about."""
TITLE_WEIGHT = 0.5
"""Weight of a label in a headline, which takes that of the name in the text."""
MIN_WORD_COUNT = 12
"""Occurrences beside a mention from which a word has an embedding."""
TOGETHER = 8
"""Articles of one step."""
KEEP = 20.0
"""Weight of the distance from the recogniser's scores, against 1 for a role."""


@dataclass(slots=True, kw_only=True)
class Example:
    """An article as the network and the head read it."""

    id: str
    inputs: tuple[Tensor, ...]
    kept: list[tuple[int, slice, np.ndarray]]
    """Window, its kept words, and their token numbers."""
    n_tokens: int
    features: Features
    found: list[Resolution]
    target: Tensor
    weight: Tensor
    kind: str
    lower: Tensor | None = None
    """What the layers that are not trained make of it."""
    before: Tensor | None = None
    """The recogniser's scores before the training."""


def weights_of(path: Path) -> dict[str, Tensor]:
    """Return the weights of the network as torch saved them, or out of the ONNX that ships."""
    if path.suffix != ".onnx":
        return dict(torch.load(path))
    graph = onnx.load(path).graph
    held = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    found = {
        name.removeprefix("net."): torch.from_numpy(value.copy())
        for name, value in held.items()
        if name.startswith("net.")
    }
    table, scale = found.pop("pieces.table"), found.pop("pieces.scale")
    found["pieces.weight"] = table.float() * scale
    for node in graph.node:
        name = node.input[1].removesuffix("_quantized") if node.op_type == "MatMulInteger" else ""
        if f"{name}_scale" in held and name:
            whole = held[f"{name}_quantized"].astype(np.float32) - held[f"{name}_zero_point"].astype(np.float32)
            part = re.sub(r"^/net/|/MatMul_output.*$", "", node.output[0]).replace("/", ".")
            found[f"{part}.weight"] = torch.from_numpy((whole * held[f"{name}_scale"]).T.copy())
    return found


class ArticleReader:
    """Reads labelled articles with geomap itself, so that training and inference have the same mentions."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.lexicon = Lexicon.read(resources.geodata.path("recogniser/lexicon.bin"))
        vocabulary = resources.geodata.path("recogniser/vocabulary.txt").read_text(encoding="utf-8")
        self.pieces = WordPieces(vocabulary.split("\n"))

    def example(self, labelled: Labelled) -> Example | None:
        """Return an article as an example; None where no literal mention of it has a label."""
        joined = joined_article(labelled.article)
        text, gazetteer = joined.article.text, self.resources.gazetteer
        recognized = recognise(joined.article, models=models(self.resources.geodata), gazetteer=gazetteer)
        resolved = place_mentions(joined.article, recognized.mentions, resources=self.resources)
        windows = self._windows(text)
        end = max((int(w[-1][-1]) for w in windows if len(w[-1])), default=-1)
        reached = recognized.tokens.ends[end] if 0 <= end < len(recognized.tokens.ends) else 0
        found = [r for r in resolved if r.mention.kind == "literal" and r.mention.end <= reached]
        labels = [_label_of(r, labelled, joined.shift) for r in found]
        if not any(labels):
            return None
        features = mention_features(
            text, found, recognized.tokens, title_end=joined.shift, published=labelled.article.published
        )
        return Example(
            id=labelled.article.id,
            inputs=_padded([w[:4] for w in windows], self.pieces),
            kept=[(n, w[4], w[5]) for n, w in enumerate(windows)],
            n_tokens=len(recognized.tokens.starts),
            features=features,
            found=found,
            target=torch.tensor([CLASSES.index(LETTERS[label[0]]) if label else -100 for label in labels]),
            weight=torch.tensor([label[1] if label else 0.0 for label in labels]),
            kind=labelled.article.id.split("-")[0].split()[0],
        )

    def _windows(self, text: str) -> list[tuple]:
        words = tokenize(text)
        shapes = np.array([shape(word.text) for word in words], dtype=np.int64)
        name, alone = self.lexicon.features([word.text for word in words])
        read, starts = sentences_to_read(window_boundaries(text), words, shapes, alone)
        pieces = [self.pieces.pieces(words[i].text) for i in read]
        found = []
        for window in cut_windows([len(p) for p in pieces], starts, limit=WINDOW_PIECES)[:MAX_WINDOWS]:
            inside = read[window.start : window.end]
            kept = slice(window.keep_start - window.start, window.keep_end - window.start)
            cut = pieces[window.start : window.end]
            found.append((cut, shapes[inside], name[inside], alone[inside], kept, inside[kept]))
        return found


def _label_of(r: Resolution, labelled: Labelled, shift: int) -> tuple[str, float] | None:
    """Return the letter of a mention and its weight, None where nobody says."""
    if r.mention.start < shift:
        text = labelled.article.text
        same = [
            x.letter for x in labelled.labels if x.letter not in (None, "N") and text[x.start : x.end] == r.mention.text
        ]
        return (Counter(same).most_common(1)[0][0] or "N", TITLE_WEIGHT) if same and labelled.is_complete else None
    start, end = r.mention.start - shift, r.mention.end - shift

    def shared(label: Label) -> int:
        return min(end, label.end) - max(start, label.start)

    best = max(labelled.labels, key=shared, default=None)
    if best is None or shared(best) <= 0:
        return ("N", 1.0) if labelled.is_complete else None
    return best.letter or "N", DOUBT_WEIGHT if best.is_doubtful else 1.0


def _padded(windows: Sequence[tuple], pieces: WordPieces) -> tuple[Tensor, ...]:
    n, w = len(windows), max(len(cut) for cut, *_ in windows) + 1
    s = max(sum(map(len, cut)) for cut, *_ in windows) + 2
    numbers, word_of, first = torch.zeros(n, s).long(), torch.full((n, s), w - 1), torch.zeros(n, w).long()
    told = [torch.zeros(n, w).long() for _ in range(3)]
    for row, (cut, *features) in enumerate(windows):
        sizes = torch.tensor([len(p) for p in cut])
        k, m = len(sizes), int(sizes.sum())
        numbers[row, : m + 2] = torch.tensor([pieces.begin, *(i for p in cut for i in p), pieces.end])
        word_of[row, 1 : m + 1] = torch.repeat_interleave(torch.arange(k), sizes)
        first[row, :k] = 1 + sizes.cumsum(0) - sizes
        for tensor, feature in zip(told, features, strict=True):
            tensor[row, :k] = torch.as_tensor(feature)
    return numbers, word_of, first, *told


def contexts_of(vectors: Tensor, example: Example) -> Tensor:
    """Return what ``geomap.roles.features.context_vectors`` does, with gradients."""
    f, nothing = example.features, vectors.new_zeros(vectors.shape[1])
    lead = vectors[: f.lead].mean(0) if f.lead else nothing
    rows = []
    for (start, end), (first, last) in zip(f.tokens, f.sentences, strict=True):
        cuts = ((start, end), (max(first, start - NEAR_TOKENS), start), (end, end + NEAR_TOKENS), (first, last))
        rows.append(
            torch.cat([*(vectors[a:b].mean(0) if a < min(b, len(vectors)) else nothing for a, b in cuts), lead])
        )
    return torch.stack(rows)


def read(net: Network, example: Example) -> tuple[Tensor, Tensor]:
    """Return the scores of the windows' words and the vectors of the article's tokens."""
    pieces, _, first, *told = example.inputs
    found = net.last(_known(example.lower).float(), pieces, first)
    scores = net.scores_of(found, *told)
    vectors = torch.zeros(example.n_tokens, found.shape[-1])
    for window, kept, numbers in example.kept:
        vectors[torch.as_tensor(numbers)] = found[window, kept]
    return scores, vectors


def prepare(net: Network, examples: Sequence[Example]) -> None:
    """Store what the lower layers and the recogniser, as they are, make of each example; the network is in evaluation."""
    with torch.no_grad():
        for e in examples:
            pieces, word_of, first, *told = e.inputs
            lower = net.lower(pieces, word_of, *told)
            e.lower, e.before = lower.half(), net.scores_of(net.last(lower, pieces, first), *told).half()


def head_inputs(head: RoleHead, example: Example) -> tuple[Tensor, Tensor]:
    """Return the scalars and the numbers of the words."""
    words = [[head.numbers.get(word, 0) for word in row] for row in example.features.words]
    return torch.from_numpy(example.features.scalars), torch.tensor(words)


def _known(value: Tensor | None) -> Tensor:
    if value is None:
        raise ValueError("prepare the examples first")
    return value


def drift(scores: Tensor, before: Tensor, shapes: Tensor) -> Tensor:
    """Return the distance of the recogniser's scores from what they were, a word."""

    def apart(part: slice) -> Tensor:
        old = before[..., part].log_softmax(-1)
        return (old.exp() * (old - scores[..., part].log_softmax(-1))).sum(-1)

    others = ((scores[..., NESTED:] - before[..., NESTED:]) ** 2).mean(-1)
    each = apart(slice(0, 3)) + 0.2 * apart(slice(3, 6)) + 2.0 * apart(USE) + 0.1 * others
    mask = (shapes > 0).float()
    return (each * mask).sum() / mask.sum()


def train(
    examples: list[Example], weights: dict[str, Tensor], *, epochs: int, lr: float, seed: int
) -> tuple[Network, RoleHead]:
    """Return the network and the head after ``epochs`` over the examples."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    net = Network(None)
    net.load_state_dict(weights)
    scalars = np.concatenate([e.features.scalars for e in examples])
    counts = Counter(word for e in examples for row in e.features.words for word in row if word)
    head = RoleHead(
        scalars.mean(0), scalars.std(0) + np.float32(0.05), sorted(w for w, n in counts.items() if n >= MIN_WORD_COUNT)
    )
    body = [
        p
        for part in (net.layers[-1], net.shape_out, net.name_out, net.alone_out, net.enter, net.mix, net.scores)
        for p in part.parameters()
    ]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": lr}, {"params": head.parameters(), "lr": 1e-3}], weight_decay=0.02
    )
    steps = epochs * -(-len(examples) // TOGETHER)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [lr, 1e-3], total_steps=steps + 1, pct_start=0.15)
    began, done = time.monotonic(), 0
    for epoch in range(epochs):
        net.train(), head.train()
        order.shuffle(examples)
        for at in range(0, len(examples), TOGETHER):
            loss, weight = torch.zeros(()), 0.0
            for e in examples[at : at + TOGETHER]:
                scores, vectors = read(net, e)
                found = head(*head_inputs(head, e), contexts_of(vectors, e))
                each = nn.functional.cross_entropy(
                    found, e.target, reduction="none", ignore_index=-100, label_smoothing=0.05
                )
                loss = loss + (each * e.weight).sum() + KEEP * drift(scores, _known(e.before).float(), e.inputs[3])
                weight += float(e.weight.sum())
            optimizer.zero_grad()
            (loss / max(1.0, weight)).backward()
            nn.utils.clip_grad_norm_([*body, *head.parameters()], 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            if done % 25 == 0:
                print(
                    f"epoch {epoch} step {done}/{steps} loss {float(loss.detach()) / max(1.0, weight):.3f} {time.monotonic() - began:.0f} s",
                    flush=True,
                )
    return net.eval(), head.eval()


def restore(net: Network, examples: list[Example], *, epochs: int, seed: int) -> None:
    """Train what turns the vectors into the recogniser's scores until these are what they were; the vectors stay."""
    parts = (net.shape_out, net.name_out, net.alone_out, net.enter, net.mix, net.scores)
    weights = [p for part in parts for p in part.parameters()]
    order = random.Random(seed)
    with torch.no_grad():
        vectors = {e.id: net.last(_known(e.lower).float(), e.inputs[0], e.inputs[2]).half() for e in examples}
    optimizer = torch.optim.AdamW(weights, lr=5e-4, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * -(-len(examples) // TOGETHER))
    for epoch in range(epochs):
        order.shuffle(examples)
        total = 0.0
        for at in range(0, len(examples), TOGETHER):
            some = examples[at : at + TOGETHER]
            loss = torch.stack(
                [
                    drift(net.scores_of(vectors[e.id].float(), *e.inputs[3:]), _known(e.before).float(), e.inputs[3])
                    for e in some
                ]
            ).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach()) * len(some)
        print(f"restoring, epoch {epoch}: distance {total / len(examples):.4f}", flush=True)


def measure(net: Network, head: RoleHead, examples: Sequence[Example]) -> str:
    """Return accuracy, macro-F1 of the five roles, and precision and recall of scenes, as one line."""
    confused = np.zeros((6, 6), dtype=int)
    group = np.array([0, 1, 1, 1, 2, 3, 4, 5])
    with torch.no_grad():
        for e in examples:
            found = head(*head_inputs(head, e), contexts_of(read(net, e)[1], e)).softmax(-1).numpy()
            joined = np.stack([found[:, group == g].sum(1) for g in range(6)], 1)
            for target, row in zip(e.target.tolist(), joined, strict=True):
                if target >= 0:
                    confused[group[target], row.argmax()] += 1
    right = confused.diagonal()
    f1 = 2 * right / np.maximum(1, confused.sum(0) + confused.sum(1))
    scene = right[0] / max(1, confused[:, 0].sum()), right[0] / max(1, confused[0].sum())
    return f"{confused.sum()} mentions, accuracy {right.sum() / confused.sum():.3f}, macro-F1 {f1[:5].mean():.3f} ({' '.join(f'{x:.3f}' for x in f1[:5])}), scenes P {scene[0]:.3f} R {scene[1]:.3f}"


def main() -> None:
    """Train, and measure on the articles that are held out, every nth of the invented ones."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--bench", type=Path, required=True)
    p.add_argument("--net", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--epochs", type=int, default=4)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--restore", type=int, default=14, help="epochs")
    p.add_argument("--hold", type=int, default=0)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    reader = ArticleReader(open_resources())
    corpora = a.bench / "corpora"
    labelled = [
        *read_corpus(corpora / "lgl.dev.jsonl", "lgl"),
        *read_corpus(corpora / "geowebnews.dev.full.jsonl", "geowebnews"),
        *read_paragraphs(),
        *read_articles(),
    ]
    examples = [e for e in map(reader.example, labelled) if e is not None]
    invented = [e for e in examples if e.kind.startswith("w")]
    held = invented[:: a.hold] if a.hold else []
    kept = [e for e in examples if not any(e is h for h in held)]
    print(f"{len(kept)} articles and paragraphs, {sum(int((e.target >= 0).sum()) for e in kept)} mentions", flush=True)
    weights = weights_of(a.net)
    before = Network(None).eval()
    before.load_state_dict(weights)
    prepare(before, examples)
    print("prepared", flush=True)
    net, head = train(kept, weights, epochs=a.epochs, lr=a.lr, seed=a.seed)
    restore(net, examples, epochs=a.restore, seed=a.seed)
    a.out.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), a.out / "net.pt")
    np.savez_compressed(a.out / "model.npz", **head.arrays())
    if held:
        print(measure(net, head, held))


if __name__ == "__main__":
    main()
