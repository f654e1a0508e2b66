from __future__ import annotations

import io
import json

import geopandas as gpd
from shapely import LinearRing
from shapely.geometry import shape

from geomap.export import ExportInput, export
from tests.support import toy_story
from tests.support.rfc7946 import faults
from tests.support.toy_reports import EVIL, geoparsed_articles, reports


def _written(export_input: ExportInput) -> dict:
    return json.loads(
        export(
            export_input.reports,
            export_input.articles,
            form="geojson",
            title=export_input.title,
            attributions=export_input.attributions,
        )
    )


def test_the_collection_states_what_view_it_takes_and_whom_to_thank(export_input: ExportInput) -> None:
    whole = _written(export_input)
    assert {key: value for key, value in whole.items() if key != "features"} == {
        "type": "FeatureCollection",
        "bbox": [46.0, 39.0, 47.0, 40.0],
        "title": "Guns",
        "boundary_view": "neutral",
        "disclaimer": "The boundaries and names shown and the designations used do not imply official endorsement or "
        "acceptance by its publisher.",
        "attribution": [
            {"title": "GeoNames", "text": "GeoNames, CC BY 4.0", "licence": "CC-BY-4.0", "url": None, "version": None}
        ],
    }


def test_a_feature_carries_everything_that_is_known(export_input: ExportInput) -> None:
    assert _written(export_input)["features"][0] == {
        "type": "Feature",
        "id": "gn:616000",
        "bbox": [46.481, 39.558, 46.481, 39.558],
        "geometry": {"type": "Point", "coordinates": [46.481, 39.558]},
        "properties": {
            "place_id": "gn:616000",
            "name": "Tegh",
            "reported_as": "Tegh",
            "kind": "settlement",
            "feature_code": "",
            "geonameid": 616000,
            "country": "AM",
            "population": 2500,
            "names": [{"text": "Տեղ", "language": "hy", "note": None}],
            "mention_kind": "literal",
            "reported": True,
            "role": None,
            "role_probability": None,
            "event": "disarmament",
            "precision": "settlement",
            "uncertainty_km": 1.0,
            "acled_precision": 1,
            "ucdp_precision": 1,
            "geometry_note": None,
            "score": 0.912,
            "reason": "the only Tegh in Armenia",
            "disputed": False,
            "regions": [
                {
                    "id": "r:am", "name": "Armenia", "level": "country", "country": "AM", "iso": "AM", "claimed_by": [],
                    "valid_from": None, "valid_to": None, "as_of": None, "source": "Natural Earth", "note": None,
                },
                {
                    "id": "r:am8", "name": "Syunik", "level": "admin1", "country": "AM", "iso": "AM-SU", "claimed_by": [],
                    "valid_from": None, "valid_to": None, "as_of": None, "source": "Natural Earth", "note": None,
                },
            ],
            "runners_up": [{"place_id": "gn:1", "name": "Tegh Aylur", "kind": "settlement", "country": "AM"}],
            "evidence": [
                {
                    "article_id": "a1",
                    "title": "Guns",
                    "source": "Example Wire",
                    "published": "2023-09-23T10:00:00+04:00",
                    "url": "https://example.org/a1",
                    "language": "en",
                    "sha256": "00ff",
                    "part": "text",
                    "start": 0,
                    "end": 64,
                    "text": "Some 800 guns were handed over in Tegh on Tuesday, Armenia said.",
                    "mention": {
                        "start": 34, "end": 38, "text": "Tegh", "kind": "literal", "role": None, "role_probability": None, "route": None,
                    },
                    "when": {"start": "2023-09-19", "end": "2023-09-19", "text": "on Tuesday", "doubt": None},
                    "quantities": [
                        {"text": "Some 800 guns", "value": 800.0, "upper": None, "unit": "guns", "approximate": True}
                    ],
                    "event": {"kind": "disarmament", "cue": "handed over"},
                }
            ],
            "differing": [],
        },
    }  # fmt: skip


def test_a_place_has_the_claims_that_differ_with_their_sources() -> None:
    articles, accounts = toy_story.accounts()
    (feature,) = json.loads(export(accounts, articles, form="geojson", title="T", attributions=()))["features"]
    sources = [
        {
            "article_id": read.article.id,
            "title": read.article.title,
            "source": read.article.source,
            "published": read.article.published,
            "url": None,
            "part": "text",
            "start": 0,
            "end": len(read.article.text),
        }
        for read in articles
    ]
    assert feature["properties"]["differing"] == [
        {
            "sort": "killed",
            "claims": [
                {"text": "four people", "value": 4.0, "upper": None, **sources[0]},
                {"text": "At least six people", "value": 6.0, "upper": None, **sources[1]},
            ],
        }
    ]


def test_a_disputed_area_states_it_and_is_wound_right(export_input: ExportInput) -> None:
    feature = _written(export_input)["features"][1]
    assert LinearRing(shape(feature["geometry"]).exterior.coords).is_ccw
    assert (feature["properties"]["disputed"], feature["properties"]["precision"]) == (True, "disputed")
    assert feature["properties"]["regions"][0]["claimed_by"] == ["AM", "AZ"]
    assert feature["properties"]["geometry_note"] == "approximate"


def test_hostile_text_comes_back_letter_by_letter_but_for_nul(export_input: ExportInput) -> None:
    feature = _written(export_input)["features"][1]
    kept = EVIL.replace("\x00", "�")
    assert (feature["properties"]["name"], feature["properties"]["evidence"][0]["text"]) == (kept, kept)
    frame = gpd.read_file(io.BytesIO(export(reports(), geoparsed_articles(), form="geojson")))
    assert frame["name"].iloc[1] == kept


def test_a_country_without_an_outline_has_no_pin(export_input: ExportInput) -> None:
    feature = _written(export_input)["features"][2]
    assert feature["geometry"] is None
    assert "bbox" not in feature


def test_geopandas_reads_it() -> None:
    frame = gpd.read_file(io.BytesIO(export(reports(), geoparsed_articles(), form="geojson")))
    assert frame.crs == "EPSG:4326"
    assert list(frame["id"]) == ["gn:616000", "gm:nk", "gn:174982"]
    assert list(frame["score"]) == [0.912, 0.5, 1.0]
    assert list(frame.geometry.to_wkt()[:2]) == [
        "POINT (46.481 39.558)",
        "POLYGON ((46 39, 47 39, 47 40, 46 40, 46 39))",
    ]
    assert frame.geometry.iloc[2] is None


def test_it_keeps_to_the_standard_clause_by_clause(export_input: ExportInput) -> None:
    assert faults(_written(export_input)) == []
    broken = _written(export_input)
    broken["features"][1]["geometry"]["coordinates"][0].reverse()
    broken["features"][0]["geometry"]["coordinates"] = [39.558, 46.481, 1, 2]
    assert faults(broken) == [
        "3.1.1: [39.558, 46.481, 1, 2] is no lon, lat (gn:616000)",
        "3.1.6: a ring wound the wrong way (gm:nk)",
    ]


def test_no_place_at_all_is_an_empty_collection() -> None:
    whole = json.loads(export((), (), form="geojson"))
    assert faults(whole) == []
    assert (whole["features"], "bbox" in whole) == ([], False)
