"""Resolution on the real gazetteer, with the shipped weights: the absurdities the field is known for, and bad input."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geomap.errors import GeodataError
from geomap.gazetteer.store import FileGazetteer
from geomap.resolution.candidates import candidates
from geomap.resolution.explanations import name_with_country
from geomap.resolution.ranker import FILE, load_ranker
from geomap.resolution.resolver import explain_name, resolve
from geomap.types import Article, Mention
from tests.resolution.toy_features import candidate

GEODATA = Path(__file__).parents[2] / "geodata"

pytestmark = pytest.mark.geodata


@pytest.fixture(scope="module")
def gazetteer():
    with FileGazetteer(GEODATA / "gazetteer.bin") as opened:
        yield opened


def read(text, names, gazetteer, **more):
    """Resolve every occurrence of ``names`` ("Paris", or "Russian/demonym") in ``text``."""
    article = Article(id="1", text=text, **more)
    mentions = []
    for name in names:
        written, _, kind = name.partition("/")
        start = text.find(written)
        while start >= 0:
            end = start + len(written)
            mentions.append(Mention(start=start, end=end, text=written, kind=kind or "literal"))
            start = text.find(written, end)
    found = [candidates(m, article=article, gazetteer=gazetteer) for m in mentions]
    return resolve(article, mentions, found, gazetteer=gazetteer, ranker=load_ranker(GEODATA / FILE))


def places(text, names, gazetteer, **more):
    return {r.mention.text: r.place and (r.place.kind, r.place.country) for r in read(text, names, gazetteer, **more)}


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("The USA and France signed it.", ["USA", "France"], {"USA": ("country", "US"), "France": ("country", "FR")}),
        ("China said on Friday it would answer.", ["China"], {"China": ("country", "CN")}),
        (
            "Police in Long Beach, CA, arrested two.",
            ["Long Beach", "CA"],
            {"Long Beach": ("settlement", "US"), "CA": ("admin1", "US")},
        ),
        ("Thousands marched through Berlin on Sunday.", ["Berlin"], {"Berlin": ("settlement", "DE")}),
        (
            "Leaders from across Africa met in Nairobi.",
            ["Africa", "Nairobi"],
            {"Africa": ("continent", None), "Nairobi": ("settlement", "KE")},
        ),
        (
            "Jordan and Lebanon closed their borders with Syria.",
            ["Jordan", "Lebanon", "Syria"],
            {"Jordan": ("country", "JO"), "Lebanon": ("country", "LB"), "Syria": ("country", "SY")},
        ),
        (
            "Moscow and Kyiv exchanged prisoners, Russia said.",
            ["Moscow", "Kyiv", "Russia"],
            {"Moscow": ("settlement", "RU"), "Kyiv": ("settlement", "UA"), "Russia": ("country", "RU")},
        ),
        (
            "In Atlanta, Georgia, the governor spoke; Savannah waits.",
            ["Atlanta", "Georgia", "Savannah"],
            {"Atlanta": ("settlement", "US"), "Georgia": ("admin1", "US"), "Savannah": ("settlement", "US")},
        ),
        (
            "Georgia protested in Tbilisi against Russia and Abkhazia.",
            ["Georgia", "Tbilisi", "Russia"],
            {"Georgia": ("country", "GE"), "Tbilisi": ("settlement", "GE"), "Russia": ("country", "RU")},
        ),
        (
            "Officials in Washington warned Iran and Israel.",
            ["Washington", "Iran", "Israel"],
            {"Washington": ("settlement", "US"), "Iran": ("country", "IR"), "Israel": ("country", "IL")},
        ),
        (
            "A fire burned near Spokane in Washington state; Seattle sent crews.",
            ["Spokane", "Washington", "Seattle"],
            {"Spokane": ("settlement", "US"), "Washington": ("admin1", "US"), "Seattle": ("settlement", "US")},
        ),
    ],
)
def test_famous_absurdities_do_not_happen(gazetteer, text, names, expected):
    assert places(text, names, gazetteer) == expected


def test_one_name_may_mean_two_places_where_the_text_says_so(gazetteer):
    found = read("From Paris, Texas, she moved to Paris, France.", ["Paris", "Texas", "France"], gazetteer)
    assert [(r.mention.start, r.place.country, r.place.admin1) for r in found if r.mention.text == "Paris"] == [
        (5, "US", "TX"),
        (32, "FR", "11"),
    ]


def test_a_name_nobody_bears_empties_nothing_else(gazetteer):
    found = read(
        "The Soviet Union and Qwrtzia watched as Estonia left.", ["Soviet Union", "Qwrtzia", "Estonia"], gazetteer
    )
    by_name = {r.mention.text: r for r in found}
    assert by_name["Estonia"].place.id == "gn:453733"
    assert (by_name["Qwrtzia"].place, by_name["Qwrtzia"].reason) == (None, "the gazetteer knows no place of this name")


def test_the_answer_is_in_the_order_of_the_mentions_and_says_what_the_text_puts_it_in(gazetteer):
    found = read("A storm hit Texas and Paris, Texas, most.", ["Texas", "Paris"], gazetteer)
    assert [r.mention.text for r in found] == ["Texas", "Texas", "Paris"]
    assert found[2].reason.startswith("the text puts it in Texas")
    assert len(found[2].runners_up) == 5
    assert all(0 < r.score <= 1 for r in found)


def test_doubt_between_places_on_the_same_ground_is_no_doubt_that_there_is_one(gazetteer):
    near = [gazetteer.lookup(name)[0] for name in ("Jersey City", "Hoboken")]
    far = [gazetteer.lookup(name)[0] for name in ("Paris", "London")]
    ranker = load_ranker(GEODATA / FILE)
    even = np.array([0.0, 1.0])
    # Each candidate, and none, is equally likely, and a chance is worth what it says.
    torn = replace(
        ranker, stages=tuple(map(_deaf, ranker.stages)), chances=even, worth=even, short_chances=even, short_worth=even
    )
    mention = Mention(start=0, end=6, text="Xyland")

    def placed(candidates):
        (one,) = resolve(Article(id="1", text="Xyland"), [mention], [candidates], gazetteer=gazetteer, ranker=torn)
        return one.place

    assert placed([*near, far[0]]) == near[0].place
    assert placed([near[0], *far]) is None


def test_a_name_that_fits_nothing_says_what_comes_closest_and_five_others_at_most(gazetteer):
    names = ["Paris", "London", "Berlin", "Rome", "Prague", "Vienna", "Oslo", "Cairo"]
    far = [gazetteer.lookup(name)[0] for name in names]
    ranker = load_ranker(GEODATA / FILE)
    even = np.array([0.0, 1.0])
    torn = replace(
        ranker, stages=tuple(map(_deaf, ranker.stages)), chances=even, worth=even, short_chances=even, short_worth=even
    )
    mention = Mention(start=0, end=6, text="Xyland")
    article = Article(id="1", text="Xyland", url="https://news.example.de/")
    (one,) = resolve(article, [mention], [far], gazetteer=gazetteer, ranker=torn)
    assert (one.place, one.reason) == (
        None,
        f"it fits none of 8 places of this name; {name_with_country(far[0].place)} comes closest",
    )
    assert one.runners_up == tuple(far[:5])
    (none,) = resolve(Article(id="1", text="Xyland"), [mention], [[]], gazetteer=gazetteer, ranker=torn)
    assert (none.place, none.score, none.runners_up) == (None, 0.9, ())
    doubted = replace(mention, score=0.4)
    (sole,) = resolve(Article(id="1", text="Xyland"), [doubted], [far[:1]], gazetteer=gazetteer, ranker=ranker)
    assert sole.reason == f"probably no place name; {name_with_country(far[0].place)} comes closest"


def test_a_name_is_weighed_with_every_candidate_the_likeliest_first(gazetteer):
    article = Article(id="1", text="A storm hit Paris and Texas.")
    mentions = [Mention(start=22, end=27, text="Texas"), Mention(start=12, end=17, text="Paris")]
    found = [candidates(m, article=article, gazetteer=gazetteer) for m in mentions]
    ranker = load_ranker(GEODATA / FILE)
    (weighing,) = explain_name(article, mentions, found, "paris", gazetteer=gazetteer, ranker=ranker)
    chances = [one.chance for one in weighing.scored]
    assert (weighing.n_mentions, len(chances), weighing.resolution.mention) == (1, len(found[1]), mentions[1])
    assert chances == sorted(chances, reverse=True)
    assert {one.candidate.place.id for one in weighing.scored} == {c.place.id for c in found[1]}
    assert explain_name(article, mentions, found, "Rome", gazetteer=gazetteer, ranker=ranker) == ()


def even_ranker(worth):
    """Return a ranker to which all candidates and none are equally likely, and a probability p is worth ``worth`` times p."""
    ranker = load_ranker(GEODATA / FILE)
    stages = tuple(map(_deaf, ranker.stages))
    knots, shares = np.array([0.0, 1.0]), np.array([0.0, worth])
    return replace(ranker, stages=stages, chances=knots, worth=shares, short_chances=knots, short_worth=shares)


@pytest.mark.parametrize(
    ("worth", "mention_score", "is_placed", "score", "reason"),
    [
        (1.0, 1.0, True, 0.5, "the only place of this name in the gazetteer"),
        (1.0, 0.987, True, 0.493, "the only place of this name in the gazetteer"),
        (1.0, 0.9, True, 0.45, "the only place of this name in the gazetteer"),
        (1.0, 0.89, False, 0.555, "probably no place name"),
        (0.9, 1.0, True, 0.45, "the only place of this name in the gazetteer"),
        (0.9, 0.987, False, 0.556, "probably no place name"),
        (0.89, 1.0, False, 0.555, "it fits none of 1 places of this name"),
    ],
)
def test_a_place_is_given_from_a_probability_of_45_percent(
    toy_gazetteer, worth, mention_score, is_placed, score, reason
):
    found = [candidate("t:1", "Xyland", country="AA")]
    mention = Mention(start=0, end=6, text="Xyland", score=mention_score)
    article = Article(id="1", text="Xyland", url="https://news.example.de/")
    (one,) = resolve(article, [mention], [found], gazetteer=toy_gazetteer, ranker=even_ranker(worth))
    assert (one.place is not None, one.score, one.mention) == (is_placed, score, mention)
    assert one.reason.startswith(reason)
    assert one.runners_up == (() if is_placed else tuple(found))


@pytest.mark.parametrize(
    ("worth", "mention_score", "n_names", "other", "is_placed"),
    [
        (0.4, 1.0, 3, None, True),
        (0.39, 1.0, 3, None, False),
        (0.89, 1.0, 4, None, False),
        (0.89, 0.45, 3, None, True),
        (0.89, 0.44, 3, None, False),
        (0.89, 1.0, 3, 0.0, True),
        (0.89, 1.0, 3, 40.0, False),
    ],
    ids=["unsure", "less", "many names", "doubtful name", "no name", "same ground", "even"],
)
def test_with_nothing_else_to_go_by_a_place_is_given_unless_another_is_as_likely(
    toy_gazetteer, worth, mention_score, n_names, other, is_placed
):
    """Each candidate, and none, is equally likely: half with one candidate, a third with two."""
    found = [candidate("t:1", "Xyland", country="AA")]
    found += [] if other is None else [candidate("t:2", "Xyland", country="AA", lat=other)]
    names = ["Xyland", *(f"Y{i}" for i in range(n_names - 1))]
    text = "; ".join(names)
    mentions = [Mention(start=text.index(n), end=text.index(n) + len(n), text=n, score=mention_score) for n in names]
    made = resolve(
        Article(id="1", text=text),
        mentions,
        [found] + [[]] * (n_names - 1),
        gazetteer=toy_gazetteer,
        ranker=even_ranker(worth),
    )
    assert (made[0].place is not None) is is_placed


def test_the_surest_mention_of_a_name_decides_for_all_and_each_has_its_own_score(toy_gazetteer):
    found = [candidate("t:1", "Xyland", country="AA")]
    article = Article(id="1", text="Xyland and Xyland.")
    second, first = (Mention(start=n, end=n + 6, text="Xyland", score=s) for n, s in ((11, 0.95), (0, 0.4)))
    made = resolve(article, [second, first], [found] * 2, gazetteer=toy_gazetteer, ranker=even_ranker(1.0))
    assert [(one.mention, one.place.id, one.score) for one in made] == [(second, "t:1", 0.475), (first, "t:1", 0.2)]
    (weighing,) = explain_name(
        article, [first, second], [found] * 2, "Xyland", gazetteer=toy_gazetteer, ranker=even_ranker(1.0)
    )
    assert weighing.resolution.mention == first


def test_the_reason_compares_the_place_with_the_runner_up_of_its_own_name(toy_gazetteer):
    found = [
        [candidate("t:1", "Orr", country="AA"), candidate("t:2", "Orr", country="BB", lat=30.0)],
        [candidate("t:3", "Xyland", country="CC"), candidate("t:4", "Xyland", country="DD", lat=60.0)],
    ]
    mentions = [Mention(start=0, end=3, text="Orr"), Mention(start=8, end=14, text="Xyland")]
    article = Article(id="1", text="Orr and Xyland")
    made = resolve(article, mentions, found, gazetteer=toy_gazetteer, ranker=even_ranker(2.0))
    assert [one.reason for one in made] == [
        "slightly likelier than the town or village Orr (BB)",
        "slightly likelier than the town or village Xyland (DD)",
    ]


def test_a_place_has_five_runners_up_at_most_and_says_how_the_name_matched(toy_gazetteer):
    found = [candidate(f"t:{n}", "Xyland", lat=0.01 * n, match="alternate", language="de") for n in range(7)]
    mention, article = Mention(start=0, end=6, text="Xyland"), Article(id="1", text="Xyland")
    (one,) = resolve(article, [mention], [found], gazetteer=toy_gazetteer, ranker=even_ranker(1.0))
    assert (one.place, one.match, one.runners_up) == (found[0].place, "alternate", tuple(found[1:6]))


def _deaf(stage):
    """Return a stage that scores every candidate 0."""
    nothing = {name: np.zeros_like(getattr(stage, name)) for name in ("hidden", "hidden_bias", "output", "straight")}
    return replace(stage, **nothing, bias=0.0)


def test_no_mention_is_no_resolution(gazetteer):
    assert read("Nothing happened anywhere.", [], gazetteer) == ()


@pytest.mark.slow
def test_ten_thousand_mentions_are_decided(gazetteer):
    names = [c for c in ("Paris", "Texas", "London", "Springfield", "Georgia") for _ in range(2000)]
    text = " ".join(f"{name} saw item {i}." for i, name in enumerate(names))
    assert len(read(text, sorted(set(names)), gazetteer)) == 10_000


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04broken"])
def test_broken_weights_are_said_so(tmp_path, content):
    path = tmp_path / "ranker.npz"
    path.write_bytes(content)
    with pytest.raises(GeodataError, match="resolver's weights cannot be read"):
        load_ranker(path)


def test_missing_weights_are_said_so(tmp_path):
    with pytest.raises(GeodataError, match="resolver's weights cannot be read"):
        load_ranker(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("text", "name", "place_id"),
    [
        ("Storms form over the Atlantic and weaken.", "Atlantic", "gm:atlantic-ocean"),
        ("Proposition 8 was struck down in California.", "California", "gn:5332921"),
        ("The plane was searched at Heathrow airport.", "Heathrow", "ne:airport-london-heathrow"),
        ("Officials met at the White House on Monday.", "White House", "gm:white-house"),
        ("They flew to Cancun for the spring holidays.", "Cancun", "gn:3531673"),
        ("Trade across the Appalachians grew.", "Appalachians", "ne:region-appalachian-mts"),
        ("Lottery tickets are sold in Washington, D.C. and in Ohio.", "Washington, D.C.", "gn:4140963"),
        ("Shells fell on eastern Ghouta near Damascus.", "Ghouta", "gm:ghouta"),
        ("A loan from the European Union was agreed.", "European Union", "gm:european-union"),
        ("The man had been to Disneyworld twice.", "Disneyworld", "gm:disney-world"),
    ],
)
def test_a_name_means_its_owner_not_a_hamlet_that_once_bore_it(text, name, place_id, gazetteer):
    (only,) = read(text, [name], gazetteer)
    assert only.place is not None
    assert only.place.id == place_id


def test_a_code_of_another_language_is_no_country(gazetteer):
    for name in ("ABS", "MLA", "SAT"):
        assert all(c.place.kind != "country" for c in gazetteer.lookup(name)), name


def test_an_excluded_name_is_associative_no_place_and_no_evidence_for_others(toy_gazetteer):
    """So that it is located in no town either; the other name is resolved as if it stood alone."""
    text = "DOH officials came to Xyland."
    found = [[candidate("t:1", "Doha", match="alternate", country="BB")], [candidate("t:2", "Xyland", country="AA")]]
    short, other = (Mention(start=text.index(n), end=text.index(n) + len(n), text=n) for n in ("DOH", "Xyland"))
    article = Article(id="1", text=text, url="https://news.example.de/")
    made = resolve(article, [other, short], found[::-1], gazetteer=toy_gazetteer, ranker=even_ranker(1.0))
    assert [
        (one.mention.text, one.mention.kind, one.place and one.place.id, one.score, one.reason[:15]) for one in made
    ] == [
        ("Xyland", "literal", "t:2", 0.5, "the only place "),
        ("DOH", "associative", None, 0.9, "an abbreviation"),
    ]
