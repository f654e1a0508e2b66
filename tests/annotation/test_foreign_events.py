from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.annotation.event_lexicon import load_lexicon
from geomap.annotation.events import event_of
from geomap.errors import LexiconError
from geomap.types import Event

TEN = ["ar", "az", "de", "es", "fa", "fr", "hy", "ru", "tr", "uk"]


@pytest.mark.parametrize(
    ("language", "sentence", "kind", "cue"),
    [
        ("ru", "Ночью начались обстрелы города.", "fighting", "обстрелы"),
        ("ru", "В городе прошёл митинг.", "protest", "митинг"),
        ("ru", "Пожар уничтожил три дома.", "fire", "Пожар"),
        ("ru", "Землетрясение произошло ночью.", "disaster", "Землетрясение"),
        ("ru", "Полиция задержала троих.", "crime", "задержала"),
        ("ru", "Обстрелов не было.", None, None),
        ("ru", "Без обстрелов прошла ночь.", None, None),
        ("ru", "Тысячи беженцев покинули дома.", "displacement", "беженцев"),
        ("ru", "Угроза наводнения сохраняется.", None, None),
        ("ru", "Открылся новый клуб Пожар в центре.", None, None),
        ("ru", "Сборная выиграла матч после штурма ворот.", None, None),
        ("ru", "Парламентские выборы прошли спокойно.", "politics", "выборы"),
        ("uk", "Вночі росіяни обстріляли місто.", "fighting", "обстріляли"),
        ("uk", "Пожежа знищила будинок.", "fire", "Пожежа"),
        ("uk", "У місті відбувся мітинг.", "protest", "мітинг"),
        ("uk", "Перемир'я тривало годину.", "disarmament", "Перемир'я"),
        ("uk", "Паводок затопив села.", "weather", "Паводок"),
        ("uk", "Вибухів не було.", None, None),
        ("uk", "Загроза повені зберігається.", None, None),
        ("uk", "Тисячі біженців прибули до Львова.", "displacement", "біженців"),
        ("hy", "Քաղաքը գնդակոծվել է։", "fighting", "գնդակոծվել"),
        ("hy", "Երկրաշարժ է տեղի ունեցել։", "disaster", "Երկրաշարժ"),
        ("hy", "Հրդեհը մարվել է։", "fire", "Հրդեհը"),
        ("hy", "Հրադադարը պահպանվում է։", "disarmament", "Հրադադարը"),
        ("hy", "Ոստիկանները ձերբակալել են երկու մարդու։", "crime", "ձերբակալել"),
        ("hy", "Գյուղում հրդեհ չի եղել։", None, None),
        ("hy", "Փախստականները հասան Գորիս։", "displacement", "Փախստականները"),
        ("hy", "Ջրհեղեղի վտանգ կա։", None, None),
        ("az", "Kənd atəşə tutulub.", "fighting", "atəşə tutulub"),
        ("az", "Zəlzələ baş verib.", "disaster", "Zəlzələ"),
        ("az", "Yanğın söndürülüb.", "fire", "Yanğın"),
        ("az", "Atəşkəs elan edilib.", "disarmament", "Atəşkəs"),
        ("az", "Etiraz aksiyası keçirilib.", "protest", "Etiraz"),
        ("az", "Yanğın qeydə alınmayıb.", None, None),
        ("az", "Baş nazirin müavini gəldi.", None, None),
        ("az", "Daşqın təhlükəsi var.", None, None),
        ("az", "Qaçqınlar qayıtdı.", "displacement", "Qaçqınlar"),
        ("tr", "Kentte çatışma çıktı.", "fighting", "çatışma"),
        ("tr", "İstanbul'da deprem oldu.", "disaster", "deprem"),
        ("tr", "Orman yangını büyüyor.", "fire", "Orman yangını"),
        ("tr", "Ateşkes ilan edildi.", "disarmament", "Ateşkes"),
        ("tr", "Mülteciler sınırı geçti.", "displacement", "Mülteciler"),
        ("tr", "Bölgede çatışma yaşanmadı.", None, None),
        ("tr", "Belediye başkan yardımcısı geldi.", None, None),
        ("tr", "Sel riski sürüyor.", None, None),
        ("tr", "İşçiler grev yaptı.", "protest", "grev"),
        ("ar", "اندلعت اشتباكات في المدينة.", "fighting", "اشتباكات"),
        ("ar", "ضرب زلزال المنطقة.", "disaster", "زلزال"),
        ("ar", "والزلزال ضرب المدينة", "disaster", "والزلزال"),
        ("ar", "نزح النازحون إلى الشمال.", "displacement", "النازحون"),
        ("ar", "بدأت المفاوضات أمس.", "talks", "المفاوضات"),
        ("ar", "لم تقع اشتباكات في المدينة.", None, None),
        ("ar", "التهم الحريق المنازل.", "fire", "الحريق"),
        ("ar", "خطر الزلزال قائم.", None, None),
        ("ar", "فيلم عن الحريق.", None, None),
        ("fa", "درگیری در شهر آغاز شد.", "fighting", "درگیری"),
        ("fa", "زلزله شهر را لرزاند.", "disaster", "زلزله"),
        ("fa", "آتش\u200cسوزی جنگل ادامه دارد.", "fire", "آتش\u200cسوزی"),
        ("fa", "پناهندگان به مرز رسیدند.", "displacement", "پناهندگان"),
        ("fa", "سیل روستا را فرا گرفت.", "weather", "سیل"),
        ("fa", "درگیری رخ نداد.", None, None),
        ("fa", "خطر سیل وجود دارد.", None, None),
        ("fa", "معترضان به خیابان آمدند.", "protest", "معترضان"),
        ("fr", "Des combats ont éclaté près de la ville.", "fighting", "combats"),
        ("fr", "Un incendie a détruit trois maisons.", "fire", "incendie"),
        ("fr", "Le séisme a été ressenti.", "disaster", "séisme"),
        ("fr", "Les réfugiés sont arrivés.", "displacement", "réfugiés"),
        ("fr", "La grève continue.", "protest", "grève"),
        ("fr", "Il n'y a pas eu d'explosion.", None, None),
        ("fr", "L'explosion a détruit un pont.", "attack", "explosion"),
        ("fr", "La menace d'une épidémie persiste.", None, None),
        ("fr", "Il habite près du Théâtre Incendie.", None, None),
        ("fr", "La grève de la faim continue.", "protest", "grève de la faim"),
        ("es", "Los combates continúan.", "fighting", "combates"),
        ("es", "Un terremoto sacudió la ciudad.", "disaster", "terremoto"),
        ("es", "El incendio arrasó el bosque.", "fire", "incendio"),
        ("es", "Miles de refugiados llegaron.", "displacement", "refugiados"),
        ("es", "Los vecinos protestaron; la protesta duró horas.", "protest", "protestaron"),
        ("es", "No hubo combates en la ciudad.", None, None),
        ("es", "Teherán y Santo Domingo.", None, None),
        ("es", "Hay riesgo de inundaciones.", None, None),
        ("es", "Sin incendios en la zona.", None, None),
        ("es", "La avalancha de críticas sigue.", None, None),
        ("de", "In der Stadt gab es Kämpfe.", "fighting", "Kämpfe"),
        ("de", "Ein Erdbeben erschütterte die Region.", "disaster", "Erdbeben"),
        ("de", "Der Waldbrand breitet sich aus.", "fire", "Waldbrand"),
        ("de", "Tausende Flüchtlinge kamen an.", "displacement", "Flüchtlinge"),
        ("de", "Die Polizei hat zwei Männer festgenommen.", "crime", "festgenommen"),
        ("de", "Es gab keine Kämpfe.", None, None),
        ("de", "Kämpfe gab es nicht.", None, None),
        ("de", "Es droht ein Hochwasser.", None, None),
        ("de", "Die Brandenburger feiern.", None, None),
        ("de", "Nach der Explosion der Preise sparen alle.", None, None),
    ],
)  # fmt: skip
def test_an_event(language: str, sentence: str, kind: str | None, cue: str | None) -> None:
    found = event_of(sentence, lexicon=load_lexicon(), language=language)
    assert (found.kind if found else None, found.cue if found else None) == (kind, cue)


@pytest.mark.parametrize("language", TEN)
def test_every_kind_has_words_in_ten_languages(language: str) -> None:
    few = {
        kind.key: kind.foreign[language].words
        for kind in load_lexicon().kinds
        if len(kind.foreign[language].words) < (3 if kind.is_silent else 6)
    }
    assert few == {}


def test_words_count_only_in_their_language() -> None:
    lexicon = load_lexicon()
    assert event_of("Ein Erdbeben und ein Waldbrand", lexicon=lexicon) is None
    assert event_of("A wildfire burned near the village.", lexicon=lexicon, language="de") is None
    assert event_of("A wildfire burned near the village.", lexicon=lexicon, language="und") is None
    assert event_of("Ein Erdbeben", lexicon=lexicon, language="de") == Event(
        kind="disaster", label="Disaster", cue="Erdbeben", icon="disaster"
    )


def test_a_newsroom_adds_words_of_a_language(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[fire]\nwords_de = ["lichterloh"]\nno_de = ["lichterloh begeistert"]\n[weather]\nwords_nl = ["storm*"]\n',
        "utf-8",
    )
    lexicon = load_lexicon(own)
    assert event_of("Die Halle stand lichterloh.", lexicon=lexicon, language="de").kind == "fire"
    assert event_of("Alle waren lichterloh begeistert.", lexicon=lexicon, language="de") is None
    assert event_of("Der Waldbrand wuchs.", lexicon=lexicon, language="de").kind == "fire"
    assert event_of("De stormen namen toe.", lexicon=lexicon, language="nl").kind == "weather"
    assert event_of("lichterloh", lexicon=lexicon) is None


@pytest.mark.parametrize("key", ["words_german", "no_d", "words_", "words_DE"])
def test_a_language_is_named_by_its_code(tmp_path: Path, key: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(f'[fire]\n{key} = ["Brand"]\n', "utf-8")
    with pytest.raises(LexiconError, match=r"\[fire\] is not a table of label"):
        load_lexicon(own)


def test_words_of_a_language_are_checked_like_the_others(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[fire]\nwords_de = ["*"]\n', "utf-8")
    with pytest.raises(LexiconError, match=r"\[fire\] words_de is not a list of words of two letters or more"):
        load_lexicon(own)


@given(st.text(max_size=200), st.sampled_from(TEN))
def test_any_text_is_read_without_a_crash(sentence: str, language: str) -> None:
    found = event_of(sentence, lexicon=load_lexicon(), language=language)
    assert found is None or found.cue
