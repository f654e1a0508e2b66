"""Names that a project must not publish: those hidden by corrections, and those finer than ``max_precision``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.editorial.hidden_names import hidden_names
from geomap.editorial.redaction import Names, blacked
from geomap.map_types import Change
from geomap.store.database import Library
from geomap.store.serialization import decode, encode
from geomap.types import Correction, Place, Precision

if TYPE_CHECKING:
    from geomap.resources import Resources

HIDDEN = "hidden everywhere"
"""The library's metadata key of the ids of the places that are hidden in every article."""
UNNAMED = "the file that could not be read is named where the map was built"
"""Replaces in the manifest the error of a file or URL whose name may be too fine."""


def names_of_all(
    library: Library, resources: Resources, corrections: Sequence[Correction], *, finest: Precision, key: str
) -> Names:
    """Return the names that are finer than ``finest`` in any article of the library.

    ``key`` is the key of the readings. Results are cached by text, so only new articles are examined.
    """
    from geomap.gazetteer.protocol import known_names

    prefix = f"fine {finest} {key} "
    known = library.cache.with_prefix(prefix)
    digests = library.articles.distinct_digests()
    new = {prefix + digest: _too_fine_in(library, digest, finest) for digest in digests if prefix + digest not in known}
    with library.transaction():
        library.cache.drop_other_prefixes("fine", prefix)
        gone = known.keys() - {prefix + digest for digest in digests}
        library.cache.drop(gone)
        library.cache.put(new)
    stored = [decode(value, tuple[list[str], list[Place]]) for name, value in (known | new).items() if name not in gone]
    places = {place.id: place for _, held in stored for place in held}
    written = {name for names, _ in stored for name in names}
    written |= {correction.name for correction in corrections if not correction.is_none and not correction.is_hidden}
    written |= {name for place in places.values() for name in known_names(place, resources.gazetteer)}
    return Names((), elsewhere=written)


def _too_fine_in(library: Library, digest: str, finest: Precision) -> bytes:
    from geomap.editorial.generalise import names_too_fine, too_fine

    resolutions = library.readings.resolutions(digest)
    places = {r.place.id: r.place for r in resolutions if r.place and too_fine(r.place, finest)}
    return encode((sorted(names_too_fine(resolutions, finest)), list(places.values())))


def clusters_of_hidden(library: Library, hidden: Iterable[Correction]) -> set[str]:
    """Return the clusters that contain a hidden name in any spelling, name a place so called, or were changed by a correction."""
    corrections = list(hidden)
    secret = hidden_names(corrections)
    if not secret:
        return set()
    found = _clusters_possibly_naming(library, secret)
    found |= {cluster_id for cluster_id, fitted in library.clusters.fitted_by_id() if set(corrections) & set(fitted)}
    for place in _places_named(library, secret):
        found |= {*library.locations.clusters(place)}
    return found


def _clusters_possibly_naming(library: Library, secret: Names) -> set[str]:
    return {first.cluster_id for first in library.clusters.first_articles() if secret.possibly_in(first.article)}


def _places_named(library: Library, secret: Names) -> Iterator[str]:
    for report in library.reports.unordered():
        if any(map(secret.is_in, (report.place.name, *(name.text for name in report.names)))):
            yield report.place.id


def record_hidden(library: Library, places: Iterable[str]) -> None:
    """Store the ids of places that are hidden in every article."""
    known = _hidden_place_ids(library)
    if not known.issuperset(places):
        library.set_meta(HIDDEN, encode(sorted(known | {*places})).hex())


def hidden_elsewhere(library: Library, resources: Resources) -> frozenset[str]:
    """Return the names of the places that ``record_hidden`` stored."""
    from geomap.errors import PlaceNotFound
    from geomap.gazetteer.protocol import known_names

    found: set[str] = set()
    for place_id in _hidden_place_ids(library):
        with suppress(PlaceNotFound):  # a place defined by a correction has only the correction's name
            place = resources.gazetteer.place(place_id)
            found.update(known_names(place, resources.gazetteer))
    return frozenset(found)


def _hidden_place_ids(library: Library) -> set[str]:
    known = library.get_meta(HIDDEN)
    return set(decode(bytes.fromhex(known), list[str])) if known else set()


def clusters_naming(library: Library, names: Iterable[str]) -> set[str]:
    """Return the clusters whose first article may contain any of these names."""
    return _clusters_possibly_naming(library, Names((), names))


def hidden_everywhere(corrections: Iterable[Correction]) -> tuple[str, ...]:
    """Return the names that are hidden in every article, sorted: no other place or region may have one of them."""
    return tuple(
        sorted(
            {correction.name for correction in corrections if correction.is_hidden and correction.scope == "everywhere"}
        )
    )


def names(hidden: Sequence[str]) -> Names | None:
    """Return a matcher of these names; None where there are none."""
    return Names(hidden, shortest=1) if hidden else None


def public_changes(
    library: Library, changes: Sequence[Change], corrections: Sequence[Correction], *, finest: Precision | None
) -> tuple[Change, ...]:
    """Return the changes that may be published: places that a limit or a correction removed are not listed as removed."""
    from geomap.editorial.generalise import too_fine

    secret = hidden_names(corrections)
    if not secret and finest is None:
        return tuple(changes)
    hidden = library.locations.hidden()
    shown = library.clusters.shown_ids()

    def is_public(change: Change) -> bool:
        places = [place for place in (change.place, change.was) if place]
        is_named = any(map(secret.is_in, (change.name, *(place.name for place in places))))
        is_fine = finest is not None and any(too_fine(place, finest) for place in places)
        return not (is_named or is_fine or any(place.id in hidden for place in places))

    return tuple(
        # An article's earlier id may contain the name.
        replace(change, articles=tuple(article_id for article_id in change.articles if article_id in shown))
        for change in changes
        if is_public(change)
    )


def public_errors(
    errors: Iterable[object], corrections: Sequence[Correction], *, finest: Precision | None
) -> list[str]:
    """Return the errors as the manifest may state them."""
    if finest:
        return [UNNAMED for _ in errors]
    secret = hidden_names(corrections)
    return [secret.blacked(str(error)) for error in errors]


def public_corrections(
    corrections: Sequence[Correction], every: Sequence[Correction], *, finest: Precision | None
) -> list[Correction]:
    """Return the corrections that the manifest may list."""
    if finest:
        return []
    secret = hidden_names(every)
    public = (
        correction for correction in corrections if not correction.is_hidden and not secret.is_in(correction.name)
    )
    return [secret.out_of_correction(correction, put=blacked) for correction in public]
