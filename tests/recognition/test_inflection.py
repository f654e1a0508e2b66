"""From the form in a text to the name that the embedded gazetteer lists."""

import pytest

from geomap.recognition.inflection import listed_name, romanize
from geomap.text.tokens import tokenize

FORMS = {
    "ru": {
        "Степанакерта": "Степанакерт", "Лачин": "Лачин", "Москве": "Москва", "Нагорном Карабахе": "Нагорный Карабах", "Ереваном": "Ереван",
        "Свердловской области": "Свердловская область", "Санкт-Петербурге": "Санкт-Петербург", "Мехико": "Мехико", "МОСКВЕ": "МОСКВА",
    },
    "uk": {"України": "Україна", "Донецьку область": "Донецька область", "Києві": "Київ", "Львова": "Львів", "Одесою": "Одеса", "Харковом": "Харків"},
    "hy": {"Ստեփանակերտից": "Ստեփանակերտ", "Երևանում": "Երևան", "Բաքվում": "Բաքու", "Գյումրիից": "Գյումրի", "Մոսկվայում": "Մոսկվա"},
    "ka": {"თბილისში": "თბილისი", "ბათუმიდან": "ბათუმი", "ზუგდიდის": "ზუგდიდი", "სოხუმთან": "სოხუმი"},
    "az": {"Bakıda": "Bakı", "Yevlaxda": "Yevlax", "Xankəndidə": "Xankəndi", "Gəncədən": "Gəncə", "Şuşaya": "Şuşa"},
    "tr": {"Ankara": "Ankara", "Halep": "Halep", "İzmirde": "İzmir", "Diyarbakırdan": "Diyarbakır"},
    "ar": {"وبيروت": "بيروت", "والخرطوم": "الخرطوم", "للقاهرة": "القاهرة", "ببغداد": "بغداد", "دمشق": "دمشق"},
    "he": {"בירושלים": "ירושלים", "ובחיפה": "חיפה", "מבאר שבע": "באר שבע", "תל אביב": "תל אביב"},
    "de": {"Deutschlands": "Deutschland", "Frankfurt am Main": "Frankfurt am Main"},
    "pl": {"Warszawie": "Warszawa", "Krakowie": "Kraków", "Łodzi": "Łódź", "Gdańsku": "Gdańsk", "Toruniu": "Toruń", "Kijowa": "Kijów"},
    "cs": {"Praze": "Praha", "Brně": "Brno", "Plzni": "Plzeň"},
    "fi": {"Helsingissä": "Helsinki", "Turussa": "Turku", "Tampereella": "Tampere"},
    "zh": {"北京市": "北京市", "莫斯科": "莫斯科"},
    "ko": {"서울에서": "서울", "부산의": "부산"},
}  # fmt: skip


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("language", "form", "name"), [(lang, *pair) for lang, pairs in FORMS.items() for pair in pairs.items()]
)
def test_the_listed_name_of_a_form(language, form, name, gazetteer):
    words = [word.text for word in tokenize(form)]
    assert listed_name(words, form, language, gazetteer) == name


@pytest.mark.geodata
def test_a_name_in_no_gazetteer_has_none(gazetteer):
    assert listed_name(["Ыъегвцк"], "Ыъегвцк", "ru", gazetteer) is None


@pytest.mark.geodata
def test_a_foreign_name_is_found_by_its_romanization(gazetteer):
    assert listed_name(["Слау"], "Слау", "ru", gazetteer) == "Слау"
    assert listed_name(["უოლინგფორდში"], "უოლინგფორდში", "ka", gazetteer) is None
    assert listed_name(["ზაპოროჟიეში"], "ზაპოროჟიეში", "ka", gazetteer) == "ზაპოროჟიე"


@pytest.mark.parametrize(
    ("language", "name", "roman"),
    [
        ("ru", "Щёлково", "Shchyolkovo"),
        ("uk", "Запоріжжя", "Zaporizhzhia"),
        ("uk", "Єнакієве", "Yenakiieve"),
        ("bg", "Пловдив", "Plovdiv"),
        ("ka", "ზუგდიდი", "Zugdidi"),
        ("hy", "Գյումրի", "Gyumri"),
        ("hy", "Վայոց Ձոր", "Vayots Dzor"),
        ("el", "Πάτρα", "Patra"),
    ],
)
def test_romanization_by_the_national_systems(language, name, roman):
    assert romanize(name, language) == roman
