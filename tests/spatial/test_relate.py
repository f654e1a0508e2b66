"""Relative places of an article, on the real geodata: what a reader of the map would expect, within a stated tolerance."""

from __future__ import annotations

import json

import pytest

from geomap.editorial.corrections import correct
from geomap.export.text import jsonl_line
from geomap.geodesy import sphere_km
from geomap.geoparser import geoparse
from geomap.resources import Resources, open_resources
from geomap.store.serialization import decode, encode
from geomap.types import Article, Correction, GeoparsedArticle, Relation

pytestmark = pytest.mark.geodata


@pytest.fixture(scope="module")
def resources() -> Resources:
    return open_resources()


def read(text: str, resources: Resources, title: str | None = None) -> GeoparsedArticle:
    return geoparse(Article(id="a", text=text, title=title), resources=resources)


def relations(text: str, resources: Resources) -> list[Relation]:
    return [r.relation for r in read(text, resources).resolutions if r.relation]


EXPECTED = [
    ("A bus overturned 12 km north-west of Goris on Monday.", "distance_direction", 46.243, 39.587, 1),
    ("The quake was centred 8 km (5 miles) southeast of Izmir.", "distance_direction", 27.2, 38.37, 2),
    ("A mine shaft collapsed 9 km from Lens.", "distance", 2.83, 50.43, 3),
    ("Everyone within 30 km of Chernobyl was moved.", "radius", 30.22, 51.27, 3),
    ("Air strikes hit a village north of Mosul.", "direction", 43.12, 36.5, 15),
    ("A deep low formed west of Ireland.", "direction", -11.0, 53.3, 120),
    ("Fighting was heard in northern Mali.", "part", -2.7, 21.0, 150),
    ("Reindeer starved in the far north of Norway.", "part", 22.0, 69.2, 150),
    ("A fire burned on the eastern outskirts of Aleppo.", "part", 37.27, 36.2, 6),
    ("Ice covered the north shore of Lake Superior.", "part", -88.0, 48.6, 60),
    ("Migrants landed on Crete's south coast.", "part", 25.0, 35.0, 50),
    ("The train derailed between Lyon and Dijon.", "between", 4.95, 46.55, 20),
    ("A dinghy capsized in the waters between Sicily and Tunisia.", "between", 11.5, 37.0, 60),
    ("The village lies halfway between Kyiv and Odesa.", "halfway", 30.64, 48.47, 10),
    ("A landslide closed the road from Goris to Stepanakert.", "along", 46.55, 39.66, 5),
    ("Bodies were found along the Rio Grande near Eagle Pass.", "along", -100.5, 28.71, 10),
    ("The barge hit a pier on the Rhine near Cologne.", "along", 6.96, 50.94, 10),
    ("Shots were fired on the Armenian–Azerbaijani border near Tegh.", "border", 46.47, 39.55, 10),
    ("Clashes broke out along the border between India and Pakistan.", "border", 72.5, 29.5, 150),
    ("An ambush 5 km from the Syrian border in Turkey's Hatay province killed two.", "border", 36.4, 36.3, 30),
    ("A boat sank off Lampedusa.", "off", 12.6, 35.5, 20),
    ("A quake struck off the coast of Fukushima.", "off", 141.2, 37.8, 60),
    ("A yacht vanished off the west coast of Ireland.", "off", -10.3, 53.0, 80),
    ("The drone fell 30 km inside Belarus from the Lithuanian border.", "inside", 25.9, 54.4, 50),
    ("Boats met at the confluence of the Sava and the Danube.", "confluence", 20.45, 44.82, 5),
    ("Soldiers crossed where the Kura meets the Aras.", "confluence", 48.45, 40.0, 20),
    ("A factory on the Danube opposite Ruse exploded.", "opposite", 25.93, 43.88, 6),
    ("The bridge starts just across the river from Detroit.", "opposite", -83.03, 42.31, 6),
    ("The camp is two hours' drive south of Nairobi.", "travel_time", 36.82, -2.3, 40),
    ("The tomb is a 20-minute walk from Petra.", "travel_time", 35.44, 30.33, 5),
]


@pytest.mark.parametrize(("text", "kind", "lon", "lat", "km"), EXPECTED, ids=[text for text, *_ in EXPECTED])
def test_a_relative_place_is_where_a_reader_expects_it(text, kind, lon, lat, km, resources):
    [found] = relations(text, resources)
    assert found.kind == kind
    assert sphere_km(found.lon, found.lat, lon, lat) <= km
    assert found.geometry.is_valid
    assert text[found.start : found.end] == found.text


def test_a_town_is_meant_and_not_the_district_of_its_name(resources):
    [found] = relations("The post lies 40 km south-east of Agadez.", resources)
    assert sphere_km(found.lon, found.lat, 7.99, 16.97) == pytest.approx(40, abs=1)


def test_a_border_of_one_country_is_that_with_the_place_nearby(resources):
    [found] = relations("Shots were fired at the Azerbaijani border near Tegh.", resources)
    assert sphere_km(found.lon, found.lat, 46.47, 39.55) < 10
    assert relations("The Azerbaijani border is long.", resources) == []


def test_the_ends_of_a_road_are_the_two_that_are_near_each_other(resources):
    [found] = relations("Two hikers were killed on the trail from Manali to Leh.", resources)
    assert sphere_km(found.lon, found.lat, 77.4, 33.2) < 30


def test_a_relation_in_the_headline_has_the_offsets_of_the_headline(resources):
    done = read("Crews came from Sisian in Armenia.", resources, title="Fire burns 12 km north of Goris in Armenia")
    [found] = [r for r in done.of_part("title") if r.relation]
    assert found.relation.text == "12 km north of Goris"
    assert done.article.title[found.relation.start : found.relation.end] == found.relation.text


def test_the_fields_are_in_the_json_line_only_where_there_is_a_relation(resources):
    line = json.loads(jsonl_line(read("Fire burned 12 km north of Goris in Armenia.", resources)))
    goris, armenia = line["toponyms"]
    assert {"relation", "expression", "geometry", "uncertainty_km", "relation_note"} <= set(goris)
    assert (goris["relation"], goris["expression"], goris["geometry"]["type"]) == (
        "distance_direction", [12, 32], "Polygon",
    )  # fmt: skip
    assert "relation" not in armenia
    assert "geometry" not in armenia


def test_a_relation_is_stored_and_comes_back(resources):
    done = read("Fire burned 12 km north of Goris in Armenia.", resources)
    again = decode(encode(done), GeoparsedArticle)
    assert again == done
    assert again.resolutions[0].relation.geometry.equals(done.resolutions[0].relation.geometry)


def test_a_corrected_anchor_has_no_relation(resources):
    done = read("Fire burned 12 km north of Goris, and between Lyon and Dijon a train derailed.", resources)
    assert [r.relation.kind for r in done.resolutions if r.relation] == ["distance_direction", "between"]

    def after(correction: Correction) -> list[str]:
        fixed = correct(done, [correction], find=resources.gazetteer.place).read
        return [r.relation.kind for r in fixed.resolutions if r.relation]

    assert after(Correction(name="Goris", is_none=True)) == ["between"]
    assert after(Correction(name="Dijon", is_none=True)) == ["distance_direction"]
    assert after(Correction(name="Dijon", place="gn:2996944")) == ["distance_direction"]
    assert after(Correction(name="Dijon", is_hidden=True)) == ["distance_direction"]
    assert after(Correction(name="Goris", place="gn:174895")) == ["distance_direction", "between"]


def test_a_generalised_article_has_no_relation(resources):
    from geomap.pipeline import assemble

    done = read("Fire burned 2 km inside Belarus, close to the Lithuanian border.", resources)
    assert any(r.relation for r in done.resolutions)
    made = assemble([done], resources=resources, finest="country")
    assert not any(r.relation for article in made.articles for r in article.resolutions)


def test_only_so_many_shapes_of_an_article_are_drawn(resources, monkeypatch):
    monkeypatch.setattr("geomap.spatial.relate.MAX_SHAPES", 2)
    text = " ".join(f"Fire burned {n} km north of Goris in Armenia." for n in (5, 6, 7, 5))
    assert [r.text for r in relations(text, resources)] == [
        "5 km north of Goris",
        "6 km north of Goris",
        "5 km north of Goris",
    ]
