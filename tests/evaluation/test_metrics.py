"""Scoring: the figures of a made-up corpus by hand, and equality with the field's reference scorer."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from geomap.errors import ArticleError, ArticleNotFound
from geomap.evaluation.candidate_recall import candidate_recall, class_of
from geomap.evaluation.corpora import GoldArticle, Toponym, as_toponyms, read_corpus, to_json_line
from geomap.evaluation.metrics import match_overlap, score
from geomap.evaluation.tables import list_errors, scorecard
from geomap.types import Article, Candidate, Mention, Place, Resolution

SHARED = Path(os.environ.get("GEOMAP_SHARED", Path(__file__).parents[3] / "shared"))
TEXT = "Paris and London, near New York City."


def toponym(start, end, lon=None, lat=None, **more):
    return Toponym(start=start, end=end, text=TEXT[start:end], lon=lon, lat=lat, **more)


def gold(*toponyms):
    return GoldArticle(article=Article(id="1", text=TEXT), toponyms=toponyms)


GOLD = gold(
    toponym(0, 5, 2.35, 48.85, group="literal"),
    toponym(10, 16, -0.12, 51.5, group="associative"),
    toponym(23, 36, -74.0, 40.7),
)


def values(scores):
    return {name: None if f.value is None else round(f.value, 3) for name, f in scores.figures.items()}


def test_the_gold_itself_scores_one_everywhere():
    scores = score([GOLD], {"1": GOLD.toponyms}, n_resamples=20)
    assert set(values(scores).values()) == {1.0}
    assert scores.median_km == 0.0
    assert {(f.low, f.high) for f in scores.figures.values()} == {(1.0, 1.0)}


def test_an_empty_answer_scores_nothing_and_is_listed_as_missed():
    scores = score([GOLD], {})
    assert values(scores)["end to end F1@161"] == 0.0
    assert values(scores)["resolution acc@161"] is None
    assert [one.outcome for one in scores.judged] == ["missed", "missed", "missed"]


def test_wrong_place_no_place_wrong_span_and_spurious_are_distinguished():
    predicted = (
        toponym(0, 5, -95.55, 33.66, group="associative"),  # Texas
        toponym(10, 16, group="associative"),
        toponym(23, 31, -74.0, 40.71),  # "New York"
        toponym(6, 9, 1.0, 1.0),
    )
    scores = score([GOLD], {"1": predicted})
    assert values(scores) == {
        "recognition strict P": 0.5,
        "recognition strict R": 0.667,
        "recognition strict F1": 0.571,
        "recognition overlap P": 0.75,
        "recognition overlap R": 1.0,
        "recognition overlap F1": 0.857,
        "resolution acc@161": 0.333,
        "resolution acc@20": 0.333,
        "resolution acc@161 answered": 0.5,
        "end to end P@161": 0.333,
        "end to end R@161": 0.333,
        "end to end F1@161": 0.333,
        "end to end F1@20": 0.333,
        "literal/associative accuracy": 0.5,
    }
    assert [one.outcome for one in scores.judged] == ["wrong place", "no place", "right", "spurious"]


def test_what_the_convention_drops_is_neither_asked_for_nor_counted_against():
    scores = score([GOLD], {"1": GOLD.toponyms}, keep=lambda t: t.group != "associative")
    assert scores.n_gold == 2
    assert values(scores)["recognition overlap P"] == 1.0


def test_overlap_prefers_the_same_span_then_the_longest_overlap():
    spans = [toponym(23, 36), toponym(23, 31)]
    assert match_overlap(spans, [toponym(23, 31), toponym(23, 36)]) == [(0, 1), (1, 0)]
    assert match_overlap([toponym(23, 36)], [toponym(23, 26), toponym(27, 36)]) == [(0, 1)]


def test_scores_are_broken_down_by_class():
    scores = score([GOLD], {"1": GOLD.toponyms[:1]}, class_of=lambda t: "countries" if t.start else "towns")
    assert [(c.name, c.n, c.found, c.right) for c in scores.by_class] == [
        ("countries", 2, 0.0, 0.0),
        ("towns", 1, 1.0, 1.0),
    ]


def test_errors_are_listed_with_context_and_both_points():
    scores = score([GOLD], {"1": (toponym(0, 5, -95.55, 33.66, geonameid=4717560),)})
    text = list_errors([GOLD], scores.judged)
    assert "## wrong place, 7,783 km off: Paris (1, 0-5)\n…[[Paris]] and London, near New York City.…\n" in text
    assert (
        "- gold: 'Paris' at lon 2.350, lat 48.850\n- found: 'Paris' at lon -95.550, lat 33.660, GeoNames 4717560\n"
        in text
    )
    assert "resolution acc@161             0.000" in scorecard("toy", scores)


def test_resolutions_are_scored_in_the_corpus_terms():
    place = Place(id="gn:1", name="Paris", kind="settlement", lon=2.35, lat=48.85, geonameid=1, feature_code="PPLC")
    mention = Mention(start=0, end=5, text="Paris", kind="demonym")
    both = as_toponyms(
        [
            Resolution(mention=mention, place=place, score=1, reason=""),
            Resolution(mention=mention, place=None, score=1, reason=""),
        ]
    )
    assert both[0] == toponym(0, 5, 2.35, 48.85, geonameid=1, group="associative", is_demonym=True, feature_code="PPLC")
    assert not both[1].is_placed


def test_the_ceiling_counts_candidates_near_the_gold_or_around_it():
    near = Place(id="a", name="Paris", kind="settlement", lon=2.0, lat=48.0)
    far = Place(id="b", name="London", kind="country", lon=100.0, lat=0.0)
    river = replace(far, id="c", kind="water")
    found = {"Paris": [near, far], "London": [far], "New York City": [river]}
    result = candidate_recall(
        [GOLD],
        find=lambda mention, _: [Candidate(place=p, name=p.name) for p in found.get(mention.text, [])],
        apart=lambda _, place: {"country": 0.0, "water": 0.2}.get(place.kind, inf),
        place_of=lambda t: near if t.text == "Paris" else None,
    )
    assert [
        (r.name, r.n, *(round(x, 2) for x in (r.within, r.within_or_inside, r.within_or_near)), r.median_candidates)
        for r in result.rows
    ] == [
        ("all", 3, 0.33, 0.67, 1.0, 1),
        ("towns", 1, 1.0, 1.0, 1.0, 2),
        ("other", 2, 0.0, 0.5, 1.0, 1),
    ]
    assert result.missing == ()
    assert [m.toponym.text for m in candidate_recall([GOLD], find=lambda *_: []).missing] == [
        "Paris",
        "London",
        "New York City",
    ]


def test_the_ceiling_leaves_out_what_the_corpus_does_not_resolve():
    spared = replace(GOLD, toponyms=tuple(replace(t, is_resolvable=False) for t in GOLD.toponyms))
    assert (
        candidate_recall([spared, GOLD], find=lambda *_: []).rows[0].n
        == candidate_recall([GOLD], find=lambda *_: []).rows[0].n
    )


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("PCLI", "countries"),
        ("ADM1", "states"),
        ("ADM2", "districts"),
        ("PPLA", "towns"),
        ("STM", "water"),
        ("PRK", "other"),
    ],
)
def test_the_class_follows_the_feature_code(code, name):
    assert class_of(toponym(0, 5, feature_code=code)) == name


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no articles"),
        ("{", "row 1: not an annotated article"),
        ("[1]", "row 1: not an annotated article"),
        ('{"id": 1, "text": "Oz", "toponyms": [{"start": 0, "end": 9}]}', "row 1: the span 0-9 is outside the text"),
        (
            '{"id": 1, "text": "Oz", "toponyms": [{"start": 0, "end": 2, "text": "Uz"}]}',
            "row 1: the text at 0-2 is 'Oz'",
        ),
        ('{"id": 1, "text": "Oz"}\n{"id": 1, "text": "Oz"}', "two articles with the id '1'"),
    ],
)
def test_a_corpus_that_is_wrong_is_refused_with_its_row(tmp_path, content, message):
    path = tmp_path / "gold.jsonl"
    path.write_text(content)
    with pytest.raises(ArticleError, match=message):
        read_corpus(path)


def test_a_missing_corpus_is_reported(tmp_path):
    with pytest.raises(ArticleNotFound, match="no such corpus"):
        read_corpus(tmp_path / "none.jsonl")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["lgl.dev", "geowebnews.dev", "tudloc"])
def test_figures_equal_the_reference_scorer(name, tmp_path):
    path = SHARED / "bench/corpora" / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"needs {path}")
    corpus = read_corpus(path)
    predicted = {each.article.id: spoil(each, random.Random(each.article.id)) for each in corpus}  # noqa: S311
    out = tmp_path / "predicted.jsonl"
    out.write_text("\n".join(to_json_line(id_, toponyms) for id_, toponyms in predicted.items()))
    for flags, keep in (((), lambda _: True), (("--drop-demonym",), lambda t: not t.is_demonym)):
        command = [sys.executable, SHARED / "bench/score.py", path, out, "--json", "--boot", "50", *flags]
        reference = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        near = json.loads(
            subprocess.run([*command, "--radius", "20"], check=True, capture_output=True, text=True).stdout
        )
        scores = score(corpus, predicted, keep=keep, n_resamples=50)
        figures = scores.figures
        theirs = {
            "recognition strict P": "rec_strict_P",
            "recognition strict R": "rec_strict_R",
            "recognition strict F1": "rec_strict_F1",
            "recognition overlap P": "rec_overlap_P",
            "recognition overlap R": "rec_overlap_R",
            "recognition overlap F1": "rec_overlap_F1",
            "resolution acc@161": "res_overlap_acc161",
            "resolution acc@161 answered": "res_overlap_answered_acc161",
            "end to end P@161": "e2e_overlap_P",
            "end to end R@161": "e2e_overlap_R",
            "end to end F1@161": "e2e_overlap_F1",
        }
        assert {k: figures[k].value for k in theirs} == pytest.approx(
            {k: reference[v] for k, v in theirs.items()}, abs=1e-9
        )
        assert figures["end to end F1@20"].value == pytest.approx(near["e2e_overlap_F1"], abs=1e-9)
        assert figures["resolution acc@20"].value == pytest.approx(near["res_overlap_acc161"], abs=1e-9)
        assert scores.median_km == pytest.approx(reference["res_overlap_median_km"])
        for ours in ("recognition strict F1", "recognition overlap F1", "resolution acc@161", "end to end F1@161"):
            assert [figures[ours].low, figures[ours].high] == pytest.approx(reference["ci95"][theirs[ours]])


def spoil(each, rng):
    """Return the gold with misses, shifted spans, wrong points, no points and inventions in it."""
    spoiled = []
    for one in each.toponyms:
        what = rng.random()
        if what < 0.1:
            continue
        if what < 0.2 and one.end < len(each.article.text):
            one = replace(one, end=one.end + 1)  # noqa: PLW2901
        elif what < 0.3:
            one = replace(one, lon=None, lat=None)  # noqa: PLW2901
        elif what < 0.6 and one.lon is not None:
            one = replace(one, lon=one.lon / 2 + rng.random())  # noqa: PLW2901
        elif what < 0.65:
            one = replace(one, lon=5.0, lat=5.0)  # noqa: PLW2901
        spoiled.append(one)
    spoiled.append(Toponym(start=0, end=1, text=each.article.text[:1], lon=1.0, lat=1.0))
    return tuple(spoiled)


def test_names_of_the_title_are_not_scored():
    found = [
        Resolution(mention=Mention(start=0, end=4, text="Tegh", part=part), place=None, score=0.9, reason="")
        for part in ("title", "text")
    ]
    assert [t.text for t in as_toponyms(found)] == ["Tegh"]
