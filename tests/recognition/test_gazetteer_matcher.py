"""Toponyms of articles in other languages, by the names of the embedded gazetteer. The sentences are made up."""

import pytest

from geomap.recognition.gazetteer_matcher import gazetteer_names

pytestmark = pytest.mark.geodata

ARTICLES = {
    "ru": (
        """Колонна вышла из Степанакерта в Лачин. Президент России Владимир Путин говорил в Москве о Нагорном Карабахе.
        Встреча прошла в Свердловской области и в Санкт-Петербурге.""",
        [
            ("Степанакерта", "Степанакерт"),
            ("Лачин", None),
            ("России", None),
            ("Москве", "Москва"),
            ("Нагорном Карабахе", "Нагорный Карабах"),
            ("Свердловской области", "Свердловская область"),
            ("Санкт-Петербурге", "Санкт-Петербург"),
        ],
    ),
    "uk": (
        "Міністр України відвідав Харків, Донецьку область і Херсон. У Києві чекали.",
        [
            ("України", "Україна"),
            ("Харків", None),
            ("Донецьку область", "Донецька область"),
            ("Херсон", None),
            ("Києві", "Київ"),
        ],
    ),
    "hy": (
        "Ստեփանակերտից մեկնեցին Գորիս։ Երևանում և Բաքվում սպասեցին։",
        [("Ստեփանակերտից", "Ստեփանակերտ"), ("Գորիս", None), ("Երևանում", "Երևան"), ("Բաքվում", "Բաքու")],
    ),
    "az": (
        "Bakıda bildirilib ki, görüş Yevlaxda və Xankəndidə keçirilib.",
        [("Bakıda", "Bakı"), ("Yevlaxda", "Yevlax"), ("Xankəndidə", "Xankəndi")],
    ),
    "tr": ("Ankara'da konuştu; İstanbul ve Halep bekledi.", [("Ankara", None), ("İstanbul", None), ("Halep", None)]),
    "ar": (
        "وصلت القافلة إلى رفح وبيروت ثم دمشق والخرطوم.",
        [("رفح", None), ("وبيروت", "بيروت"), ("دمشق", None), ("والخرطوم", "الخرطوم")],
    ),
    "fr": ("La ministre est arrivée à Beyrouth, au Liban.", [("Beyrouth", None), ("Liban", None)]),
    "es": ("El ministro viajó de España a la Ciudad de México.", [("España", None), ("Ciudad de México", None)]),
    "de": (
        "Die Ministerin reiste auf Deutschlands Wunsch von Köln nach Frankfurt am Main.",
        [("Deutschlands", "Deutschland"), ("Köln", None), ("Frankfurt am Main", None)],
    ),
}


@pytest.mark.parametrize("language", ARTICLES)
def test_names_are_found_with_and_without_case_endings(language, gazetteer):
    text, expected = ARTICLES[language]
    found = gazetteer_names(text, language=language, gazetteer=gazetteer)
    assert [(m.text, m.antecedent) for m in found] == expected
    assert all(text[m.start : m.end] == m.text for m in found)


def test_a_town_that_is_part_of_a_persons_name_is_left_out(gazetteer):
    assert gazetteer_names("Там был Владимир Петров.", language="ru", gazetteer=gazetteer) == ()
