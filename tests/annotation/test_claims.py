"""Claims that differ, in invented sentences of Goris; each article is its day of publication and its text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geomap.annotation.claims import Claim, DifferingClaims, differing_claims
from geomap.annotation.event_lexicon import load_lexicon
from geomap.annotation.evidence import EvidenceReader
from geomap.types import Article, GeoparsedArticle, Mention, Resolution
from tests.support.toy_reports import ARMENIA, GORIS, moving


def read(published, text, *, article_id="a", language="en", place=GORIS, role=None):
    """Return an article and the evidence of each Goris in it."""
    article = Article(id=article_id, text=text, published=published)
    starts = [at for at in range(len(text)) if text.startswith("Goris", at)]
    mentions = [Mention(start=at, end=at + 5, text="Goris", role=role) for at in starts]
    resolutions = tuple(Resolution(mention=m, place=place, score=1.0, reason="toy") for m in mentions)
    geoparsed = GeoparsedArticle(article=article, resolutions=resolutions, language=language)
    reader = EvidenceReader(geoparsed, load_lexicon())
    return article, [reader.evidence(mention) for mention in mentions]


def differing(*told, place=GORIS, **options):
    articles, evidence = {}, []
    for n, (published, text) in enumerate(told):
        article, found = read(published, text, article_id=f"a{n}", place=place, **options)
        articles[article.id] = article
        evidence += found
    return differing_claims(evidence, place=place, articles=articles)


def values(found):
    return [(one.sort, [(claim.index, claim.text) for claim in one.claims]) for one in found]


FOUR = ("2023-09-19", "Shelling killed four people in Goris on Monday.")


def test_counts_of_two_articles_differ_and_are_listed_in_the_order_of_publication():
    later = ("2023-09-20", "At least six people were killed by shelling in Goris on Monday.")
    assert differing(later, FOUR) == (
        DifferingClaims(
            sort="killed",
            claims=(
                Claim(index=1, text="four people", value=4.0),
                Claim(index=0, text="At least six people", value=6.0),
            ),
        ),
    )


def test_counts_of_two_sentences_differ_if_one_says_who_tells_it_or_both_tell_the_day():
    four = "Four people were killed by shelling in Goris."
    said = "The mayor said six people were killed by shelling in Goris."
    killed = [("killed", [(0, "Four people"), (1, "six people")])]
    assert values(differing(("2023-09-19", f"{four} {said}"))) == killed
    assert differing(("2023-09-19", f"{four} Rockets hit a school, killing six in Goris.")) == ()
    dated = f"{FOUR[1]} Shelling killed six people in Goris on Monday."
    assert values(differing(("2023-09-19", dated))) == [("killed", [(0, "four people"), (1, "six people")])]


def test_each_sort_is_compared_with_its_own():
    assert values(
        differing(
            ("2023-09-19", "Shelling killed four people and wounded 12 in Goris."),
            ("2023-09-20", "Shelling in Goris left six people dead and 15 injured."),
        )
    ) == [("killed", [(0, "four people"), (1, "six people")]), ("injured", [(0, "wounded 12"), (1, "15 injured")])]
    assert values(
        differing(
            ("2023-09-19", "An earthquake destroyed 20 houses in Goris."),
            ("2023-09-20", "An earthquake struck Goris and 45 homes were destroyed."),
        )
    ) == [("homes destroyed", [(0, "20 houses"), (1, "45 homes")])]
    assert values(
        differing(
            ("2023-09-19", "Police arrested 30 protesters in Goris on Monday."),
            ("2023-09-19", "Police arrested 45 protesters in Goris on Monday."),
        )
    ) == [("arrested", [(0, "30 protesters"), (1, "45 protesters")])]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Shelling killed four people in Goris on Monday.", None),
        ("At least four people were killed by shelling in Goris on Monday.", None),
        ("At least three people were killed by shelling in Goris on Monday.", None),
        ("At least five people were killed by shelling in Goris on Monday.", "At least five people"),
        ("Up to five people were killed by shelling in Goris on Monday.", None),
        ("Up to three people were killed by shelling in Goris on Monday.", "Up to three people"),
        ("Shelling killed between three and five people in Goris on Monday.", None),
        ("Shelling killed 6 to 8 people in Goris on Monday.", "6 to 8 people"),
        ("Shelling killed about 5 people in Goris on Monday.", None),
        ("Shelling killed about 20 people in Goris on Monday.", "about 20 people"),
        ("Shelling killed six people in Goris.", "six people"),
    ],
)
def test_counts_differ_only_where_no_value_fits_both(text, other):
    expected = [("killed", [(0, "four people"), (1, other)])] if other else []
    assert values(differing(FOUR, ("2023-09-20", text))) == expected


@pytest.mark.parametrize(
    ("published", "text"),
    [
        ("2023-09-20", "A bus crash killed six people in Goris on Monday."),  # another kind of event
        ("2023-09-20", "Shelling killed six people in Goris on Tuesday."),  # another day
        ("2023-09-28", "Shelling killed six people in Goris."),  # articles far apart
        (None, "Shelling killed six people in Goris."),
        ("2023-09-20", "Shelling killed six soldiers in Goris on Monday."),  # others are counted
        ("2023-09-20", "Shelling killed two others in Goris on Monday."),
        ("2023-09-20", "Shelling killed or wounded 30 people in Goris on Monday."),
        ("2023-09-20", "30 people were killed or wounded by shelling in Goris on Monday."),
        ("2023-09-20", "Shelling killed nine people in Goris since Monday."),
        ("2023-09-20", "Another strike on Monday killed six people in Goris."),
        ("2023-09-20", "Officials denied that shelling killed six people in Goris on Monday."),
        ("2023-09-20", "Shelling killed three people and then killed six people in Goris on Monday."),
        ("2023-09-20", "Six people in Goris watched the shelling on Monday."),
        ("2023-09-20", "Four soldiers killed three civilians in a battle in Goris on Monday."),
    ],
)
def test_what_may_be_another_event_or_another_count_is_no_claim(published, text):
    assert differing(FOUR, (published, text)) == ()


def test_a_count_without_a_day_belongs_to_the_only_event_that_it_may_be_of():
    sunday = ("2023-09-19", "Shelling killed five people in Goris on Sunday.")
    undated = ("2023-09-19", "Shelling killed nine people in Goris.")
    assert differing(FOUR, sunday, undated) == ()
    assert values(differing(FOUR, undated)) == [("killed", [(0, "four people"), (1, "nine people")])]


def test_days_differ_where_two_articles_tell_the_same_count():
    tuesday = ("2023-09-20", "Shelling killed four people in Goris on Tuesday.")
    assert differing(FOUR, tuesday) == (
        DifferingClaims(
            sort="day",
            claims=(
                Claim(index=0, text="Monday", value="2023-09-18"),
                Claim(index=1, text="Tuesday", value="2023-09-19"),
            ),
        ),
    )
    both = f"{FOUR[1]} {tuesday[1]}"
    assert differing(("2023-09-20", both)) == differing(FOUR, ("2023-09-20", both)) == ()
    two = [(published, text.replace("four", "two")) for published, text in (FOUR, tuesday)]
    assert differing(*two) == ()


def test_the_update_of_an_outlet_on_the_same_day_is_listed_beside_its_first_count():
    update = ("2023-09-19T18:00:00Z", FOUR[1].replace("four", "six"))
    assert values(differing(FOUR, update)) == [("killed", [(0, "four people"), (1, "six people")])]


def test_an_article_that_repeats_its_count_makes_one_claim():
    repeated = ("2023-09-20", 2 * "Shelling killed six people in Goris on Monday. ")
    assert values(differing(FOUR, repeated)) == [("killed", [(0, "four people"), (1, "six people")])]


def test_background_and_wide_places_have_no_claims():
    six = ("2023-09-20", FOUR[1].replace("four", "six"))
    assert differing(FOUR, six, role="background") == differing(FOUR, six, place=ARMENIA) == differing(FOUR) == ()


def test_a_count_at_a_relative_place_is_not_one_of_the_place():
    relation = next(e.relation for report in moving()[1] for e in report.evidence if e.relation)
    (article, (evidence,)), (later, (other,)) = (
        read(*FOUR),
        read(FOUR[0], FOUR[1].replace("four", "six"), article_id="b"),
    )
    articles = {article.id: article, later.id: later}
    assert len(differing_claims([evidence, other], place=GORIS, articles=articles)) == 1
    beside = replace(other, relation=relation)
    assert differing_claims([evidence, beside], place=GORIS, articles=articles) == ()


@pytest.mark.parametrize(
    ("language", "texts", "expected"),
    [
        ("ru", ("При обстреле Goris 4 погибших.", "Обстрел Goris: 6 погибших."), ["4 погибших", "6 погибших"]),
        ("ru", ("При обстреле Goris 4 погибших.", "Обстрел Goris: более 6 погибших."), []),
        ("ru", ("При обстреле Goris 4 погибших.", "Обстрел Goris: ещё 6 погибших."), []),
    ],
)
def test_units_that_name_the_sort_are_compared_in_other_languages(language, texts, expected):
    found = differing(*(("2023-09-19", text) for text in texts), language=language)
    assert [claim.text for one in found for claim in one.claims] == expected
