"""What must be true of the boundary files as shipped."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geomap.gazetteer.store import FileGazetteer

FOLDER = Path(__file__).parents[2] / "geodata" / "boundaries"
FILES = sorted(path.name for path in FOLDER.glob("*.parquet"))
LIMIT_MB = 14

pytestmark = pytest.mark.geodata


def read(name, **more):
    return gpd.read_parquet(FOLDER / name, **more)


def text(value):
    return value if isinstance(value, str) else None


@pytest.mark.parametrize("name", FILES)
def test_every_shape_is_whole_and_every_row_distinguished(name):
    frame = read(name)
    assert frame.crs == "EPSG:4326"
    assert frame.loc[~frame.is_valid | frame.is_empty, "id"].to_list() == []
    assert frame.loc[frame["id"].duplicated() | frame["id"].isna(), "id"].to_list() == []
    west, south, east, north = frame.total_bounds
    assert west >= -180 and south >= -90 and east <= 180.001 and north <= 90  # noqa: PT018


def test_all_files_fit():
    assert sum((FOLDER / name).stat().st_size for name in FILES) < LIMIT_MB * 1e6


@pytest.mark.parametrize("name", ["countries.parquet", "admin1.parquet"])
def test_simplifying_kept_neighbours_glued(name):
    frame = read(name)
    # Provinces merged since are unions of the others.
    frame = frame[frame["valid_from"].isna()]
    invalid = shapely.coverage_invalid_edges(frame.geometry.to_numpy())
    assert frame.loc[[not edge.is_empty for edge in invalid], "name"].to_list() == []


def test_simplifying_lost_no_country_at_any_scale():
    fine, medium, coarse = (set(read(f"countries{scale}.parquet")["id"]) for scale in ("", "_medium", "_coarse"))
    assert fine == medium == coarse
    assert len(fine) == 257


def test_countries_are_tied_to_the_gazetteers():
    rows = read("countries.parquet")
    # The gazetteer has no place for these eight islands together.
    tied = rows[rows["places"].notna() & (rows["iso"] != "UM")]
    with FileGazetteer(FOLDER.parent / "gazetteer.bin") as gazetteer:
        codes = {key: gazetteer.place(key).country for key in tied["places"]}
    assert codes == dict(zip(tied["places"], tied["iso"], strict=True))
    assert len(codes) == 245


def test_a_disputed_area_names_two_parties_or_states_why_not():
    rows = read("disputed.parquet")
    alone = {row["name"]: text(row["note"]) for row in rows.to_dict("records") if len(row["claimed_by"].split()) < 2}
    assert [name for name, note in alone.items() if not note] == []
    assert rows["note"].notna().all()
    assert rows["held_by"].notna().all()


def test_a_place_answers_to_one_region_of_a_level():
    for name in ("countries.parquet", "admin1.parquet", "admin2.parquet", "disputed.parquet"):
        keys = [key for keys in read(name)["places"].dropna() for key in keys.split()]
        assert len(keys) == len(set(keys)), name


def test_dates_are_iso_and_in_order():
    for name in ("admin1.parquet", "admin2.parquet", "disputed.parquet", "borders.parquet"):
        for row in read(name).to_dict("records"):
            since, until = text(row["valid_from"]), text(row["valid_to"])
            assert all(day is None or len(day) == 10 for day in (since, until)), row["id"]
            assert since is None or until is None or since < until, row["id"]


def test_a_province_that_is_gone_states_when_it_last_was():
    for name, country, day in (
        ("admin1", "KE", "2013-03-03"),
        ("admin1", "CI", "2011-09-27"),
        ("admin2", "UA", "2020-07-18"),
    ):
        rows = read(f"{name}.parquet")
        gone = rows[(rows["country"] == country) & rows["valid_to"].notna()]
        assert set(gone["as_of"]) == {day}, country
        assert gone["note"].str.startswith(("province as it was", "district as it was")).all()


def test_lachin_district_has_its_own_name():
    row = read("admin1.parquet").set_index("places").loc["gn:147626"]
    assert (row["name"], row["iso"], json.loads(row["names"])["en"]) == ("Laçın", "AZ-LAC", "Lachin District")


def test_borders_of_each_scale_hold_the_same_disputes():
    rows = read("borders.parquet")
    rows = rows[rows["level"] == "border"]
    by_scale = {scale: set(group["name"].dropna()) for scale, group in rows.groupby("places")}
    assert by_scale["countries"] >= {
        "Kosovo",
        "West Bank",
        "Gaza Strip",
        "Donetsk Oblast",
        "Jammu and Kashmir",
        "Abyei",
    }
    assert by_scale["countries_medium"] >= {"Kosovo", "West Bank", "Gaza Strip", "Donetsk Oblast", "Abyei"}
