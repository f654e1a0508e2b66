"""``geomap batch``: geoparse many articles into a dataset."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.console import complain, complain_all, finish
from geomap.cli.limits import check_limits
from geomap.cli.outputs import check_dataset
from geomap.errors import GeomapError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.batch.dataset import Dataset, DonePart
    from geomap.batch.run import Batch
    from geomap.batch.settings import Settings
    from geomap.map_types import MapOptions
    from geomap.types import Correction

SHOWN = 20
"""Failures reported on stderr; the dataset has all of them."""


@click.command("batch")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o", "--out", required=True, metavar="DIR", help="Folder, or fsspec URL, that the dataset is written to."
)
@click.option(
    "--workers", type=click.IntRange(1, 1024), metavar="N", help="Number of worker processes. [default: one per core]"
)
@click.option(
    "--scheduler", metavar="URL", help="A running Dask cluster, such as tcp://host:8786, to run on its workers."
)
@click.option(
    "--per-part", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="Articles per part."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Time limit per article."
)
@click.option(
    "--memory",
    type=click.IntRange(256),
    default=1024,
    show_default=True,
    metavar="MIB",
    help="Memory limit per process.",
)
@click.option(
    "--corrections",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The editors' corrections, in the format of a project's corrections.toml.",
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
    """Geoparse many articles into a dataset of mentions and places, and print its size.

    \b
    geomap batch news.jsonl.zst --out dataset     then: geomap map dataset
    geomap batch 's3://crawl/*.warc.gz' --out s3://mine/places --scheduler tcp://host:8786

    INPUT is JSONL (plain, .gz, .zst), Parquet, WARC, or a folder of these or of text files, by any fsspec URL. The
    dataset is GeoParquet. A run with the same --out resumes where the last one stopped.
    """
    check_dataset(out, inputs=inputs)
    check_limits()
    _need_extra(is_clustered=scheduler is not None)
    import logging

    logging.disable(logging.CRITICAL)  # Dask would log lines and tracebacks between ours
    from geomap.batch.aggregate import aggregate
    from geomap.batch.dataset import Dataset
    from geomap.batch.run import run_batch
    from geomap.batch.settings import Settings
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
        on_part=_show_progress if sys.stderr.isatty() else None,
    )
    summary = aggregate(batch, resources=open_resources())
    dataset = Dataset(out)
    _report_failures(dataset, batch)
    if not batch.undone:
        _report_unmatched_corrections(corrections, known, settings, batch)
    click.echo(
        f"{dataset.folder}: {summary['n_articles']:,} articles, {summary['n_mentions']:,} mentions, {summary['n_places']:,} places"
        + (f"; {batch.n_failures:,} articles failed" if batch.n_failures else "")
    )
    finish(batch.n_failures + len(batch.undone) + len(batch.empty))


def _need_extra(*, is_clustered: bool = False) -> None:
    """Raise GeomapError where the libraries of the extra are missing; only a cluster needs Dask."""
    from importlib.util import find_spec

    if not find_spec("fsspec"):
        raise GeomapError("a batch needs fsspec; pip install 'geomap-news[batch]'")
    if is_clustered and not find_spec("distributed"):
        raise GeomapError("--scheduler needs Dask; pip install 'geomap-news[batch]'")


def map_dataset(folder: str, *, output: str | None, title: str | None, options: MapOptions) -> Path:
    """Write the map of a dataset and return its path; by default the layer ``shading`` is shown too."""
    _need_extra()
    from dataclasses import replace

    from geomap.batch.dataset_map import dataset_map
    from geomap.files import slug, write_atomic
    from geomap.resources import open_resources

    if options.layers == ("reported",):
        options = replace(options, layers=("reported", "shading"))
    html = dataset_map(folder, resources=open_resources(), title=title, options=options)
    # The folder's name may contain a place that the map must not name.
    name = title or ("map" if options.max_precision else Path(folder).resolve().name)
    path = Path(output or Path("output") / f"{slug(name)}.html")
    write_atomic(path, html.encode("utf-8"))
    return path


def _show_progress(_part: DonePart, n_done: int, n_parts: int) -> None:
    click.echo(f"\r{n_done} of {n_parts} parts", nl=n_done == n_parts, err=True)


def _report_unmatched_corrections(
    file: Path | None, known: Sequence[Correction], settings: Settings, batch: Batch
) -> None:
    """Report on stderr the corrections that match no article."""
    from geomap.editorial.corrections import parse_corrections

    sent = parse_corrections(settings.corrections, where=str(file))
    for correction, as_sent in zip(known, sent, strict=True):
        if as_sent.line not in batch.fitted:
            where = f", line {correction.line}" if correction.line else ""
            complain(f"{file}{where}: {correction.name!r} matches no article; fix or remove it")


def _report_failures(dataset: Dataset, batch: Batch) -> None:
    """Report on stderr the articles that failed, the first SHOWN of them by name."""
    complain_all((*batch.undone, *(f"{url}: has no article; is it the right file?" for url in batch.empty)))
    if not batch.n_failures:
        return
    reasons = dataset.failure_reasons([p.name for p in batch.done if p.n_failures], limit=SHOWN)
    complain_all(reasons)
    if batch.n_failures > len(reasons):
        complain(f"and {batch.n_failures - len(reasons):,} more; see {dataset.folder}/failures")
