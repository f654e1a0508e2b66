"""Where a user's own data lie: the gazetteers and outlines that are read beside the embedded ones."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.files import path_exists

if TYPE_CHECKING:
    from geomap.manifest import Geodata

OUTLINES = "own.parquet"


VARIABLE = "GEOMAP_DATA"
"""Environment variable that names another folder for the user's gazetteers."""


OWN, FULL = "own.bin", "geonames.bin"


def user_folder() -> Path:
    """Return where a user's own gazetteers lie: ``$GEOMAP_DATA``, else ``geomap`` in the platform's data folder.

    A variable that is empty or relative counts as unset, as the XDG specification has it.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        if Path(os.environ.get(variable, "")).is_absolute():
            return Path(os.environ[variable]) / "geomap"
    return _home() / ".local" / "share" / "geomap"


def _home() -> Path:
    """Return the user's home folder; where there is none, a path below which nothing can be."""
    if Path(os.environ.get("HOME", "")).is_absolute() or os.name == "nt":
        return Path.home()
    try:
        import pwd

        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:  # a user of a container without an entry
        return Path(os.devnull)


def data_version(geodata: Geodata, folder: Path | None = None) -> str:
    """Return the version of the geodata and of what the user has added: no result outlives either."""
    folder = folder or user_folder()
    own = [folder / name for name in (OWN, OUTLINES, FULL)]
    states = [f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in own if path_exists(path)]
    return (
        blake2b("\n".join([geodata.version, *states]).encode(), digest_size=8).hexdigest()
        if states
        else geodata.version
    )
