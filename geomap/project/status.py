"""The status of a project: what is stored, what is out of date, what failed and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.editorial.corrections import read_corrections
from geomap.errors import LibraryDamaged
from geomap.project.intake import read_receipts
from geomap.project.publish import unmatched_corrections
from geomap.project.sync import listing, unreadable
from geomap.store.database import reading

if TYPE_CHECKING:
    from geomap.project.config import Project
    from geomap.project.sync import Found
    from geomap.store.articles import StoredFile
    from geomap.store.database import Library
    from geomap.types import Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The status of a project."""

    n_files: int
    n_articles: int
    """Stored articles, near-duplicates included."""
    n_clusters: int
    n_places: int
    new: tuple[str, ...]
    """Files that the next build reads: new or changed ones."""
    removed: tuple[str, ...]
    """Files that are gone since the last build."""
    withdrawn: tuple[str, ...]
    """URLs whose article the publisher took down."""
    failed: tuple[str, ...]
    """What could not be fetched or read, and why."""
    unmatched_corrections: tuple[str, ...]
    """Names of the corrections that match no article."""
    is_built: bool
    """Whether the last build was finished."""
    damage: str | None = None
    """Why the library cannot be used; the counts are 0 then."""

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text format."""
        yield (
            f"stored:  {self.n_files} files, {self.n_articles} articles ({self.n_clusters} without near-duplicates), "
            f"{self.n_places} places"
        )
        stale = [*(f"new or changed: {path}" for path in self.new), *(f"gone: {path}" for path in self.removed)]
        yield (
            "stale:   nothing"
            if self.is_built and not stale
            else f"stale:   {len(stale) or 'the last build was not finished'}"
        )
        yield from (f"  {path}" for path in stale[:20])
        yield f"failed:  {len(self.failed) or 'nothing'}"
        yield from (f"  {error}" for error in self.failed)
        yield from (f"withdrawn by its publisher: {url}" for url in self.withdrawn)
        yield from (f"correction that matches no article: {name}" for name in self.unmatched_corrections)


def status(project: Project) -> Status:
    """Return the status of the project from its library and its folder; nothing is written."""
    found = {file.path: file for file in listing(project.articles)}
    receipts = read_receipts(project.receipts_path)
    last = {r.url: r for r in receipts.receipts if r.url}
    gone = {r.file for r in last.values() if r.is_withdrawn}
    corrections = read_corrections(project.corrections)
    unbuilt = Status(
        n_files=0,
        n_articles=0,
        n_clusters=0,
        n_places=0,
        new=tuple(path for path in found if path not in gone),
        removed=(),
        withdrawn=tuple(sorted(str(r.url) for r in last.values() if r.is_withdrawn)),
        failed=tuple(str(error) for error in receipts.errors),
        unmatched_corrections=(),
        is_built=False,
    )
    try:
        with reading(project.library) as library:
            return _built(unbuilt, library, found, corrections) if library else unbuilt
    except LibraryDamaged as error:
        return replace(unbuilt, damage=str(error))


def _built(unbuilt: Status, library: Library, found: Mapping[str, Found], corrections: Sequence[Correction]) -> Status:
    """Return the status with the counts and errors of the library."""
    known = library.articles.files()
    return replace(
        unbuilt,
        n_files=library.articles.count_files(),
        n_articles=library.articles.count(),
        n_clusters=library.clusters.count(),
        n_places=library.reports.count(),
        new=tuple(path for path in unbuilt.new if _is_changed(found[path], known.get(path))),
        removed=tuple(sorted(known.keys() - found.keys())),
        failed=(*library.sources.errors(), *unbuilt.failed, *unreadable(library)),
        unmatched_corrections=tuple(correction.name for correction in unmatched_corrections(library, corrections)),
        is_built=library.get_meta("edition") is not None,
    )


def _is_changed(now: Found, before: StoredFile | None) -> bool:
    return before is None or (before.size, before.mtime_ns or now.mtime_ns) != (now.size, now.mtime_ns)
