"""Follow a project: build whenever its folders change, and when its feeds are due."""

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
"""Seconds to wait before the folders are watched again, after something that the watcher does not survive."""
DEBOUNCE_MS = 300
"""Changes that come so close together are one."""


def watch(
    project: Project,
    *,
    stop: threading.Event,
    make_fetcher: Callable[[Project], Fetcher] | None = None,
    changes: Callable[[Project, threading.Event], Iterable[object]] | None = None,
) -> Iterator[Built | GeomapError]:
    """Yield what each build did, the first at once, or the error that stopped it; end when ``stop`` is set.

    An error ends nothing: the last good map stays, and the next change is built. What the build before told already is
    left out: what cannot be read stays so until somebody changes it. ``changes`` yields whenever there is something to
    look at, by default whenever a file changes and every ``poll_minutes``.
    """
    told: frozenset[str] = frozenset()

    def news(done: Built | GeomapError) -> Iterator[Built | GeomapError]:
        nonlocal told
        before, errors = told, (done,) if isinstance(done, GeomapError) else done.errors
        told = frozenset(map(str, errors))
        if isinstance(done, Built):
            yield replace(done, errors=tuple(one for one in done.errors if str(one) not in before))
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
    """Yield when something a build reads has changed, and at the latest when the feeds are due."""
    from watchfiles import watch as watch_files

    local = [project.folder / one for one in project.settings.sources if "://" not in one]
    folders = {one.resolve() for one in [project.folder, *local] if os.path.exists(one)}  # noqa: PTH110 - false for a name too long
    watched = [one for one in folders if not any(other in one.parents for other in folders)]
    has_feeds = any("://" in one for one in project.settings.sources)
    due_ms = int(project.settings.poll_minutes * 60_000) if has_feeds else 3_600_000
    while not stop.is_set():
        with suppress(RuntimeError, OSError):  # a changed name that is not UTF-8; a folder that went; too many folders
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
    """Tell whether a build reads this file: not what builds write, not hidden files."""
    folder = project.folder.resolve()
    if folder in path.parents:
        below = path.relative_to(folder)
        return below.name in (SETTINGS_FILE, "corrections.toml") or (
            below.parts[0] == "articles" and not any(part.startswith(".") for part in below.parts)
        )
    return not path.name.startswith(".")
