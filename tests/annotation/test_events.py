from __future__ import annotations

from pathlib import Path

import pytest

from geomap.annotation.event_lexicon import load_lexicon
from geomap.annotation.events import event_of, leading_event
from geomap.errors import LexiconError
from geomap.types import Event

ICONS = Path(__file__).parents[2] / "geomap" / "render" / "assets" / "icons"


@pytest.mark.parametrize(
    ("sentence", "kind", "cue"),
    [
        ("Shells fell on the town overnight.", "fighting", "Shells fell"),
        ("Troops clashed near the border.", "fighting", "clashed"),
        ("A car bomb went off in the market.", "attack", "car bomb"),
        ("The truce held.", "disarmament", "truce"),
        ("Delegations met for peace  talks.", "talks", "Delegations"),
        ("Lorries brought blankets and other aid.", "aid", "blankets"),
        ("Thousands fled the valley.", "displacement", "fled"),
        ("Bread shortages grew.", "shortage", "shortages"),
        ("Protesters marched on parliament.", "protest", "Protesters"),
        ("Two trains collided.", "accident", "collided"),
        ("An earthquake of magnitude 6.1 struck.", "disaster", "earthquake"),
        ("A wildfire crossed the ridge.", "fire", "wildfire"),
        ("Flash floods closed the road.", "weather", "Flash floods"),
        ("Cholera cases rose.", "health", "Cholera"),
        ("Three men were arrested.", "crime", "arrested"),
        ("Voters go to the polling stations.", "politics", "Voters"),
        ("Inflation slowed.", "economy", "Inflation"),
    ],
)
def test_each_kind_is_detected_by_its_words(sentence: str, kind: str, cue: str) -> None:
    lexicon = load_lexicon()
    label = next(one.label for one in lexicon.kinds if one.key == kind)
    icon = next(one.icon for one in lexicon.kinds if one.key == kind)
    assert event_of(sentence, lexicon=lexicon) == Event(kind=kind, label=label, cue=cue, icon=icon)


@pytest.mark.parametrize(
    "sentence",
    [
        "Coffins were laid in trenches on the island.",
        "The village lies on a river.",
        "Fighting went on while the talks began.",
        "There was no fighting in the town.",
        "The council wants to avoid further clashes.",
        "He lost a legal battle.",
        "She died after a battle with cancer.",
        "A biker rally draws visitors.",
        "Police said the road was dry.",
        "The stock market crash ruined him.",
        "Protestant churches opened.",
        "A storm of criticism followed.",
        "An aide spoke.",
        "The striker fired a missile of a shot into the net.",
        "The film about the siege opens soon.",
        "The anti-missile shield is built in a drought-free county.",
        "The new Fire Station stands beside the Blast Theatre.",
        "Police fear an attack could lead to clashes.",
        "",
    ],
)
def test_unsure_is_no_label(sentence: str) -> None:
    assert event_of(sentence, lexicon=load_lexicon()) is None


def test_the_kind_with_more_words_wins() -> None:
    sentence = "Blankets and medical supplies reached those displaced."
    assert event_of(sentence, lexicon=load_lexicon()) == Event(kind="aid", label="Aid", cue="Blankets", icon="aid")


def test_the_leading_event_is_the_most_frequent_and_none_where_two_tie() -> None:
    fire, aid = Event(kind="fire", label="Fire", cue="blaze"), Event(kind="aid", label="Aid", cue="aid")
    assert leading_event([aid, fire, fire]) == fire
    assert leading_event([aid, fire]) is None
    assert leading_event([]) is None


def test_every_icon_that_is_named_is_there_and_draws_in_the_current_colour() -> None:
    named = {kind.icon for kind in load_lexicon().kinds if not kind.is_silent}
    drawn = {path.stem: path.read_text("utf-8") for path in ICONS.glob("*.svg")}
    assert named == set(drawn)
    assert [n for n, svg in drawn.items() if "currentColor" not in svg or 'viewBox="0 0 24 24"' not in svg] == []


def test_a_newsroom_adds_words_and_kinds(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[fire]\nwords = ["ablaze"]\n[sea_rescue]\nwords = ["lifeboat*"]\nno = ["lifeboat day"]\n', "utf-8")
    lexicon = load_lexicon(own)
    assert event_of("The hall was ablaze.", lexicon=lexicon) == Event(
        kind="fire", label="Fire", cue="ablaze", icon="fire"
    )
    assert event_of("Lifeboats went out.", lexicon=lexicon) == Event(
        kind="sea_rescue", label="Sea rescue", cue="Lifeboats", icon=None
    )
    assert event_of("It was lifeboat day.", lexicon=lexicon) is None
    assert event_of("A wildfire spread.", lexicon=lexicon).kind == "fire"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[fire", "own.toml: not TOML"),
        ("fire = 3", "own.toml: [fire] is not a table of label, icon, words, no and silent; fix or remove it"),
        (
            "[fire]\nwrods = []",
            "own.toml: [fire] is not a table of label, icon, words, no and silent; fix or remove it",
        ),
        ("[fire]\nwords = 'hot'", "own.toml: [fire] words is not a list of words of two letters or more; fix it"),
        ("[fire]\nwords = ['*']", "own.toml: [fire] words is not a list of words of two letters or more; fix it"),
        ("[fire]\nlabel = 1", "own.toml: [fire] label is not text; fix it"),
    ],
)
def test_a_lexicon_of_another_form_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(LexiconError) as caught:
        load_lexicon(own)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_lexicon_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="cannot be read"):
        load_lexicon(tmp_path / "none.toml")
