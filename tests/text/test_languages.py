"""Which language an article and its paragraphs are in decides how toponyms are found."""

import json
from pathlib import Path

import pytest

from geomap.text import languages
from geomap.text.languages import language_of, language_runs

SENTENCES = {
    "en": "The convoy left the town in the morning and was stopped on the road to Lachin.",
    "ru": "Колонна вышла утром из города и остановилась на дороге в Лачин.",
    "uk": "Колона вийшла вранці з міста і зупинилася на дорозі до Києва.",
    "hy": "Շարասյունը առավոտյան դուրս եկավ քաղաքից։",
    "az": "Karvan səhər şəhərdən çıxdı və Laçın yolunda dayandı.",
    "ka": "კოლონა დილით გავიდა ქალაქიდან.",
    "tr": "Konvoy sabah kentten ayrıldı ve bir saat sonra Ankara yolunda durdu.",
    "ar": "غادرت القافلة المدينة صباحا وتوقفت على طريق باكو.",
    "fa": "کاروان صبح شهر را ترک کرد و در جاده باکو متوقف شد.",
    "he": "השיירה יצאה בבוקר מהעיר ונעצרה בדרך לבאקו.",
    "fr": "Le convoi a quitté la ville dans la matinée et a été arrêté sur la route de Lyon par des soldats.",
    "es": "El convoy salió de la ciudad por la mañana y se detuvo en la carretera de Sevilla.",
    "de": "Der Konvoi verließ die Stadt am Morgen und wurde auf der Straße nach Köln angehalten.",
    "pt": "A caravana saiu da cidade de manhã e foi detida na estrada para Lisboa.",
    "it": "Il convoglio ha lasciato la città in mattinata ed è stato fermato sulla strada per Roma.",
    "pl": "Konwój opuścił miasto rano i został zatrzymany na drodze do Warszawy.",
    "nl": "Het konvooi verliet de stad in de ochtend en werd op de weg naar Utrecht tegengehouden.",
    "sv": "Konvojen lämnade staden på morgonen och stoppades på vägen till Uppsala.",
    "no": "Konvoien forlot byen om morgenen og ble stoppet på veien til Trondheim.",
    "da": "Konvojen forlod byen om morgenen og blev standset på vejen til Aarhus.",
    "fi": "Saattue lähti kaupungista aamulla ja pysäytettiin matkalla Turkuun.",
    "cs": "Konvoj opustil město ráno a byl zastaven na silnici do Brna.",
    "ro": "Convoiul a părăsit orașul dimineața și a fost oprit pe drumul spre Cluj.",
    "el": "Η φάλαγγα έφυγε το πρωί από την πόλη.",
    "zh": "车队早上离开城市，在通往上海的路上被拦下。",
    "ja": "車列は朝に町を出た。",
    "ko": "호송대는 아침에 도시를 떠났다.",
    "hi": "काफिला सुबह शहर से निकला और दिल्ली की सड़क पर रोक दिया गया।",
    "th": "ขบวนรถออกจากเมืองในตอนเช้า",
    "vi": "Đoàn xe rời thành phố vào buổi sáng và bị chặn trên đường đến Hà Nội.",
    "sw": "Msafara uliondoka mjini asubuhi na ukasimamishwa kwenye barabara ya kwenda Nairobi.",
}
OTHERS = [
    ("en", "Lachin"),
    ("en", "The paper Le Monde wrote that la France est une république, as was said."),
    ("ru", "КОЛОННА ВЫШЛА УТРОМ ИЗ ГОРОДА И ОСТАНОВИЛАСЬ НА ДОРОГЕ"),
    ("und", ""),
    ("und", "Indala harbun fi Beirut wa Dimashq al yawm, qala al wazir fi al Qahira."),
    ("und", "Пожар в Ереване. Двое погибли в Баку, сообщили журналисты.".encode().decode("cp1252", "ignore")),
    ("und", "12.345 --- 67 %"),
    ("und", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ"),
]


@pytest.mark.parametrize(("language", "text"), [*SENTENCES.items(), *OTHERS])
def test_the_language_of_one_sentence(language, text):
    assert language_of(text) == language


def test_each_paragraph_has_its_language_and_a_short_one_that_of_the_article():
    russian, english = SENTENCES["ru"] + " " + SENTENCES["ru"], SENTENCES["en"]
    text = f"{russian}\n\nBBC News\n{english}\n{russian}\n"
    runs = language_runs(text)
    assert [run.language for run in runs] == ["ru", "en", "ru"]
    assert [text[run.start : run.end].strip() for run in runs] == [f"{russian}\n\nBBC News", english, russian]
    assert "".join(text[run.start : run.end] for run in runs) == text


def test_a_text_without_lines_is_one_run():
    assert [(run.start, run.end, run.language) for run in language_runs("")] == [(0, 0, "und")]
    assert [(run.start, run.end, run.language) for run in language_runs("\n\n")] == [(0, 2, "und")]


def test_what_is_english_by_its_commonest_words_is_english_to_the_identifier():
    data = Path(__file__).parents[1] / "data"
    english, others = (
        [json.loads(line)["text"] for line in (data / name).read_text(encoding="utf-8").splitlines()]
        for name in ("local_stories.jsonl", "languages.jsonl")
    )
    plain = [text for text in english if languages._is_plainly_english(text)]
    assert len(plain) > 50
    assert {languages._identifier().classify(text)[0] for text in plain} == {"en"}
    assert not any(map(languages._is_plainly_english, others))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("V subbotu v Yerevane proshli protesty, soobshchayut mestnye SMI. Politsiya zaderzhala neskol'ko chelovek.", "und"),
        ("Pozhar v zhilom dome v Kazani: pogibli dva cheloveka, eshche pyat' gospitalizirovany, soobshchilo MChS Rossii.", "und"),
        ("V soboto je v Mariboru zgorela hiša, umrla sta dva človeka, sporočajo gasilci z vse okolice in tudi iz Gradca.", "sl"),
    ],
)  # fmt: skip
def test_romanized_russian_is_no_language_whose_letters_have_marks(text, language):
    assert language_of(text) == language
