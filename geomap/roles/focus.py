"""The focus of an article: the place or places of its main event, with a probability, by roles, order, headline and kind of place.

A conditional logit over the article's places and "none" (McFadden, "Conditional logit analysis of qualitative choice behavior", 1974); the
weights of ``parameters.FOCUS_WEIGHTS`` are from ``training/focus.py``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log

from geomap.records import Record
from geomap.roles.parameters import FOCUS_WEIGHTS, MAX_FOCI, MIN_FOCUS_PROBABILITY, NONE_WEIGHTS
from geomap.text.sentences import sentence_spans
from geomap.types import GeoparsedArticle, Resolution

_WIDE = frozenset({"country", "continent", "macroregion"})
_LARGE = frozenset({"admin1", "admin2", "water", "physical", "island", "disputed", "line"})
_POINTS = frozenset({"site", "suburb"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusPlace(Record):
    """A place of an article's main event."""

    text: str
    """As in the article."""
    place_id: str | None
    """None where the place is not known."""
    lon: float | None
    lat: float | None
    """Degrees: of the place, or of what the words place relative to it."""
    probability: float
    """0 to 1, that it is the focus."""


def article_focus(read: GeoparsedArticle) -> tuple[FocusPlace, ...]:
    """Return up to ``MAX_FOCI`` places of the main event, the likeliest first.

    None where none reaches ``MIN_FOCUS_PROBABILITY``, and where no mention has a role, as in languages beside English.
    """
    if not any(r.mention.role for r in read.resolutions):
        return ()
    candidates = list(focus_candidates(read))
    if not candidates:
        return ()
    scores = [sum(w * x for w, x in zip(FOCUS_WEIGHTS, row, strict=True)) for _, row in candidates]
    rows = [row for _, row in candidates]
    none = sum(w * x for w, x in zip(NONE_WEIGHTS, none_features(rows), strict=True))
    top = max(*scores, none)
    shares = [exp(score - top) for score in scores]
    total = sum(shares) + exp(none - top)
    found = sorted(
        ((share / total, n) for n, share in enumerate(shares) if share / total >= MIN_FOCUS_PROBABILITY),
        key=lambda pair: (-pair[0], pair[1]),
    )
    return tuple(_focus_place(candidates[n][0], probability) for probability, n in found[:MAX_FOCI])


def _focus_place(found: Sequence[Resolution], probability: float) -> FocusPlace:
    best = next((r for r in found if r.is_reported), found[0])
    at = best.relation or best.place
    return FocusPlace(
        text=best.relation.text if best.relation else best.mention.antecedent or best.mention.text,
        place_id=best.place.id if best.place else None,
        lon=at.lon if at else None,
        lat=at.lat if at else None,
        probability=round(probability, 3),
    )


def focus_candidates(read: GeoparsedArticle) -> Iterator[tuple[list[Resolution], list[float]]]:
    """Yield the mentions of each place that may be the focus, and its features.

    The words of a place that is not known are one place, and so are those of a relative place.
    """
    groups: dict[str, list[Resolution]] = {}
    for r in read.resolutions:
        if r.mention.kind == "literal" or (r.mention.kind == "associative" and r.mention.start == 0):
            groups.setdefault(_key(r), []).append(r)
    starts = [start for start, _ in sentence_spans(read.article.text)]
    told = [key for key, found in groups.items() if any(r.is_reported for r in found)]
    order = {key: n for n, key in enumerate(told)}
    scenes = [r for found in groups.values() for r in found if r.mention.role == "scene" and r.place]
    for key, found in groups.items():
        yield found, _features(found, starts, order.get(key, len(order)), scenes, len(read.resolutions))


def _key(r: Resolution) -> str:
    place = r.place.id if r.place else r.mention.text
    return f"{place} {r.relation.text}" if r.relation and r.is_reported else place


def _features(
    found: Sequence[Resolution], starts: Sequence[int], rank: int, scenes: Sequence[Resolution], n_mentions: int
) -> list[float]:
    """Return the features of a place: roles, where it is told first, its rank, kind, and whether finer scenes lie in it."""
    mentions = [r.mention for r in found]
    by_role = {
        role: max((m.role_probability or 0.0 for m in mentions if m.role == role), default=0.0)
        for role in ("scene", "route", "reference", "background", "container")
    }
    if any(r.relation is not None and r.is_reported for r in found):
        by_role |= {"scene": max(by_role["scene"], by_role["reference"]), "reference": 0.0}
    of_text = [m for m in mentions if m.part == "text"]
    reported = [r.mention for r in found if r.mention.part == "text" and r.is_reported] or of_text
    sentence = min((bisect_right(starts, m.start) - 1 for m in reported), default=0)
    place = next((r.place for r in found if r.place), None)
    kind = place.kind if place else ""
    holds_scene = place is not None and any(
        r.place is not None and r.place.id != place.id and r.place.country == place.country and kind in _WIDE | {"admin1"}
        and r.place.kind not in _WIDE and (kind != "admin1" or r.place.admin1 == place.admin1)
        for r in scenes
    )  # fmt: skip
    return [
        *by_role.values(),
        all(m.role is None for m in mentions),
        all(m.kind != "literal" for m in mentions),
        any(m.part == "title" for m in mentions),
        sentence == 0,
        sentence <= 1,
        sentence <= 3,
        rank == 0,
        rank <= 1,
        1 / (1 + rank),
        log(len(mentions)),
        len(mentions) / max(1, n_mentions),
        kind in _WIDE,
        kind in _LARGE,
        kind in _POINTS,
        holds_scene,
        any(r.relation is not None for r in found),
        by_role["scene"] * (sentence <= 1),
        by_role["scene"] * any(m.part == "title" for m in mentions),
    ]


def none_features(rows: Sequence[Sequence[float]]) -> list[float]:
    """Return the features of an article without a focus, from those of its places."""
    return [
        1.0,
        max(row[0] for row in rows),
        max(row[7] for row in rows),
        max(row[0] * row[9] for row in rows),
        log(len(rows)),
    ]


def frame_of(read: GeoparsedArticle) -> tuple[str, ...]:
    """Return the names, as in the article, of the places that the opening view has to hold: scenes and routes that have a place."""
    names: dict[str, str] = {}
    for r in read.resolutions:
        if r.place and r.is_reported and r.mention.part == "text":
            names.setdefault(r.place.id, r.mention.antecedent or r.mention.text)
    return tuple(names.values())
