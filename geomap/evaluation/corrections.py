"""How often the program by itself says what the editors say: every corrected mention is a small gold. Pure."""

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

Opinion = Literal["same", "near", "far", "another place", "no place", "a place"]
"""What the program said: the editor's place; one within 20 km of it, within 161 km, farther away; none where the editor has
one; one where the editor has none."""
RIGHT = ("same", "near")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One corrected mention, and what the program said of it by itself."""

    correction: Correction
    article_id: str
    start: int
    end: int
    opinion: Opinion
    place: Place | None
    """The program's own."""

    @property
    def is_right(self) -> bool:
        """Whether the program needs no telling: the editor's place or one within 20 km of it, or no place as the editor says."""
        return self.opinion in RIGHT


def verdicts(
    articles: Iterable[GeoparsedArticle], corrections: Sequence[Correction], *, find: Callable[[str], Place]
) -> Iterator[Verdict]:
    """Yield a verdict for each mention that a correction decides, articles in order; what is hidden is judged by nobody.

    ``articles`` are as the program read them, before any correction; ``find`` gives the place of an id.
    """
    secret = hidden_names(corrections)
    as_shown = {secret.out_of_correction(one, put=blacked): one for one in corrections}
    for read in articles:
        own = {(r.mention.start, r.mention.end): r.place for r in read.resolutions}
        for told in correct(read, corrections, find=find).read.resolutions:
            if told.correction:
                span = (told.mention.start, told.mention.end)
                place = own.get(span)
                yield Verdict(
                    correction=as_shown[told.correction],
                    article_id=read.article.id,
                    start=span[0],
                    end=span[1],
                    opinion=_opinion(place, told.place),
                    place=place,
                )


def _opinion(own: Place | None, editors: Place | None) -> Opinion:
    if own is None or editors is None:
        return "same" if own is editors else "no place" if own is None else "a place"
    if own.id == editors.id:
        return "same"
    km = sphere_km(own.lon, own.lat, editors.lon, editors.lat)
    return "near" if km <= NEAR_KM else "far" if km <= RADIUS_KM else "another place"


def opinion_table(found: Sequence[Verdict], corrections: Sequence[Correction]) -> Iterator[str]:
    """Yield the lines that tell the verdicts: a figure of all, then a line a correction."""
    n_right = sum(one.is_right for one in found)
    share = f", {n_right / len(found):.3f}" if found else ""
    n_articles = len({one.article_id for one in found})
    yield (
        f"{len(found)} corrected mentions in {n_articles} articles; the program by itself is right in {n_right}{share} "
        f"(the editors' place or within {NEAR_KM:.0f} km of it, or none where they say none)"
    )
    by_correction: dict[Correction, list[Verdict]] = defaultdict(list)
    for one in found:
        by_correction[one.correction].append(one)
    yield f"{'line':>5}  {'mentions':>8}  {'right':>5}  name: what the program says instead"
    for correction in corrections:
        if correction.is_hidden:
            continue
        mine = by_correction[correction]
        line = "" if correction.line is None else str(correction.line)
        yield f"{line:>5}  {len(mine):>8}  {sum(one.is_right for one in mine):>5}  {correction.name}: {_instead(mine)}"


def _instead(mine: Sequence[Verdict]) -> str:
    """Return what the program says where it is wrong, the most frequent first."""
    if not mine:
        return "fits nothing"
    wrong = [one for one in mine if not one.is_right]
    if not wrong:
        return "the same; the correction may go"
    said: dict[str, int] = defaultdict(int)
    for one in wrong:
        said[f"{one.place.name} ({one.place.id})" if one.place else "no place"] += 1
    return ", ".join(sorted(said, key=lambda what: (-said[what], what)))
