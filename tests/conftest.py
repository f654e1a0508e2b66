"""What many tests share: the gazetteer of a toy world of three square countries."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `toy`

from toy import toy_entries
from toy_atlas import write_toy_atlas

from geomap.atlas import Atlas
from geomap.gazetteer import Gazetteer
from geomap.gazetteer_build import build_gazetteer
from geomap.recogniser_model import RecogniserModel

GEODATA = Path(__file__).parents[1] / "geodata"


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The real boundaries."""
    return Atlas(GEODATA / "boundaries")


@pytest.fixture(scope="session")
def gazetteer() -> Iterator[Gazetteer]:
    """The real gazetteer."""
    with Gazetteer(GEODATA / "gazetteer.bin") as gazetteer:
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
def toy_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("toy") / "gazetteer.bin"
    build_gazetteer(path, toy_entries())
    return path


@pytest.fixture(scope="session")
def toy_gazetteer(toy_path: Path) -> Iterator[Gazetteer]:
    with Gazetteer(toy_path) as gazetteer:
        yield gazetteer


@pytest.fixture(scope="session")
def toy_atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return Atlas(write_toy_atlas(tmp_path_factory.mktemp("toy-atlas")))
