"""``geomap batch``: many articles into a dataset."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.limits import check_limits
from geomap.cli.outputs import check_dataset
from geomap.cli.streams import complain
from geomap.errors import GeomapError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.batch.dataset import Dataset, DonePart
    from geomap.batch.run import Batch
    from geomap.batch.worker_process import Settings
    from geomap.map_types import MapOptions
    from geomap.types import Correction

SHOWN = 20
"""Failures told on stderr; the dataset has them all."""


@click.command("batch")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o", "--out", required=True, metavar="DIR", help="Folder, or fsspec URL, that the dataset is written to."
)
@click.option("--workers", type=click.IntRange(1, 1024), metavar="N", help="Reading processes. [default: one a core]")
@click.option("--scheduler", metavar="URL", help="A running Dask cluster, as tcp://host:8786; its workers do the work.")
@click.option(
    "--per-part", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="Articles that make a part."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Longest an article may take."
)
@click.option(
    "--memory",
    type=click.IntRange(256),
    default=1024,
    show_default=True,
    metavar="MIB",
    help="Most memory a process may have.",
)
@click.option(
    "--corrections",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What the editors know, in the form of a project's corrections.toml.",
)
def batch_command(
    inputs: tuple[str, ...],
    out: str,
    workers: int | None,
    scheduler: str | None,
    per_part: int,
    seconds: float,
    memory: int,
    corrections: Path | None,
) -> None:
    """Read many articles into a dataset of mentions and places, and print what it holds.

    \b
    geomap batch news.jsonl.zst --out dataset     then: geomap map dataset
    geomap batch 's3://crawl/*.warc.gz' --out s3://mine/places --scheduler tcp://host:8786

    INPUT is JSONL (plain, .gz, .zst), Parquet, WARC, or a folder of these or of text files, by any fsspec URL. The
    dataset is GeoParquet. What a run has finished, the next one with the same --out takes over.
    """
    check_dataset(out, inputs=inputs)
    check_limits()
    _need_extra(is_clustered=scheduler is not None)
    import logging

    logging.disable(logging.CRITICAL)  # Dask's lines would stand among ours, with tracebacks
    from geomap.batch.aggregate import add_up
    from geomap.batch.dataset import Dataset
    from geomap.batch.run import run_batch
    from geomap.batch.worker_process import Settings
    from geomap.editorial.corrections import read_corrections, write_correction
    from geomap.resources import open_resources

    known = read_corrections(corrections) if corrections else ()
    settings = Settings(seconds=seconds, memory_mb=memory, corrections="".join(map(write_correction, known)))
    batch = run_batch(
        inputs,
        out=out,
        settings=settings,
        scheduler=scheduler,
        workers=workers,
        per_part=per_part,
        on_part=_told if sys.stderr.isatty() else None,
    )
    summary = add_up(batch, resources=open_resources())
    dataset = Dataset(out)
    _tell_failures(dataset, batch)
    if not batch.undone:
        _tell_unfitting(corrections, known, settings, batch)
    click.echo(
        f"{dataset.folder}: {summary['n_articles']:,} articles, {summary['n_mentions']:,} mentions, {summary['n_places']:,} places"
        + (f"; {batch.n_failures:,} articles failed" if batch.n_failures else "")
    )
    if batch.n_failures or batch.undone or batch.empty:
        raise SystemExit(1)


def _need_extra(*, is_clustered: bool = False) -> None:
    """Raise GeomapError where the libraries of the extra are missing; Dask is for a cluster alone."""
    from importlib.util import find_spec

    if not find_spec("fsspec"):
        raise GeomapError("a batch needs fsspec; pip install 'geomap-news[batch]'")
    if is_clustered and not find_spec("distributed"):
        raise GeomapError("--scheduler needs Dask; pip install 'geomap-news[batch]'")


def map_dataset(folder: str, *, output: str | None, title: str | None, options: MapOptions) -> Path:
    """Write the map of a dataset and return its path; it is shaded by country unless other layers are asked for."""
    _need_extra()
    from dataclasses import replace

    from geomap.batch.dataset_map import dataset_map
    from geomap.files import slug, write_whole
    from geomap.resources import open_resources

    if options.layers == ("reported",):
        options = replace(options, layers=("reported", "shading"))
    html = dataset_map(folder, resources=open_resources(), title=title, options=options)
    # A folder may be named after what the map must not name.
    name = title or ("map" if options.max_precision else Path(folder).resolve().name)
    path = Path(output or Path("output") / f"{slug(name)}.html")
    write_whole(path, html.encode("utf-8"))
    return path


def _told(_part: DonePart, n_done: int, n_parts: int) -> None:
    click.echo(f"\r{n_done} of {n_parts} parts", nl=n_done == n_parts, err=True)


def _tell_unfitting(file: Path | None, known: Sequence[Correction], settings: Settings, batch: Batch) -> None:
    """Say on stderr which corrections no article had anything for."""
    from geomap.editorial.corrections import parse_corrections

    sent = parse_corrections(settings.corrections, where=str(file))
    for one, as_sent in zip(known, sent, strict=True):
        if as_sent.line not in batch.fitted:
            where = f", line {one.line}" if one.line else ""
            complain(f"{file}{where}: {one.name!r} fits nothing; mend or remove it")


def _tell_failures(dataset: Dataset, batch: Batch) -> None:
    """Say on stderr which articles failed, the first of them by name."""
    for line in (*batch.undone, *(f"{url}: holds no article; is it the right file?" for url in batch.empty)):
        complain(line)
    if not batch.n_failures:
        return
    reasons = dataset.failure_reasons([p.name for p in batch.done if p.n_failures], limit=SHOWN)
    for reason in reasons:
        complain(reason)
    if batch.n_failures > len(reasons):
        complain(f"and {batch.n_failures - len(reasons):,} more; see {dataset.folder}/failures")
