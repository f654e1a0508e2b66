from __future__ import annotations

import re
from importlib import resources

import pytest

from geomap.annotation.event_lexicon import load_lexicon
from geomap.map_types import MapOptions
from geomap.render.translations import INTERFACE_LANGUAGES, interface_language, page_language, translation_table
from tests.render.pages import page

ASSETS = resources.files("geomap.render").joinpath("assets")


def scripts():
    folder = resources.files("geomap.render").joinpath("assets", "js")
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def keys_of_the_scripts():
    text = scripts()
    said = {words for body in text.values() for words in re.findall(r"\bt\('((?:[^'\\]|\\.)*)'", body)}
    said |= set(re.findall(r": '([^']+)'", text["words.js"]))
    return said - {"%s, %s", "language", "region"} | {"region"}


def events():
    return {kind.label for kind in load_lexicon().kinds if not kind.is_silent}


def test_the_languages_are_english_and_those_of_the_files():
    files = sorted(file.name for file in ASSETS.joinpath("translations").iterdir())
    assert [f"{lang}.json" for lang in INTERFACE_LANGUAGES[1:]] == files
    assert tuple("en ar az de es fa fr he hy it ja ka pl pt ru tr uk zh".split()) == INTERFACE_LANGUAGES


@pytest.mark.parametrize("lang", INTERFACE_LANGUAGES[1:])
def test_a_table_has_exactly_the_strings_of_the_scripts_and_of_the_kinds_of_event(lang):
    keys, every = set(translation_table(lang)), "".join(scripts().values())
    assert keys_of_the_scripts() | events() <= keys
    assert {key for key in keys - events() if f"'{key}'" not in every} == set()


@pytest.mark.parametrize("lang", INTERFACE_LANGUAGES[1:])
def test_a_table_has_the_keys_of_every_other_in_text_and_blanks(lang):
    table = translation_table(lang)
    differing = {other: sorted(set(translation_table(other)) ^ set(table)) for other in INTERFACE_LANGUAGES[1:]}
    assert {other: keys for other, keys in differing.items() if keys} == {}
    assert [key for key, value in table.items() if key.count("%s") != value.count("%s") or not value.strip()] == []


def test_english_and_what_is_no_language_have_no_table():
    assert [translation_table(lang) for lang in ("en", "en-GB", "sw", "../x", "")] == [{}] * 5
    assert translation_table("fr-CA") == translation_table("FR") != {}


def test_a_language_without_translation_is_shown_in_english():
    assert (interface_language("sw"), interface_language("fr-CA"), interface_language("../x")) == ("en", "fr", "en")
    for lang in ("ar", "fa", "he"):
        assert f'lang="{lang}" dir="rtl"' in page(options=MapOptions(lang=lang))
    assert 'lang="en" dir="ltr"' in page(options=MapOptions(lang="sw"))


@pytest.mark.parametrize(
    ("languages", "of_page"),
    [((), "en"), (("sw", "und"), "en"), (("hy", "en", "hy"), "hy"), (("fr", "de"), "fr"), (("sw", "sw", "ka"), "ka")],
)
def test_a_page_has_the_commonest_language_of_its_articles_that_it_knows(languages, of_page):
    assert page_language(languages) == of_page
