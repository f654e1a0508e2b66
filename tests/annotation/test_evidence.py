"""Kinds of event and counts of places in invented sentences and short articles; places stand in brackets."""

from __future__ import annotations

import re

import pytest

from geomap.annotation.event_lexicon import load_lexicon
from geomap.annotation.evidence import EvidenceReader
from geomap.types import Article, Evidence, GeoparsedArticle, Mention, Resolution


def evidence(marked: str, title: str | None = None) -> list[Evidence]:
    """Return the evidence of each place in brackets."""
    text = re.sub(r"[\[\]]", "", marked)
    mentions = []
    for n, match in enumerate(re.finditer(r"\[([^\]]+)\]", marked)):
        start = match.start() - 2 * n
        mentions.append(Mention(start=start, end=start + len(match[1]), text=match[1]))
    resolutions = tuple(Resolution(mention=m, place=None, score=1.0, reason="toy") for m in mentions)
    article = Article(id="a", text=text, title=title, published="2026-11-14")
    reader = EvidenceReader(GeoparsedArticle(article=article, resolutions=resolutions), load_lexicon())
    return [reader.evidence(mention) for mention in mentions]


def kinds(marked: str, title: str | None = None) -> list[str]:
    return [one.event.kind if one.event else "" for one in evidence(marked, title)]


def counts(marked: str) -> list[list[tuple[float, str]]]:
    return [[(q.value, q.unit) for q in one.quantities] for one in evidence(marked)]


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("Rebels captured [Sake] after a week of battles.", "fighting"),
        ("Artillery pounded the outskirts of [Sake] all night.", "fighting"),
        ("Soldiers retook the airfield at [Sake].", "fighting"),
        ("A grenade thrown into a bar in [Bujumbura] wounded nine.", "attack"),
        ("Armed men on motorbikes attacked a market in [Tera].", "attack"),
        ("A man with a knife stabbed three passers-by in [Lund].", "attack"),
        ("The two armies exchanged prisoners at [Kerem].", "disarmament"),
        ("Fighters in [Cauca] handed in their weapons.", "disarmament"),
        ("Negotiators from both sides sat down in [Muscat].", "talks"),
        ("The foreign ministers met in [Muscat] behind closed doors.", "talks"),
        ("Trucks carrying food and tarpaulins reached [Sofala].", "aid"),
        ("Volunteers handed out hot meals in [Sofala].", "aid"),
        ("Whole villages around [Sake] fled to the hills.", "displacement"),
        ("About 300 families in [Beira] are sheltering in schools.", "displacement"),
        ("Residents of [Beira] were told to leave their homes.", "displacement"),
        ("Drivers queued for fuel in [Sucre].", "shortage"),
        ("Taps ran dry in half of [Sucre].", "shortage"),
        ("Hundreds of farmers blocked roads around [Ghent] with tractors.", "protest"),
        ("Teachers in [Lima] are on strike.", "protest"),
        ("Demonstrators with placards gathered in [Lima].", "protest"),
        ("A bus plunged into a ravine near [Puno].", "accident"),
        ("A gas explosion flattened a house in [Derby].", "accident"),
        ("A trawler ran aground off [Stornoway].", "accident"),
        ("A worker fell from a roof in [Derby].", "accident"),
        ("Tremors were felt in [Kobe] too.", "disaster"),
        ("Lava cut the road to [Goma].", "disaster"),
        ("A sinkhole swallowed two cars in [Guatemala City].", "disaster"),
        ("Flames destroyed a sawmill near [Evora].", "fire"),
        ("A warehouse in [Leeds] was gutted.", "fire"),
        ("Fire crews were called to a mill in [Bury].", "fire"),
        ("The river burst its banks at [Tewkesbury].", "weather"),
        ("Gusts tore the roof off a school in [Galway].", "weather"),
        ("Hailstones broke windows in [Graz].", "weather"),
        ("The heat in [Seville] reached a record.", "weather"),
        ("Doctors in [Jinja] counted new cases of cholera.", "health"),
        ("A measles outbreak closed schools in [Jinja].", "health"),
        ("Detectives in [Hull] arrested two suspects.", "crime"),
        ("A jury in [Hull] found the driver guilty.", "crime"),
        ("Burglars broke into a jeweller's in [Ghent].", "crime"),
        ("Customs officers at [Antwerp] found cocaine in bananas.", "crime"),
        ("Councillors in [Bath] voted against the plan.", "politics"),
        ("Polling stations in [Quito] opened late.", "politics"),
        ("The candidate campaigned in [Quito].", "politics"),
    ],
)
def test_the_kind_of_what_happened_at_a_place(marked: str, told: str) -> None:
    assert kinds(marked) == [told]


@pytest.mark.parametrize(
    "marked",
    [
        "She rode at the front of the pack into [Siena].",
        "The board in [Leeds] is to fire the manager.",
        "The crew is shooting a film in [Matera].",
        "Her attack on the record failed in [Oslo].",
        "He built his fortune in [Boston] before the crash of the market.",
        "[Kendal] is a market town on a river.",
        "The striker's goal won the match in [Derby].",
        "The choir will sing in [Mainz] on Christmas Eve.",
        "A chef in [Lyon] poached eggs for 300 guests.",
        "The tennis court in [Bath] has a new roof.",
        "He suffered a heart attack in [Rome].",
        "The road winds through [Bern].",
        "The judge of the dog show in [Bath] liked the terriers.",
        "The band was on fire this season in [Leeds].",
        "A cookery demonstration drew a crowd in [Ghent].",
        "Shares rallied in [Frankfurt].",
        "The drug trial in [Basel] begins in May.",
        "The party won by a landslide in [Quito].",
        "The plot of the novel moves to [Lisbon].",
        "The clinical trial in [Oxford] needs volunteers.",
        "She breathed a sigh of relief in [Nice].",
        "The exhibition in [Madrid] shows paintings of the siege.",
        "The old prison in [Bodmin] is a hotel now.",
        "A wind farm is planned near [Brest].",
    ],
)
def test_figures_of_speech_and_quiet_places_have_no_kind(marked: str) -> None:
    assert kinds(marked) == [""]


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("Floods closed the road to [Elgin], and thieves broke into a bank in [Nairn].", ["weather", "crime"]),
        ("Shells fell on [Goris] while talks continued in [Geneva].", ["fighting", "talks"]),
        ("Protesters filled [Tunis], and a ferry sank off [Sfax].", ["protest", "accident"]),
        ("A fire gutted a mill in [Bury]; voters in [Bolton] went to the polls.", ["fire", "politics"]),
    ],
)
def test_a_place_has_the_kind_of_its_clause(marked: str, told: list[str]) -> None:
    assert kinds(marked) == told


def test_a_sentence_without_words_for_it_has_the_kind_of_the_article() -> None:
    text = (
        "A strong earthquake shook [Crotone] on Tuesday. The quake was the worst in years. Eleven people were injured in [Cutro]. "
        "The town of [Isola] is known for its beaches. In 1905 the church in [Scilla] was damaged."
    )
    found = evidence(text, "Earthquake shakes Calabria")
    assert [one.event and (one.event.kind, one.event.probability) for one in found] == [
        ("disaster", 0.95),
        ("disaster", 0.75),
        None,
        None,
    ]
    mixed = "A quake shook [Crotone]. Thieves robbed a bank in [Bari]. Eleven people were injured in [Cutro]."
    assert kinds(mixed, "News in brief") == ["disaster", "crime", ""]


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("Two dozen houses burned in [Evora].", [[(24.0, "houses")]]),
        ("Shells killed six in [Goris] and wounded 14 in [Tegh].", [[(6.0, "killed")], [(14.0, "wounded")]]),
        ("Clashes in [Goris], [Kapan] and [Tegh] left 31 dead.", [[], [], [(31.0, "dead")]]),
        ("One hundred and nine people were rescued off [Brest] after a ferry from [Cork] sank.", [[(109.0, "people")], []]),
        ("The bus left [Lima] with 40 passengers and overturned near [Nazca], killing nine.", [[(40.0, "passengers")], [(9.0, "killed")]]),
        ("A storm some 15 miles off [Cork] brought winds of 130 km an hour.", [[]]),
        ("Jane Doe, 45, of [Park Ridge], was among 12 people hurt in [Chicago].", [[], [(12.0, "people")]]),
        ("[Goris] lies 70 kilometres from [Kapan].", [[], []]),
        ("Eleven people died in [Goris]. [Tegh] was quiet.", [[(11.0, "people")], []]),
    ],
)  # fmt: skip
def test_a_total_is_counted_at_one_place(marked: str, told: list[list[tuple[float, str]]]) -> None:
    assert counts(marked) == told
