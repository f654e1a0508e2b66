"""How often geomap without corrections agrees with the editors: every corrected mention is a gold annotation. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from geomap.editorial.corrections import correct
from geomap.editorial.hidden_names import hidden_names
from geomap.editorial.redaction import blacked
from geomap.evaluation.metrics import NEAR_KM, RADIUS_KM
from geomap.geodesy import sphere_km

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from geomap.types import Correction, GeoparsedArticle, Place

Outcome = Literal["same", "near", "far", "another place", "no place", "a place"]
"""geomap's place is the editor's; within 20 km of it; within 161 km; farther away; missing where the editor has a place;
present where the editor has none."""
RIGHT = ("same", "near")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A corrected mention, and the place of geomap without the correction."""

    correction: Correction
    article_id: str
    start: int
    end: int
    outcome: Outcome
    place: Place | None
    """The place of geomap without the correction."""

    @property
    def is_right(self) -> bool:
        """Whether both have the same place, places within 20 km, or no place."""
        return self.outcome in RIGHT


def agreements(
    articles: Iterable[GeoparsedArticle], corrections: Sequence[Correction], *, find: Callable[[str], Place]
) -> Iterator[Agreement]:
    """Yield the agreement of each mention that a correction decides, in the order of the articles; without hidden names.

    ``articles`` are geoparsed, before any correction; ``find`` gives the place of an id.
    """
    secret = hidden_names(corrections)
    as_shown = {secret.out_of_correction(correction, put=blacked): correction for correction in corrections}
    for read in articles:
        own = {(r.mention.start, r.mention.end): r.place for r in read.resolutions}
        for corrected in correct(read, corrections, find=find).read.resolutions:
            if corrected.correction:
                span = (corrected.mention.start, corrected.mention.end)
                place = own.get(span)
                yield Agreement(
                    correction=as_shown[corrected.correction],
                    article_id=read.article.id,
                    start=span[0],
                    end=span[1],
                    outcome=_outcome(place, corrected.place),
                    place=place,
                )


def _outcome(own: Place | None, editors: Place | None) -> Outcome:
    if own is None or editors is None:
        return "same" if own is editors else "no place" if own is None else "a place"
    if own.id == editors.id:
        return "same"
    km = sphere_km(own.lon, own.lat, editors.lon, editors.lat)
    return "near" if km <= NEAR_KM else "far" if km <= RADIUS_KM else "another place"


def agreement_table(found: Sequence[Agreement], corrections: Sequence[Correction]) -> Iterator[str]:
    """Yield the lines of a table: the total, then one line per correction."""
    n_right = sum(mention.is_right for mention in found)
    share = f" of {len(found)} ({n_right / len(found):.3f})" if found else ""
    n_articles = len({mention.article_id for mention in found})
    yield (
        f"{len(found)} corrected mentions in {n_articles} articles; geomap agrees with the editors on {n_right}{share}: "
        f"the same place, one within {NEAR_KM:.0f} km, or both no place"
    )
    by_correction: dict[Correction, list[Agreement]] = defaultdict(list)
    for mention in found:
        by_correction[mention.correction].append(mention)
    yield f"{'line':>5}  {'mentions':>8}  {'right':>5}  name: the place of geomap instead"
    for correction in corrections:
        if correction.is_hidden:
            continue
        mentions = by_correction[correction]
        line = "" if correction.line is None else str(correction.line)
        yield f"{line:>5}  {len(mentions):>8}  {sum(mention.is_right for mention in mentions):>5}  {correction.name}: {_answers(mentions)}"


def _answers(mentions: Sequence[Agreement]) -> str:
    """Return the places of geomap where it disagrees, the most frequent first."""
    if not mentions:
        return "matches no article"
    wrong = [mention for mention in mentions if not mention.is_right]
    if not wrong:
        return "the same; the correction can be removed"
    answers: dict[str, int] = defaultdict(int)
    for mention in wrong:
        answers[f"{mention.place.name} ({mention.place.id})" if mention.place else "no place"] += 1
    return ", ".join(sorted(answers, key=lambda answer: (-answers[answer], answer)))
