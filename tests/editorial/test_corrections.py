from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.editorial.corrections import add_correction, correct, parse_corrections, read_corrections, write_correction
from geomap.errors import PlaceNotFound, ProjectError
from geomap.types import Article, Candidate, Correction, GeoparsedArticle, Mention, Place, Publication, Resolution

PARIS = Place(id="gn:1", name="Paris", kind="settlement", lon=2.35, lat=48.85, country="FR", admin1="11")
PARIS_TX = Place(id="gn:2", name="Paris", kind="settlement", lon=-95.55, lat=33.66, country="US", admin1="TX")
DEPOT = Place(id="gn:3", name="The Depot", kind="site", lon=-95.5, lat=33.7, country="US", admin1="TX")
PLACES = {p.id: p for p in (PARIS, PARIS_TX, DEPOT)}
TEXT = "Paris was calm. The depot near Paris burned."


def find(place_id: str) -> Place:
    try:
        return PLACES[place_id]
    except KeyError:
        raise PlaceNotFound(f"{place_id}: no place has this id") from None


def paris(start: int) -> Resolution:
    return Resolution(
        mention=Mention(start=start, end=start + 5, text="Paris"),
        place=PARIS,
        score=0.8,
        reason="the larger",
        match="name",
        runners_up=(Candidate(place=PARIS_TX, name="Paris"),),
    )


ARTICLE = Article(
    id="a.txt", text=TEXT, title="Fire near Paris", source="The Daily Square", url="https://example.org/a"
)
READ = GeoparsedArticle(article=ARTICLE, resolutions=(paris(0), paris(31)))


def parsed(text: str) -> tuple[Correction, ...]:
    return parse_corrections(text, where="corrections.toml")


def places(read: GeoparsedArticle) -> list[tuple[str, str | None]]:
    return [(r.mention.text, r.place.id if r.place else None) for r in read.resolutions]


def test_every_key_is_read():
    assert parsed(
        '[[correction]]\nname = "Paris"\nplace = "gn:2"\narticle = "a.txt"\nauthor = "A. Editor"\ndate = 2026-11-23\nreason = "Texas"\n'
        '[[correction]]\nname = "the depot"\nlon = 2\nlat = 48.5\nadd = true\nsource = "The Daily Square"\n'
        '[[correction]]\nname = "Square"\nnone = true\n'
        '[[correction]]\nname = "Haus"\nhidden = true\ndate = "2026-11"\n'.replace('"2026-11"', '"2026-11-24"')
    ) == (
        Correction(name="Paris", place="gn:2", article="a.txt", author="A. Editor", date="2026-11-23", reason="Texas"),
        Correction(name="the depot", lon=2.0, lat=48.5, is_added=True, source="The Daily Square"),
        Correction(name="Square", is_none=True),
        Correction(name="Haus", is_hidden=True, date="2026-11-24"),
    )


def test_a_missing_file_holds_no_corrections(tmp_path):
    assert read_corrections(tmp_path / "corrections.toml") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '[[correction]]\nname = "Paris\n',
            "corrections.toml: is not TOML: Illegal character '\\n' (at line 2, column 14)",
        ),
        ('\n[[correction]]\nnames = "Paris"\n', "corrections.toml, line 2: 'names' is not a known key"),
        (
            '[[correction]]\nname="a"\nnone=true\n\n[[correction]]\nname = 3\n',
            "corrections.toml, line 5: name must be text in quotes",
        ),
        (
            '[[correction]]\nname = "a"\n',
            "corrections.toml, line 1: give exactly one of place, lon and lat, none, hidden",
        ),
        ('[[correction]]\nname = "a"\nnone = true\nplace = "gn:1"\n', "line 1: give exactly one of"),
        ('[[correction]]\nname = "a"\nlon = 4\n', "line 1: lon and lat go together"),
        ('[[correction]]\nname = "a"\nlon = 4\nlat = 91\n', "line 1: lat must be degrees from -90 to 90"),
        ('[[correction]]\nname = "a"\nlon = nan\nlat = 1\n', "line 1: lon must be degrees from -180 to 180"),
        ('[[correction]]\nname = "a"\nnone = false\n', "line 1: none must be true or be left out"),
        ('[[correction]]\nname = "a"\nnone = true\nadd = true\n', "line 1: add goes with a place"),
        ('[[correction]]\nname = "a"\nhidden = true\nadd = true\n', "line 1: add goes with a place"),
        (
            '[[correction]]\nname = "a"\nnone = true\narticle = "x"\nsource = "y"\n',
            "line 1: article and source exclude each other",
        ),
        (
            '[[correction]]\nname = "a"\nnone = true\ndate = "yesterday"\n',
            "line 1: date must be a date like 2026-11-23",
        ),
        ('[[correction]]\nname = "a"\nnone = true\ndate = 3\n', "line 1: date must be a date like 2026-11-23"),
        ("[[correction]]\nnone = true\n", "line 1: the name is missing"),
        ('# x\n[[corrections]]\nname = "a"\n', "line 2: 'corrections' is not a known key"),
        ('[[correction]]\nname = "a"\nnone = true\n[na]\n', "line 4: 'na' is not a known key"),
        ('"\\u0061b" = 1\n', "line 1: 'ab' is not a known key"),
        ('[correction]\nname = "a"\n', "correction must be tables"),
        ("a = " + "[" * 100_000, "is not TOML: "),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, says: str):
    with pytest.raises(ProjectError) as caught:
        parsed(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@given(
    name=st.text(min_size=1).filter(str.strip),
    reason=st.one_of(st.none(), st.text(min_size=1).filter(str.strip)),
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
)
def test_what_is_written_is_read_back(name: str, reason: str | None, lon: float, lat: float):
    one = Correction(name=name, lon=lon, lat=lat, is_added=True, article="a.txt", date="2026-11-23", reason=reason)
    assert parsed(write_correction(one)) == (one,)


def test_a_name_means_the_place_the_editor_says():
    one = Correction(name="Paris", place="gn:2", author="A. Editor", date="2026-11-23", reason="Texas")
    found = correct(READ, [one], find=find)
    assert found.read.resolutions[0] == Resolution(
        mention=Mention(start=0, end=5, text="Paris"),
        place=PARIS_TX,
        score=1.0,
        reason="corrected by A. Editor on 2026-11-23: Texas",
        match="name",
        runners_up=(Candidate(place=PARIS, name="Paris"),),
        correction=one,
    )
    assert (places(found.read), found.fitted) == ([("Paris", "gn:2"), ("Paris", "gn:2")], (one,))


def test_no_place_is_kept_with_its_reason():
    one = Correction(name="Paris", is_none=True)
    found = correct(READ, [one], find=find)
    assert places(found.read) == [("Paris", None), ("Paris", None)]
    assert {r.reason for r in found.read.resolutions} == {"corrected by an editor"}


def test_a_point_is_a_place_of_the_editors_own_and_a_moved_place_keeps_what_it_is():
    [point, _] = correct(READ, [Correction(name="Paris", lon=2.5, lat=48.5)], find=find).read.resolutions
    assert point.place == Place(id="my:Paris@2.50000,48.50000", name="Paris", kind="site", lon=2.5, lat=48.5)
    [moved, _] = correct(READ, [Correction(name="Paris", place="gn:1", lon=2.5, lat=48.5)], find=find).read.resolutions
    assert moved.place == replace(PARIS, id="my:gn:1@2.50000,48.50000", lon=2.5, lat=48.5)


@pytest.mark.parametrize("said", [{}, {"lon": 2.5}, {"lat": 48.5}])
def test_a_correction_that_says_no_place_is_refused(said: dict[str, float]):
    with pytest.raises(ValueError, match=r"^a correction without a place: Correction\(name='Paris', "):
        correct(READ, [Correction(name="Paris", **said)], find=find)


def test_an_added_name_is_found_as_whole_words_in_text_order():
    one = Correction(name="depot", lon=2.5, lat=48.5, is_added=True)
    read = replace(READ, article=replace(ARTICLE, text="Paris was calm. The depot near Paris burned, depots did."))
    found = correct(read, [one], find=find)
    assert places(found.read) == [("Paris", "gn:1"), ("depot", "my:depot@2.50000,48.50000"), ("Paris", "gn:1")]
    assert found.read.article.text[20:25] == "depot"


def test_an_added_name_that_is_found_already_is_not_found_twice():
    one = Correction(name="Paris", place="gn:2", is_added=True)
    read = replace(READ, article=replace(ARTICLE, title=None))
    assert places(correct(read, [one], find=find).read) == [("Paris", "gn:2"), ("Paris", "gn:2")]


def test_an_added_name_is_found_in_the_headline_too():
    one = Correction(name="depot", lon=2.5, lat=48.5, is_added=True)
    article = replace(ARTICLE, title="Blaze at the depot", text="The depot burned.")
    read = GeoparsedArticle(article=article, resolutions=())
    found = [(r.mention.part, r.mention.start, r.mention.end) for r in correct(read, [one], find=find).read.resolutions]
    assert found == [("title", 13, 18), ("text", 4, 9)]
    repeated = replace(read, article=replace(article, text="Blaze at the depot\nNobody was hurt."))
    assert [r.mention.part for r in correct(repeated, [one], find=find).read.resolutions] == ["text"]


def test_what_is_hidden_is_blacked_out_everywhere_and_no_offset_moves():
    depot = Resolution(mention=Mention(start=20, end=25, text="depot"), place=DEPOT, score=0.9, reason="")
    read = replace(READ, resolutions=(paris(0), depot, paris(31)))
    one = Correction(name="Paris", is_hidden=True)
    found = correct(read, [one], find=find)
    assert found.read == GeoparsedArticle(
        article=replace(
            ARTICLE, text="█████ was calm. The depot near █████ burned.", title="Fire near █████", url=None
        ),
        resolutions=(depot,),
    )
    assert (found.fitted, found.hidden) == ((one,), ("gn:1",))


def test_another_word_for_a_hidden_place_is_hidden_too():
    depot = Resolution(mention=Mention(start=20, end=25, text="depot"), place=PARIS, score=0.9, reason="")
    found = correct(
        replace(READ, resolutions=(paris(0), depot, paris(31))), [Correction(name="Paris", is_hidden=True)], find=find
    )
    assert found.read.resolutions == ()
    assert found.read.article.text == "█████ was calm. The █████ near █████ burned."


def test_what_is_hidden_is_said_by_nothing_that_is_known_of_the_article_or_told_of_another_place():
    text = "PARIS was calm. The depot near Paris burned."
    article = replace(
        ARTICLE, id="2023-fire-in-paris.txt", text=text, source="paris.example", author="A. Reporter", sha256="12ab",
        republished=(Publication(id="paris.html"),),
    )  # fmt: skip
    depot = Resolution(
        mention=Mention(start=20, end=25, text="depot"), place=DEPOT, score=0.9, reason="3 km from Paris, named beside it",
        runners_up=(Candidate(place=PARIS, name="depot"),),
    )  # fmt: skip
    found = correct(
        GeoparsedArticle(article=article, resolutions=(depot, paris(31))),
        [Correction(name="Paris", is_hidden=True)],
        find=find,
    ).read
    assert found.article == Article(
        id=found.article.id,
        text="█████ was calm. The depot near █████ burned.",
        title="Fire near █████",
        author="A. Reporter",
    )
    assert "paris" not in found.article.id.casefold()
    assert found.resolutions == (replace(depot, reason="3 km from █████, named beside it", runners_up=()),)


def test_the_nearest_scope_wins_and_then_the_later_line():
    everywhere = Correction(name="Paris", is_none=True)
    source = Correction(name="Paris", place="gn:2", source="The Daily Square")
    article = Correction(name="Paris", place="gn:1", article="a.txt", reason="first")
    later = Correction(name="Paris", place="gn:2", article="a.txt", reason="later")
    for corrections, best in [
        ([source, everywhere], source),
        ([article, source, everywhere], article),
        ([article, later], later),
        ([later, article], article),
    ]:
        found = correct(READ, corrections, find=find)
        assert found.read.resolutions[0].correction == best
        assert found.read.article == ARTICLE
        assert set(found.fitted) == set(corrections)


@pytest.mark.parametrize("known_as", ["a.txt", "https://example.org/a", "https://other.example/b", "b.html"])
def test_an_article_is_met_by_any_name_it_has(known_as: str):
    article = replace(ARTICLE, republished=(Publication(id="b.html", url="https://other.example/b"),))
    found = correct(
        replace(READ, article=article), [Correction(name="Paris", is_none=True, article=known_as)], find=find
    )
    assert places(found.read) == [("Paris", None), ("Paris", None)]


@pytest.mark.parametrize(
    "one",
    [
        Correction(name="Paris", place="gn:2", article="other.txt"),
        Correction(name="Paris", place="gn:2", source="Another"),
        Correction(name="paris", place="gn:2"),
        Correction(name="Paris", place="gn:404"),
    ],
)
def test_what_does_not_fit_changes_nothing_and_is_not_counted_as_fitting(one: Correction):
    found = correct(READ, [one], find=find)
    assert (found.read, found.fitted) == (READ, ())


GYONGYOS = Place(id="gn:721239", name="Gyöngyös", kind="settlement", lon=19.93, lat=47.78, country="HU")
SCOTLAND = Place(id="gn:2638360", name="Scotland", kind="admin1", lon=-4.0, lat=56.0, country="GB")
HIDDEN = Correction(name="Gyöngyös", is_hidden=True)


def names_of(place: Place) -> tuple[str, ...]:
    return {GYONGYOS.id: ("Gengeš", "Дьёндьёш"), SCOTLAND.id: ("Alba", "Écosse")}.get(place.id, ())


def at(text: str, name: str, place: Place | None, reason: str = "") -> Resolution:
    start = text.index(name)
    mention = Mention(start=start, end=start + len(name), text=name)
    return Resolution(mention=mention, place=place, score=0.9, reason=reason)


@pytest.mark.parametrize("name", ["GYÖNGYÖS", "Gyo\u0308ngyo\u0308s", "Gyongyos", "Gengeš", "Дьёндьёш"])
def test_another_spelling_or_another_name_of_a_hidden_place_is_hidden_too(name: str):
    text = f"A fire in {name} near the depot."
    read = GeoparsedArticle(
        article=Article(id="a.txt", text=text, title=f"{name} burns", url="https://example.org/a", sha256="00ff"),
        resolutions=(at(text, name, GYONGYOS), at(text, "depot", DEPOT)),
    )
    found = correct(read, [HIDDEN], find=find, names=names_of)
    black = "█" * len(name)
    assert found.read.article == Article(id="a.txt", text=f"A fire in {black} near the depot.", title=f"{black} burns")
    assert found.read.resolutions == (read.resolutions[1],)
    assert (found.fitted, found.hidden) == ((HIDDEN,), (GYONGYOS.id,))


@pytest.mark.parametrize(
    "known",
    [
        {"id": "gyongyos-2023.txt"},
        {"url": "https://example.org/gy%C3%B6ngy%C3%B6s"},
        {"source": "gyongyos.hu"},
        {"author": "GYÖNGYÖS Daily"},
        {"republished": (Publication(id="b", url="https://example.org/gyongyos"),)},
    ],
)
def test_a_hidden_name_that_only_an_id_or_an_address_says_is_taken_out(known: dict):
    read = GeoparsedArticle(article=replace(ARTICLE, sha256="00ff", **known), resolutions=())
    found = correct(read, [HIDDEN], find=find)
    said = repr(found.read).casefold()
    assert [word for word in ("gyongyos", "gyöngyös", "gy%c3", "00ff") if word in said] == []
    assert (found.read.article.text, found.fitted) == (TEXT, (HIDDEN,))


def test_an_id_that_says_a_hidden_name_leaves_no_digest_to_try_names_against():
    read = GeoparsedArticle(article=replace(ARTICLE, id="gyongyos.txt"), resolutions=())
    assert correct(read, [HIDDEN], find=find).read.article.id == "█████"


def test_a_place_that_is_named_after_a_hidden_one_is_hidden_and_a_part_of_its_name_is_no_place():
    text = "Gyöngyös Airport closed; New Gyöngyös too."
    airport = replace(DEPOT, id="gn:9", name="Gyöngyös Airport")
    read = GeoparsedArticle(
        article=replace(ARTICLE, text=text, title=None),
        resolutions=(at(text, "Gyöngyös Airport", airport), at(text, "Gyöngyös", PARIS_TX)),
    )
    found = correct(read, [HIDDEN], find=find)
    assert found.read.resolutions == ()
    assert found.read.article.text == "████████████████ closed; New ████████ too."


def test_a_wide_place_stays_where_only_one_of_its_many_names_is_hidden():
    text = "Rain in Scotland."
    read = GeoparsedArticle(article=replace(ARTICLE, text=text), resolutions=(at(text, "Scotland", SCOTLAND),))
    assert correct(read, [Correction(name="Alba", is_hidden=True)], find=find, names=names_of).read == read
    hidden = correct(read, [Correction(name="Scotland", is_hidden=True)], find=find, names=names_of).read
    assert (hidden.article.text, hidden.resolutions) == ("Rain in ████████.", ())


def test_what_an_editor_writes_of_another_name_says_nothing_of_a_hidden_one():
    one = Correction(name="Paris", place="gn:2", author="Desk Gyöngyös", reason="not GYONGYOS")
    done = correct(READ, [one, HIDDEN], find=find).read.resolutions[0]
    assert done.reason == "corrected by Desk ████████: not ████████"
    assert done.correction == replace(one, author="Desk ████████", reason="not ████████")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "corrections.toml")
    with pytest.raises(ProjectError, match=r"corrections\.toml: cannot be read \(it is neither a file nor a folder\)"):
        read_corrections(tmp_path / "corrections.toml")


def test_a_correction_is_written_as_a_table_of_its_own(tmp_path: Path):
    whole = Correction(
        name='A "b" \\ c\n',
        place="gn:1",
        article="a",
        source="s",
        lon=1,
        lat=-2.5,
        is_hidden=True,
        author="x",
        date="2026-11-23",
        reason="y",
    )
    assert write_correction(whole) == (
        '[[correction]]\nname = "A \\"b\\" \\\\ c\\U0000000a"\nplace = "gn:1"\narticle = "a"\nsource = "s"\n'
        'lon = 1.0\nlat = -2.5\nhidden = true\nauthor = "x"\ndate = "2026-11-23"\nreason = "y"\n'
    )  # fmt: skip
    path = tmp_path / "corrections.toml"
    for name in ("One", "Two"):
        add_correction(path, Correction(name=name, is_none=True), find=str)
    assert (
        path.read_text() == '[[correction]]\nname = "One"\nnone = true\n\n[[correction]]\nname = "Two"\nnone = true\n'
    )


@pytest.mark.parametrize(("match", "expected"), [(None, "name"), ("alternate", "alternate")])
def test_the_place_that_a_correction_puts_aside_is_the_first_runner_up(match: str | None, expected: str):
    tegh, rival = (Place(id=f"gn:{n}", name="Tegh", kind="settlement", lon=n, lat=0) for n in (1, 2))
    mention = Mention(start=0, end=4, text="Tegh")
    other = Candidate(place=rival, name="Tegh")
    one = Resolution(mention=mention, place=tegh, score=0.5, reason="", match=match, runners_up=(other,))
    read = GeoparsedArticle(article=Article(id="a", text="Tegh slept."), resolutions=(one,))
    done = correct(read, [Correction(name="Tegh", is_none=True)], find=lambda _: rival)
    (made,) = done.read.resolutions
    assert (made.place, made.match) == (None, None)
    assert made.runners_up == (Candidate(place=tegh, name="Tegh", match=expected), other)


@pytest.mark.parametrize(("match", "expected"), [(None, "name"), ("alternate", "alternate")])
def test_the_place_of_a_correction_has_the_match_of_the_one_before(match: str | None, expected: str):
    read = replace(READ, resolutions=(replace(paris(0), match=match),))
    done = correct(read, [Correction(name="Paris", place="gn:2")], find=find)
    assert [(r.place, r.match) for r in done.read.resolutions] == [(PARIS_TX, expected)]
