"""What many tests share: the gazetteer of a toy world of three square countries."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from geomap.boundaries.atlas import Atlas
from geomap.gazetteer.store import FileGazetteer
from geomap.gazetteer.writer import build_gazetteer
from geomap.recognition.model import RecogniserModel
from geomap.recognition.multilingual_model import MultilingualModel
from tests.support.browser import ARGS, WATCH, is_outside
from tests.support.toy import toy_entries
from tests.support.toy_atlas import write_toy_atlas

GEODATA = Path(__file__).parents[1] / "geodata"


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The real boundaries."""
    return Atlas(GEODATA / "boundaries")


@pytest.fixture(scope="session")
def gazetteer() -> Iterator[FileGazetteer]:
    """The real gazetteer."""
    with FileGazetteer(GEODATA / "gazetteer.bin") as gazetteer:
        yield gazetteer


@pytest.fixture(scope="session")
def recogniser_files() -> dict[str, Path]:
    """The files of the real recogniser."""
    folder = GEODATA / "recogniser"
    return {
        "network": folder / "network.onnx",
        "vocabulary": folder / "vocabulary.txt",
        "lexicon": folder / "lexicon.bin",
    }


@pytest.fixture(scope="session")
def recogniser(recogniser_files: dict[str, Path]) -> RecogniserModel:
    """The real recogniser."""
    return RecogniserModel(**recogniser_files)


@pytest.fixture(scope="session")
def multilingual_files() -> dict[str, Path]:
    """The files of the real multilingual recognizer."""
    folder = GEODATA / "multilingual"
    return {
        "network": folder / "network.onnx",
        "pieces": folder / "pieces.model",
        "embeddings": folder / "embeddings.bin",
        "lexicon": folder / "lexicon.bin",
        "english_lexicon": GEODATA / "recogniser" / "lexicon.bin",
    }


@pytest.fixture(scope="session")
def multilingual(multilingual_files: dict[str, Path]) -> MultilingualModel:
    """The real multilingual recognizer."""
    return MultilingualModel(**multilingual_files)


@pytest.fixture(scope="session")
def models(recogniser: RecogniserModel, multilingual: MultilingualModel) -> SimpleNamespace:
    """Both recognizers' networks."""
    return SimpleNamespace(english=recogniser, multilingual=multilingual)


@pytest.fixture(scope="session")
def toy_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("toy") / "gazetteer.bin"
    build_gazetteer(path, toy_entries())
    return path


@pytest.fixture(scope="session")
def toy_gazetteer(toy_path: Path) -> Iterator[FileGazetteer]:
    with FileGazetteer(toy_path) as gazetteer:
        yield gazetteer


@pytest.fixture(scope="session")
def toy_atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return Atlas(write_toy_atlas(tmp_path_factory.mktemp("toy-atlas")))


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("GEOMAP_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("needs Chromium: apt-get install chromium, or name one in GEOMAP_CHROMIUM")
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'geomap-news[test]'")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, tmp_path):
    """Open HTML from disk; when the test is over, fail on any request, console message, error or policy violation."""
    seen, pages = [], []

    def opened(html, *, hash_="", size=(1280, 800), **context):
        path = tmp_path / "map.html"
        path.write_text(html, encoding="utf-8")
        place = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            offline=True,
            reduced_motion="reduce",
            accept_downloads=True,
            **context,
        )
        page = place.new_page()
        page.add_init_script(WATCH)
        page.on("console", lambda message: seen.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: seen.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: seen.append(f"request: {request.url[:80]}") if is_outside(request.url, path) else None,
        )
        page.goto(path.as_uri() + hash_)
        page.wait_for_selector("html[data-ready]", timeout=15_000)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        seen += page.evaluate("violations")
        page.context.close()
    assert seen == []
