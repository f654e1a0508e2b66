"""Near-identical texts among the articles of a library: they tell of the same places in the same words."""

from __future__ import annotations

from geomap.project.near_duplicates import INDEXED, THRESHOLD, VERSION_THRESHOLD, similarity, sketch
from geomap.store.database import Library, batches
from geomap.store.serialization import decode, encode


def find_twins(library: Library, *, key: str) -> None:
    """Find near-identical texts among the articles that are new: they tell of the same places in the same words."""
    # Joined here, not in SQL: each of the three is read from an index alone, without the texts that lie beside.
    places_of = dict(library.db.execute("SELECT digest, places FROM readings WHERE key = ?", (key,)))
    drawn_of = dict(library.db.execute("SELECT id, digest FROM sketches"))
    waiting = [
        (one, digest, places_of[digest])
        for one, digest in library.db.execute("SELECT id, digest FROM articles ORDER BY id").fetchall()
        if digest in places_of and drawn_of.get(one) != digest + key
    ]
    for batch in batches(waiting):
        with library.transaction():
            for one, digest, places in batch:
                library.drop_sketch(one)
                drawn = sketch(library.article(one).text)
                library.db.execute("INSERT INTO sketches VALUES (?, ?, ?)", (one, digest + key, encode(drawn)))
                twins = {*_twins(library, drawn, places), *_versions(library, one, drawn)}
                library.db.executemany("INSERT INTO twins VALUES (?, ?)", [(one, twin) for twin in sorted(twins)])
                rows = [(h, places, one) for h in drawn[:INDEXED]]
                library.db.executemany("INSERT INTO shingles VALUES (?, ?, ?)", rows)


def _twins(library: Library, drawn: tuple[int, ...], places: str) -> list[str]:
    marks = ", ".join("?" * len(drawn[:INDEXED]))
    near = library.db.execute(
        f"SELECT id, sketch FROM sketches WHERE id IN (SELECT id FROM shingles WHERE hash IN ({marks}) AND places = ?)",  # noqa: S608
        (*drawn[:INDEXED], places),
    )
    return [other for other, theirs in near if similarity(drawn, decode(theirs, tuple[int, ...])) >= THRESHOLD]


def _versions(library: Library, one: str, drawn: tuple[int, ...]) -> list[str]:
    """Return the articles of a like text that claim the address that article ``one`` claims, or were fetched from it."""
    (claimed, digest) = library.db.execute("SELECT claimed, digest FROM articles WHERE id = ?", (one,)).fetchone()
    if claimed is None:
        return []
    same = library.db.execute(
        "SELECT id FROM articles WHERE claimed = ? AND digest = ? AND id != ?", (claimed, digest, one)
    )
    found = [row[0] for row in same]
    marks = ", ".join("?" * len(drawn[:INDEXED]))
    near = library.db.execute(
        f"SELECT id, sketch FROM sketches WHERE id IN (SELECT id FROM shingles WHERE hash IN ({marks}))"  # noqa: S608
        " AND id IN (SELECT id FROM articles WHERE claimed = ?)",
        (*drawn[:INDEXED], claimed),
    )
    return found + [
        other for other, theirs in near if similarity(drawn, decode(theirs, tuple[int, ...])) >= VERSION_THRESHOLD
    ]
