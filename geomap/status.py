"""What a project holds: what is stored, what is stale, what failed and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.collect import listing, unreadable
from geomap.corrections import read_corrections
from geomap.library import Library
from geomap.publish import unfitting
from geomap.receive import read_receipts

if TYPE_CHECKING:
    from geomap.project import Project


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
    wrong = tuple(str(error) for error in receipts.errors)
    last = {r.url: r for r in receipts.receipts if r.url}
    withdrawn = tuple(sorted(str(r.url) for r in last.values() if r.is_withdrawn))
    gone = {r.file for r in last.values() if r.is_withdrawn}
    corrections = read_corrections(project.corrections)
    if not project.library.exists():
        new = tuple(path for path in found if path not in gone)
        return Status(
            n_files=0, n_articles=0, n_stories=0, n_places=0, new=new, removed=(), withdrawn=withdrawn, failed=wrong,
            unfitting=(), is_built=False,
        )  # fmt: skip
    with Library(project.library) as library:
        known = library.files()
        changed = [
            path for path, one in found.items()
            if path not in gone and (path not in known or (known[path].size, known[path].mtime_ns or one.mtime_ns) != (one.size, one.mtime_ns))
        ]  # fmt: skip
        counts = [library.count(table) for table in ("files", "articles", "stories", "reports")]
        polled = [
            row[0] for row in library.db.execute("SELECT error FROM sources WHERE error IS NOT NULL ORDER BY url")
        ]
        return Status(
            n_files=counts[0],
            n_articles=counts[1],
            n_stories=counts[2],
            n_places=counts[3],
            new=tuple(changed),
            removed=tuple(sorted(known.keys() - found.keys())),
            withdrawn=withdrawn,
            failed=(*polled, *wrong, *unreadable(library)),
            unfitting=tuple(one.name for one in unfitting(library, corrections)),
            is_built=library.about("edition") is not None,
        )
