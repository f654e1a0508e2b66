"""The public API, pinned: a change here is a change for every user, and belongs in CHANGELOG.md."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import geomap
from geomap import errors

ROOT = Path(__file__).parents[2]
NAMES = """
    Article ArticleError ArticleNotFound CRSError Candidate Correction Cut Event Evidence FetchError GeodataError
    GeomapError GeoparsedArticle LexiconError LibraryBusy LibraryDamaged MapOptions Mention Movement Name NothingLocated
    OutputError Place PlaceNotFound PrecisionError ProjectError Publication Quantity Region Relation Report
    Resolution Resources Stop StoryMap Unread UnreadDate When __version__ geoparse load_articles lookup map open_resources
""".split()
SIGNATURES = {
    "geoparse": "(article_or_text: 'Article | str', *, resources: 'Resources | None' = None) -> 'GeoparsedArticle'",
    "load_articles": (
        "(sources: 'str | Path | Iterable[str | Path]', *, stdin: 'BinaryIO | None' = None, "
        "fetcher: 'Fetcher | None' = None) -> 'Iterator[Article | ArticleError]'"
    ),
    "lookup": "(name: 'str', *, country: 'str | None' = None, limit: 'int | None' = 10) -> 'tuple[Candidate, ...]'",
    "map": (
        "(articles: 'Source | Iterable[Source] | pd.DataFrame | None' = None, *, text: 'str | Iterable[str] | None' = None, "
        "title: 'str | None' = None, options: 'MapOptions | None' = None, events: 'Iterable[str | Path]' = (), "
        "resources: 'Resources | None' = None, fetcher: 'Fetcher | None' = None) -> 'StoryMap'"
    ),
    "open_resources": "(folder: 'Path | None' = None, *, geocoder: 'Service | None' = None) -> 'Resources'",
}
FIELDS = {
    "Article": "id text title published source url author sha256 retrieved republished page unread_date",
    "Candidate": "place name match language",
    "Correction": "name place is_none lon lat is_hidden is_added article source author date reason line",
    "Cut": "article_id read_to length",
    "Unread": "article_id language",
    "UnreadDate": "article_id said day",
    "Event": "kind label cue icon probability",
    "Evidence": "article_id start end text mention when quantities event language relation is_near",
    "GeoparsedArticle": "article resolutions language method read_to",
    "MapOptions": "boundary_view min_confidence layers lang publisher tiles tiles_attribution embed max_precision",
    "Mention": "start end text kind nested score antecedent is_description part role role_probability route",
    "Movement": "article_id part start end text stops path probability when quantities",
    "Name": "text language note",
    "Place": "id name kind lon lat feature_code country admin1 admin2 population geonameid",
    "Publication": "id source url published sha256 retrieved",
    "Quantity": "text value unit upper is_approximate probability",
    "Region": "id name level country iso claimed_by valid_from valid_to as_of source note",
    "Report": (
        "place kind score reason regions names evidence runners_up geometry geometry_note event correction movements n_articles"
    ),
    "Relation": "kind start end text anchors wkb lon lat uncertainty_km note",
    "Resolution": "mention place score reason match runners_up correction relation",
    "Resources": "geodata gazetteer atlas",
    "Stop": "place_id name lon lat end",
    "StoryMap": "title articles reports resources options",
    "When": "start end text doubt",
}
STORY_MAP = "articles explore export html options places reports resources save title to_folium to_geodataframe"


def test_the_names_are_pinned():
    assert sorted(geomap.__all__) == NAMES
    assert set(NAMES) <= set(dir(geomap))


def test_the_signatures_are_pinned():
    functions = {name: getattr(geomap, name) for name in NAMES if not inspect.isclass(getattr(geomap, name))}
    assert {name: str(inspect.signature(one)) for name, one in functions.items() if callable(one)} == SIGNATURES


def test_the_fields_of_every_type_are_pinned():
    types = {name: getattr(geomap, name) for name in NAMES if dataclasses.is_dataclass(getattr(geomap, name))}
    assert {name: " ".join(field.name for field in dataclasses.fields(one)) for name, one in types.items()} == FIELDS
    story = geomap.StoryMap(title="", articles=(), reports=(), resources=None)
    assert [name for name in dir(story) if not name.startswith("_")] == STORY_MAP.split()


def test_every_type_is_documented_frozen_and_but_for_the_map_slotted():
    types = [getattr(geomap, name) for name in FIELDS]
    assert [one.__name__ for one in types if not one.__doc__ or one.__doc__.startswith(f"{one.__name__}(")] == []
    assert [one.__name__ for one in types if not one.__dataclass_params__.frozen] == []
    assert [one.__name__ for one in types if "__slots__" not in vars(one)] == ["StoryMap"]  # its page is cached


def test_every_error_is_public():
    raised = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Exception)}
    assert raised == {name for name in NAMES if name in vars(errors)}
    assert all(issubclass(getattr(geomap, name), geomap.GeomapError) for name in raised)


def test_type_checkers_see_the_same_names():
    tree = ast.parse(Path(geomap.__file__).read_text("utf-8"))
    seen = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert sorted(seen - {"import_module"}) == NAMES


def test_no_module_is_called_like_a_public_name():
    """An imported module becomes an attribute of its package, in the place of the function."""
    modules = {path.stem for path in Path(geomap.__file__).parent.iterdir()}
    assert modules & set(NAMES) == set()


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"^module 'geomap' has no attribute 'maps'$"):
        geomap.maps  # noqa: B018


def test_importing_geomap_imports_nothing_else():
    code = "import sys; before = set(sys.modules); import geomap; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "['geomap', 'geomap._version']\n"


@pytest.mark.geodata
@pytest.mark.parametrize("name", ["README.md", "docs/api.md"])
def test_the_examples_of_the_documentation_are_true(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / name).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest("".join(blocks), {}, name, name, 0)
    output: list[str] = []
    done = doctest.DocTestRunner(verbose=False).run(examples, out=output.append)
    assert "".join(output) == ""
    assert (done.failed, done.attempted) == (0, len(examples.examples))
    assert done.attempted > 5


def test_the_documentation_names_everything():
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    assert [name for name in NAMES if not re.search(rf"\b{name}\b", page)] == ["__version__"]
