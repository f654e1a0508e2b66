"""Facilities that the gazetteer lists and the network does not mark."""

import pytest

from geomap.gazetteer.store import FileGazetteer
from geomap.gazetteer.writer import Entry, build_gazetteer
from geomap.recognition.facilities import facility_spans
from geomap.text.tokens import tokenize
from geomap.types import Name, Place

SITES = {
    "Orr Valley Hospital": "site",
    "St. Elan's Hospital": "site",
    "University of Orr Hospital": "site",
    "Tarn Bridge": "site",
    "Palais des Tarns": "site",
    "University of Orr": "site",
    "Lake Park": "settlement",
}


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    path = tmp_path_factory.mktemp("facilities") / "gazetteer.bin"
    entries = [
        Entry(place=Place(id=f"gn:{i}", name=name, kind=kind, lon=0, lat=0), names=(Name(text=f"{name} Annexe"),))
        for i, (name, kind) in enumerate(SITES.items())
    ]
    build_gazetteer(path, entries)
    with FileGazetteer(path) as opened:
        yield opened


def facilities(text, gazetteer, *taken):
    words = tokenize(text)
    spans = [
        (i, i + len(tokenize(name)))
        for name in taken
        for i in range(len(words))
        if text[words[i].start :].startswith(name)
    ]
    return [text[words[a].start : words[b - 1].end] for a, b in facility_spans(text, words, spans, gazetteer=gazetteer)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He was taken to Orr Valley Hospital on Monday.", ["Orr Valley Hospital"]),
        ("Doctors at St. Elan's Hospital and on Tarn Bridge.", ["St. Elan's Hospital", "Tarn Bridge"]),
        ("In the University of Orr Hospital it was quiet.", ["University of Orr Hospital"]),
        ("Monday Orr Valley Hospital", ["Orr Valley Hospital"]),
        ("Talks at the Palais des Tarns failed.", ["Palais des Tarns"]),
        ("At the University of Orr and at the Palais de Orr.", ["University of Orr"]),
        ("The Palais\n\ndes Tarns", []),
        ("He crossed the Tarn bridge.", []),  # a bridge, not its name
        ("The Hospital was closed, and Elan Hospital too.", []),  # none of these is listed
        ("They met in Lake Park.", []),  # a town
        ("Orr, Valley Hospital", []),
    ],
)
def test_the_whole_name_of_a_site_is_found(gazetteer, text, found):
    assert facilities(text, gazetteer) == found


def test_what_the_network_marks_is_left_to_it(gazetteer):
    assert facilities("He was at Orr Valley Hospital.", gazetteer, "Orr Valley Hospital") == []
    assert facilities("He was at Orr Valley Hospital.", gazetteer, "Orr") == []
    assert facilities("In Orr he was on Tarn Bridge.", gazetteer, "Orr") == ["Tarn Bridge"]
