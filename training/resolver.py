"""Learn the resolver's weights from annotated corpora, and measure them honestly.

    python -m training.resolver figures CORPORA     trained on one corpus, tested on the other; ablations
    python -m training.resolver train CORPORA       both corpora; writes geodata/resolver/

CORPORA is the folder with ``lgl.dev.jsonl`` and ``geowebnews.dev.jsonl``. Only numpy is needed; the same
inputs give the same weights, to the byte, on one machine.
"""

from __future__ import annotations

import random
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import PlaceNotFound
from geomap.evaluation.corpora import GoldArticle, Toponym, as_mentions, read_corpus
from geomap.gazetteer.store import FileGazetteer
from geomap.geodesy import sphere_km
from geomap.resolution.candidates import candidates
from geomap.resolution.context_features import CONTEXT_FEATURES, context_features
from geomap.resolution.explanations import FEATURE_GROUPS, members
from geomap.resolution.features import LOCAL_FEATURES, FeatureMatrix, build_features
from geomap.resolution.parameters import CLIP_SD, MAX_SHORT_NAMES
from geomap.resolution.ranker import FILE, Ranker, Stage, rank, save_ranker, softmax
from geomap.text.normalize import fold_name
from training.short_texts import CUT, invented, lists, namesakes, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

GEODATA = Path(__file__).parents[1] / "geodata"
N_STAGES = 3
N_FOLDS = 5
HIDDEN, EPOCHS, RATE, DECAY, DROPOUT, NETS = 16, 12, 3e-3, 3e-3, 0.3, 3
"""Swept by cross-validation: units, passes, Adam's rate, weight decay, dropout, networks averaged."""
BATCH = 128
REACH_KM = {"OCN": 5000.0, "SEA": 1000.0, "GULF": 700.0}
"""How far apart two gazetteers put the one point of a sea: in learning, not in measuring, that is right."""
UNPLACED_WEIGHT = 0.25
"""What a gold toponym without a point counts for "none of these": streets mostly, but not only."""
LOCAL_PEOPLE, LOCAL_SHARE = (2_000, 1_000_000), 0.8
"""People of a town whose paper an article may be thought to stand in, and how often it is, where the article names one."""
INVENTED_WEIGHT = 1.2
"""What a name of an invented item counts, against one of a corpus: the corpora hold few short texts of the world's news."""
EXACT = 0.7
"""Share of the target on the gold's own record; the rest is spread over what lies within 161 km of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An article's candidates with what they should be."""

    gold: GoldArticle
    toponyms: tuple[Toponym, ...]
    """In text order."""
    table: FeatureMatrix
    target: NDArray[np.float64]
    """Per row."""
    weight: NDArray[np.float64]
    """Per sense."""


def example(gold: GoldArticle, gazetteer: FileGazetteer) -> Example:
    """Return the candidates of the gold's own mentions, with their targets."""
    toponyms = tuple(sorted(gold.toponyms, key=lambda t: (t.start, t.end)))
    mentions = as_mentions(GoldArticle(article=gold.article, toponyms=toponyms))
    found = [candidates(m, article=gold.article, gazetteer=gazetteer) for m in mentions]
    table = build_features(gold.article, mentions, found, gazetteer=gazetteer)
    target, weight = np.zeros(len(table.places)), np.zeros(len(table.senses))
    for s, sense in enumerate(table.senses):
        part = slice(int(table.starts[s]), int(table.starts[s + 1]))
        for i in sense.mentions:
            share = 1.0 if toponyms[i].is_placed else UNPLACED_WEIGHT
            if _is_state_for_its_city(toponyms[i], table, part):
                share = 0.0
            weight[s] += share
            if share and toponyms[i].is_placed:
                target[part] += _target(toponyms[i], table, part)
        target[part] /= weight[s] or 1
    return Example(gold=gold, toponyms=toponyms, table=table, target=target, weight=np.sqrt(weight))


def _is_state_for_its_city(gold: Toponym, table: FeatureMatrix, part: slice) -> bool:
    """Return whether the gold is a state whose far better known namesake is a city: New York, Washington.

    The gold of 2009 took the state wherever the name is bare; nothing is to be learned from that.
    """
    places = table.places[part]
    said = table.static[part, LOCAL_FEATURES.index("kind said")].any()
    cities = [p for p in places if p.kind == "settlement" and p.population > 500_000]
    return gold.feature_code == "ADM1" and bool(cities) and not said


def errors_km(gold: Toponym, table: FeatureMatrix, part: slice) -> NDArray[np.float64]:
    """Return the distance of each candidate of a part from the gold point."""
    return np.array([sphere_km(gold.lon or 0, gold.lat or 0, p.lon, p.lat) for p in table.places[part]])


def _target(gold: Toponym, table: FeatureMatrix, part: slice) -> NDArray[np.float64]:
    km = errors_km(gold, table, part)
    km = np.maximum(0, km - np.array([REACH_KM.get(p.feature_code, 0.0) for p in table.places[part]]))
    if not (km <= 161).any():
        return np.zeros(len(km))
    exact = np.array([gold.geonameid is not None and p.geonameid == gold.geonameid for p in table.places[part]])
    exact = exact & (km <= 161) if (exact & (km <= 161)).any() else km <= max(5.0, 1.5 * km.min() + 1)
    spread = (km <= 161) * np.exp(-km / 40)
    return EXACT * exact / exact.sum() + (1 - EXACT) * spread / spread.sum()


def varied(gold: Sequence[GoldArticle], seed: int, *, gazetteer: FileGazetteer) -> list[GoldArticle]:
    """Return the articles as they are, without their outlet, with half their toponyms unseen, and as a local paper's."""
    rng = random.Random(seed)
    out = list(gold)
    for each in gold:
        out += _as_local(each, rng, gazetteer)
        nowhere = replace(each.article, source=None, url=None)
        kept = tuple(t for t in each.toponyms if rng.random() < 0.5)
        out.append(replace(each, article=nowhere))
        out.append(replace(each, article=each.article if rng.random() < 0.5 else nowhere, toponyms=kept))
    return out


def _as_local(gold: GoldArticle, rng: random.Random, gazetteer: FileGazetteer) -> list[GoldArticle]:
    """Return the article as the paper of one of its smaller towns would have it, or of its country where it names none.

    What an outlet's address is worth is learned from these where a corpus has few local papers.
    """
    towns, countries = [], []
    for each in gold.toponyms:
        try:
            place = gazetteer.place(f"gn:{each.geonameid}")
        except PlaceNotFound:
            continue
        countries += [place.country] if place.country else []
        if (
            place.kind == "settlement"
            and LOCAL_PEOPLE[0] <= place.population < LOCAL_PEOPLE[1]
            and each.text == place.name
        ):
            towns.append(place)
    if towns and rng.random() < LOCAL_SHARE:
        town = rng.choice(towns)
        stem = re.sub(r"[^a-z]", "", fold_name(town.name))
        host = f"{stem}{rng.choice(('news', 'times', 'herald', 'gazette'))}.com"
    elif countries:
        host = f"www.dailywire.{rng.choice(countries).lower().replace('gb', 'co.uk')}"
    else:
        return []
    return [replace(gold, article=replace(gold.article, source=host, url=f"http://{host}/news/1.html"))]


def fit(tables: Sequence[NDArray[np.float32]], examples: Sequence[Example], seed: int = 1) -> Stage:
    """Return one stage learned on the examples: a listwise softmax beside a "none of these" of score 0."""
    x = np.concatenate(tables).astype(np.float64)
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale[scale < 1e-3] = 1.0
    z = np.clip((x - mean) / scale, -CLIP_SD, CLIP_SD)
    target = np.concatenate([e.target for e in examples])
    weight = np.concatenate([e.weight for e in examples])
    sizes = np.concatenate([np.diff(e.table.starts) for e in examples])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    nets = [_net(z, target, weight, starts, seed=seed * 100 + i) for i in range(NETS)]
    f32 = np.float32
    return Stage(
        mean=mean.astype(f32),
        scale=scale.astype(f32),
        hidden=np.concatenate([n[0] for n in nets], axis=1).astype(f32),
        hidden_bias=np.concatenate([n[1] for n in nets]).astype(f32),
        output=(np.concatenate([n[2] for n in nets]) / NETS).astype(f32),
        straight=np.mean([n[3] for n in nets], axis=0).astype(f32),
        bias=float(np.mean([n[4][0] for n in nets])),
    )


def _net(
    z: NDArray[np.float64],
    target: NDArray[np.float64],
    weight: NDArray[np.float64],
    starts: NDArray[np.int64],
    *,
    seed: int,
) -> list[NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    n_columns = z.shape[1]
    values = [
        rng.normal(0, 1 / np.sqrt(n_columns), (n_columns, HIDDEN)),
        np.zeros(HIDDEN),
        rng.normal(0, 1 / np.sqrt(HIDDEN), HIDDEN),
        np.zeros(n_columns),
        np.zeros(1),
    ]
    first, second = [np.zeros_like(v) for v in values], [np.zeros_like(v) for v in values]
    live = np.flatnonzero((np.diff(starts) > 0) & (weight > 0))
    n_steps = EPOCHS * (len(live) // BATCH + 1)
    step = 0
    for _ in range(EPOCHS):
        shuffled = rng.permutation(live)
        for at in range(0, len(shuffled), BATCH):
            chosen = shuffled[at : at + BATCH]
            index = np.concatenate([np.arange(starts[i], starts[i + 1]) for i in chosen])
            group = np.repeat(np.arange(len(chosen)), starts[chosen + 1] - starts[chosen])
            slopes = _slopes(values, z[index], target[index], weight[chosen], group, rng=rng)
            step += 1
            rate = RATE * (1 - step / (n_steps + 1))
            for k, slope in enumerate(slopes):
                first[k] = 0.9 * first[k] + 0.1 * slope
                second[k] = 0.999 * second[k] + 0.001 * slope**2
                values[k] -= rate * (first[k] / (1 - 0.9**step)) / (np.sqrt(second[k] / (1 - 0.999**step)) + 1e-8)
    return values


def _slopes(
    values: list[NDArray[np.float64]],
    x: NDArray[np.float64],
    target: NDArray[np.float64],
    weight: NDArray[np.float64],
    group: NDArray[np.int64],
    *,
    rng: np.random.Generator,
) -> list[NDArray[np.float64]]:
    """Return the gradient of the loss, a weighted cross-entropy, on one batch."""
    hidden, hidden_bias, output, straight, bias = values
    raw = np.maximum(x @ hidden + hidden_bias, 0)
    kept = (rng.random(raw.shape) > DROPOUT) / (1 - DROPOUT)
    active = raw * kept
    score = active @ output + x @ straight + bias
    top = np.zeros(len(weight))
    np.maximum.at(top, group, score)
    risen = np.exp(score - top[group])
    chance = risen / (np.bincount(group, risen, len(weight)) + np.exp(-top))[group]
    slope = (chance - target) * weight[group] / len(weight)
    inward = np.outer(slope, output) * kept * (raw > 0)
    return [
        x.T @ inward + DECAY * hidden,
        inward.sum(axis=0),
        active.T @ slope + DECAY * output,
        x.T @ slope + DECAY * 0.1 * straight,
        np.array([slope.sum()]),
    ]


def folds(examples: Sequence[Example], n: int = N_FOLDS) -> NDArray[np.int64]:
    """Return a fold per example; articles of one outlet, and all versions of one article, stay together."""
    keys = [_outlet(e) for e in examples]
    unique = sorted(set(keys))
    random.Random(0).shuffle(unique)
    of_key = {key: i % n for i, key in enumerate(unique)}
    return np.array([of_key[key] for key in keys])


_OUTLETS: dict[str, str] = {}


def _outlet(one: Example) -> str:
    """Return the article's outlet, also for the versions of it that hide it or give it another; the article where it has none."""
    said = one.gold.article.source
    id_ = one.gold.article.id.partition(CUT)[0]
    return _OUTLETS.setdefault(id_, said if said and said != "GeoWebNews" else id_)


def learn(examples: Sequence[Example], *, silent: Sequence[int] = (), n_stages: int = N_STAGES) -> Ranker:
    """Return a ranker; each stage learns from chances that the stage before gave to articles it had not seen.

    ``silent`` columns are set to 0, for ablations.
    """
    fold = folds(examples)
    tables = [_silenced(e.table.static, silent) for e in examples]
    stages: list[Stage] = []
    for i in range(n_stages):
        stages.append(fit(tables, examples, seed=i + 1))
        if i == n_stages - 1:
            break
        chance: list[NDArray[np.float32]] = [np.zeros(0, dtype=np.float32)] * len(examples)
        for k in range(N_FOLDS):
            seen = [j for j in range(len(examples)) if fold[j] != k]
            stage = fit([tables[j] for j in seen], [examples[j] for j in seen], seed=10 * (i + 1) + k)
            for j in np.flatnonzero(fold == k):
                chance[j] = softmax(examples[j].table, stage.score(tables[j]))
        tables = [
            _silenced(np.hstack([e.table.static, context_features(e.table, c)]), silent)
            for e, c in zip(examples, chance, strict=True)
        ]
    identity = np.array([0.0, 1.0], dtype=np.float32)
    ranker = Ranker(
        stages=tuple(stages), chances=identity, worth=identity, short_chances=identity, short_worth=identity
    )
    return _deaf(ranker, silent)


def _silenced(table: NDArray[np.float32], silent: Sequence[int]) -> NDArray[np.float32]:
    table = table.copy()
    table[:, [i for i in silent if i < table.shape[1]]] = 0
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class Won:
    """The winner of one gold mention that has a point."""

    chance: float
    km: float
    ceiling_km: float
    is_short: bool = False
    """Whether the text has so few names that ``Ranker.calibrated`` takes it for a short one."""


def winners(examples: Sequence[Example], ranker: Ranker) -> list[Won]:
    """Return what the ranker makes of every gold mention with a point; no candidate is 20,039 km away."""
    out = []
    for e in examples:
        chance = rank(e.table, ranker).chance
        is_short = len(e.table.senses) <= MAX_SHORT_NAMES
        for s, sense in enumerate(e.table.senses):
            part = slice(int(e.table.starts[s]), int(e.table.starts[s + 1]))
            for i in sense.mentions:
                if not e.toponyms[i].is_placed:
                    continue
                if part.start == part.stop:
                    out.append(Won(chance=0.0, km=20039.0, ceiling_km=20039.0, is_short=is_short))
                    continue
                km = errors_km(e.toponyms[i], e.table, part)
                best = int(np.argmax(chance[part]))
                out.append(
                    Won(
                        chance=float(chance[part][best]),
                        km=float(km[best]),
                        ceiling_km=float(km.min()),
                        is_short=is_short,
                    )
                )
    return out


def line(won: Sequence[Won]) -> str:
    """Return accuracy at 161 and 20 km, unanswered counted wrong, beside the ceiling."""
    n = len(won)
    right, near = sum(w.km <= 161 for w in won), sum(w.km <= 20 for w in won)
    ceiling = sum(w.ceiling_km <= 161 for w in won)
    return (
        f"acc@161 {right / n:.3f}  acc@20 {near / n:.3f}  ceiling {ceiling / n:.3f}  of reachable {right / ceiling:.3f}"
    )


def calibrate(won: Sequence[Won]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return knots of how often winners of each chance were right: isotonic regression, pooled to twenty knots at most."""
    ordered = sorted((w.chance, float(w.km <= 161)) for w in won if w.chance > 0)
    blocks: list[list[float]] = []  # sum of chances, sum right, count
    size = max(20, len(ordered) // 25)
    for at in range(0, len(ordered), size):
        part = ordered[at : at + size]
        blocks.append([sum(c for c, _ in part), sum(r for _, r in part), float(len(part))])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    knots = [(0.0, 0.0), *((b[0] / b[2], b[1] / b[2]) for b in blocks)]
    return (
        np.array([x for x, _ in knots], dtype=np.float32),
        np.array([y for _, y in knots], dtype=np.float32),
    )


def cross_validated(examples: Sequence[Example], n: int = N_FOLDS, *, invented: Sequence[Example] = ()) -> list[Won]:
    """Return the winners of every original article, whole and cut, under a ranker that saw neither it nor its outlet.

    Every ranker learns from the ``invented`` examples too; nothing is measured on them.
    """
    fold, out = folds(examples, n), []
    for k in range(n):
        ranker = learn([*(e for e, f in zip(examples, fold, strict=True) if f != k), *invented])
        seen: set[str] = set()
        held_out = []
        for e, f in zip(examples, fold, strict=True):
            if f == k and e.gold.article.id not in seen:  # the first version is the article as it is
                seen.add(e.gold.article.id)
                held_out.append(e)
        out += winners(held_out, ranker)
    return out


def load(folder: Path, name: str, gazetteer: FileGazetteer, *, vary: bool = True) -> list[Example]:
    """Return the examples of one corpus."""
    gold = read_corpus(folder / f"{name}.jsonl")
    if not vary:
        return [example(each, gazetteer) for each in gold]
    return [example(each, gazetteer) for each in [*varied(gold, seed=1, gazetteer=gazetteer), *shortened(gold, seed=1)]]


def load_invented(gazetteer: FileGazetteer) -> list[Example]:
    """Return the examples of the invented short items."""
    return [
        replace(made, weight=made.weight * INVENTED_WEIGHT)
        for each in (*invented(gazetteer, seed=1), *lists(gazetteer, seed=2), *namesakes(gazetteer, seed=3))
        for made in [example(each, gazetteer)]
    ]


def figures(folder: Path) -> None:
    """Print honest figures: trained on one corpus, tested on the other; then what each group of evidence is worth."""
    with FileGazetteer(GEODATA / "gazetteer.bin") as gazetteer:
        corpora = {n: load(folder, n, gazetteer) for n in ("lgl.dev", "geowebnews.dev")}
        plain = {n: load(folder, n, gazetteer, vary=False) for n in (*corpora, "tudloc")}
        short = load_invented(gazetteer)
    for here, there in (("lgl.dev", "geowebnews.dev"), ("geowebnews.dev", "lgl.dev")):
        print(f"{here} -> {there}: {line(winners(plain[there], learn([*corpora[here], *short])))}", flush=True)
    both = [*corpora["lgl.dev"], *corpora["geowebnews.dev"], *short]
    print(f"both -> tudloc: {line(winners(plain['tudloc'], learn(both)))}", flush=True)
    if "--ablate" in sys.argv:
        ablate(corpora, plain)


def ablate(corpora: dict[str, list[Example]], plain: dict[str, list[Example]]) -> None:
    """Print the loss in accuracy when a group of evidence is silent, in learning and in use."""
    groups: dict[str, list[int]] = {group: members(group) for group in FEATURE_GROUPS}
    groups["everything about the article"] = list(
        range(len(LOCAL_FEATURES), len(LOCAL_FEATURES) + len(CONTEXT_FEATURES))
    )
    for group, silent in groups.items():
        for here, there in (("lgl.dev", "geowebnews.dev"), ("geowebnews.dev", "lgl.dev")):
            ranker = _deaf(learn(corpora[here], silent=silent), silent)
            print(f"without {group:<28} {here} -> {there}: {line(winners(plain[there], ranker))}", flush=True)


def _deaf(ranker: Ranker, silent: Sequence[int]) -> Ranker:
    """Return the ranker without any weight on the silent columns."""
    stages = []
    for stage in ranker.stages:
        here = [i for i in silent if i < len(stage.mean)]
        hidden, straight = stage.hidden.copy(), stage.straight.copy()
        hidden[here], straight[here] = 0, 0
        stages.append(replace(stage, hidden=hidden, straight=straight))
    return replace(ranker, stages=tuple(stages))


def calibrated(examples: Sequence[Example], short: Sequence[Example]) -> Ranker:
    """Return a ranker learned on both, calibrated by cross-validation on the first; print its figures."""
    won = cross_validated(examples, invented=short)
    curves = {}
    for name, part in (("whole", [w for w in won if not w.is_short]), ("short", [w for w in won if w.is_short])):
        curves[name] = calibrate(part)
        print(f"cross-validated, {name} texts: {line(part)}")
        print("reliability (chance of the winner: how often right): ", end="")
        print(", ".join(f"{c:.2f}: {w:.2f}" for c, w in zip(*curves[name], strict=True)), flush=True)
    (chances, worth), (short_chances, short_worth) = curves["whole"], curves["short"]
    calibration = {"chances": chances, "worth": worth, "short_chances": short_chances, "short_worth": short_worth}
    return replace(learn([*examples, *short]), **calibration)


def train(folder: Path) -> None:
    """Learn from both corpora and the invented items, and write the weights."""
    with FileGazetteer(GEODATA / "gazetteer.bin") as gazetteer:
        both = [e for n in ("lgl.dev", "geowebnews.dev") for e in load(folder, n, gazetteer)]
        short = load_invented(gazetteer)
    path = GEODATA / FILE
    path.parent.mkdir(exist_ok=True)
    save_ranker(calibrated(both, short), path)
    print(f"wrote {path}")


if __name__ == "__main__":
    commands: dict[str, Callable[[Path], None]] = {"figures": figures, "train": train}
    commands[sys.argv[1]](Path(sys.argv[2]))
