from __future__ import annotations

import io
import json

import geopandas as gpd

from geomap.export import export
from geomap.export.jsonld import uri
from tests.support.toy_reports import EVIL, TEXT, geoparsed_articles, reports


def test_a_place_in_linked_places_format() -> None:
    whole = json.loads(export(reports(), geoparsed_articles(), form="linkedplaces"))
    assert whole["features"][0] == {
        "@id": "https://sws.geonames.org/616000/",
        "type": "Feature",
        "properties": {"title": "Tegh", "ccodes": ["AM"]},
        "names": [
            {"toponym": "Tegh", "citations": [{"label": "Example Wire", "@id": "https://example.org/a1"}]},
            {"toponym": "Տեղ", "lang": "hy"},
        ],
        "types": [{"identifier": "urn:geomap:kind:settlement", "label": "settlement"}],
        "geometry": {
            "type": "GeometryCollection",
            "geometries": [{"type": "Point", "coordinates": [46.481, 39.558], "certainty": "certain"}],
        },
        "relations": [
            {"relationType": "gvp:broaderPartitive", "relationTo": "urn:geomap:r:am", "label": "in Armenia"},
            {"relationType": "gvp:broaderPartitive", "relationTo": "urn:geomap:r:am8", "label": "in Syunik"},
        ],
        "descriptions": [{"@id": "https://example.org/a1", "value": TEXT, "lang": "en"}],
        "when": {"timespans": [{"start": {"in": "2023-09-19"}, "end": {"in": "2023-09-19"}}]},
    }
    assert whole["features"][1]["relations"] == [
        {
            "relationType": "gvp:tgn3000_related_to",
            "relationTo": "urn:geomap:r:nk",
            "label": "in the disputed area Zone, claimed by AM, AZ",
        }
    ]
    assert whole["features"][2]["geometry"] == {"type": "GeometryCollection", "geometries": []}


def test_linked_places_is_geojson_that_geopandas_reads() -> None:
    frame = gpd.read_file(io.BytesIO(export(reports(), geoparsed_articles(), form="linkedplaces")))
    assert list(frame["title"]) == ["Tegh", EVIL.replace("\x00", "�"), "Armenia"]
    assert frame.geometry.iloc[0].geoms[0].coords[0] == (46.481, 39.558)


def test_every_placed_mention_is_an_annotation_that_quotes_the_text() -> None:
    whole = json.loads(export(reports(), geoparsed_articles(), form="webannotations", title="Guns"))
    assert (whole["@context"], whole["type"], whole["total"]) == (
        "http://www.w3.org/ns/anno.jsonld",
        "AnnotationCollection",
        2,
    )
    assert whole["first"]["items"][0] == {
        "id": "urn:geomap:annotation:a1:34-38",
        "type": "Annotation",
        "motivation": "identifying",
        "body": [
            {"type": "SpecificResource", "source": "https://sws.geonames.org/616000/", "purpose": "identifying"},
            {"type": "TextualBody", "value": "literal", "purpose": "classifying"},
            {"type": "TextualBody", "value": "the only Tegh in Armenia", "purpose": "commenting"},
        ],
        "target": {
            "source": "https://example.org/a1",
            "language": "en",
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": "Tegh",
                    "prefix": "me 800 guns were handed over in ",
                    "suffix": " on Tuesday, Armenia said.",
                },
                {"type": "TextPositionSelector", "start": 34, "end": 38},
            ],
        },
    }


def test_a_place_without_an_authority_gets_a_name_that_is_a_uri() -> None:
    assert uri("wof:85632315") == "https://spelunker.whosonfirst.org/id/85632315"
    assert uri("my:<x> y@1,2") == "urn:geomap:my:%3Cx%3E%20y%401%2C2"
    assert uri("gn:evil/../x") == "urn:geomap:gn:evil/../x".replace("/", "%2F")
