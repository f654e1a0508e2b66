"""Find and cluster near-duplicates (MinHash): fetches of one URL, and texts that differ in little."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geomap.store.database import Library, batches
from geomap.store.near_duplicates import StoredSketch

SHINGLE = 5
"""Words of a shingle."""
SKETCH = 128
"""Smallest shingle hashes in a sketch: enough to distinguish 0.8 from 0.9 (standard error below 0.04)."""
INDEXED = 8
"""Hashes of a sketch that are indexed: two texts at the threshold share one of them in all but 1 of 10⁵ cases."""
THRESHOLD = 0.8
"""Jaccard similarity from which two texts are near-duplicates: a new agency line and a cut last paragraph leave about 0.85."""
VERSION_THRESHOLD = 0.5
"""The same for two articles that claim one URL: an update of a page keeps half of its words. Not tuned."""
MIN_WORDS = 40
"""Words; shorter texts are too often alike by chance: "A tremor was felt in X"."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleKey:
    """The metadata by which an article is clustered."""

    id: str
    address: str | None = None
    """The URL it was fetched from, or the path it was copied from: articles of one address are versions of one article."""
    claimed: str | None = None
    """The URL in the article itself. It may be wrong, so articles of one URL are versions only if their texts are alike."""
    published: str | None = None
    retrieved: str | None = None
    nth: int = -1
    """The number of its last receipt: the order of fetches, independent of the clock; -1 without a receipt."""

    @property
    def age(self) -> tuple[str, str, str]:
        """Sort key by time, unknown times last, ties by id."""
        return (self.published or "9", self.retrieved or "9", self.id)


def sketch(text: str) -> tuple[int, ...]:
    """Return the smallest hashes of the text's shingles (Broder's bottom-k sketch), ascending; empty for a short text."""
    words = _WORD.findall(text.casefold())
    if len(words) < MIN_WORDS:
        return ()
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
    hashes = sorted(int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=7).digest()) for shingle in shingles)
    return tuple(hashes[:SKETCH])


def similarity(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the estimated Jaccard similarity of two sketches: the share of the smallest hashes of both that is in both."""
    size = min(len(first), len(second))
    if not size:
        return 0.0
    smallest = sorted({*first, *second})[:size]
    both = {*first} & {*second}
    return sum(h in both for h in smallest) / size


def find_near_duplicates(library: Library, *, key: str) -> None:
    """Store the near-duplicates of new articles: texts of the same places that are alike, and versions (see ``_versions``)."""
    # Joined here, not in SQL: each of the three is read from an index alone, without reading the texts.
    places_of = library.readings.places(key)
    sketch_key = library.near_duplicates.keys()
    waiting = [
        (article_id, digest, places_of[digest])
        for article_id, digest in library.articles.digests().items()
        if digest in places_of and sketch_key.get(article_id) != digest + key
    ]
    for batch in batches(waiting):
        with library.transaction():
            for article_id, digest, places in batch:
                library.near_duplicates.drop(article_id)
                hashes = sketch(library.articles.get(article_id).text)
                near = {*_near(library, hashes, places), *_versions(library, article_id, hashes)}
                library.near_duplicates.put(
                    StoredSketch(article_id=article_id, key=digest + key, hashes=hashes),
                    near=sorted(near),
                    places=places,
                    n_indexed=INDEXED,
                )


def _near(library: Library, hashes: Sequence[int], places: str) -> list[str]:
    near = library.near_duplicates.with_places(hashes[:INDEXED], places=places)
    return [other.article_id for other in near if similarity(hashes, other.hashes) >= THRESHOLD]


def _versions(library: Library, article_id: str, hashes: Sequence[int]) -> list[str]:
    """Return the articles whose text is alike or the same and that claim, or were fetched from, the URL that ``article_id`` claims."""
    claimed = library.articles.claimed_address(article_id)
    if claimed is None:
        return []
    near = library.near_duplicates.with_claim(hashes[:INDEXED], claimed=claimed)
    alike = [other.article_id for other in near if similarity(hashes, other.hashes) >= VERSION_THRESHOLD]
    return library.articles.copies(article_id) + alike


def cluster_articles(
    articles: Iterable[ArticleKey], pairs: Iterable[tuple[str, str]]
) -> tuple[tuple[ArticleKey, ...], ...]:
    """Return the clusters of articles, in each the article to show first; independent of the order of the arguments.

    ``pairs`` are ids of near-duplicates. Articles of one address are versions, of which the last counts; so are
    near-duplicates that claim one URL. Of copies elsewhere the first published is shown.
    """
    by_id = {article.id: article for article in articles}
    parent = {article: article for article in by_id}

    def root(article_id: str) -> str:
        while parent[article_id] != article_id:
            parent[article_id] = article_id = parent[parent[article_id]]
        return article_id

    def join(first: str, second: str) -> None:
        low, high = sorted((root(first), root(second)))
        parent[high] = low

    first_at: dict[str, str] = {}
    for article in by_id.values():
        if article.address:
            join(article.id, first_at.setdefault(article.address, article.id))
    for first, second in pairs:
        if first in by_id and second in by_id:
            join(first, second)
    groups: dict[str, list[ArticleKey]] = {}
    for article in by_id.values():
        groups.setdefault(root(article.id), []).append(article)
    return tuple(_ordered(groups[key]) for key in sorted(groups))


def _ordered(group: list[ArticleKey]) -> tuple[ArticleKey, ...]:
    """Return a cluster's articles in order: the last versions by time of publication, then the older versions."""
    last: dict[str, ArticleKey] = {}
    for article in sorted(group, key=lambda t: (t.nth, t.retrieved or "", t.id)):
        last[article.claimed or article.address or article.id] = article
    current = sorted(last.values(), key=lambda t: t.age)
    kept = {article.id for article in current}
    return (*current, *sorted((article for article in group if article.id not in kept), key=lambda t: t.age))
