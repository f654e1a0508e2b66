"""Build all of ``geodata/``: ``python geodata/build/build.py RAW_FOLDER [OUT_FOLDER]``.

RAW_FOLDER holds the sources as ``fetch.py`` lays them out. The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from boundaries import build_boundaries
from manifest import write_manifest
from places import build_places

GEODATA = Path(__file__).resolve().parents[1]


def main() -> None:
    """Build places and boundaries, then say what was built."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("raw", type=Path, help="folder of raw sources")
    parser.add_argument("out", type=Path, nargs="?", default=GEODATA, help="where to write (default: geodata/)")
    folders = parser.parse_args()
    print(f"{build_places(folders.raw, folders.out)} places")
    build_boundaries(folders.raw, folders.out / "boundaries")
    write_manifest(folders.out)


if __name__ == "__main__":
    main()
