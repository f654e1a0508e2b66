"""Where an outlet's readers live, by its address."""

import pytest

from geomap.resolution.publisher import publisher_location
from geomap.text.newsrooms import newsrooms
from geomap.types import Article

pytestmark = pytest.mark.geodata


def at(url, gazetteer):
    found = publisher_location(Article(id="1", text="", url=url), gazetteer=gazetteer)
    return found.country, [(p.name, p.admin1, p.country) for p in found.places][:1]


@pytest.mark.parametrize(
    ("url", "country", "town"),
    [
        ("https://www.star-telegram.com/news/1.html", "US", ("Fort Worth", "TX", "US")),  # listed
        ("https://sports.lfpress.com/a", "CA", ("London", "08", "CA")),
        ("https://www.yorkshireeveningpost.co.uk/a", "GB", ("Leeds", "ENG", "GB")),
        ("https://www.irishexaminer.com/a", "IE", None),  # a whole country's
        ("https://www.sunderlandexample.com/a", None, None),
        ("https://www.sunderland-gazette.com/a", None, ("Sunderland", "ENG", "GB")),  # named in the address
        ("https://news.example.co.uk/a", "GB", None),
        ("https://www.example.com/a", None, None),
    ],
)
def test_an_address_tells_town_and_country(gazetteer, url, country, town):
    assert at(url, gazetteer) == (country, [town] if town else [])


def test_the_section_of_a_page_is_its_town_where_the_outlet_is_near(gazetteer):
    found = publisher_location(
        Article(id="1", text="", url="http://columbusexample.com/2009/dublin_news/1.html"), gazetteer=gazetteer
    )
    assert found.stem == "columbusexampledublin"
    assert at("https://www.star-telegram.com/arlington_news/1.html", gazetteer)[1] == [("Arlington", "TX", "US")]
    assert at("https://www.star-telegram.com/dublin_news/1.html", gazetteer)[1] == [("Fort Worth", "TX", "US")]


@pytest.mark.parametrize("section", ["world-news", "local_news", "us-news", "news-and-views", "paris"])
def test_a_section_of_no_town_says_nothing(gazetteer, section):
    assert at(f"https://www.example.com/{section}/1.html", gazetteer) == (None, [])


def test_every_newspaper_of_the_list_has_its_town_in_the_gazetteer(gazetteer):
    lost = [host for host, row in newsrooms().items() if row.town and not at(f"https://{host}/", gazetteer)[1]]
    assert (lost, len(newsrooms())) == ([], N_NEWSROOMS)
    assert sum(not row.town for row in newsrooms().values()) == 1369


N_NEWSROOMS = 5207
PROSE = "The fire was put out by the crew on Tuesday, and nobody was hurt in the house."


def by_name(source, gazetteer, url=None):
    found = publisher_location(Article(id="1", text=PROSE, source=source, url=url), gazetteer=gazetteer)
    return found.country, [(p.name, p.country) for p in found.places][:1]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("The Ledbury News", ("Ledbury", "GB")),
        ("Yorkshire Evening Courier", ("Yorkshire", "GB")),
        ("Worcester Telegram", ("Worcester", "US")),
        ("Kyiv Courier", ("Kyiv", "UA")),
        ("BBC News", None),
        ("The Guardian", None),
        ("karabakh.txt", None),
        ("Paris", None),
    ],
)
def test_the_name_of_an_outlet_tells_where_it_is_from(gazetteer, source, place):
    assert by_name(source, gazetteer) == (None, [place] if place else [])


@pytest.mark.parametrize(
    ("source", "country", "town"),
    [
        ("The Yorkshire Evening Post", "GB", ("Leeds", "GB")),
        ("Houston Chronicle", "US", ("Houston", "US")),
        ("Kyiv Independent", "UA", None),  # a whole country's
        ("Daily News", None, None),  # many have the name
    ],
)
def test_a_listed_outlet_is_known_by_its_name(gazetteer, source, country, town):
    assert by_name(source, gazetteer) == (country, [town] if town else [])


@pytest.mark.parametrize(
    ("line", "town"),
    [
        ("By Ann Orr, Yorkshire Evening Post", ("Leeds", "GB")),
        ("By Ann Orr, Worcester Gazette", ("Worcester", "US")),
        ("By Ann Orr, Staff Writer", None),
        ("By Ann Orr of the Yorkshire Evening Post", None),
        ("By the sea, Yorkshire Evening Post readers swam", None),
    ],
)
def test_a_byline_tells_the_outlet(gazetteer, line, town):
    article = Article(id="1", text=f"{line}\n\n{PROSE}")
    assert [(p.name, p.country) for p in publisher_location(article, gazetteer=gazetteer).places][:1] == (
        [town] if town else []
    )
    late = Article(id="1", text=f"{PROSE * 9}\n{line}\n{PROSE}")
    assert publisher_location(late, gazetteer=gazetteer).places == ()


def test_a_national_domain_decides_between_towns_of_the_name(gazetteer):
    assert by_name("Richmond Times", gazetteer, "https://www.richmondtimes.example.co.uk/a") == (
        "GB",
        [("Richmond", "GB")],
    )


def test_a_paper_in_another_language_may_be_from_anywhere(gazetteer):
    article = Article(
        id="1", text="Le feu a été éteint mardi par les pompiers, et personne n'a été blessé.", source="Paris Courier"
    )
    assert publisher_location(article, gazetteer=gazetteer).places[0].country == "FR"
