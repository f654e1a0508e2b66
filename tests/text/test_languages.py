"""Which language decides how toponyms are found."""

import pytest

from geomap.text.languages import language_of


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "Lachin"),
        ("en", "The convoy left the town in the morning and was stopped on the road to Lachin."),
        ("en", "BAKU SAID NOTHING"),
        ("en", "The paper Le Monde wrote that la France est une république, as was said."),
        ("ru", "Колонна вышла утром из города и остановилась на дороге в Лачин."),
        ("uk", "Колона вийшла вранці з міста і зупинилася на дорозі до Києва."),
        ("hy", "Շարասյունը առավոտյան դուրս եկավ քաղաքից։"),
        ("az", "Karvan səhər şəhərdən çıxdı və Laçın yolunda dayandı."),
        ("tr", "Konvoy sabah kentten ayrıldı ve bir saat sonra Ankara yolunda durdu, ancak bu kadar olan oldu."),
        ("ar", "غادرت القافلة المدينة صباحا وتوقفت على طريق باكو."),
        ("fr", "Le convoi a quitté la ville dans la matinée et est arrêté sur la route de Lyon par des soldats."),
        ("es", "El convoy salió de la ciudad por la mañana y se detuvo en la carretera de Sevilla con los soldados."),
        ("de", "Der Konvoi verließ die Stadt am Morgen und wurde auf der Straße nach Köln von Soldaten angehalten."),
        ("und", "車列は朝に町を出た。"),
        ("und", "Η φάλαγγα έφυγε το πρωί από την πόλη."),
    ],
)
def test_language_is_detected_by_script_and_function_words(language, text):
    assert language_of(text) == language
