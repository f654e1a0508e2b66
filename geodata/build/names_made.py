"""Names that follow by rule from those the sources give, and names that a source lends to the wrong place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from drafts import Draft
from merge import Places, distance_km
from names_kept import bare_name

from geomap.text.normalize import fold_name

_ARABIC = frozenset("AE BH DZ EG IQ JO KW LB LY OM PS QA SA SD SY TN YE".split())
_ARTICLE = re.compile(r"(?:Al|El|Ad|An|Ar|As|Ash|At|Az)[ -](?P<rest>[^\W\d_].{3,})")
"""The Arabic article, also as it sounds before the letters that swallow its l."""
_ARTICLE_FROM = 5_000
"""People from which a town goes by its name without the article too; of hamlets there are too many alike."""
_AIRPORT_KM = 60.0
_ONE_SITE_KM = 5.0
_BORROWED_BELOW = 100_000
"""People below which a foreign name is dropped whoever else bears it; a larger place keeps it against a far smaller one."""
_FAR_LARGER = 50
_ONE_PLACE_KM = 40.0
_SEAT_KM = 25.0
_ALIKE = 0.6
"""Of difflib's ratio: "Odessa" and "Odesa" are one name, "Maryville" and "Beeville" are two."""


def make_names(places: Places) -> None:
    """Add the names that follow from others."""
    for draft in list(places.by_id.values()):
        made = {name for rule in (_unit, _range, _without_article) for name in rule(draft)}
        for name in sorted(made):
            draft.add(name)
        if made:
            places.index(draft)
    for draft in list(places.by_id.values()):
        if draft.feature_code == "AIRP":
            _name_airport(draft, places)


def give_names_back(places: Places) -> None:
    """Drop the names in no stated language, unlike the place's own, that are another place's own.

    GeoNames keeps what a small American town was once called ("California" of Spencer, "White House" of Fallston)
    and how the world's languages spell a city; nobody means these places by them.
    """
    for draft in places.by_id.values():
        if draft.kind in ("settlement", "suburb", "country"):
            own = fold_name(draft.name)
            draft.names = [
                n for n in draft.names if n.language or n.note or not _is_borrowed(n.text, draft, own, places)
            ]
        elif draft.kind in ("admin2", "admin3") and draft.id.startswith("wof:"):
            draft.names = [n for n in draft.names if n.note or not _is_of_another_seat(n.text, draft, places)]


def _is_of_another_seat(text: str, draft: Draft, places: Places) -> bool:
    """Tell whether a district's name is that of a town of the country outside it: Who's On First gives a district its neighbours' names."""
    key = fold_name(text)
    return not _is_alike(key, fold_name(draft.name)) and any(
        other is not draft
        and fold_name(other.name) == key
        and other.country == draft.country
        and distance_km(draft, other) > _SEAT_KM
        for other in places.bearing(key)
    )


def _unit(draft: Draft) -> Iterator[str]:
    """Yield a state's or a district's name alone: "Cook" for Cook County."""
    if draft.kind in ("admin1", "admin2"):
        for name in [draft.name, *(n.text for n in draft.names)]:
            bare = bare_name(name)
            if bare:
                yield bare


def _range(draft: Draft) -> Iterator[str]:
    """Yield the plural that mountains and islands go by: "the Appalachians", "the Rockies", "the Spratlys"."""
    found = re.fullmatch(r"(?P<head>\w+) (?:Mountains|Islands)", draft.name)
    if draft.kind in ("physical", "island", "country", "disputed") and found:
        head = found["head"]
        yield f"{head[:-1]}ies" if head.endswith("y") else head if head.endswith("s") else f"{head}s"


def _without_article(draft: Draft) -> Iterator[str]:
    """Yield the name of a place in an Arabic-speaking country without its article: "Qamishli" for Al Qamishli."""
    if draft.country in _ARABIC and (draft.kind != "settlement" or draft.population >= _ARTICLE_FROM):
        for name in [draft.name, *(n.text for n in draft.names if n.note is None)]:
            found = _ARTICLE.fullmatch(name)
            if found and found["rest"][0].isupper():
                yield found["rest"]


def _name_airport(draft: Draft, places: Places) -> None:
    """Let "London Heathrow Airport" go by "Heathrow" and "Heathrow Airport" too, and by no town's name."""
    towns = {
        key
        for key in [fold_name(" ".join(words)) for words in _beginnings(draft.name)] + list(draft.folded())
        for town in places.bearing(key)
        if town.kind == "settlement" and distance_km(draft, town) < _AIRPORT_KM
    }
    words = draft.name.removesuffix(" Airport").removesuffix(" International").split()
    for n in range(len(words) - 1, 0, -1):
        if fold_name(" ".join(words[:n])) in towns:
            words = words[n:]
            break
    short = " ".join(words)
    draft.add(f"{short} Airport")
    if " International" in draft.name:
        draft.add(f"{short} International Airport")
    if fold_name(short) not in towns and not _is_anothers(short, draft, places):
        draft.add(short)
    draft.names = [n for n in draft.names if fold_name(n.text) not in towns]
    places.index(draft)


def _is_anothers(name: str, draft: Draft, places: Places) -> bool:
    """Tell whether a state, a district or a park has the name: "Cornwall" is not Newquay Cornwall Airport."""
    return any(
        other.kind not in ("settlement", "suburb") and other.feature_code not in ("AIRP", "AIRB")
        for other in places.bearing(fold_name(name))
        if distance_km(draft, other) > _ONE_SITE_KM
    )


def _beginnings(name: str) -> list[list[str]]:
    words = name.split()
    return [words[:n] for n in range(1, len(words))]


def _is_borrowed(text: str, draft: Draft, own: str, places: Places) -> bool:
    key = fold_name(text)
    if _is_alike(key, own):
        return False
    people = max(draft.population, draft.weight)
    return any(
        other is not draft
        and not other.is_hamlet
        and fold_name(other.name) == key
        and distance_km(draft, other) > _ONE_PLACE_KM  # a town and its quarter share their names
        and (people < _BORROWED_BELOW or max(other.population, other.weight) * _FAR_LARGER >= people)
        for other in places.bearing(key)
    )


def _is_alike(one: str, other: str) -> bool:
    words = {word for word in one.split() if len(word) > 3}
    return (
        one in other
        or other in one
        or bool(words & set(other.split()))
        or SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
    )
