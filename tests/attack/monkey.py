"""A reader without a plan: every control of a page, in a seeded random order, on every kind of map."""

from __future__ import annotations

import random
from dataclasses import replace

from shapely.geometry import LineString, box

from geomap.map_types import CellTotal, Change, DayTotal, MapOptions, RegionTotal, Totals
from geomap.render.payload import CachedPayload
from geomap.render.payload_records import article_json, place_json
from geomap.render.translations import INTERFACE_LANGUAGES
from geomap.types import Correction
from tests.support import toy_story as toy
from tests.support.opened import draw

LAYERS = ("reported", "mentioned", "shading")
TOTALS = Totals(
    n_articles=100,
    n_places=50,
    regions=(RegionTotal(id="ne:WW", n_articles=3), RegionTotal(id="ne:hills", n_articles=1)),
    days=(DayTotal(day="2023-09-01", n_articles=2), DayTotal(day="2023-09-03", n_articles=4)),
    cell_degrees=0.5,
    cells=(CellTotal(west=45, south=40, n_articles=3), CellTotal(west=47, south=40, n_articles=1)),
)
# Once in the page: a link leads nowhere, and a printer is not asked for.
TAME = """
addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href]');
  if (link && !link.hasAttribute('download') && !link.getAttribute('href').startsWith('#')) event.preventDefault();
}, true);
window.print = () => { dispatchEvent(new Event('beforeprint')); dispatchEvent(new Event('afterprint')); };
"""
ANYTHING = """
async ([seed, steps]) => {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const one = (list) => list[Math.floor(random() * list.length)];
  const KEYS = ['Enter', ' ', 'Escape', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', '+', '-', 'Tab'];
  const WORDS = ['', 'a', 'Ald', '"', '\\\\', '[', '1e9', '-91', '46,5', '<b>', '\\u202e', '__proto__', 'x'.repeat(500)];
  const HASHES = ['', '#', '#embed', '#embed=1', '#place=nowhere', '#place=gn:1&tab=about', '#place=gn:2&table=1', '#article=0', '#article=-1&only=9',
    '#article=1e3', '#tab=constructor', '#theme=__proto__', '#shading=country', '#shading=density', '#shading=__proto__', '#at=7/40/46.5',
    '#at=99/-91/181', '#at=1e308/1e308/1e308', '#at=-1/0/-1e300', '#at=0x10/0/0', '#at=//', '#at=5/NaN/2', '#from=2023-09-20', '#from=2023-99-99&to=0000-00-00',
    '#from=9999-12-31', '#to=2023-09-01', '#event=fighting', '#event=nothing', '#q=%E0%A4%A', '#q=' + 'z'.repeat(9000), '#mentioned=1&table=1',
    '#mention=0.15', '#mention=9.9&place=gn:1', '#%00', '#&&==&', '#place=gn:11&mentioned=0&only=0'];
  const seen = new Set();
  const act = (node) => {
    const kind = (node.tagName + ' ' + (node.type || '')).toLowerCase();
    const send = (name, Kind = Event) => node.dispatchEvent(new Kind(name, { bubbles: true, cancelable: true }));
    if (kind === 'input range') { node.value = random() * (node.max || 100); send('input'); }
    else if (/^input (text|search)|textarea/.test(kind)) { node.value = one(WORDS); send('input'); }
    else if (node.tagName === 'SELECT') { node.selectedIndex = Math.floor(random() * node.options.length); send('change'); }
    else if (node.click && random() < 0.8) node.click(); else send('click', MouseEvent);
  };
  const key = (node) => { const pressed = { key: one(KEYS), bubbles: true, cancelable: true }; node.dispatchEvent(new KeyboardEvent('keydown', pressed)); node.dispatchEvent(new KeyboardEvent('keyup', pressed)); };
  for (let n = 0; n < steps; n += 1) {
    const controls = [...document.querySelectorAll('button, input, select, textarea, summary, a[href], [tabindex], th, .folium-map')];
    controls.forEach((node) => seen.add(node));
    const node = one(controls);
    const chance = random();
    if (chance < 0.55) act(node);
    else if (chance < 0.67) act(one([...seen].filter((old) => old.isConnected || !old.href)));
    else if (chance < 0.78) { if (node.focus && random() < 0.7) node.focus(); key(random() < 0.7 ? document.activeElement || node : one([...seen])); }
    else if (chance < 0.84) ['mouseenter', 'mouseover', 'mouseout', 'mouseleave'].forEach((name) => node.dispatchEvent(new MouseEvent(name, { bubbles: name.includes('o') })));
    else if (chance < 0.91) location.hash = one(HASHES);
    else if (chance < 0.94) dispatchEvent(new Event(one(['beforeprint', 'afterprint', 'resize'])));
    else {
      const box = document.querySelector('.folium-map').getBoundingClientRect();
      const at = { clientX: box.left + random() * box.width, clientY: box.top + random() * box.height, bubbles: true, cancelable: true, view: window };
      const under = document.elementFromPoint(at.clientX, at.clientY) || document.body;
      ['mousedown', 'mouseup', 'click'].concat(random() < 0.3 ? ['dblclick'] : []).forEach((name) => under.dispatchEvent(new MouseEvent(name, at)));
    }
    if (random() < 0.4) await new Promise((done) => setTimeout(done, random() < 0.1 ? 80 : 1));
  }
  await new Promise((done) => setTimeout(done, 150));
}
"""
VISIBLE = """() => [...document.querySelectorAll('button, input, select, summary, a[href], [tabindex="0"], th')].map((node) => node.getBoundingClientRect())
  .filter((box) => box.width && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth).map((box) => [box.left, box.top, box.width, box.height])"""
KEYS = ("Tab", "Tab", "Shift+Tab", "Enter", "Space", "Escape", "ArrowLeft", "ArrowRight", "ArrowDown", "Home", "End", "a", "+", "-")  # fmt: skip


def anything(page, *, seed: int, steps: int, by_hand: int) -> None:
    """Do ``steps`` things at random inside the page, stale nodes and garbage addresses too, and ``by_hand`` with mouse and keys."""
    page.evaluate(TAME)
    page.evaluate(ANYTHING, [seed, steps])
    chosen = random.Random(seed)  # noqa: S311 - a seeded order
    for n in range(by_hand):
        if n % 3 == 2:
            page.keyboard.press(chosen.choice(KEYS))
            continue
        boxes = page.evaluate(VISIBLE)
        left, top, width, height = chosen.choice(boxes) if boxes else (0, 0, 600, 400)
        page.mouse.move(left + chosen.random() * width, top + chosen.random() * height)
        page.mouse.down()
        if n % 7 == 0:
            page.mouse.move(chosen.random() * 900, chosen.random() * 700)
        page.mouse.up()
        if n % 11 == 0:
            page.mouse.wheel(0, chosen.choice((-400, 400)))
            page.set_viewport_size(chosen.choice(({"width": 390, "height": 844}, {"width": 1280, "height": 800})))


def maps():
    """Return a page of each kind of map, by its kind."""
    read, reports = toy.story()
    kinds = {"plain": draw([read], reports), "embed": draw([read], reports, options=MapOptions(embed=True))}
    textless = replace(read, article=replace(read.article, text=""))
    kinds["dataset"] = draw([textless], [replace(r, n_articles=3) for r in reports], totals=TOTALS)
    entry = article_json(replace(read.article, text="", page="pages/a.html"), nPlaces=2)
    kinds["light"] = draw(
        [], reports, cached=CachedPayload(articles=[entry] * 12, places=[place_json(r) for r in reports])
    )
    kinds["one place"] = draw([read], reports[:1])
    kinds["nothing reported"] = draw([read], [r for r in reports if r.kind != "literal"])
    kinds["no place"] = draw([read], [])
    unsure, unsure_reports = toy.story(article_id="doubt.txt")
    undated, more = toy.story("Castleton burned. Aldwick too.", article_id="undated", published=None)
    kinds["several"] = draw(
        [unsure, undated, read],
        [*unsure_reports, *(r for r in more if r.place is toy.CAPITAL)],
        changes=[Change(kind="new", place=toy.TOWN), Change(kind="moved", place=toy.VILLAGE, was=toy.OTHER), Change(kind="removed", place=toy.OTHER)],
        options=MapOptions(layers=LAYERS, publisher="The Square"),
    )  # fmt: skip
    kinds["crowd"] = draw(*toy.crowd(300, articles=40))
    isles, isle_reports = toy.across_the_date_line()
    kinds["date line"] = draw([isles], isle_reports, basemap=toy.basemap((170.0, -25.0, -170.0, -10.0)))
    kinds["odd shapes"] = draw([read], odd_shapes(reports))
    for lang in INTERFACE_LANGUAGES:
        kinds[f"in {lang}"] = draw([read], reports, options=MapOptions(lang=lang, layers=LAYERS))
    return kinds


def odd_shapes(reports):
    """Return the reports with outlines that a kind of place does not have as a rule."""
    line = LineString([(45, 40), (46, 40.5), (47, 40)])
    shapes = (box(45, 39, 46, 40), line, toy.HILLS_SHAPE, line, None, box(-180, -85, 180, 85))
    corrected = Correction(name="Aldwick", place="gn:1", author="A", reason="B", date="2023-09-24")
    return [
        replace(report, geometry=shape, geometry_note="schematic: not surveyed", correction=corrected)
        for report, shape in zip(reports, shapes, strict=True)
    ]
