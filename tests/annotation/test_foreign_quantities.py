from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.annotation.quantities import find_quantities
from geomap.types import Quantity

TEN = ["ar", "az", "de", "es", "fa", "fr", "hy", "ru", "tr", "uk"]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("ru", "около 1 200 человек", ("около 1 200 человек", 1200.0, None, "человек", True)),
        ("ru", "более 200 мирных жителей", ("более 200 мирных жителей", 200.0, None, "мирных жителей", True)),
        ("ru", "5 млн долларов", ("5 млн долларов", 5000000.0, None, "долларов", False)),
        ("ru", "20–30 домов сгорели", ("20–30 домов", 20.0, 30.0, "домов", False)),
        ("ru", "от 20 до 30 домов", ("от 20 до 30 домов", 20.0, 30.0, "домов", False)),
        ("ru", "3 марта 2023 года люди", None),
        ("ru", "пять домов", ("пять домов", 5.0, None, "домов", False)),
        ("ru", "35% избирателей", ("35%", 35.0, None, "percent", False)),
        ("ru", "1,5 тыс. человек", ("1,5 тыс. человек", 1500.0, None, "человек", False)),
        ("ru", "20-летний мужчина", None),
        ("ru", "в 2023 людей", None),
        ("ru", "Т-72 танк", None),
        ("ru", "в 10:30 человек", None),
        ("ru", "до 50 тонн муки", ("до 50 тонн", 50.0, None, "тонн", True)),
        ("ru", "через 3 года", None),
        ("ru", "$5 млн", ("$5 млн", 5000000.0, None, "$", False)),
        ("ru", "1 234 567 жителей", ("1 234 567 жителей", 1234567.0, None, "жителей", False)),
        ("ru", "не менее двух солдат", ("не менее двух солдат", 2.0, None, "солдат", True)),
        ("ru", "двадцать человек", ("двадцать человек", 20.0, None, "человек", False)),
        ("ru", "более чем 2023 человек", ("более чем 2023 человек", 2023.0, None, "человек", True)),
        ("uk", "понад 120 000 людей", ("понад 120 000 людей", 120000.0, None, "людей", True)),
        ("uk", "п'ять будинків", ("п'ять будинків", 5.0, None, "будинків", False)),
        ("uk", "1,5 млн гривень", ("1,5 млн гривень", 1500000.0, None, "гривень", False)),
        ("uk", "близько 30 осіб", ("близько 30 осіб", 30.0, None, "осіб", True)),
        ("uk", "3 березня люди", None),
        ("uk", "двадцять людей", ("двадцять людей", 20.0, None, "людей", False)),
        ("hy", "մոտ 1 200 մարդ", ("մոտ 1 200 մարդ", 1200.0, None, "մարդ", True)),
        ("hy", "100-ից ավելի շինություն", ("100-ից ավելի շինություն", 100.0, None, "շինություն", True)),
        ("hy", "երեք տուն", ("երեք տուն", 3.0, None, "տուն", False)),
        ("hy", "50 տոննա", ("50 տոննա", 50.0, None, "տոննա", False)),
        ("hy", "2023 թ. մարդ", None),
        ("hy", "35 տոկոս", ("35 տոկոս", 35.0, None, "percent", False)),
        ("hy", "25 տարեկան մարդ", None),
        ("az", "100-dən çox ev", ("100-dən çox ev", 100.0, None, "ev", True)),
        ("az", "1 200 nəfər", ("1 200 nəfər", 1200.0, None, "nəfər", False)),
        ("az", "beş nəfər", ("beş nəfər", 5.0, None, "nəfər", False)),
        ("az", "təxminən 50 ton un", ("təxminən 50 ton", 50.0, None, "ton", True)),
        ("az", "3 martda nəfər", None),
        ("az", "35 faiz", ("35 faiz", 35.0, None, "percent", False)),
        ("az", "25 yaşlı kişi", None),
        ("tr", "100'den fazla kişi", ("100'den fazla kişi", 100.0, None, "kişi", True)),
        ("tr", "1.200 kişi", ("1.200 kişi", 1200.0, None, "kişi", False)),
        ("tr", "yaklaşık 1,5 milyon insan", ("yaklaşık 1,5 milyon insan", 1500000.0, None, "insan", True)),
        ("tr", "yüzde 50", ("yüzde 50", 50.0, None, "percent", False)),
        ("tr", "%35", ("%35", 35.0, None, "percent", False)),
        ("tr", "beş ev", ("beş ev", 5.0, None, "ev", False)),
        ("tr", "2023'te kişi", None),
        ("tr", "25 yaşındaki kadın", None),
        ("tr", "yirmi asker", ("yirmi asker", 20.0, None, "asker", False)),
        ("ar", "نحو 1,200 شخص", ("نحو 1,200 شخص", 1200.0, None, "شخص", True)),
        ("ar", "٢٠٠ منزل", ("٢٠٠ منزل", 200.0, None, "منزل", False)),
        ("ar", "أكثر من ثلاثة آلاف شخص", ("أكثر من ثلاثة آلاف شخص", 3000.0, None, "شخص", True)),
        ("ar", "خمسة جنود", ("خمسة جنود", 5.0, None, "جنود", False)),
        ("ar", "5 ملايين دولار", ("5 ملايين دولار", 5000000.0, None, "دولار", False)),
        ("ar", "35 في المئة", ("35 في المئة", 35.0, None, "percent", False)),
        ("ar", "20 شخصا على الأقل", ("20 شخصا على الأقل", 20.0, None, "شخصا", True)),
        ("ar", "بين 20 و30 منزلا", ("بين 20 و30 منزلا", 20.0, 30.0, "منزلا", False)),
        ("ar", "كوفيد-19 شخص", None),
        ("ar", "في 3 مارس أشخاص", None),
        ("fa", "حدود ۱۲۰۰ نفر", ("حدود ۱۲۰۰ نفر", 1200.0, None, "نفر", True)),
        ("fa", "بیش از ۳۰ خانه", ("بیش از ۳۰ خانه", 30.0, None, "خانه", True)),
        ("fa", "۵ میلیون دلار", ("۵ میلیون دلار", 5000000.0, None, "دلار", False)),
        ("fa", "سه سرباز", ("سه سرباز", 3.0, None, "سرباز", False)),
        ("fa", "۲۰ تا ۳۰ نفر", ("۲۰ تا ۳۰ نفر", 20.0, 30.0, "نفر", False)),
        ("fa", "۳ مارس نفر", None),
        ("fa", "۳۵ درصد", ("۳۵ درصد", 35.0, None, "percent", False)),
        ("fa", "۲۵ ساله مرد", None),
        ("fr", "environ 1 200 personnes", ("environ 1 200 personnes", 1200.0, None, "personnes", True)),
        ("fr", "plus de 200 civils", ("plus de 200 civils", 200.0, None, "civils", True)),
        ("fr", "3 millions de personnes", ("3 millions de personnes", 3000000.0, None, "personnes", False)),
        ("fr", "20 à 30 maisons", ("20 à 30 maisons", 20.0, 30.0, "maisons", False)),
        ("fr", "35 % des voix", ("35 %", 35.0, None, "percent", False)),
        ("fr", "un homme", None),
        ("fr", "les deux gouvernements", None),
        ("fr", "5 millions d'euros", ("5 millions d'euros", 5000000.0, None, "euros", False)),
        ("fr", "1.200,5 km", ("1.200,5 km", 1200.5, None, "km", False)),
        ("fr", "en 2020 personnes", None),
        ("fr", "12,5 tonnes", ("12,5 tonnes", 12.5, None, "tonnes", False)),
        ("fr", "19h30 personnes", None),
        ("es", "unas 1.200 personas", ("unas 1.200 personas", 1200.0, None, "personas", True)),
        ("es", "más de 200 casas", ("más de 200 casas", 200.0, None, "casas", True)),
        ("es", "3 millones de personas", ("3 millones de personas", 3000000.0, None, "personas", False)),
        ("es", "1,200 personas", ("1,200 personas", 1200.0, None, "personas", False)),
        ("es", "entre 20 y 30 viviendas", ("entre 20 y 30 viviendas", 20.0, 30.0, "viviendas", False)),
        ("es", "35 por ciento", ("35 por ciento", 35.0, None, "percent", False)),
        ("es", "cinco soldados", ("cinco soldados", 5.0, None, "soldados", False)),
        ("es", "las dos casas", None),
        ("es", "5 millones de dólares", ("5 millones de dólares", 5000000.0, None, "dólares", False)),
        ("es", "12,5 toneladas", ("12,5 toneladas", 12.5, None, "toneladas", False)),
        ("es", "1.200.000 habitantes", ("1.200.000 habitantes", 1200000.0, None, "habitantes", False)),
        ("de", "rund 1.200 Menschen", ("rund 1.200 Menschen", 1200.0, None, "Menschen", True)),
        ("de", "mehr als 200 Häuser", ("mehr als 200 Häuser", 200.0, None, "Häuser", True)),
        ("de", "1,5 Mio. Euro", ("1,5 Mio. Euro", 1500000.0, None, "Euro", False)),
        ("de", "20 bis 30 Häuser", ("20 bis 30 Häuser", 20.0, 30.0, "Häuser", False)),
        ("de", "35 Prozent", ("35 Prozent", 35.0, None, "percent", False)),
        ("de", "drei Soldaten", ("drei Soldaten", 3.0, None, "Soldaten", False)),
        ("de", "die zwei Häuser", None),
        ("de", "20-jähriger Mann", None),
        ("de", "120.000 Menschen", ("120.000 Menschen", 120000.0, None, "Menschen", False)),
        ("de", "am 3. März Menschen", None),
        ("de", "12,5 Tonnen", ("12,5 Tonnen", 12.5, None, "Tonnen", False)),
        ("de", "am 19.9.2023 Menschen", None),
        ("de", "1.20 Menschen", None),
    ],
)  # fmt: skip
def test_a_quantity(language: str, sentence: str, expected: tuple[str, float, float | None, str, bool] | None) -> None:
    found = [(q.text, q.value, q.upper, q.unit, q.is_approximate) for q in find_quantities(sentence, language=language)]
    assert found == ([expected] if expected else [])


def test_quantities_come_in_text_order() -> None:
    sentence = "Около 1 200 человек и пять автобусов прибыли 3 марта 2023 года, доставив 50 тонн муки."
    assert list(find_quantities(sentence, language="ru")) == [
        Quantity(text="Около 1 200 человек", value=1200.0, unit="человек", is_approximate=True),
        Quantity(text="пять автобусов", value=5.0, unit="автобусов"),
        Quantity(text="50 тонн", value=50.0, unit="тонн"),
    ]


def test_separators_are_those_of_the_language() -> None:
    def value(sentence: str, language: str) -> list[float]:
        return [q.value for q in find_quantities(sentence, language=language)]

    assert value("1.200,5 Tonnen", "de") == [1200.5]
    assert value("1,5 Tonnen", "de") == [1.5]
    assert value("1,200 شخص", "ar") == [1200.0]
    assert value("١٬٢٠٠ شخص", "ar") == [1200.0]
    assert value("١٢٫٥ طن", "ar") == [12.5]
    assert value("1,200 personas", "es") == value("1.200 personas", "es") == [1200.0]
    assert value("1\u00a0200 personnes", "fr") == value("1\u202f200 personnes", "fr") == [1200.0]
    assert value("12.000 kişi", "tr") == [12000.0]


def test_without_a_table_there_are_no_quantities() -> None:
    assert list(find_quantities("200 mensen, 200 people", language="nl")) == []
    assert list(find_quantities("200 people", language="pl")) == []


@given(st.text(alphabet="0123456789,.-–$% тысячлюдейдо от\u00a0²", max_size=120), st.sampled_from(TEN))
def test_any_text_is_read_without_a_crash(sentence: str, language: str) -> None:
    found = find_quantities(sentence, language=language)
    assert [q for q in found if not q.unit or (q.upper or q.value + 1) <= q.value] == []


@given(st.text(max_size=120), st.sampled_from(TEN))
def test_any_characters_are_read_without_a_crash(sentence: str, language: str) -> None:
    assert [q for q in find_quantities(f"20 {sentence} 30 %", language=language) if not q.text] == []
