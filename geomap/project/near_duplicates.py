"""Which articles are one: fetches of the same address, or the same text but for its trimmings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geomap.store.database import Library, batches
from geomap.store.near_duplicates import StoredSketch

SHINGLE = 5
"""Words in a row that are compared."""
SKETCH = 128
"""Smallest shingle hashes kept of a text: enough to tell 0.8 from 0.9 (standard error below 0.04)."""
INDEXED = 8
"""Of these, so many are looked up: two texts at the threshold share one of them in all but 1 of 10⁵ cases."""
THRESHOLD = 0.8
"""Jaccard similarity from which two texts are one: a new agency line and a cut last paragraph leave about 0.85."""
VERSION_THRESHOLD = 0.5
"""The same for two articles that claim one address: an update of a page keeps half of its words. Not tuned."""
MIN_WORDS = 40
"""Shorter texts are too often alike by chance: "A tremor was felt in X"."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of an article when its story is looked for."""

    id: str
    address: str | None = None
    """The URL it was fetched from, or the path it was copied from: whatever comes from there is a version of it."""
    claimed: str | None = None
    """The URL that the article itself names: anybody may write any, so it makes a version of like texts alone."""
    published: str | None = None
    retrieved: str | None = None
    nth: int = -1
    """Of the receipts, the number of its last: the order of fetches, whatever the clock said then."""

    @property
    def age(self) -> tuple[str, str, str]:
        """Order in time, unknown last; the id decides between equals."""
        return (self.published or "9", self.retrieved or "9", self.id)


def sketch(text: str) -> tuple[int, ...]:
    """Return the smallest hashes of the text's shingles (Broder's bottom-k sketch), ascending; empty for a short text."""
    words = _WORD.findall(text.casefold())
    if len(words) < MIN_WORDS:
        return ()
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
    hashes = sorted(int.from_bytes(hashlib.blake2b(one.encode(), digest_size=7).digest()) for one in shingles)
    return tuple(hashes[:SKETCH])


def similarity(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the estimated Jaccard similarity of two sketches: how much of the smallest of both is in both."""
    size = min(len(one), len(other))
    if not size:
        return 0.0
    smallest = sorted({*one, *other})[:size]
    both = {*one} & {*other}
    return sum(h in both for h in smallest) / size


def find_twins(library: Library, *, key: str) -> None:
    """Find near-identical texts among the articles that are new: they tell of the same places in the same words."""
    # Joined here, not in SQL: each of the three is read from an index alone, without the texts that lie beside.
    places_of = library.readings.places(key)
    drawn_of = library.near_duplicates.keys()
    waiting = [
        (one, digest, places_of[digest])
        for one, digest in library.articles.digests().items()
        if digest in places_of and drawn_of.get(one) != digest + key
    ]
    for batch in batches(waiting):
        with library.transaction():
            for one, digest, places in batch:
                library.near_duplicates.drop(one)
                drawn = sketch(library.articles.get(one).text)
                twins = {*_twins(library, drawn, places), *_versions(library, one, drawn)}
                library.near_duplicates.put(
                    StoredSketch(article_id=one, key=digest + key, hashes=drawn),
                    near=sorted(twins),
                    places=places,
                    n_indexed=INDEXED,
                )


def _twins(library: Library, drawn: Sequence[int], places: str) -> list[str]:
    near = library.near_duplicates.with_places(drawn[:INDEXED], places=places)
    return [other.article_id for other in near if similarity(drawn, other.hashes) >= THRESHOLD]


def _versions(library: Library, one: str, drawn: Sequence[int]) -> list[str]:
    """Return the articles of a like text that claim the address that article ``one`` claims, or were fetched from it."""
    claimed = library.articles.claimed_address(one)
    if claimed is None:
        return []
    near = library.near_duplicates.with_claim(drawn[:INDEXED], claimed=claimed)
    alike = [other.article_id for other in near if similarity(drawn, other.hashes) >= VERSION_THRESHOLD]
    return library.articles.copies(one) + alike


def stories(told: Iterable[Told], twins: Iterable[tuple[str, str]]) -> tuple[tuple[Told, ...], ...]:
    """Return the articles gathered into stories, the one to show first; the same for any order of what is given.

    Articles of one address are versions, of which the last counts, and so are twins that claim one; of versions elsewhere the
    first published is shown.
    """
    by_id = {one.id: one for one in told}
    parent = {one: one for one in by_id}

    def root(one: str) -> str:
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        return one

    def join(one: str, other: str) -> None:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    first_at: dict[str, str] = {}
    for article in by_id.values():
        if article.address:
            join(article.id, first_at.setdefault(article.address, article.id))
    for one, other in twins:
        if one in by_id and other in by_id:
            join(one, other)
    groups: dict[str, list[Told]] = {}
    for article in by_id.values():
        groups.setdefault(root(article.id), []).append(article)
    return tuple(_ordered(groups[key]) for key in sorted(groups))


def _ordered(group: list[Told]) -> tuple[Told, ...]:
    """Return a story's articles: the first published among the last versions, then the others."""
    last: dict[str, Told] = {}
    for one in sorted(group, key=lambda t: (t.nth, t.retrieved or "", t.id)):
        last[one.claimed or one.address or one.id] = one
    current = sorted(last.values(), key=lambda t: t.age)
    kept = {one.id for one in current}
    return (*current, *sorted((one for one in group if one.id not in kept), key=lambda t: t.age))
