from __future__ import annotations

import dataclasses

from geomap.render.place_names import names_to_show
from geomap.types import Name
from tests.support import toy_story as toy


def test_the_names_shown_are_the_country_s_own_and_those_of_the_languages_of_the_united_nations():
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
    assert [(n.text, n.note) for n in names_to_show(report)] == [
        ("Tiflis", "historical"),
        ("თბილისი", None),
        ("Tbilissi", None),
    ]
    assert [n.text for n in names_to_show(dataclasses.replace(report, names=tuple(names[4:5])))] == ["טביליסי"]
