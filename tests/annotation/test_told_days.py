"""Days of places in invented sentences and short articles, read on Saturday 14 November 2026; places stand in brackets."""

from __future__ import annotations

import re

import pytest

from geomap.annotation.evidence import told_days
from geomap.text.publication_dates import with_publication_date
from geomap.types import Article, GeoparsedArticle

PUBLISHED = "2026-11-14"


def days(marked: str, published: str | None = PUBLISHED, **known: str) -> list[str]:
    """Return the day or days of each place in brackets, "" where none is told."""
    text = re.sub(r"[\[\]]", "", marked)
    told = told_days(
        GeoparsedArticle(
            article=with_publication_date(Article(id="a", text=text, published=published, **known)), resolutions=()
        ),
        "text",
    )
    found = []
    for n, match in enumerate(re.finditer(r"\[([^\]]+)\]", marked)):
        start = match.start() - 2 * n
        when = told.when(start, start + len(match[1]))
        found.append("/".join(dict.fromkeys((when.start, when.end))) if when else "")
    return found


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        # spans
        ("Floods cut off [Kisumu] between 2 and 5 March.", "2026-03-02/2026-03-05"),
        ("The fair in [Ghent] ran from 28 October to 3 November.", "2026-10-28/2026-11-03"),
        ("The fair in [Ghent] ran from October 28 to November 3.", "2026-10-28/2026-11-03"),
        ("Two tremors shook [Kobe] on the night of 15/16 September.", "2026-09-15/2026-09-16"),
        ("Rain fell on [Cardiff] on 10 and 11 November.", "2026-11-10/2026-11-11"),
        ("On the night of 4 to 5 May thieves broke into a museum in [Ghent].", "2026-05-04/2026-05-05"),
        ("The road to [Elgin] has been closed since Thursday.", "2026-11-12/2026-11-14"),
        ("Power has been out in [Salto] since 9 November.", "2026-11-09/2026-11-14"),
        ("Three men drowned off [Brest] earlier this month.", "2026-11-01/2026-11-14"),
        ("Three men drowned off [Brest] earlier this year.", "2026-01-01/2026-11-14"),
        ("The court in [Lund] sat from Monday to Wednesday.", "2026-11-09/2026-11-11"),
        ("The court in [Lund] sat Monday through Wednesday.", "2026-11-09/2026-11-11"),
        ("Shells hit [Tegh] on Tuesday and Wednesday.", "2026-11-10/2026-11-11"),
        ("Snow fell on [Bern] from Sunday night into Monday.", "2026-11-08/2026-11-09"),
        ("Crowds filled [Porto] over the weekend.", "2026-11-14/2026-11-15"),
        ("A roof fell in [Lyon] last week.", "2026-11-02/2026-11-08"),
        ("A roof fell in [Lyon] on Tuesday last week.", "2026-11-03"),
        ("The strike in [Turin] ran from March to May.", "2026-03-01/2026-05-31"),
        ("A plague emptied [Eyam] in the 1660s.", "1660-01-01/1669-12-31"),
        ("The mill in [Bury] closed in the 1990s.", "1990-01-01/1999-12-31"),
        ("Fires burned around [Evora] in the first week of August.", "2026-08-01/2026-08-07"),
        ("Fires burned around [Evora] in the past 24 hours.", "2026-11-13/2026-11-14"),
        ("Shells fell on [Tegh] overnight.", "2026-11-13/2026-11-14"),
        # days
        ("A barge sank at [Mainz] on Christmas Day.", "2025-12-25"),
        ("A barge sank at [Mainz] on Boxing Day 2019.", "2019-12-26"),
        ("The choir will sing in [Mainz] on Christmas Eve.", "2026-12-24"),
        ("A barge sank at [Mainz] on Good Friday.", "2026-04-03"),
        ("A barge sank at [Mainz] on the 9th.", "2026-11-09"),
        ("A barge sank at [Mainz] two hours ago.", "2026-11-14"),
        ("A barge sank at [Mainz] a fortnight ago.", "2026-10-28/2026-11-03"),
        ("Earlier today a barge sank at [Mainz].", "2026-11-14"),
        ("A barge sank at [Mainz] on 2 January.", "2026-01-02"),
        ("The ferry to [Mull] will sail again on 2 January.", "2027-01-02"),
        ("The bridge at [Mainz] reopens the day after tomorrow.", "2026-11-16"),
        # the future, by the clause of the date
        ("Scotland play Serbia in [Belgrade] in March.", "2027-03-01/2027-03-31"),
        ("City, who lost on Tuesday, travel to [Preston] on Friday.", "2026-11-20"),
        ("The tour comes back to [Leeds] in February.", "2027-02-01/2027-02-28"),
        ("The trial opens in [Lille] on Monday.", "2026-11-16"),
        ("The team face Wales in [Cardiff] next Saturday.", "2026-11-21"),
        ("The inquest in [Hull] is due to resume on Wednesday.", "2026-11-18"),
        ("She is expected to appear in court in [Hull] on Monday.", "2026-11-16"),
        ("Nurses in [Nice] plan to strike on Thursday.", "2026-11-19"),
        ("The ship, which left on Monday, is to reach [Bergen] by Tuesday.", "2026-11-17"),
        ("The vote in [Quito] was postponed to 6 December.", "2026-12-06"),
        ("A man was hurt in [Leeds] on Friday and will miss work.", "2026-11-13"),
        ("The minister said the port of [Beira] would reopen on Monday.", "2026-11-16"),
        ("The play was staged in [Leeds] in March.", "2026-03-01/2026-03-31"),
        ("The union met in [Leeds] on Friday.", "2026-11-13"),
        ("The visit to [Leeds] on Friday was short.", "2026-11-13"),
        ("The bridge at [Mainz] will be closed between 24 and 26 November.", "2026-11-24/2026-11-26"),
        ("The hall in [Leeds] is set to close in June.", "2027-06-01/2027-06-30"),
        ("The guns will be driven to Neiva and melted at [Yumbo] on 15 December.", "2026-12-15"),
        ("There is a concert in [Belém] on Tuesday.", "2026-11-17"),
        ("Cholera has killed eleven people in [Nsanje] since the new year.", "2026-01-01/2026-11-14"),
        ("A storm warning is in force for [Varna] from Friday.", "2026-11-20"),
    ],
)
def test_a_place_has_the_days_that_its_sentence_tells(marked: str, told: str) -> None:
    assert days(marked) == [told]


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("The bus left [Lima] on Monday and overturned near [Nazca] on Tuesday.", ["2026-11-09", "2026-11-10"]),
        ("Shells hit [Goris] on Monday and [Tegh] on Tuesday.", ["2026-11-09", "2026-11-10"]),
        ("On Monday shells hit [Goris] and [Kapan], and on Tuesday [Tegh].", ["2026-11-09", "2026-11-09", "2026-11-10"]),
        ("Clashes were reported in [Goris], [Kapan] and [Tegh] on Wednesday.", ["2026-11-11"] * 3),
        ("A fire on Monday gutted the hall in [Leeds], which was built in 1644.", ["2026-11-09"]),
        ("The hall in [Leeds], which was built in 1644, burned down on Monday.", ["2026-11-09"]),
        ("The bus crashed near [Nazca] on Monday; the company lives off trips from [Cusco].", ["2026-11-09", ""]),
        ("They left [Hull] on Friday, and the school in [Leeds] will open in December.", ["2026-11-13", "2026-12-01/2026-12-31"]),
        ("Jane Doe, 45, of [Park Ridge], was shot in [Chicago] on Tuesday.", ["", "2026-11-10"]),
        ("A nurse from [Split] was found dead in [Zadar] on Tuesday.", ["", "2026-11-10"]),
        ("The singer, who was born in [Bari], died in [Rome] on Thursday.", ["", "2026-11-12"]),
        ("The army shelled [Goris], where a school burned, on Thursday.", ["2026-11-12"]),
        ("A train derailed on Thursday outside [Ghent], where two people died.", ["2026-11-12"]),
        ("In [Goris], where shelling began on Monday, shops are shut.", ["2026-11-09"]),
        ("The mayor said on Friday that four people had died in [Tegh] on Tuesday.", ["2026-11-10"]),
        ("In 1644 an army camped at [Newark]; last Tuesday a plough found its coins at [Balderton].", ["1644-01-01/1644-12-31", "2026-11-10"]),
        ("Heavy snow closed [Bern] airport on Monday, while [Basel] got rain on Tuesday.", ["2026-11-09", "2026-11-10"]),
        ("Today, the firm in [Leeds] employs 40 people.", [""]),
        ("Today Ann skates daily at the rink in [Oslo].", [""]),
        ("The market in [Lecce] opens every Friday.", [""]),
        ("[Leeds] is today a city of students.", [""]),
        ("The Friday market was held in [Lecce] as usual.", ["2026-11-13"]),
    ],
)  # fmt: skip
def test_a_day_belongs_to_the_places_of_its_clause(marked: str, told: list[str]) -> None:
    assert days(marked) == told


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("A bomb went off in [Mosul] on Tuesday. Gunmen attacked a post near [Tikrit] the same day.", ["2026-11-10", "2026-11-10"]),
        ("A bomb went off in [Mosul] on Tuesday. The same evening a truck burned in [Tikrit].", ["2026-11-10", "2026-11-10"]),
        ("A bomb went off in [Mosul] on Tuesday. Two days later a truck burned in [Tikrit].", ["2026-11-10", "2026-11-12"]),
        ("A bomb went off in [Mosul] on Tuesday. Two days before, a truck had burned in [Tikrit].", ["2026-11-10", "2026-11-08"]),
        ("A bomb went off in [Mosul] on Tuesday. The day before, a truck burned in [Tikrit].", ["2026-11-10", "2026-11-09"]),
        ("A bomb went off in [Mosul] on 3 November. A week later a truck burned in [Tikrit].", ["2026-11-03", "2026-11-10"]),
        ("A bomb went off in [Mosul] on 3 November. The following Friday a truck burned in [Tikrit].", ["2026-11-03", "2026-11-06"]),
        ("A bomb went off in [Mosul] on Tuesday. Hours later a truck burned in [Tikrit].", ["2026-11-10", "2026-11-10"]),
        ("A bomb went off in [Mosul] on Tuesday. A truck also burned in [Tikrit].", ["2026-11-10", "2026-11-10"]),
        ("A bomb went off in [Mosul] on Tuesday. Another bomb was found in [Tikrit].", ["2026-11-10", "2026-11-10"]),
        ("A bomb went off in [Mosul] on Tuesday. In a separate attack, two men died in [Tikrit].", ["2026-11-10", "2026-11-10"]),
        ("A quake shook [Crotone] on Tuesday. The quake was felt in [Bari].", ["2026-11-10", "2026-11-10"]),
        ("Two lorries collided in [Hull] on Tuesday. The crash closed the road to [Leeds].", ["2026-11-10", "2026-11-10"]),
        ("A bomb went off in [Mosul] on Tuesday. A truck burned in [Tikrit].", ["2026-11-10", ""]),
        ("A bomb went off in [Mosul] on Tuesday. [Tikrit] is also a market town.", ["2026-11-10", ""]),
        ("A bomb went off in [Mosul] on Tuesday. A bomb had also killed ten in [Tikrit] in 2019.", ["2026-11-10", "2019-01-01/2019-12-31"]),
        ("A bomb went off in [Mosul] on Tuesday and a second one in [Tikrit] the next morning.", ["2026-11-10", "2026-11-11"]),
        ("Two days before the vote, a truck burned in [Tikrit].", [""]),
        ("The same day a truck burned in [Tikrit].", [""]),
    ],
)  # fmt: skip
def test_a_sentence_takes_up_the_day_told_before_where_a_word_ties_them(marked: str, told: list[str]) -> None:
    assert days(marked) == told


@pytest.mark.parametrize(
    ("marked", "known", "told"),
    [
        ("NAIROBI, 14 November 2026 - A bus overturned near [Nakuru] on Tuesday.", {}, ["2026-11-10"]),
        ("Published 14 November 2026\n\nA bus overturned near [Nakuru] yesterday.", {}, ["2026-11-13"]),
        ("A bus overturned near [Nakuru] on 3/11/2026.", {"url": "https://example.co.ke/a"}, ["2026-11-03"]),
        ("A bus overturned near [Dallas] on 3/11/2026.", {"url": "https://nytimes.com/a"}, ["2026-03-11"]),
        ("A bus overturned near [Dallas] on 3/11/2026.", {}, [""]),
        ("A bus overturned near [Dallas] on 11/25/2025.", {}, ["2025-11-25"]),
        ("A bus overturned near [Nakuru] on Tuesday.", {}, [""]),
    ],
)
def test_the_day_of_publication_may_be_in_the_text(marked: str, known: dict[str, str], told: list[str]) -> None:
    assert days(marked, None, **known) == told


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("On 9 February 1871 a brig struck a bank at [Skagen]. The dead were buried at [Råbjerg] on the 14th.", ["1871-02-09", "1871-02-14"]),
        ("On 9 February 1871 a brig struck a bank at [Skagen]. An inquiry opened in [Aalborg] on 2 March.", ["1871-02-09", "1871-03-02"]),
        ("On 3 July 1934 an engine ran away at [Uyuni]. The inquiry sat in [Antofagasta] in August.", ["1934-07-03", "1934-08-01/1934-08-31"]),
        ("On 3 July 1934 an engine ran away at [Uyuni]. The museum in [Oruro] will show it on Friday.", ["1934-07-03", "2026-11-20"]),
    ],
)  # fmt: skip
def test_a_story_of_the_past_goes_on_in_its_year(marked: str, told: list[str]) -> None:
    assert days(marked) == told


def test_a_tie_says_its_doubt() -> None:
    text = "A quake shook Crotone on Tuesday. The quake was felt in Bari. A wall also fell in Lecce."
    told = told_days(GeoparsedArticle(article=Article(id="a", text=text, published=PUBLISHED), resolutions=()), "text")
    doubts = [told.when(text.index(name), text.index(name) + 4).doubt for name in ("Crotone", "Bari", "Lecce")]
    assert doubts == [None, "the day told before of “The quake”", "the day told before; “also” takes it up"]
