from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from defusedxml.ElementTree import fromstring
from shapely import LineString, MultiPolygon, box

from geomap.export import export
from geomap.export.picture import picture_bounds
from geomap.map_types import Basemap, BasemapLabel, Border
from tests.support.toy_reports import EVIL, TEGH, geoparsed_articles, reports

SVG = "{http://www.w3.org/2000/svg}"
GROUND = Basemap(
    bounds=(44.0, 38.0, 49.0, 41.5),
    land=box(44, 38, 49, 41.5),
    lakes=box(45, 40.2, 45.3, 40.6),
    rivers=LineString([(46, 38), (47, 41)]),
    borders=(
        Border(status="settled", geometry=LineString([(46.4, 38), (46.4, 41)])),
        Border(status="disputed", geometry=LineString([(46.2, 38), (46.2, 41)])),
        Border(status="undetermined", geometry=LineString([(46.8, 38), (46.8, 41)])),
    ),
    labels=(BasemapLabel(text="Tegh Valley", kind="admin1", lon=46.9, lat=39.1, rank=1),),
    as_of="2023-09-23",
)


def _drawn(form: str = "svg", **more: object) -> bytes:
    return export(
        more.pop("reports", reports()), geoparsed_articles(), form=form, title="<Guns>", basemap=GROUND, **more
    )


def test_names_of_what_is_reported_are_written_and_others_are_not() -> None:
    texts = [node.text for node in fromstring(_drawn()).iter(f"{SVG}text")]
    assert texts[0] == "<Guns>"
    assert "Tegh" in texts
    assert "Tegh Valley" in texts
    assert "Armenia" not in texts


def test_a_border_s_status_is_in_its_dashes() -> None:
    borders = [n for n in fromstring(_drawn()).iter(f"{SVG}path") if n.get("stroke") == "#857b6b"]
    assert [node.get("stroke-dasharray") for node in borders] == [None, "7 4", "1.5 4"]


def test_a_disputed_area_is_hatched_with_a_dashed_edge_and_a_town_is_a_dot_in_a_ring() -> None:
    root = fromstring(_drawn())
    hatched = [n for n in root.iter(f"{SVG}path") if n.get("fill") == "url(#hatch)"]
    assert [n.get("stroke-dasharray") for n in hatched] == ["7 4"]
    assert len(list(root.iter(f"{SVG}circle"))) == 2


def test_no_hostile_word_becomes_markup_or_turns_the_writing_round() -> None:
    written = _drawn().decode()
    assert "<script" not in written
    assert "\u202e" not in written
    tags = {node.tag.removeprefix(SVG) for node in fromstring(written).iter()}
    assert tags == {
        "svg",
        "title",
        "desc",
        "defs",
        "clipPath",
        "marker",
        "pattern",
        "rect",
        "path",
        "g",
        "circle",
        "text",
    }
    assert EVIL not in written


def test_the_required_notes_are_under_the_map() -> None:
    feet = " ".join(node.text for node in fromstring(_drawn(publisher="The Example")).iter(f"{SVG}text"))
    assert "Boundary view: neutral, as of 2023-09-23." in feet
    assert "acceptance by The Example." in feet
    assert "approximate." in feet


def test_a_place_in_need_of_review_is_counted_not_drawn() -> None:
    written = fromstring(_drawn(min_confidence=0.95))
    assert list(written.iter(f"{SVG}circle")) == []
    assert "2 places need review and are not drawn." in [node.text for node in written.iter(f"{SVG}text")]


def test_no_place_at_all_draws_the_world() -> None:
    assert fromstring(_drawn(reports=())).get("width") == "1200"


def test_a_polygon_cut_at_the_antimeridian_is_drawn_without_a_seam() -> None:
    area = replace(reports()[1], geometry=MultiPolygon([box(170, 60, 180, 70), box(-180, 60, -175, 70)]))
    (shape,) = [n for n in fromstring(_drawn(reports=(area,))).iter(f"{SVG}path") if n.get("fill") == "url(#hatch)"]
    assert shape.get("d").count("M") == 1


def test_the_ground_goes_all_the_way_round_near_a_pole() -> None:
    tegh = reports()[0]
    pole = replace(tegh, place=replace(TEGH, lat=-89.9, lon=0.0))
    assert picture_bounds([pole], min_confidence=0.3) == (-180.0, -85.0, 180.0, -64.9)
    assert picture_bounds([tegh], min_confidence=0.3)[0] > 0


def test_png_is_the_same_drawing_twice_as_fine() -> None:
    pytest.importorskip("resvg_py")
    data = _drawn("png")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", data[16:24])
    root = fromstring(_drawn())
    assert (wide, high) == (2 * int(root.get("width")), 2 * int(root.get("height")))
