from geomap.recognition.coreference import descriptions
from geomap.types import Mention


def mention(text, name, *, kind="literal"):
    start = text.index(name)
    return Mention(start=start, end=start + len(name), text=name, kind=kind)


def test_a_description_stands_for_the_toponym_that_carries_its_noun():
    text = "Aid reached the enclave. The Redland enclave is small. The enclave waits; the corridor is shut."
    assert descriptions(text, [mention(text, "Redland")]) == (
        Mention(start=12, end=23, text="the enclave", score=0.8, antecedent="Redland", is_description=True),
        Mention(start=55, end=66, text="The enclave", score=0.8, antecedent="Redland", is_description=True),
    )


def test_a_toponym_that_ends_in_the_noun_carries_it():
    text = "The Lachin Corridor is shut. Cars wait at the corridor."
    [found] = descriptions(text, [mention(text, "Lachin Corridor")])
    assert (text[found.start : found.end], found.antecedent) == ("the corridor", "Lachin Corridor")


def test_the_nearest_toponym_before_a_description_is_meant():
    text = "The Redland enclave and the Blueland enclave. The enclave is quiet."
    [found] = descriptions(text, [mention(text, "Redland"), mention(text, "Blueland")])
    assert found.antecedent == "Blueland"


def test_no_description_without_a_toponym_that_carries_its_noun():
    text = "The enclave near Redland. The Russian enclave."
    assert descriptions(text, [mention(text, "Redland"), mention(text, "Russian", kind="demonym")]) == ()


def test_many_descriptions_take_little_time():
    text = "The Redland enclave. " + "the enclave " * 50_000
    assert len(descriptions(text, [mention(text, "Redland")])) == 50_000
