from __future__ import annotations

import base64
import hashlib
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import branca.element
import folium
import pytest

from geomap.map_types import MapOptions
from geomap.render import folium_page
from geomap.render.folium_page import compose, inert, to_folium
from tests.render.pages import HOSTILE, page
from tests.support import toy_story as toy

GENERATE_ID = branca.element.Element.__dict__["_generate_id"]


@pytest.fixture
def composed_beside(monkeypatch):
    """What a second thread's folium map looked like, drawn while ``compose`` was at work."""
    seen = {}
    template = folium_page._asset

    def asset(name):  # composing reads page.html when the figure is made: the middle of its work
        if name == "page.html":
            seen["generate_id"] = branca.element.Element.__dict__["_generate_id"]
            foreign = threading.Thread(target=lambda: seen.update(names=[folium.Map().get_name() for _ in range(3)]))
            foreign.start()
            foreign.join()
        return template(name)

    monkeypatch.setattr(folium_page, "_asset", asset)
    compose(title="T", lang="en", bounds=(44, 38, 54, 42))
    return seen


def test_branca_is_untouched_while_a_page_is_composed(composed_beside):
    assert composed_beside["generate_id"] is GENERATE_ID
    assert branca.element.Element.__dict__["_generate_id"] is GENERATE_ID


def test_a_folium_map_made_meanwhile_has_a_random_id(composed_beside):
    assert [re.fullmatch("map_[0-9a-f]{32}", name) is not None for name in composed_beside["names"]] == [True] * 3


def test_threads_compose_the_same_pages_as_one_after_another():
    bounds = [(lon, 38, lon + 3, 42) for lon in range(8)]
    serial = [compose(title="T", lang="en", bounds=each) for each in bounds]
    barrier = threading.Barrier(8)

    def at_once(each):
        barrier.wait()
        return [compose(title="T", lang="en", bounds=each) for _ in range(4)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(at_once, bounds)) == [[made] * 4 for made in serial]


def test_the_only_map_of_the_page_has_one_fixed_name():
    assert re.findall(r"\b(?:map|figure|macro_element|element)_\w+", compose(title="T", lang="en", bounds=(44, 38, 54, 42))[-600:]) == [
        "map_6", "map_6", "map_6"
    ]  # fmt: skip


def test_the_policy_names_exactly_the_scripts_and_styles_of_the_page():
    html = page()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]

    def digests(tag):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(b.encode()).digest()).decode()}'" for b in bodies)

    assert policy == (
        f"default-src 'none'; script-src {digests('script')}; style-src {digests('style')}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert not re.findall(r"\sstyle=|\son\w+=|src=|href=\"(?!#)", markup)


def test_online_tiles_are_allowed_from_their_origin_alone():
    html = page(options=MapOptions(tiles="https://{s}.tiles.example.org/{z}/{x}/{y}.png"))
    assert "img-src data: https://*.tiles.example.org;" in html


def test_a_map_for_notebooks_holds_no_text_that_could_be_code():
    _read, reports = toy.story()
    html = to_folium(reports, title=HOSTILE).get_root().render()
    assert "alert(1)</script>" not in html
    assert "${alert" not in html
    assert inert("a`${x}<b>") == "a&#96;&#36;&#123;x&#125;&#60;b&#62;"


@pytest.mark.parametrize(
    ("line", "squeezed"),
    [
        ("const a = ({ b, c = 1 }) => (b ? [b, 'x, y: { z }'] : c);", "const a=({b,c=1})=>(b?[b,'x, y: { z }']:c);"),
        ("if (a - -b > 0 && !c) return 'so, so';", "if(a - -b>0&&!c)return 'so, so';"),
        ("return a ? 'it\\'s, so' : b;", "return a ? 'it\\'s, so' : b;"),
        ("const r = / , /g;", "const r = / , /g;"),
        ('const q = "a , b";', 'const q = "a , b";'),
        ("const q = `a , ${b}`;", "const q = `a , ${b}`;"),
    ],
)
def test_spaces_around_punctuation_go_but_for_those_in_strings(line, squeezed):
    assert folium_page.squeezed(line) == squeezed
