"""Format the figures and errors of an evaluation as text. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.evaluation.corpora import GoldArticle, Toponym
    from geomap.evaluation.metrics import Judged, Scores

_AROUND = 70
"""Characters of context on each side of an error."""


def scorecard(name: str, scores: Scores) -> str:
    """Return the figures of one corpus as a plain text table."""
    lines = [f"{name}: {scores.n_articles} articles, {scores.n_gold} toponyms, {scores.n_gold_placed} with a point"]
    lines += [f"  {measure:<30} {figure}" for measure, figure in scores.figures.items()]
    if scores.median_km is not None:
        lines.append(f"  {'resolution median km':<30} {scores.median_km:.1f}")
    lines.append(f"  {'class':<12} {'gold':>6} {'found':>7} {'≤161 km':>8} {'≤20 km':>7}")
    lines += [f"  {c.name:<12} {c.n:>6} {c.found:>7.3f} {c.right:>8.3f} {c.near:>7.3f}" for c in scores.by_class]
    return "\n".join(lines)


def list_errors(gold: Sequence[GoldArticle], judged: Sequence[Judged]) -> str:
    """Return every error with its context as Markdown, one block each, in the order of the corpus."""
    texts = {each.article.id: each.article.text for each in gold}
    wrong = [judgement for judgement in judged if judgement.outcome != "right"]
    counts = {
        outcome: sum(judgement.outcome == outcome for judgement in wrong)
        for outcome in sorted({o.outcome for o in wrong})
    }
    head = "# Errors\n\n" + "\n".join(f"- {outcome}: {count}" for outcome, count in counts.items()) + "\n"
    return head + "\n" + "\n".join(_block(judgement, texts[judgement.article_id]) for judgement in wrong)


def _block(judgement: Judged, text: str) -> str:
    spot = judgement.gold or judgement.predicted
    if spot is None:  # pragma: no cover - a judgement has at least one of the two
        return ""
    before, after = text[max(0, spot.start - _AROUND) : spot.start], text[spot.end : spot.end + _AROUND]
    context = " ".join(f"{before}[[{text[spot.start : spot.end]}]]{after}".split())
    km = "" if judgement.km is None else f", {judgement.km:,.0f} km off"
    return (
        f"## {judgement.outcome}{km}: {spot.text} ({judgement.article_id}, {spot.start}-{spot.end})\n"
        f"…{context}…\n"
        f"- gold: {_where(judgement.gold)}\n- found: {_where(judgement.predicted)}\n"
    )


def _where(toponym: Toponym | None) -> str:
    if toponym is None:
        return "nothing"
    if toponym.lon is None or toponym.lat is None:
        return f"{toponym.text!r}, no place"
    geonameid = f", GeoNames {toponym.geonameid}" if toponym.geonameid else ""
    return f"{toponym.text!r} at lon {toponym.lon:.3f}, lat {toponym.lat:.3f}{geonameid}"
