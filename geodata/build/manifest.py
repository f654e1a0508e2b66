"""Write ``manifest.toml``: one entry for each shipped file, one for each source."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).with_name("sources.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What is said of a file beyond what can be read from it."""

    name: str
    title: str
    sources: tuple[str, ...]
    script: str


_BOUNDARIES = "geodata/build/boundaries.py"
FILES = (
    Shipped(
        name="gazetteer.bin",
        title="Places of the world and their names",
        sources=(
            *("geonames", "natural-earth", "whosonfirst", "us-census"),
            *("wri", "gnis", "ourairports", "wikidata", "ipeds", "geomap"),
        ),
        script="geodata/build/places.py",
    ),
    *(
        Shipped(name=f"boundaries/{name}.parquet", title=title, sources=sources, script=_BOUNDARIES)
        for name, title, sources in (
            ("countries", "Countries", ("natural-earth",)),
            ("countries_medium", "Countries, for the middle distance", ("natural-earth",)),
            ("countries_coarse", "Countries, for the whole world", ("natural-earth",)),
            ("admin1", "States and provinces", ("natural-earth", "geonames")),
            ("admin2", "Districts and counties", ("us-census", "whosonfirst", "natural-earth", "geonames")),
            ("disputed", "Disputed areas", ("natural-earth", "whosonfirst", "geomap")),
            ("physical", "Seas, lakes, rivers, islands, ranges, corridors", ("natural-earth", "geomap")),
            ("borders", "Borders at three scales, settled and disputed", ("natural-earth", "geomap")),
            ("land", "Land of the world, coarse", ("natural-earth",)),
        )
    ),
    Shipped(
        name="resolver/ranker.npz",
        title="The resolver's weights",
        sources=("geomap",),
        script="training/resolver.py",
    ),
    Shipped(
        name="roles/model.npz",
        title="The weights of the roles of mentions",
        sources=("minilm", "geomap"),
        script="training/role_train.py",
    ),
    Shipped(
        name="recogniser/network.onnx",
        title="The recogniser's network, int8",
        sources=("minilm", "geomap"),
        script="training/export.py",
    ),
    Shipped(
        name="recogniser/vocabulary.txt",
        title="The word pieces of the recogniser's network",
        sources=("minilm",),
        script="training/export.py",
    ),
    Shipped(
        name="recogniser/lexicon.bin",
        title="Names the recogniser's network is told of: hashes and classes",
        sources=("geonames", "natural-earth", "geomap"),
        script="training/lexicon.py",
    ),
    Shipped(
        name="multilingual/network.onnx",
        title="The multilingual recogniser's network, int8",
        sources=("e5", "geomap"),
        script="training/multilingual_export.py",
    ),
    Shipped(
        name="multilingual/pieces.model",
        title="The sentence pieces of the multilingual network",
        sources=("e5",),
        script="training/multilingual_vocabulary.py",
    ),
    Shipped(
        name="multilingual/embeddings.bin",
        title="The embeddings of those pieces, 4 bits a weight",
        sources=("e5",),
        script="training/multilingual_vocabulary.py",
    ),
    Shipped(
        name="multilingual/lexicon.bin",
        title="Names and stems the multilingual network is told of: hashes and classes",
        sources=("geonames", "natural-earth", "whosonfirst", "geomap"),
        script="training/multilingual_lexicon.py",
    ),
)
TABLES = {"lexicon.bin": (5, ["hash", "class"]), "embeddings.bin": (216, ["embedding"])}
"""Bytes and columns of a row; an embedding has 384 weights in blocks of 32, each of 16 bytes and a scale of 2."""


def write_manifest(folder: Path) -> None:
    """Write the manifest of the files that ``folder`` holds; files that are listed and absent are left out."""
    sources = tomllib.loads(SOURCES.read_text("utf-8"))["source"]
    known = {source["id"]: source for source in sources}
    lines = ["# Written by geodata/build/manifest.py; `geomap gazetteer verify` checks the files against it.", ""]
    used: set[str] = set()
    for shipped in FILES:
        path = folder / shipped.name
        if path.exists():
            used.update(shipped.sources)
            lines += ["[[file]]", *_pairs(_file(path, shipped, known)), ""]
    for source in sources:
        if source["id"] in used:
            keys = ("id", "title", "licence", "attribution", "url", "retrieved", "on_map")
            lines += ["[[source]]", *_pairs({key: source[key] for key in keys if key in source}), ""]
    (folder / "manifest.toml").write_text("\n".join(lines), encoding="utf-8")


def _file(path: Path, shipped: Shipped, known: dict[str, dict[str, str]]) -> dict[str, object]:
    rows, columns, crs = _contents(path)
    licences = dict.fromkeys(known[source]["licence"] for source in shipped.sources)
    return {
        "name": shipped.name,
        "title": shipped.title,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "rows": rows,
        "columns": columns,
        "crs": crs,
        "sources": list(shipped.sources),
        "licence": " AND ".join(licences),
        "attribution": "; ".join(known[source]["attribution"] for source in shipped.sources),
        "script": shipped.script,
    }


def _contents(path: Path) -> tuple[int, list[str], str]:
    """Return the rows, the columns and the coordinate reference system of a file."""
    if path.suffix == ".parquet":
        from pyarrow import parquet

        schema = parquet.read_schema(path)
        geo = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
        column = geo.get("columns", {}).get(geo.get("primary_column"), {})
        code = (column.get("crs") or {}).get("id", {})
        crs = f"{code['authority']}:{code['code']}" if code else "EPSG:4326"
        return parquet.read_metadata(path).num_rows, list(schema.names), crs
    if path.suffix == ".npz":
        import numpy as np

        with np.load(path, allow_pickle=False) as arrays:
            columns = arrays["columns"].tolist() if "columns" in arrays.files else []
        return len(columns), columns, ""
    if path.suffix in (".onnx", ".model"):
        return 1, [], ""
    if path.suffix == ".txt":
        return len(path.read_text("utf-8").splitlines()), ["piece"], ""
    if path.name in TABLES:
        row_bytes, columns = TABLES[path.name]
        return path.stat().st_size // row_bytes, columns, ""
    from geomap.gazetteer.file_format import GazetteerFile, Row

    file = GazetteerFile(path)
    rows = file.n_places
    file.close()
    return rows, list(Row._fields), "EPSG:4326"


def _pairs(values: dict[str, object]) -> list[str]:
    # JSON strings, numbers and arrays of strings are TOML as they stand.
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
