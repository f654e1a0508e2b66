from pathlib import Path

import pytest

from geomap.atlas import Atlas

GEODATA = Path(__file__).parents[1] / "geodata"


@pytest.fixture(scope="session")
def atlas():
    """The real boundaries."""
    return Atlas(GEODATA / "boundaries")
