"""Read the areas whose status is disputed: who administers, who claims, and when the polygon held."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from boundaries_physical import slug
from boundaries_regions import NE, read_geojson
from boundaries_shapes import valid

NE_DISPUTED = "Natural Earth, disputed areas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """What the polygon's own table leaves out or says in prose."""

    name: str
    country: str | None
    claimants: str
    """ISO 3166-1 alpha-2 of all who administer or claim, space between."""
    note: str
    places: str = ""
    held_by: str = ""
    """Who holds the ground, where it is not the first of ``claimants``; "self" for a self-declared state."""
    parties: str = ""
    """Whose common border the area makes a disputed line, where they are more than the claimants."""
    since: str | None = None
    until: str | None = None
    group: str | None = None
    """Polygons of one dispute: a place is told only the first of them that holds it."""


def _d(name: str, country: str | None, claimants: str, note: str, places: str = "", **more: str) -> Dispute:
    return Dispute(name=name, country=country, claimants=claimants, note=note, places=places, **more)


# Claimants and administration follow the NOTE_BRK column of Natural Earth, written out; where that column is empty,
# the note names its own source. Dates are those of the event named in the note.
AREAS: dict[str, Dispute] = {
    "B00": _d("Arunachal Pradesh", "IN", "IN CN", "administered by India, claimed by China", "gn:1278341"),
    "B01": _d("Tirpani Valleys", "IN", "IN CN", "administered by India, claimed by China"),
    "B02": _d("Bara Hotii Valleys", "IN", "IN CN", "administered by India, claimed by China"),
    "B03": _d("Demchok", "IN", "IN CN", "administered by India, claimed by China"),
    "B04": _d("Samdu Valleys", "IN", "IN CN", "administered by India, claimed by China"),
    "B05": _d("Jammu and Kashmir", "IN", "IN PK", "administered by India, claimed by Pakistan", "gn:1269320"),
    "B06": _d("Shaksgam Valley", "CN", "CN IN", "administered by China, ceded by Pakistan, claimed by India"),
    "B07": _d("Aksai Chin", "CN", "CN IN", "administered by China, claimed by India"),
    "B08": _d("Gilgit-Baltistan", "PK", "PK IN", "administered by Pakistan, claimed by India", "gn:1168878"),
    "B09": _d("Azad Kashmir", "PK", "PK IN", "administered by Pakistan, claimed by India", "gn:1184196"),
    "B12": _d("Falkland Islands", "FK", "GB AR", "administered by the United Kingdom, claimed by Argentina as Malvinas"),
    "B13": _d("Abyei", "SD", "SD SS", "administered by Sudan, claimed by South Sudan; final status not agreed"),
    "B14": _d("Lawa Headwaters", "GF", "FR SR", "administered by France, claimed by Suriname"),
    "B15": _d("Courantyne Headwaters", "GY", "GY SR", "administered by Guyana, claimed by Suriname"),
    "B16": _d("Golan Heights", "SY", "IL SY", "administered by Israel, claimed by Syria", places="gn:173708", since="1967-06-10"),
    "B17": _d("Ilemi Triangle", "KE", "KE SS", "administered by Kenya, claimed by South Sudan"),
    "B18": _d("Senkaku Islands / Diaoyu", "JP", "JP CN TW", "administered by Japan, claimed by China and Taiwan"),
    "B19": _d("Western Sahara (west of the berm)", "EH", "MA EH", "administered by Morocco, claimed by the Sahrawi Republic", group="western-sahara"),
    "B20": _d("Northern Cyprus", "CY", "CY TR", "self-administered, recognised by Turkey alone, claimed by Cyprus", since="1983-11-15", places="gn:146670", held_by="self"),
    "B22": _d("Mayotte", "YT", "FR KM", "administered by France, claimed by the Comoros"),
    "B23": _d("Juan de Nova Island", "TF", "FR MG", "administered by France, claimed by Madagascar"),
    "B24": _d("Glorioso Islands", "TF", "FR MG", "administered by France, claimed by Madagascar"),
    "B25": _d("Tromelin Island", "TF", "FR MU", "administered by France, claimed by Mauritius"),
    "B26": _d("Europa Island", "TF", "FR MG", "administered by France, claimed by Madagascar"),
    "B27": _d("Bassas da India", "TF", "FR MG", "administered by France, claimed by Madagascar"),
    "B28": _d("Western Sahara (east of the berm)", "EH", "EH MA", "held by the Sahrawi Republic, claimed by Morocco", group="western-sahara", held_by="self"),
    "B29": _d("Kuril Islands (southern) / Northern Territories", "RU", "RU JP", "administered by Russia, claimed by Japan"),
    "B30": _d("Somaliland", "SO", "SO", "self-administered, claimed by Somalia", since="1991-05-18", held_by="self"),
    "B31": _d("Rockall", "GB", "GB IE DK IS", "administered by the United Kingdom, claimed by Ireland, Denmark and Iceland"),
    "B32": _d("South Georgia", "GS", "GB AR", "administered by the United Kingdom, claimed by Argentina"),
    "B33": _d("South Sandwich Islands", "GS", "GB AR", "administered by the United Kingdom, claimed by Argentina"),
    "B34": _d("Navassa Island", "UM", "US HT", "administered by the United States, claimed by Haiti"),
    "B35": _d("Abkhazia", "GE", "GE", "self-administered, recognised by Russia and few others, claimed by Georgia", "gn:6643410", since="1992-07-23", held_by="self"),
    "B36": _d("Transnistria", "MD", "MD", "self-administered, claimed by Moldova", "gn:858889 gn:858911", since="1990-09-02", held_by="self"),
    "B37": _d("South Ossetia", "GE", "GE", "self-administered, recognised by Russia and few others, claimed by Georgia", "gn:6643403", since="1991-12-21", held_by="self"),
    "B39": _d("Dokdo / Takeshima", "KR", "KR JP", "administered by South Korea, claimed by Japan"),
    "B41": _d("Bajo Nuevo Bank", None, "CO JM NI US", "claimed by Colombia, Jamaica, Nicaragua and the United States"),
    "B42": _d("Serranilla Bank", None, "CO HN NI US", "claimed by Colombia, Honduras, Nicaragua and the United States"),
    "B43": _d("Cyprus UN Buffer Zone", "CY", "CY", "patrolled by the United Nations between the two sides of Cyprus", since="1974-08-16"),
    "B45": _d("Siachen Glacier", None, "IN PK", "claimed by India and Pakistan"),
    "B46": _d("Spratly Islands", None, "CN TW MY PH VN BN", "held in parts and claimed by China, Taiwan, Vietnam, Malaysia, the Philippines and Brunei"),
    "B47": _d("Paracel Islands", None, "CN VN TW", "administered by China, claimed by Vietnam and Taiwan"),
    "B52": _d("Mbane Island", "GA", "GA GQ", "administered by Gabon, claimed by Equatorial Guinea", until="2025-05-19"),
    "B53": _d("Gaza Strip", "PS", "PS", "Palestinian territory; status not settled", "gn:281132", since="1967-06-10", parties="PS IL"),
    "B54": _d("West Bank", "PS", "PS IL", "Palestinian territory occupied by Israel; status not settled", "gn:285153", since="1967-06-10"),
    "B55": _d("Gibraltar", "GI", "GB ES", "administered by the United Kingdom, claimed by Spain"),
    "B56": _d("Guayana Esequiba", "GY", "GY VE", "administered by Guyana, claimed by Venezuela"),
    "B58": _d("Shebaa Farms", "SY", "IL LB SY", "administered by Israel, claimed by Lebanon and Syria", since="1967-06-10"),
    "B59": _d("Wake Island", "UM", "US MH", "administered by the United States, claimed by the Marshall Islands"),
    "B60": _d("Ceuta", "ES", "ES MA", "administered by Spain, claimed by Morocco"),
    "B61": _d("Melilla", "ES", "ES MA", "administered by Spain, claimed by Morocco"),
    "B62": _d("Isla del Perejil", "ES", "ES MA", "administered by Spain, claimed by Morocco"),
    "B63": _d("Peñón de Vélez de la Gomera", "ES", "ES MA", "administered by Spain, claimed by Morocco"),
    "B64": _d("Peñón de Alhucemas", "ES", "ES MA", "administered by Spain, claimed by Morocco"),
    "B65": _d("Islas Chafarinas", "ES", "ES MA", "administered by Spain, claimed by Morocco"),
    "B66": _d("Matthew and Hunter Islands", "NC", "FR VU", "administered by France, claimed by Vanuatu"),
    "B67": _d("Olivenza", "ES", "ES PT", "administered by Spain, claimed by Portugal"),
    "B69": _d("Chagos Archipelago", "IO", "GB MU", "administered by the United Kingdom, claimed by Mauritius"),
    "B70": _d("Scarborough Shoal", None, "CN PH TW", "claimed by China, the Philippines and Taiwan"),
    "B71": _d("Swains Island", "AS", "US TK", "administered by the United States, claimed by Tokelau"),
    "B73": _d("Abu Musa", "IR", "IR AE", "administered by Iran, claimed by the United Arab Emirates", since="1971-11-30"),
    "B74": _d("Ilemi Triangle (South Sudanese part)", "SS", "SS KE", "administered by South Sudan, claimed by Kenya"),
    "B75": _d("Bhutan (north-west valleys)", "BT", "BT CN", "administered by Bhutan, claimed by China"),
    "B76": _d("Doklam", "BT", "BT CN", "administered by Bhutan, claimed by China"),
    "B80": _d("Sapodilla Cayes", "BZ", "BZ HN GT", "administered by Belize, claimed by Honduras and Guatemala"),
    "B88": _d("Kalapani", "IN", "IN NP", "administered by India, claimed by Nepal"),
    "B89": _d("Crimea", "UA", "UA RU", "annexed by Russia in March 2014, not recognised by the UN General Assembly (68/262); claimed by Ukraine", "gn:703883", since="2014-03-18", held_by="RU"),
    "B90": _d("Donbas, parts held by separatists before 24 February 2022", "UA", "UA RU", "outside Ukrainian control from 2014; line of contact before the invasion, not the present one", since="2014-04-07", until="2022-02-24", group="donbas", held_by="self"),
}  # fmt: skip

LEFT_OUT = {
    "B10": "buffer zone, not a claim", "B11": "buffer zone, not a claim", "B21": "settled in 2022",
    "B38": "read from the Karabakh set", "B40": "lease, not a claim", "B44": "lease inside the Chagos Archipelago",
    "B48": "maritime", "B49": "buffer zone, not a claim", "B50": "lease, not a claim",
    "B51": "the whole of Belize; Guatemala's claim is to a part, whose line is drawn", "B68": "ceded in 2017",
    "B72": "historical; no claim since the 1904 treaty was upheld in 2018",
}  # fmt: skip


ANNEXED_2022 = {
    "gn:709716": "Donetsk Oblast", "gn:702657": "Luhansk Oblast", "gn:706442": "Kherson Oblast", "gn:687699": "Zaporizhzhia Oblast",
}  # fmt: skip
"""Oblasts that Russia declared annexed on 30 September 2022 without holding all of any but one: the claim is the oblast."""


def read_disputed(raw: Path, *, countries: gpd.GeoDataFrame, admin1: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row for each polygon of a dispute; the lower ``rank`` speaks first for a place that several hold."""
    parts = [_karabakh(raw), _annexed(admin1), _contested_countries(countries), _natural_earth(raw)]
    frame = pd.concat([part.assign(rank=rank) for rank, part in enumerate(parts)], ignore_index=True)
    frame.loc[frame["id"] != "gm:nagorno-karabakh-oblast", "rank"] += 1
    return frame


def _natural_earth(raw: Path) -> gpd.GeoDataFrame:
    frame = read_geojson(raw / "ne_10m_admin_0_disputed_areas.geojson.gz")
    unknown = set(frame["BRK_A3"]) - set(AREAS) - set(LEFT_OUT)
    if unknown:
        raise SystemExit(f"disputed areas {sorted(unknown)}: say in AREAS or LEFT_OUT what they are")
    shapes = frame[frame["BRK_A3"].isin(AREAS)].dissolve("BRK_A3").geometry
    rows = [_row(f"ne:{code}", AREAS[code], shape) for code, shape in shapes.items()]
    return gpd.GeoDataFrame(rows, crs=4326).assign(source=NE_DISPUTED, as_of="2018")


def _row(key: str, area: Dispute, shape: shapely.Geometry) -> dict[str, object]:
    return {
        "id": key, "places": f"{area.places} {key}".strip(), "name": area.name, "level": "disputed", "country": area.country,
        "claimed_by": area.claimants.split(), "parties": area.parties or area.claimants, "group": area.group or key,
        "held_by": area.held_by or area.claimants.split()[0], "valid_from": area.since, "valid_to": area.until,
        "note": area.note, "geometry": shape,
    }  # fmt: skip


def _annexed(admin1: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = admin1.set_index("places").geometry
    note = "declared annexed by Russia on 30 September 2022, rejected by the UN General Assembly (ES-11/4); outline of the oblast, not of control"
    rows = [
        _row(
            f"gm:annexed-{slug(name)}", _d(name, "UA", "UA RU", note, since="2022-09-30", group="donbas"), shapes[place]
        )
        for place, name in ANNEXED_2022.items()
    ]
    return gpd.GeoDataFrame(rows, crs=4326).assign(source=NE, as_of="2022")


def _contested_countries(countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Kosovo and Taiwan: countries of Natural Earth's whose status others contest (its FCLASS columns)."""
    status = {
        "XK": _d("Kosovo", "XK", "XK RS", "self-governing, recognised by about half of the UN's members, claimed by Serbia", since="2008-02-17"),
        "TW": _d("Taiwan", "TW", "TW CN", "self-governing, claimed by China", since="1949-12-07"),
    }  # fmt: skip
    shapes = countries[countries["iso"].notna()].set_index("iso").geometry
    rows = [_row(f"gm:dispute-{code.lower()}", area, shapes[code]) for code, area in status.items()]
    return gpd.GeoDataFrame(rows, crs=4326).assign(source=NE, as_of="2022")


def _karabakh(raw: Path) -> gpd.GeoDataFrame:
    """Return the Soviet oblast first, the area that reports mean by 4,400 square kilometres; then what was held."""

    def shape(name: str) -> shapely.Geometry:
        feature = json.loads((raw / name).read_text(encoding="utf-8"))
        return valid(shapely.geometry.shape(feature["geometry"]))

    oblast = _d(
        "Nagorno-Karabakh", "AZ", "AZ AM",
        "outline of the Soviet autonomous oblast of 1923–1991, not a line of control; internationally recognised as "
        "Azerbaijan, a self-declared Armenian republic from 1991, under Azerbaijan's control since September 2023",
        "gn:409410", since="1988-02-20", until="2024-01-01", group="nagorno-karabakh",
    )  # fmt: skip
    before = _d(
        "Nagorno-Karabakh (area held until November 2020)", "AZ", "AZ AM",
        "approximate area under Armenian control between the ceasefires of 1994 and 2020, not a present line",
        since="1994-05-12", until="2020-11-10", held_by="self", group="nagorno-karabakh",
    )  # fmt: skip
    after = _d(
        "Nagorno-Karabakh (approximate area held until September 2023)", "AZ", "AZ AM",
        "approximate, dates not given by its source, includes Shusha in error; never a line of control",
        since="2020-11-10", until="2023-09-20", held_by="self", group="nagorno-karabakh",
    )  # fmt: skip
    names = {
        "az": "Dağlıq Qarabağ", "de": "Bergkarabach", "en": "Nagorno-Karabakh", "fr": "Haut-Karabagh",
        "hy": "Լեռնային Ղարաբաղ", "ka": "მთიანი ყარაბაღი", "ru": "Нагорный Карабах", "tr": "Dağlık Karabağ", "uk": "Нагірний Карабах",
    }  # fmt: skip
    rows = [
        _row("gm:nagorno-karabakh-oblast", oblast, shape("nkao_from_ne_reference_lines.geojson"))
        | {"source": "Natural Earth, reference lines", "as_of": "1991", "names": names},
        _row("ne:B38", before, shape("ne_nagorno_karabakh_disputed_area.geojson"))
        | {"source": NE_DISPUTED, "as_of": "2018"},
        _row("wof:1729889645", after, shape("wof_1729889645_nk_whosonfirst_current.geojson"))
        | {"source": "Who's On First", "as_of": None},
    ]
    return gpd.GeoDataFrame(rows, crs=4326)
