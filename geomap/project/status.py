"""What a project holds: what is stored, what is stale, what failed and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.editorial.corrections import read_corrections
from geomap.errors import LibraryDamaged
from geomap.project.intake import read_receipts
from geomap.project.publish import unfitting
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
    """What a project holds."""

    n_files: int
    n_articles: int
    """Stored; republished ones count."""
    n_stories: int
    n_places: int
    new: tuple[str, ...]
    """Files that the next build reads: new or changed ones."""
    removed: tuple[str, ...]
    """Files that are gone since the last build."""
    withdrawn: tuple[str, ...]
    """Addresses that their publisher took down."""
    failed: tuple[str, ...]
    """What could not be fetched or read, and why."""
    unfitting: tuple[str, ...]
    """Names of corrections that fit nothing."""
    is_built: bool
    """Whether the last build was finished and nothing it was made from has changed in articles/."""
    damage: str | None = None
    """What is wrong with the library, where it cannot be used: nothing is known then of what was built."""

    def lines(self) -> Iterator[str]:
        """Yield what a person reads."""
        yield f"stored:  {self.n_files} files, {self.n_articles} articles, {self.n_stories} stories, {self.n_places} places"
        stale = [*(f"new or changed: {one}" for one in self.new), *(f"gone: {one}" for one in self.removed)]
        yield (
            "stale:   nothing"
            if self.is_built and not stale
            else f"stale:   {len(stale) or 'the last build was not finished'}"
        )
        yield from (f"  {one}" for one in stale[:20])
        yield f"failed:  {len(self.failed) or 'nothing'}"
        yield from (f"  {one}" for one in self.failed)
        yield from (f"withdrawn by its publisher: {one}" for one in self.withdrawn)
        yield from (f"correction that fits nothing: {one}" for one in self.unfitting)


def status(project: Project) -> Status:
    """Return what the project holds, as its library and its folder have it now; nothing is changed."""
    found = {one.path: one for one in listing(project.articles)}
    receipts = read_receipts(project.received)
    last = {r.url: r for r in receipts.receipts if r.url}
    gone = {r.file for r in last.values() if r.is_withdrawn}
    corrections = read_corrections(project.corrections)
    unbuilt = Status(
        n_files=0,
        n_articles=0,
        n_stories=0,
        n_places=0,
        new=tuple(path for path in found if path not in gone),
        removed=(),
        withdrawn=tuple(sorted(str(r.url) for r in last.values() if r.is_withdrawn)),
        failed=tuple(str(error) for error in receipts.errors),
        unfitting=(),
        is_built=False,
    )
    try:
        with reading(project.library) as library:
            return _built(unbuilt, library, found, corrections) if library else unbuilt
    except LibraryDamaged as error:
        return replace(unbuilt, damage=str(error))


def _built(unbuilt: Status, library: Library, found: Mapping[str, Found], corrections: Sequence[Correction]) -> Status:
    """Return the status with what the library knows."""
    known = library.articles.files()
    return replace(
        unbuilt,
        n_files=library.articles.count_files(),
        n_articles=library.articles.count(),
        n_stories=library.clusters.count(),
        n_places=library.reports.count(),
        new=tuple(path for path in unbuilt.new if _is_changed(found[path], known.get(path))),
        removed=tuple(sorted(known.keys() - found.keys())),
        failed=(*library.sources.errors(), *unbuilt.failed, *unreadable(library)),
        unfitting=tuple(one.name for one in unfitting(library, corrections)),
        is_built=library.about("edition") is not None,
    )


def _is_changed(now: Found, before: StoredFile | None) -> bool:
    return before is None or (before.size, before.mtime_ns or now.mtime_ns) != (now.size, now.mtime_ns)
