"""Watch a project: build when a file changes, and when its feeds are due."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.errors import GeomapError
from geomap.project.build import Built, build
from geomap.project.config import SETTINGS_FILE, open_project

if TYPE_CHECKING:
    from geomap.project.config import Project
    from geomap.web.fetch import Fetcher

WAIT = 60.0
"""Seconds to wait for another build."""
PAUSE = 5.0
"""Seconds to wait before the folders are watched again after the watcher failed."""
DEBOUNCE_MS = 300
"""Changes closer together than this cause one build."""


def watch(
    project: Project,
    *,
    stop: threading.Event,
    make_fetcher: Callable[[Project], Fetcher] | None = None,
    changes: Callable[[Project, threading.Event], Iterable[object]] | None = None,
) -> Iterator[Built | GeomapError]:
    """Yield the result of each build, the first at once, or the error that stopped it; end when ``stop`` is set.

    After an error the last good map stays, and the next change is built. Errors that the build before reported are left
    out. ``changes`` yields whenever a build is due, by default whenever a file changes and every ``poll_minutes``.
    """
    reported: frozenset[str] = frozenset()

    def news(done: Built | GeomapError) -> Iterator[Built | GeomapError]:
        nonlocal reported
        before, errors = reported, (done,) if isinstance(done, GeomapError) else done.errors
        reported = frozenset(map(str, errors))
        if isinstance(done, Built):
            yield replace(done, errors=tuple(error for error in done.errors if str(error) not in before))
        elif str(done) not in before:
            yield done

    yield from news(_built(project, make_fetcher))
    for _ in (changes or file_changes)(project, stop):
        if stop.is_set():
            return
        try:
            project = open_project(project.folder)
        except GeomapError as error:
            yield from news(error)
            continue
        yield from news(_built(project, make_fetcher))


def _built(project: Project, make_fetcher: Callable[[Project], Fetcher] | None) -> Built | GeomapError:
    try:
        return build(project, fetcher=make_fetcher(project) if make_fetcher else None, wait=WAIT)
    except GeomapError as error:
        return error


def file_changes(project: Project, stop: threading.Event) -> Iterator[object]:
    """Yield when an input of the build has changed, and at the latest when the feeds are due."""
    from watchfiles import watch as watch_files

    local = [project.folder / source for source in project.settings.sources if "://" not in source]
    folders = {folder.resolve() for folder in [project.folder, *local] if os.path.exists(folder)}  # noqa: PTH110 - false for a name too long
    watched = [folder for folder in folders if not any(other in folder.parents for other in folders)]
    has_feeds = any("://" in source for source in project.settings.sources)
    due_ms = int(project.settings.poll_minutes * 60_000) if has_feeds else 3_600_000
    while not stop.is_set():
        with suppress(
            RuntimeError, OSError
        ):  # a changed name that is not UTF-8; a folder was removed; too many folders
            yield from watch_files(
                *watched,
                watch_filter=lambda _, path: _is_read(project, Path(path)),
                debounce=DEBOUNCE_MS,
                step=50,
                stop_event=stop,
                rust_timeout=due_ms,
                yield_on_timeout=True,
                raise_interrupt=False,
            )
        if not stop.wait(PAUSE):
            yield ()


def _is_read(project: Project, path: Path) -> bool:
    """Return whether a build reads this file; false for outputs and hidden files."""
    folder = project.folder.resolve()
    if folder in path.parents:
        below = path.relative_to(folder)
        return below.name in (SETTINGS_FILE, "corrections.toml") or (
            below.parts[0] == "articles" and not any(part.startswith(".") for part in below.parts)
        )
    return not path.name.startswith(".")
