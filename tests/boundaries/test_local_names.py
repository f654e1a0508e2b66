from __future__ import annotations

import json

import pytest

from geomap.boundaries.atlas import Atlas
from geomap.boundaries.basemap import basemap
from geomap.boundaries.local_names import MENDED, LocalNames
from geomap.types import Name
from tests.support.toy_atlas import toy_layers, write_toy_atlas

ARMENIAN_STORY = {
    "gn:174982": "Armenia",
    "gn:409314": "Syunik",
    "gm:nagorno-karabakh-oblast": "Nagorno-Karabakh",
    "wof:1729889645": "Nagorno-Karabakh (approximate area held until September 2023)",
}
LAYERS = ("countries", "admin1", "admin2", "disputed")


def regions(atlas, *ids):
    layers = [atlas.layer(name) for name in LAYERS]
    return [next(layer.region(layer.by_id[key]) for layer in layers if key in layer.by_id) for key in ids]


def local(atlas, lang, *ids, names=None):
    """Return the names of regions; ``names`` are those of a gazetteer, by place id."""
    known = names or {}
    found = LocalNames(atlas=atlas, lang=lang, gazetteer_names=lambda key: known.get(key, ()))
    return found.of_regions(regions(atlas, *ids))


def named(*texts, language="ru"):
    return tuple(Name(text=text, language=language) for text in texts)


@pytest.fixture(scope="module")
def translated(tmp_path_factory) -> Atlas:
    """The toy atlas with names of Aland and of its first state in Russian."""
    layers = toy_layers()
    layers["countries"][0] |= {"names": json.dumps({"en": "Aland", "ru": "Аланд (страна)"})}
    layers["admin1"][0] |= {"names": json.dumps({"en": "Georgia State", "ru": "Штат Джорджия", "zh-Hant": "喬治亞"})}
    layers["disputed"][0] |= {"names": json.dumps({"ru": "Марки"})}
    layers["disputed"][1] |= {"name": "Marches (the greater ones)"}
    return Atlas(write_toy_atlas(tmp_path_factory.mktemp("translated"), **layers))


def test_a_region_has_its_name_in_the_language_without_a_qualification(translated):
    assert local(translated, "ru", "gn:1", "gn:11", "gn:2") == {"gn:1": "Аланд", "gn:11": "Штат Джорджия"}
    assert local(translated, "ru-RU", "gn:11") == {"gn:11": "Штат Джорджия"}
    assert local(translated, "zh-Hant", "gn:11") == {"gn:11": "喬治亞"}


def test_in_english_a_region_has_its_own_name(translated):
    assert local(translated, "en", "gn:1", "gn:11") == {}
    assert local(translated, "en-GB", "gn:1", "gn:11") == {}


def test_areas_of_one_dispute_share_the_names_of_the_area(translated):
    assert local(translated, "ru", "gm:inner", "gm:outer") == {"gm:inner": "Марки", "gm:outer": "Марки"}


def test_what_the_atlas_does_not_name_has_the_gazetteers_name(translated):
    assert local(translated, "ru", "gn:25", names={"gn:25": named("Орр")}) == {"gn:25": "Орр"}
    assert local(translated, "hy", "gn:25", names={"gn:25": named("Орр")}) == {}


def test_of_several_names_of_the_gazetteer_only_one_in_all_others_is_taken(translated):
    assert local(translated, "ru", "gn:25", names={"gn:25": named("Республика Орр", "Орр")}) == {"gn:25": "Орр"}
    assert local(translated, "ru", "gn:25", names={"gn:25": named("Орр", "Цхинвал")}) == {}


def test_the_labels_of_the_basemap_have_the_same_names(translated):
    labels = basemap(translated, (0, 0, 4, 10), lang="ru").labels
    assert [(label.kind, label.text) for label in labels] == [("admin1", "Штат Джорджия"), ("country", "Аланд")]
    others = {"gn:1": named("Ալանդ", language="hy")}
    labels = basemap(translated, (0, 0, 4, 10), lang="hy", gazetteer_names=lambda key: others.get(key, ())).labels
    assert [(label.kind, label.text) for label in labels] == [("admin1", "Georgia State"), ("country", "Ալանդ")]


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("ru", ["Армения", "Сюникская область", "Нагорный Карабах"]),
        ("ar", ["أرمينيا", "محافظة سيونيك", "ناغورني قره باغ"]),
        ("he", ["ארמניה", "סיוניק", "נגורנו קרבאך"]),
        ("zh", ["亚美尼亚", "休尼克省", "纳戈尔诺-卡拉巴赫"]),
    ],
)
def test_the_regions_of_an_armenian_story_are_named_in_its_language(atlas, lang, names):
    assert local(atlas, lang, *ARMENIAN_STORY) == dict(zip(ARMENIAN_STORY, [*names, names[-1]], strict=True))


@pytest.mark.geodata
def test_the_regions_of_an_armenian_story_are_named_in_armenian_by_the_gazetteer(atlas, gazetteer):
    from geomap.gazetteer.protocol import names_by_id

    found = LocalNames(atlas=atlas, lang="hy", gazetteer_names=names_by_id(gazetteer))
    assert found.of_regions(regions(atlas, *ARMENIAN_STORY)) == dict(
        zip(ARMENIAN_STORY, ["Հայաստան", "Սյունիք", "Լեռնային Ղարաբաղ", "Լեռնային Ղարաբաղ"], strict=True)
    )


@pytest.mark.geodata
def test_a_name_of_both_sides_is_not_replaced_by_one(atlas):
    assert local(atlas, "ru", "gn:409421") == {}
    for lang in ("en", "ru"):
        texts = [label.text for label in basemap(atlas, (46.6, 39.7, 46.9, 39.9), lang=lang).labels]
        assert "Stepanakert / Xankəndi" in texts


@pytest.mark.geodata
def test_no_name_takes_the_side_of_one_party(atlas):
    crimea, taiwan, palestine = "ne:B89", "gm:dispute-tw", "gn:6254930"
    assert local(atlas, "ru", crimea, taiwan, palestine) == {crimea: "Крым", taiwan: "Тайвань", palestine: "Палестина"}
    assert local(atlas, "zh", taiwan, "gn:1668284") == {taiwan: "台湾", "gn:1668284": "台湾"}
    assert local(atlas, "he", palestine) == {palestine: "פלסטין"}


@pytest.mark.geodata
def test_the_spratly_islands_are_not_named_as_wake_island(atlas):
    assert local(atlas, "ru", "ne:1159321165") == {}


@pytest.mark.geodata
def test_every_mended_name_differs_from_the_atlas(atlas):
    layer = atlas.layer("countries")
    rows = {row["iso"]: json.loads(row["names"]) for row in map(layer.row, layer.by_id.values()) if row["iso"]}
    assert [(iso, lang) for iso, names in MENDED.items() for lang in names if rows[iso].get(lang) == names[lang]] == []
