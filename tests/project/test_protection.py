"""What is hidden, and what is finer than the limit, stands in no output: in no name of a file and in none of its bytes."""

from __future__ import annotations

import html
import io
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from geomap.api import geoparse
from geomap.api import map as make_map
from geomap.boundaries.basemap import basemap as draw_basemap
from geomap.cli.main import cli
from geomap.editorial.corrections import add_correction
from geomap.errors import PrecisionError
from geomap.export import FORMATS, export
from geomap.map_types import MapOptions
from geomap.pipeline import assemble, draw
from geomap.pipeline import export as export_of
from geomap.project.build import Built, build
from geomap.project.config import KNOWN_OUTPUTS, Project, init_project, open_project
from geomap.render.html import render, to_folium
from geomap.resources import open_resources
from geomap.text.normalize import fold_letters
from geomap.types import Article, Correction

pytestmark = pytest.mark.geodata

BODY = "A warehouse burned in Gyöngyös in Hungary on Monday. Crews came from Eger and from Hatvan before the morning.\n"
NFD = "Gyo\u0308ngyo\u0308s"
ARTICLES = {
    "2023-09-18-gyongyos-fire.txt": f"A fire in Gyöngyös\n\n{BODY}",
    "2023-09-19-capitals.txt": f"GYÖNGYÖS BURNS\n\nThe fire of GYÖNGYÖS in Hungary is out, the mayor of {NFD} said in Budapest. See https://example.org/gy%C3%B6ngy%C3%B6s and #PrayForGyongyos.\n",
    "2023-09-20-quiet.txt": "Rain in Eger\n\nThe streets of Eger in Hungary are flooded. The road to Gyön\u00adgyös is closed.\n",
    "2023-09-21-names.txt": "Dyöndyöş\n\nA train stopped in Đenđeš, near Budapest in Hungary.\n",
}
WIRE = {
    "id": "w1",
    "title": "Strike",
    "text": "Workers went on strike in Budapest in Hungary.",
    "url": "https://example.org/news/gyoengyoes-strike",
    "source": "Gyöngyösi Hírek",
    "author": "GYONGYOS Desk",
    "published": "2023-09-22",
}
COARSE = {"gyongyos", "gyoengyoes", "hatvan"}
"""Not Eger: the basemap names a river so."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = init_project(tmp_path / "p", title="Heves")
    for name, text in ARTICLES.items():
        put(made, name, text)
    put(made, "wire.jsonl", json.dumps(WIRE) + "\n")
    put(made, "gyongyos.xlsx", "no article")
    text = (made.folder / "geomap.toml").read_text()
    outputs = re.sub(r"^outputs = .*$", f"outputs = {json.dumps(KNOWN_OUTPUTS)}", text, flags=re.MULTILINE)
    (made.folder / "geomap.toml").write_text(outputs)
    return made


def put(project: Project, name: str, text: str) -> None:
    path = project.articles / name
    path.write_text(text, encoding="utf-8")
    about = path.stat()
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns - 100_000_000_000))


def run(project: Project) -> Built:
    return build(open_project(project.folder), now=datetime.now(UTC))


def limit(project: Project, finest: str) -> None:
    path = project.folder / "geomap.toml"
    path.write_text(path.read_text() + f'max_precision = "{finest}"\n')


def hide(project: Project, name: str = "Gyöngyös") -> None:
    add_correction(project.corrections, Correction(name=name, is_hidden=True), find=str)


def strings(data: bytes, name: str) -> Iterator[str]:
    """Yield every text of a file, what is packed in it unpacked."""
    if name.endswith(".parquet"):
        table = pq.read_table(io.BytesIO(data))
        yield str(table.schema.metadata)
        yield from (str(value) for column in table.to_pydict().values() for value in column)
    elif name.endswith(".gpkg"):
        connection = sqlite3.connect(":memory:")
        connection.deserialize(data)
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            yield from (str(value) for row in connection.execute(f'SELECT * FROM "{table}"') for value in row)  # noqa: S608
        connection.close()
    elif name.endswith(".png"):
        assert data.startswith(b"\x89PNG")
    else:
        text = re.sub(
            r'"(?:land|lakes|rivers|world|worldBorders|admin1|line|shape)":(?:\{[^{}]*\}|"[^"]*")', "", data.decode()
        )
        yield html.unescape(unquote(text))
        yield from re.findall(r'"(?:[^"\\]|\\.)*"', text)


def occurrences(project: Project, names: set[str]) -> list[tuple[str, str]]:
    """Return which names stand in which file, whatever their case, marks and separators; a page's own code left out."""
    found = []
    for path in sorted(path for path in project.output.rglob("*") if path.is_file()):
        name = path.relative_to(project.output).as_posix()
        for text in (name, *strings(path.read_bytes(), name)):
            shown = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", text, flags=re.DOTALL)
            words = " ".join(map(fold_letters, re.split(r"[^\w\u0300-\u036f\u00ad%-]+", shown)))
            found += [(name, one) for one in names if fold_letters(one) in words]
    return sorted(set(found))


def listed(project: Project) -> dict:
    return json.loads((project.output / "manifest.json").read_bytes())


def test_without_protection_the_names_are_found(project: Project) -> None:
    run(project)
    files = {name for name, one in occurrences(project, {"gyongyos"})}
    assert {"manifest.json", "index.html", "feed.xml"} | {f"places.{form}" for form in ("csv", "geojson", "gpkg", "kml", "parquet", "svg")} <= files  # fmt: skip
    assert [name for name in files if name.startswith("pages/") and "gyongyos" in name]


def test_a_hidden_name_is_in_no_output_in_any_spelling(project: Project) -> None:
    run(project)
    hide(project)
    run(project)
    assert sorted(path.name for path in project.output.iterdir()) == sorted({*KNOWN_OUTPUTS, "manifest.json"})
    assert occurrences(project, {"gyongyos", "gyoengyoes", "Dyöndyöş", "Đenđeš"}) == []
    manifest = listed(project)
    [first, *others] = [one["id"] for one in manifest["articles"]]
    assert (first.startswith("article-"), others) == (
        True,
        ["2023-09-19-capitals.txt", "2023-09-20-quiet.txt", "2023-09-21-names.txt", "w1"],
    )
    assert not [one for one in manifest["articles"] if "sha256" in one or "url" in one]
    assert all("█" in text for text in manifest["failed"])


def test_a_name_that_was_shown_is_hidden_from_the_changes_and_from_older_ids(project: Project) -> None:
    put(project, "2023-09-23-gyongyos-kapan.txt", "A visit to Szeged\n\nThe minister came to Szeged in Hungary.\n")
    run(project)
    (project.articles / "2023-09-23-gyongyos-kapan.txt").unlink()
    hide(project)
    done = run(project)
    assert "Szeged" in [c.place.name for c in done.changes if c.kind == "removed"]
    assert occurrences(project, {"gyongyos"}) == []


def test_a_hidden_name_may_be_shown_again(project: Project) -> None:
    run(project)
    before = occurrences(project, {"gyongyos"})
    hide(project)
    run(project)
    project.corrections.write_text("")
    run(project)
    assert {name for name, _ in before} - {"manifest.json", "index.html"} == {
        name for name, _ in occurrences(project, {"gyongyos"})
    } - {"manifest.json", "index.html"}


@pytest.mark.parametrize("finest", ["admin1", "country"])
def test_what_is_too_fine_is_in_no_output_in_any_spelling(project: Project, finest: str) -> None:
    limit(project, finest)
    add_correction(
        project.corrections,
        Correction(name="Budapest", is_none=True, author="Eger Desk", reason="not Gyöngyös"),
        find=str,
    )
    done = run(project)
    assert done.n_places >= 1
    assert sorted(path.name for path in project.output.iterdir()) == sorted({*KNOWN_OUTPUTS, "manifest.json"})
    assert occurrences(project, COARSE) == []


def test_a_later_limit_lists_no_place_as_removed(project: Project) -> None:
    run(project)
    limit(project, "admin1")
    done = run(project)
    assert [c for c in done.changes if c.kind == "removed"] == []
    assert occurrences(project, COARSE) == []


def test_a_name_that_is_too_fine_is_taken_out_of_articles_read_before_it_was_met(project: Project) -> None:
    put(project, "2023-09-24-early.txt", "Notes\n\nHungary is calm. Nobody wrote to Visonta.hu today.\n")
    limit(project, "admin1")
    run(project)
    put(project, "2023-09-25-late.txt", "News\n\nA mine opened in the village of Visonta in Hungary.\n")
    run(project)
    assert occurrences(project, {"visonta"}) == []


@pytest.fixture(scope="module")
def fine() -> tuple:
    resources = open_resources()
    return resources, [geoparse(Article(id="a", text=BODY, title="A fire in Gyöngyös"), resources=resources)]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_renderer_and_exports_refuse_what_is_finer_than_their_options(fine: tuple, form: str) -> None:
    resources, articles = fine
    made = assemble(articles, resources=resources)
    options = MapOptions(max_precision="admin1")
    with pytest.raises(PrecisionError, match="a place is finer than admin1; generalise the articles first"):
        draw(made.articles, made.reports, title="T", resources=resources, options=options)
    with pytest.raises(PrecisionError):
        export(made.reports, made.articles, form=form, max_precision="admin1")
    with pytest.raises(PrecisionError):
        export((), made.articles, form=form, max_precision="admin1")
    with pytest.raises(PrecisionError):
        to_folium(made.reports, max_precision="admin1")
    coarse = assemble(articles, resources=resources, finest="admin1")
    written = export_of(coarse.articles, coarse.reports, form=form, title="T", resources=resources, options=options)
    assert not [text for text in strings(written, FORMATS[form].suffix) if "gyongyos" in fold_letters(text)]


def test_the_renderer_looks_at_reports_runners_up_and_articles(fine: tuple) -> None:
    resources, articles = fine
    made = assemble(articles, resources=resources)
    coarse = assemble(articles, resources=resources, finest="admin1")
    basemap = draw_basemap(resources.atlas, (15, 45, 23, 49))
    for reports, shown in ((made.reports, coarse.articles), (coarse.reports, made.articles)):
        with pytest.raises(PrecisionError):
            render(reports, articles=shown, basemap=basemap, title="T", options=MapOptions(max_precision="admin1"))


def test_the_files_of_a_protected_map_are_not_named_after_the_village(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gyongyos.txt").write_text(f"GYÖNGYÖS burns\n\n{BODY}")
    done = CliRunner().invoke(cli, ["map", "gyongyos.txt", "--max-precision", "admin1", "--also", "csv"])
    assert done.output.split() == ["output/article-1.html", "output/article-1.csv"]
    manifest = CliRunner().invoke(cli, ["places", "gyongyos.txt", "--max-precision", "admin1", "--format", "jsonl"])
    assert (manifest.exit_code, json.loads(manifest.output)["id"]) == (0, "article-1")
    assert "gyongyos" not in fold_letters(manifest.output)


def test_a_story_map_shows_nothing_finer_in_a_notebook() -> None:
    story = make_map(Article(id="a", text=BODY, title="Gyöngyös"), options=MapOptions(max_precision="admin1"))
    assert story.title == "[place in Heves]"
    assert "gyongyos" not in fold_letters(story.to_geodataframe().to_json())
    assert "gyongyos" not in fold_letters(story.to_folium().get_root().render())
