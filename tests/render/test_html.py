from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
import time
from importlib import resources

import folium
import pytest
from shapely.geometry import LineString, Polygon, box

from geomap.annotation.events import load_lexicon
from geomap.annotation.extent import WORLD, basemap_bounds, extent
from geomap.annotation.precision import precision_of, uncertainty_km
from geomap.map_types import Attribution, Change, MapOptions
from geomap.render.folium_page import counted_ids, inert, to_folium
from geomap.render.geometry_encoding import LETTERS, Ink
from geomap.render.html import render
from geomap.render.icons import icon_path
from geomap.render.translations import interface_language, interface_languages, told_names, words_of
from geomap.types import Name
from tests.support import toy_story as toy

HOSTILE = (
    "</script><script>alert(1)</script> <img src=x onerror=alert(2)> ${alert(3)} `x` {{ 7*7 }} {% raw %} "
    "<!--geomap:data--> \u202e\u2028\u2029 &lt; \\u003c \U0001f600 Aldwick --> ]]> "
)


def page(read=None, reports=None, **options):
    if read is None:
        read, reports = toy.story()
    given = {"basemap": toy.basemap(), "attributions": toy.ATTRIBUTIONS, "title": "A title"} | options
    return render(reports, articles=[read], **given)


def data(html):
    return json.loads(re.search(r'<script type="application/json" id="geomap-data">(.*?)</script>', html, re.DOTALL)[1])


def test_the_same_values_give_the_same_bytes():
    assert page() == page()


def test_a_place_is_written_whole():
    block = data(page())
    assert block["regions"][0] == {"id": "ne:WW", "name": "Westland", "level": "country", "country": "WW", "iso": "WW"}
    assert block["places"][0] == {
        "id": "gn:1", "name": "Aldwick", "as": "Aldwick", "kind": "settlement", "country": "WW",
        "lon": 45.5, "lat": 40.0, "precision": "settlement", "uncertaintyKm": 3.1, "reported": True, "review": False, "score": 0.9,
        "reason": "the only Aldwick near the other places; the runner-up lies 4,000 km away",
        "in": [0],
        "names": [{"text": "Ալդվիկ", "language": "hy"}],
        "evidence": [{"a": "a.txt", "s": [0, 55], "m": [15, 22], "k": "l", "event": {"kind": "fighting", "label": "Fighting", "cue": "Shells"},
                      "counts": ["120 people"], "when": {"from": "2023-09-19", "to": "2023-09-19", "text": "on Tuesday"}}],
        "runnersUp": [{"id": "gn:3", "name": "Aldwick", "kind": "settlement", "country": "GB", "population": 700, "lon": -1.5, "lat": 52.0}],
    }  # fmt: skip


def test_offsets_count_utf_16_code_units_after_an_emoji():
    block = data(page())
    article = block["articles"][0]
    utf16 = article["text"].encode("utf-16-le")
    marked = [utf16[2 * s : 2 * e].decode("utf-16-le") for s, e, *_ in article["marks"]]
    assert marked == ["Aldwick", "Hill Road", "The Hills", "Beckton", "Westland", "Castleton", "Nowhere"]
    assert [mark[2] for mark in article["marks"]] == [0, 2, 3, 1, 4, 5, -1]


def test_what_has_no_place_is_listed_with_its_reason():
    unplaced = data(page())["unplaced"]
    assert unplaced == [
        {"text": "Nowhere", "a": 0, "m": [196, 203], "k": "l", "score": 0.8, "reason": "the gazetteer holds no place of this name"}
    ]  # fmt: skip


def test_a_place_less_sure_than_asked_is_kept_for_review():
    read, reports = toy.story(article_id="doubt.txt")
    block = data(page(read, reports))
    assert [place["id"] for place in block["places"] if place["review"]] == ["gn:2"]


@pytest.mark.parametrize("title", ["A title", HOSTILE])
def test_hostile_text_can_neither_end_the_data_nor_be_evaluated(title):
    read, reports = toy.story(HOSTILE + toy.TEXT, article_id=HOSTILE, source=HOSTILE)
    html = page(
        read,
        reports,
        title=title,
        attributions=(Attribution(title=HOSTILE, text=HOSTILE),),
        options=MapOptions(publisher=HOSTILE),
    )
    clean = page()
    assert len(re.findall(r"<script", html)) == len(re.findall(r"<script", clean))
    assert len(re.findall(r"</script", html)) == len(re.findall(r"</script", clean))
    assert data(html)["articles"][0]["text"] == HOSTILE + toy.TEXT
    assert "<img src=x" not in html
    assert "\u2028" not in re.search(r'id="geomap-data">(.*?)</script>', html, re.DOTALL)[1]
    assert "alert(1)" in data(html)["articles"][0]["text"]


def test_the_policy_names_exactly_the_scripts_and_styles_of_the_page():
    html = page()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]

    def digests(tag):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(b.encode()).digest()).decode()}'" for b in bodies)

    assert policy == (
        f"default-src 'none'; script-src {digests('script')}; style-src {digests('style')}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert not re.findall(r"\sstyle=|\son\w+=|src=|href=\"(?!#)", markup)


def test_online_tiles_are_allowed_from_their_origin_alone():
    html = page(options=MapOptions(tiles="https://{s}.tiles.example.org/{z}/{x}/{y}.png"))
    assert "img-src data: https://*.tiles.example.org;" in html


def test_a_tile_address_that_would_widen_the_policy_is_refused():
    for bad in (
        "https://a.example; script-src *//{z}/{x}/{y}.png",
        "https://a.example/{z}/{x}/{y}/{key}.png",
        "https://a.example/{z}/{x}/{constructor}.png",
        "https://a.example/{z}{",
        "https://a.example/{z}/{x}/{y}.png\n",
        "javascript://a.example/{z}",
    ):
        with pytest.raises(ValueError, match="not an address of tiles"):
            page(options=MapOptions(tiles=bad))


def test_ids_are_random_again_after_a_map_was_drawn():
    page()
    assert folium.Map().get_name() != folium.Map().get_name()
    with counted_ids():
        assert folium.Map(tiles=None).get_name() == "map_1" or folium.Map(tiles=None).get_name().startswith("map_")


def test_a_map_for_notebooks_holds_no_text_that_could_be_code():
    _read, reports = toy.story()
    html = to_folium(reports, title=HOSTILE).get_root().render()
    assert "alert(1)</script>" not in html
    assert "${alert" not in html
    assert inert("a`${x}<b>") == "a&#96;&#36;&#123;x&#125;&#60;b&#62;"


def test_changes_since_the_last_build_are_told():
    changes = (Change(kind="new", place=toy.TOWN), Change(kind="removed", place=toy.OTHER))
    assert data(page(changes=changes))["changes"] == [
        {"kind": "new", "place": "gn:1", "name": "Aldwick"},
        {"kind": "removed", "place": "gn:3", "name": "Aldwick"},
    ]


def unfolded(shape):
    """Return lon, lat, lon, lat … of a shape of one ring, read back as the page's script reads it."""
    numbers, value, shift = [], 0, 0
    for letter in shape["polygons"][0][0]:
        bits = LETTERS.index(letter)
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            numbers.append(-(value + 1) // 2 if value & 1 else value // 2)
            value = shift = 0
    out, at = [], [0, 0]
    for n, number in enumerate(numbers):
        at[n % 2] += number
        out.append(at[n % 2] / shape["q"])
    return out


def test_a_disputed_area_is_cut_out_of_both_sides_before_shading():
    shapes = {entry["region"]["id"]: entry["shape"] for entry in data(page(shapes=toy.SHAPES))["shapes"]}
    step = shapes["ne:WW"]["q"]
    assert step == 4500 / (54 - 40) // 1 + 1
    hills = [(46, 39.5), (46, 40.5), (48, 40.5), (48, 39.5), (46, 39.5)]
    assert unfolded(shapes["ne:hills"]) == pytest.approx([value for point in hills for value in point], abs=1 / step)
    west = [(44, 38), (44, 42), (47, 42), (47, 40.5), (46, 40.5), (46, 39.5), (47, 39.5), (47, 38), (44, 38)]
    assert unfolded(shapes["ne:WW"]) == pytest.approx([value for point in west for value in point], abs=1 / step)


def test_ink_writes_steps_and_leaves_out_what_no_screen_shows():
    ink = Ink(steps=100, tolerance=0.01)
    assert ink.geometry(LineString([(1, 1), (1.5, 1.001), (2, 1)])) == {"q": 100, "lines": ["oGoGoGA"]}
    assert ink.geometry(box(0, 0, 1, 1)) == {"q": 100, "polygons": [["oGAAoGnGAAnGoGA"]]}
    assert ink.geometry(None) is None
    assert ink.geometry(Polygon()) is None
    assert (Ink.for_width(5.0).steps, Ink.for_width(360.0).steps) == (900, 13)


def test_the_extent_is_that_of_what_is_reported_and_no_country_widens_it():
    _, reports = toy.story()
    assert extent(reports) == (45.5, 39.5, 48.0, 40.5)
    assert extent([r for r in reports if r.place is toy.COUNTRY]) == (44.0, 38.0, 47.0, 42.0)
    assert extent([r for r in reports if r.place is toy.CAPITAL]) == (48.9, 41.0, 48.9, 41.0)
    assert extent([]) == WORLD


def test_the_extent_crosses_the_antimeridian_the_short_way():
    _, reports = toy.across_the_date_line()
    west, south, east, north = extent(reports)
    assert (west, south, east, north) == (178.0, -18.1, -178.5, -16.0)
    assert basemap_bounds((west, south, east, north)) == pytest.approx(
        (173.75 + 0, -21.65, -172.25 + -2.0, -12.45), abs=3
    )


def test_precision_and_uncertainty_follow_the_kind_of_place():
    _, reports = toy.story()
    told = {r.place.id: (precision_of(r.place), uncertainty_km(r)) for r in reports}
    assert told == {
        "gn:1": ("settlement", 3.1),
        "gn:2": ("settlement", 1.0),
        "gm:road": ("line", 77.5),
        "ne:hills": ("disputed", 77.7),
        "gn:10": ("country", 190.3),
        "gn:11": ("settlement", 9.8),
    }


def test_two_thousand_places_are_drawn_within_a_second_and_three_megabytes():
    articles, reports = toy.crowd(2000, articles=20)
    start = time.process_time()
    html = render(reports, articles=articles, basemap=toy.basemap(), title="Many")
    assert time.process_time() - start < 1.0
    assert len(html.encode()) < 3_000_000


def test_icons_are_paths_and_only_of_our_own_folder():
    assert icon_path("talks").startswith("M")
    assert icon_path("../../map") is None
    assert icon_path("no-such-icon") is None


def scripts():
    folder = resources.files("geomap.render").joinpath("assets", "js")
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def said_by_the_scripts():
    text = scripts()
    said = {words for body in text.values() for words in re.findall(r"\bt\('((?:[^'\\]|\\.)*)'", body)}
    said |= set(re.findall(r": '([^']+)'", text["words.js"]))
    return said - {"%s, %s", "language", "region"} | {"region"}


def test_the_page_speaks_the_languages_of_its_readers():
    assert interface_languages() == ("en", "ar", "az", "de", "es", "fr", "hy", "ru", "tr", "uk", "zh")


@pytest.mark.parametrize("lang", interface_languages()[1:])
def test_a_translation_has_every_word_and_every_blank(lang):
    words = words_of(lang)
    events = {kind.label for kind in load_lexicon().kinds if not kind.is_silent}
    assert said_by_the_scripts() | events <= set(words)
    assert {word for word in set(words) - events if f"'{word}'" not in "".join(scripts().values())} == set()
    assert set(words) == set(words_of("fr"))
    assert [key for key, value in words.items() if key.count("%s") != value.count("%s") or not value] == []


def test_a_language_without_translation_is_told_in_english():
    assert (interface_language("ka"), interface_language("fr-CA"), interface_language("../x")) == ("en", "fr", "en")
    assert 'lang="ar" dir="rtl"' in page(options=MapOptions(lang="ar"))
    assert 'lang="en" dir="ltr"' in page(options=MapOptions(lang="ka"))


def test_the_page_names_the_data_it_was_made_with():
    read, reports = toy.story()
    told = data(render(reports, articles=[read], basemap=toy.basemap(), title="T", data_version="00ff"))["tool"]
    assert re.fullmatch(r"geomap \S+( \S+)* \(data 00ff\)", told)


def test_the_names_that_are_told_are_the_country_s_own_and_those_of_the_page_s_languages():
    written = [
        ("Tbilissi", "fr"),
        ("Тифлис", None),
        ("თბილისი", "ka"),
        ("თbილisი", "ka"),
        ("טביליסי", "he"),
        ("Tiflis", "de"),
    ]
    names = [Name(text=text, language=language) for text, language in written]
    names += [Name(text="Tbilisian", language="en", note="demonym"), Name(text="Tiflis", note="historical")]
    report = dataclasses.replace(
        toy.story()[1][0], place=dataclasses.replace(toy.TOWN, country="GE"), names=tuple(names)
    )
    assert [(n.text, n.note) for n in told_names(report)] == [
        ("Tiflis", "historical"),
        ("თბილისი", None),
        ("Tbilissi", None),
        ("Tiflis", None),
    ]
    assert [n.text for n in told_names(dataclasses.replace(report, names=tuple(names[4:5])))] == ["טביליסי"]
