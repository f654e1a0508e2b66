"""What a project must name nowhere: the names its corrections hide, and those that are finer than it may show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.editorial.generalise import names_too_fine, too_fine
from geomap.editorial.hidden_names import hidden_names
from geomap.editorial.redaction import Names, blacked
from geomap.map_types import Change
from geomap.store.database import Library
from geomap.store.serialization import decode, encode
from geomap.types import Correction, Place, Precision

if TYPE_CHECKING:
    from geomap.resources import Resources

HIDDEN = "hidden everywhere"
"""Under what the library remembers the ids of the places that are hidden in every article."""
UNNAMED = "what could not be read is named where the map was built"
"""Stands in the manifest for a failure whose file or address may say what is too fine."""


def names_of_all(
    library: Library, resources: Resources, corrections: Sequence[Correction], *, finest: Precision, key: str
) -> Names:
    """Return the names that are too fine in any article of the library.

    ``key`` is that of the readings. What is known of a reading is kept: of ten thousand articles only the new are looked at.
    """
    from geomap.gazetteer.protocol import known_names

    prefix = f"fine {finest} {key} "
    known = library.cache.with_prefix(prefix)
    digests = library.articles.distinct_digests()
    new = {prefix + one: _too_fine_in(library, one, finest) for one in digests if prefix + one not in known}
    with library.transaction():
        library.cache.drop_other_prefixes("fine", prefix)
        gone = known.keys() - {prefix + one for one in digests}
        library.cache.drop(gone)
        library.cache.put(new)
    stored = [decode(value, tuple[list[str], list[Place]]) for one, value in (known | new).items() if one not in gone]
    places = {place.id: place for _, held in stored for place in held}
    written = {name for names, _ in stored for name in names}
    written |= {one.name for one in corrections if not one.is_none and not one.is_hidden}
    written |= {name for place in places.values() for name in known_names(place, resources.gazetteer)}
    return Names((), elsewhere=written)


def _too_fine_in(library: Library, digest: str, finest: Precision) -> bytes:
    resolutions = library.readings.resolutions(digest)
    places = {r.place.id: r.place for r in resolutions if r.place and too_fine(r.place, finest)}
    return encode((sorted(names_too_fine(resolutions, finest)), list(places.values())))


def holding(library: Library, hidden: Iterable[Correction]) -> set[str]:
    """Return the stories that say a hidden name in any spelling, that are located at a place of such a name, or that were changed."""
    corrections = list(hidden)
    secret = hidden_names(corrections)
    if not secret:
        return set()
    found = _possibly_saying(library, secret)
    found |= {story for story, fitted in library.clusters.fitted_by_id() if set(corrections) & set(fitted)}
    for place in _places_called(library, secret):
        found |= {*library.locations.clusters(place)}
    return found


def _possibly_saying(library: Library, secret: Names) -> set[str]:
    return {one.cluster_id for one in library.clusters.first_articles() if secret.possibly_in(one.article)}


def _places_called(library: Library, secret: Names) -> Iterator[str]:
    for report in library.reports.unordered():
        if any(map(secret.is_in, (report.place.name, *(name.text for name in report.names)))):
            yield report.place.id


def note_hidden(library: Library, places: Iterable[str]) -> None:
    """Remember places that are hidden in every article."""
    known = _noted(library)
    if not known.issuperset(places):
        library.note(HIDDEN, encode(sorted(known | {*places})).hex())


def hidden_elsewhere(library: Library, resources: Resources) -> frozenset[str]:
    """Return the names of the places that are hidden in every article, as far as the stories told them."""
    from geomap.errors import PlaceNotFound
    from geomap.gazetteer.protocol import known_names

    found: set[str] = set()
    for one in _noted(library):
        with suppress(PlaceNotFound):  # a place of an editor's own, known by the correction's name alone
            place = resources.gazetteer.place(one)
            found.update(known_names(place, resources.gazetteer))
    return frozenset(found)


def _noted(library: Library) -> set[str]:
    known = library.about(HIDDEN)
    return set(decode(bytes.fromhex(known), list[str])) if known else set()


def saying(library: Library, said: Iterable[str]) -> set[str]:
    """Return the stories in which any of these names may stand."""
    return _possibly_saying(library, Names((), said))


def hidden_everywhere(corrections: Iterable[Correction]) -> tuple[str, ...]:
    """Return the names that are hidden in every article, in one order: no other place or region may be called so."""
    return tuple(sorted({one.name for one in corrections if one.is_hidden and one.scope == "everywhere"}))


def names(hidden: Sequence[str]) -> Names | None:
    """Return what takes these names out, None where there are none."""
    return Names(hidden, shortest=1) if hidden else None


def public_changes(
    library: Library, changes: Sequence[Change], corrections: Sequence[Correction], *, finest: Precision | None
) -> tuple[Change, ...]:
    """Return the changes that may be told: what was shown before the limit or the correction came is not told as removed."""
    secret = hidden_names(corrections)
    if not secret and finest is None:
        return tuple(changes)
    hidden = library.locations.hidden()
    shown = library.clusters.shown_ids()

    def may_be_told(change: Change) -> bool:
        places = [place for place in (change.place, change.was) if place]
        is_said = any(map(secret.is_in, (change.name, *(place.name for place in places))))
        is_fine = finest is not None and any(too_fine(place, finest) for place in places)
        return not (is_said or is_fine or any(place.id in hidden for place in places))

    return tuple(
        # An article may have had an id that says the name.
        replace(change, articles=tuple(one for one in change.articles if one in shown))
        for change in changes
        if may_be_told(change)
    )


def public_errors(
    errors: Iterable[object], corrections: Sequence[Correction], *, finest: Precision | None
) -> list[str]:
    """Return what failed as the manifest may tell it."""
    if finest:
        return [UNNAMED for _ in errors]
    secret = hidden_names(corrections)
    return [secret.blacked(str(one)) for one in errors]


def public_corrections(
    corrections: Sequence[Correction], every: Sequence[Correction], *, finest: Precision | None
) -> list[Correction]:
    """Return the corrections that the manifest may tell."""
    if finest:
        return []
    secret = hidden_names(every)
    told = (one for one in corrections if not one.is_hidden and not secret.is_in(one.name))
    return [secret.out_of_correction(one, put=blacked) for one in told]
