"""In a language that no network reads only the certain names are shown."""

import pytest

from geomap.recognition.certain_names import certain_names

pytestmark = pytest.mark.geodata


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Watu kumi walikufa Nairobi na Mombasa, serikali ya Kenya imesema.", ["Nairobi", "Mombasa", "Kenya"]),
        ("Man alisema Ende na Victoria walikuja jana.", []),
        ("Kenya ni nchi. Habari kenya sana.", []),
        ("", []),
    ],
)
def test_countries_and_great_cities_only(text, names, gazetteer):
    found = certain_names(text, language="sw", gazetteer=gazetteer)
    assert [m.text for m in found] == names
    assert [text[m.start : m.end] for m in found] == names
