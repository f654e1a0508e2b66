from __future__ import annotations

import pytest

from geomap.export import ExportInput
from geomap.map_types import Attribution
from tests.support.toy_reports import geoparsed_articles, reports


@pytest.fixture
def export_input() -> ExportInput:
    return ExportInput(
        reports=reports(),
        articles=geoparsed_articles(),
        title="Guns",
        attributions=(Attribution(title="GeoNames", text="GeoNames, CC BY 4.0", licence="CC-BY-4.0"),),
    )
