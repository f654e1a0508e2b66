"""``geomap evaluate``, ``geomap explain`` and ``geomap focus``: accuracy, explanations, and the focus of a story."""

from __future__ import annotations

import sys
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.console import complain, finish, nothing_located, one_line
from geomap.cli.limits import check_limits
from geomap.cli.options import UTF8
from geomap.cli.outputs import check_outputs
from geomap.errors import ArticleError, NothingLocated, ProjectError
from geomap.files import write_all, write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.evaluation.corpora import GoldArticle, Toponym
    from geomap.evaluation.corrections import Agreement
    from geomap.project.config import Project
    from geomap.resolution.resolver import CandidateScores
    from geomap.resources import Resources
    from geomap.types import Correction, Place

_N_SHOWN = 8
"""Candidates per name that `geomap explain` prints."""


class _Figures(click.Group):
    """A group whose first argument may be a corpus instead of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["figures", *args]
        return super().parse_args(ctx, args)


@click.group("evaluate", cls=_Figures)
def evaluate_group() -> None:
    """Measure the accuracy of geomap on annotated corpora or on the editors' corrections.

    \b
    geomap evaluate CORPUS...
    geomap evaluate ceiling CORPUS...
    geomap evaluate corrections PROJECT

    A CORPUS is a file of JSON lines, one article each: {"id", "text", "toponyms": [{"start", "end", "lat", "lon",
    "geonameid", "group", "demonym"}]}; offsets count code points, half-open.
    """


@evaluate_group.command("figures")
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...", type=click.Path(path_type=Path))
@click.option("--gold-mentions", is_flag=True, help="Use the mentions of the corpus: resolution without recognition.")
@click.option("--drop-demonym", is_flag=True, help="Ignore demonyms.")
@click.option("--boot", default=1000, show_default=True, metavar="N", help="Bootstrap resamples for the intervals.")
@click.option("--errors", metavar="FILE", type=click.Path(path_type=Path), help="Write a list of all errors.")
@click.option(
    "--predictions", metavar="FILE", type=click.Path(path_type=Path), help="Write the predictions as JSON lines."
)
def figures_command(
    corpora: tuple[Path, ...],
    *,
    gold_mentions: bool,
    drop_demonym: bool,
    boot: int,
    errors: Path | None,
    predictions: Path | None,
) -> None:
    """Print the scores of recognition, resolution and both together, with 95 % intervals over articles."""
    check_limits()
    from geomap.evaluation.candidate_recall import class_of
    from geomap.evaluation.corpora import read_corpus, to_json_line
    from geomap.evaluation.metrics import score
    from geomap.evaluation.tables import list_errors, scorecard
    from geomap.resources import open_resources

    check_outputs([path for path in (errors, predictions) if path], sources=corpora)
    resources = open_resources()
    listed: list[str] = []
    lines: list[str] = []
    for path in corpora:
        gold = read_corpus(path)
        predicted = {each.article.id: _answers(each, resources, gold_mentions=gold_mentions) for each in gold}
        scores = score(
            gold,
            predicted,
            keep=lambda t: not (drop_demonym and t.is_demonym),
            class_of=lambda t: class_of(t, _record(t, resources)),
            n_resamples=boot,
        )
        click.echo(scorecard(path.name, scores))
        listed.append(list_errors(gold, scores.judged))
        lines += [to_json_line(id_, toponyms) for id_, toponyms in predicted.items()]
    found = {errors: "\n".join(listed), predictions: "".join(f"{line}\n" for line in lines)}
    write_all({path: text.encode("utf-8", "backslashreplace") for path, text in found.items() if path})


def _answers(gold: GoldArticle, resources: Resources, *, gold_mentions: bool) -> tuple[Toponym, ...]:
    from geomap.evaluation.corpora import as_mentions, as_toponyms
    from geomap.geoparser import geoparse, place_mentions

    if gold_mentions:
        return as_toponyms(place_mentions(gold.article, as_mentions(gold), resources=resources))
    return as_toponyms(geoparse(gold.article, resources=resources).resolutions)


@evaluate_group.command("ceiling")
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...", type=click.Path(path_type=Path))
@click.option(
    "--missing", metavar="FILE", type=click.Path(path_type=Path), help="Write the toponyms without the right candidate."
)
def ceiling_command(corpora: tuple[Path, ...], *, missing: Path | None) -> None:
    """Print the candidate recall: how often the right place is among the candidates, the limit for any resolver."""
    check_limits()
    from geomap.evaluation.candidate_recall import candidate_recall, recall_table
    from geomap.evaluation.corpora import read_corpus
    from geomap.resolution.candidates import candidates
    from geomap.resources import open_resources

    check_outputs([missing] if missing else [], sources=corpora)
    resources = open_resources()
    unreached: list[str] = []
    for path in corpora:
        figures = candidate_recall(
            read_corpus(path),
            find=lambda mention, article: candidates(mention, article=article, gazetteer=resources.gazetteer),
            apart=lambda toponym, place: _apart(toponym, place, resources),
            place_of=lambda toponym: _record(toponym, resources),
        )
        click.echo(recall_table(path.name, figures))
        unreached += [f"{m.article_id}\t{m.toponym.text}\t{m.n_candidates} candidates\n" for m in figures.missing]
    if missing:
        write_atomic(missing, "".join(unreached).encode("utf-8", "backslashreplace"))


@evaluate_group.command("corrections")
@click.argument("folder", default=".", metavar="[PROJECT]", type=click.Path(path_type=Path))
def corrections_command(folder: Path) -> None:
    """Compare the results of a built map project with its corrections.toml: how often geomap agrees with the editors.

    \b
    geomap evaluate corrections goris
    """
    check_limits()
    from geomap.editorial.corrections import read_corrections, unplaceable
    from geomap.errors import LibraryDamaged
    from geomap.evaluation.corrections import agreement_table
    from geomap.project.build import build
    from geomap.project.config import open_project
    from geomap.resources import open_resources

    project = open_project(folder)
    corrections = read_corrections(project.corrections)
    if not corrections:
        raise ProjectError(
            f"{project.corrections}: has no corrections to compare with; write one with `geomap correct`"
        )
    resources = open_resources()
    try:
        found = _agreements(project, corrections, resources)
    except LibraryDamaged:
        complain(str(build(project).damage))
        found = _agreements(project, corrections, resources)
    for line in agreement_table(found, corrections):
        click.echo(line)
    for lost in unplaceable(corrections, resources.gazetteer.place):
        complain(f"{project.corrections}, line {lost.line}: no place has the id {lost.place!r}; correct it")


def _agreements(project: Project, corrections: Sequence[Correction], resources: Resources) -> list[Agreement]:
    from geomap.evaluation.corrections import agreements
    from geomap.fingerprint import geoparse_key
    from geomap.project.clusters import uncorrected
    from geomap.store.database import reading
    from geomap.user_data.paths import data_version

    names = [correction.name for correction in corrections if not correction.is_hidden]
    with reading(project.library) as library:
        if library is None:
            raise ProjectError(f"{project.library}: does not exist yet; run `geomap build` first")
        articles = uncorrected(library, names, key=geoparse_key(data_version(resources.geodata)))
        return list(agreements(articles, corrections, find=resources.gazetteer.place))


def _record(toponym: Toponym, resources: Resources) -> Place | None:
    from geomap.errors import PlaceNotFound

    try:
        return resources.gazetteer.place(f"gn:{toponym.geonameid}") if toponym.geonameid else None
    except PlaceNotFound:
        return None


def _apart(toponym: Toponym, place: Place, resources: Resources) -> float:
    from shapely import Point

    outline = resources.atlas.outline(place)
    return float(outline.geometry.distance(Point(toponym.lon, toponym.lat))) if outline else inf


@click.command("explain")
@click.argument("source", metavar="SOURCE")
@click.argument("name", type=UTF8, metavar="NAME")
def explain_command(source: str, name: str) -> None:
    """Print what NAME may mean in the article of SOURCE: its candidates, their probabilities and the features."""
    check_limits()
    from geomap.geoparser import explain
    from geomap.ingest.readers import load_articles
    from geomap.resources import open_resources

    resources = open_resources()
    found = False
    for article in load_articles([source], stdin=sys.stdin.buffer if sys.stdin else None):
        if isinstance(article, ArticleError):
            raise article
        for weighing in explain(article, name, resources=resources):
            found = True
            for line in explanation(weighing, title=article.title or article.id):
                click.echo(line)
    if not found:
        raise NothingLocated(
            f"{source}: {name} was not recognised as a toponym; `geomap places {source}` lists those that were"
        )


@click.command("focus")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
def focus_command(sources: tuple[str, ...]) -> None:
    """Print the focus of each article: its main place, the smallest region with most of its reports, and the share."""
    check_limits()
    from geomap.annotation.focus import focus
    from geomap.geoparser import geoparse
    from geomap.ingest.readers import load_articles
    from geomap.pipeline import report
    from geomap.resources import open_resources

    resources = open_resources()
    n_failed = n_found = 0
    for article in load_articles(list(sources), stdin=sys.stdin.buffer if sys.stdin else None):
        if isinstance(article, ArticleError):
            complain(article)
            n_failed += 1
            continue
        found = focus(report([geoparse(article, resources=resources)], resources=resources))
        n_found += found is not None
        where = (
            f"{found.place.name}\t{found.region.name if found.region else ''}\t{found.score:.2f}" if found else "\t\t"
        )
        click.echo(f"{one_line(article.title or article.id)}\t{where}")
    finish(n_failed)
    if not n_found:
        raise NothingLocated(nothing_located(sources))


def explanation(weighing: CandidateScores, *, title: str) -> Iterator[str]:
    """Yield the lines that explain the resolution of a name."""
    answer = weighing.resolution
    where = f"{answer.place.name} ({answer.place.id}), score {answer.score:.2f}" if answer.place else "no place"
    yield f"{answer.mention.text}, {weighing.n_mentions} mention{'' if weighing.n_mentions == 1 else 's'} in {title!r}: {where}"
    yield f"  {answer.reason}"
    none = max(0.0, 1 - sum(scored.chance for scored in weighing.scored))
    for i, scored in enumerate(weighing.scored[:_N_SHOWN]):
        place = scored.candidate.place
        within = ", ".join(part for part in (place.admin1, place.country) if part)
        yield (
            f"  {scored.chance:>6.3f}  {place.name} · {place.kind} · {within or 'no country'} · "
            f"{place.lat:.3f}, {place.lon:.3f} · {place.population:,} people · {scored.candidate.match}"
        )
        against = "for it, against the runner-up" if i == 0 else "against the winner"
        shown = [w for w in scored.evidence if abs(w.weight) >= 0.05]
        weights = ", ".join(f"{w.group} {w.weight:+.1f}" for w in shown)
        yield f"          {against}: {weights or 'no feature counts'}"
    yield f"  {none:>6.3f}  none of these"
