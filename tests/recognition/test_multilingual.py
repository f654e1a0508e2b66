"""What the multilingual recognizer finds in made-up sentences, by the shipped network and the embedded gazetteer."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomap.errors import GeodataError
from geomap.recognition.multilingual import generic_words, multilingual_names
from geomap.recognition.multilingual_model import MultilingualModel

pytestmark = pytest.mark.geodata


@pytest.fixture
def find(multilingual, gazetteer):
    def found(text, language):
        return multilingual_names(text, language=language, model=multilingual, gazetteer=gazetteer)

    return found


SENTENCES = {
    "ru": ("Пожар в Гюмри потушили к утру. Мэр Андрей Волгин приехал из Еревана.", ["Гюмри", "Еревана>Ереван"]),
    "uk": ("У Харкові та Одесі вночі лунали вибухи.", ["Харкові>Харків", "Одесі>Одеса"]),
    "hy": ("Գյումրիում հրդեհ է բռնկվել, Երևանից օգնություն է մեկնել։", ["Գյումրիում>Գյումրի", "Երևանից>Երևան"]),
    "az": ("Bakıda və Gəncədə güclü külək əsdi.", ["Bakıda>Bakı", "Gəncədə>Gəncə"]),
    "ka": ("თბილისში და ბათუმში წვიმა მოვიდა.", ["თბილისში>თბილისი", "ბათუმში>ბათუმი"]),
    "tr": ("Yangın İzmir'de çıktı, Ankara'dan ekip gönderildi.", ["İzmir", "Ankara"]),
    "ar": ("اندلع حريق في دمشق وبيروت مساء السبت.", ["دمشق", "وبيروت>بيروت"]),
    "fa": ("آتش‌سوزی در تهران و مشهد دو زخمی داشت.", ["تهران", "مشهد"]),
    "he": ("שריפה פרצה בירושלים, וכוחות הגיעו מחיפה.", ["בירושלים>ירושלים", "מחיפה>חיפה"]),
    "fr": ("Un incendie a détruit une ferme près de Nantes.", ["Nantes"]),
    "es": ("Un incendio destruyó una casa en Sevilla.", ["Sevilla"]),
    "de": ("Ein Brand hat in Köln ein Haus zerstört.", ["Köln"]),
    "pt": ("Um incêndio destruiu uma casa em Coimbra.", ["Coimbra"]),
    "it": ("Un incendio ha distrutto una casa a Bologna.", ["Bologna"]),
    "pl": ("Pożar zniszczył dom w Krakowie, pomoc przyjechała z Warszawy.", ["Krakowie>Kraków", "Warszawy>Warszawa"]),
    "zh": ("上海和南京昨天下了大雨。", ["上海", "南京"]),
    "ja": ("大阪と京都で昨日大雨が降った。", ["大阪", "京都"]),
    "ko": ("서울에서 화재가 발생했다.", ["서울에서>서울"]),
}


@pytest.mark.parametrize("language", SENTENCES)
def test_literal_toponyms_with_their_listed_names(language, find):
    text, expected = SENTENCES[language]
    found = find(text, language)
    assert [m.text + (f">{m.antecedent}" if m.antecedent else "") for m in found] == expected
    assert [(text[m.start : m.end], m.kind) for m in found] == [(m.text, "literal") for m in found]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("ru", "Москва призвала стороны к переговорам.", ["Москва"]),
        ("ru", "Пожар потушили, сообщил турецкий министр.", []),
        ("de", "Paris hat Berlin scharf kritisiert.", ["Paris", "Berlin"]),
        ("zh", "北京呼吁各方保持克制。", ["北京"]),
    ],
)
def test_governments_and_adjectives_are_no_pins(language, text, names, find):
    assert [(m.text, m.kind) for m in find(text, language)] == [(name, "associative") for name in names]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Man sprach am Ende mit allen, und das Essen war gut."),
        ("es", "Cuando llegó la noche, todos se fueron a casa."),
        ("ru", "Республика получит новые станки, сообщило министерство."),
        ("tr", "Çay ve kahve fiyatları yeniden arttı."),
    ],
)
def test_common_words_are_no_toponyms(language, text, find):
    assert find(text, language) == ()


def test_codes_of_two_letters_and_generic_words_name_no_place(find):
    assert generic_words("ru").fullmatch("республики")
    assert not generic_words("ru").fullmatch("гори")
    assert generic_words("sw") is None
    assert [m.text for m in find("Die EU und die UN haben in Genf getagt.", "de")] == ["Genf"]


def test_no_name_goes_on_behind_the_end_of_a_line(find):
    text = "Пожар в Гюмри\n\nЕреван отправил помощь в Гюмри."
    assert [m.text for m in find(text, "ru")] == ["Гюмри", "Ереван", "Гюмри"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.sampled_from(["ru", "zh", "he", "tr", "ja", "th"]))
def test_any_text_at_all_can_be_read(find, text, language):
    text = f"{text} Москва 北京 ירושלים {text}"
    found = find(text, language)
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_names_side_by_side_do_not_overlap(find):
    text = "Im Sudan liegen El Fascher El Geneina Port Sudan Nord-Darfur El Obeid Kassala nahe beieinander."
    found = find(text, "de")
    assert [m.text for m in found] == ["Sudan", "El Fascher", "El Geneina", "Port Sudan", "Kassala"]
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize("broken", ["network", "pieces", "embeddings", "lexicon", "english_lexicon"])
def test_a_missing_file_is_one_line(tmp_path, multilingual_files, broken):
    missing = multilingual_files | {broken: tmp_path / "none"}
    with pytest.raises(
        GeodataError, match=r"^[^\n]+the recogniser cannot be opened, its files are missing or damaged[^\n]+$"
    ):
        MultilingualModel(**missing)
