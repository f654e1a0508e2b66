"""Whether anything of a hostile page ran, in a real browser without a network: the long form of the attack on the page."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from csv import DictReader
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from geomap.export import export
from geomap.project.config import Settings
from geomap.project.feed import feed
from geomap.render.article_page import page as article_page
from tests.attack.articles import TILES, Attack, attack_on_page
from tests.attack.sources import Sources, sources
from tests.support.browser import WATCH, is_outside
from tests.support.toy_story import basemap

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
# What a page of ours may not have, whatever its articles say, and what a payload would leave behind.
STRANGE = """() => [
  ...(window.pwned === undefined && {}.pwned === undefined && Object.keys(Object.prototype).length === 0 ? [] : ['ran']),
  ...[...document.querySelectorAll('img:not(.leaflet-tile), iframe, object, embed, video, audio, form, base, frame, template, math, foreignObject, use, animate, [src]:not(.leaflet-tile), [srcdoc], [srcset], [background], [action]')]
    .map((node) => 'element ' + node.outerHTML.slice(0, 120)),
  ...[...document.querySelectorAll('link, meta[http-equiv=refresh]')].map((node) => 'element ' + node.outerHTML.slice(0, 120)),
  ...[...document.querySelectorAll('*')].flatMap((node) => [...node.attributes].filter((one) => one.name.startsWith('on')).map((one) => 'attribute ' + one.name)),
  ...[...document.querySelectorAll('[href]')].map((node) => node.getAttribute('href')).filter((link) => !/^(https?:[/][/][^/\\s\\\\]|#|pages[/]|[.][.][/]index[.]html)/.test(link)).map((link) => 'link ' + link.slice(0, 120)),
]"""
LOOK = """async () => {
  const wait = () => new Promise((done) => setTimeout(done, 5));
  const click = async (selector) => { const node = document.querySelector(selector); if (node) { node.dispatchEvent(new MouseEvent('click', { bubbles: true })); await wait(); } };
  for (const step of ['#tab-places', '#tab-unplaced', '#tab-about', '#tab-article', '.mark', '#wrong', '#tool-table', '#tablebox thead button', '#tablebox tbody button', '#tool-theme', '.chip', '.leaflet-places-pane .hit', '.movement-hit', '.relative', '#outside']) await click(step);
  for (const field of document.querySelectorAll('#correction input[type=radio]')) { field.click(); await wait(); }
  ['beforeprint', 'afterprint'].forEach((name) => dispatchEvent(new Event(name)));
}"""


@dataclass
class Watched:
    """A page that is opened again and again, and what it did that it must not do."""

    page: Page
    folder: Path
    seen: list[str] = field(default_factory=list)
    at: Path = Path()

    def faults(self, name: str, content: str | bytes, *, is_map: bool = True) -> list[str]:
        """Return what was wrong with a page: that it ran something, asked for something, or did not open."""
        self.seen.clear()
        self.at = self.folder / name
        self.at.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        self.page.goto(self.at.as_uri())
        try:
            if is_map:
                self.page.wait_for_selector("html[data-ready]", timeout=20_000)
                self.page.evaluate(LOOK)
            found = [*self.page.evaluate(STRANGE), *self.page.evaluate("violations")]
        except Exception as error:  # noqa: BLE001 - whatever the browser says is a fault of the page
            found = [f"not ready: {str(error).splitlines()[0]}"]
        self.at.unlink()
        return [*self.seen, *found]


def watched(browser: Browser, folder: Path) -> Watched:
    """Return a page of its own without a network, whose every request, message and error is noted."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True, reduced_motion="reduce")
    context.route(f"{TILES}**", lambda route: route.fulfill(body=base64.b64decode(_PIXEL), content_type="image/png"))
    page = context.new_page()
    page.add_init_script(WATCH)
    one = Watched(page=page, folder=folder)
    page.on("console", lambda message: one.seen.append(f"console: {message.text[:200]}"))
    page.on("pageerror", lambda error: one.seen.append(f"error: {str(error)[:200]}"))
    page.on("dialog", lambda dialog: (one.seen.append("dialog"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            one.seen.append(f"request: {request.url[:80]}")
            if is_outside(request.url, one.at) and not request.url.startswith(TILES)
            else None
        ),
    )
    return one


def written(attack: Attack) -> dict[str, tuple[str | bytes, bool]]:
    """Return the files made of an attack that a browser may open, and whether each is a map: the map, the pages, the picture."""
    files: dict[str, tuple[str | bytes, bool]] = {"map.html": (attack.html, True)}
    for read in attack.articles:
        files["article.html"] = article_page(read, map_title=attack.title).encode("utf-8", "replace"), False
    return files | {"map.svg": (_export(attack, "svg"), False)}


def _export(attack: Attack, form: str) -> bytes:
    about = {"title": attack.title, "publisher": attack.options.publisher, "basemap": basemap()}
    return export(attack.reports, attack.articles, form=form, **about)


def unread(attack: Attack) -> list[str]:
    """Return what of the exports and the feed is not of its form, or links to what is not the web."""
    faults = []
    settings = Settings(title=attack.title, publisher=attack.options.publisher, site=attack.options.publisher)
    first = {report.place.id: "2023-09-24" for report in attack.reports}
    told = feed(attack.reports, first, settings=settings)
    for form in ("feed", "kml", "svg", "geojson", "linkedplaces", "webannotations", "csv"):
        data = told.encode() if form == "feed" else _export(attack, form)
        try:
            links = _READ[form](data)
        except (ValueError, ParseError) as error:
            faults.append(f"{form}: {error}")
        else:
            faults += [f"{form} links to {link[:100]}" for link in links if not _IS_LINK.match(link)]
    return faults


_IS_LINK = re.compile(r"https?://[^\s/]|urn:geomap:|index[.]html", re.IGNORECASE)


def _links_of_xml(data: bytes) -> list[str]:
    return [node.attrib["href"] for node in fromstring(data).iter() if "href" in node.attrib]


def _links_of_csv(data: bytes) -> list[str]:
    _, *rows = DictReader(StringIO(data.decode(), newline=""))
    return [url for row in rows for url in row["urls"].split(" | ") if url]


def _links_of_json(data: bytes) -> list[str]:
    return _links(json.loads(data))


def _links(value: object) -> list[str]:
    """Return what stands in JSON where a reader sees an address."""
    if isinstance(value, list):
        return [link for one in value for link in _links(one)]
    if not isinstance(value, dict):
        return []
    named = [
        one for key, one in value.items() if key in ("url", "@id", "@context", "relationTo") and isinstance(one, str)
    ]
    target = value.get("target")
    named += [target["source"]] if isinstance(target, dict) else []
    return named + [link for one in value.values() for link in _links(one)]


_READ = dict.fromkeys(("feed", "kml", "svg"), _links_of_xml) | {"csv": _links_of_csv}
_READ |= dict.fromkeys(("geojson", "linkedplaces", "webannotations"), _links_of_json)


def attack(seed: int, n: int, *, browser: Browser, folder: Path) -> list[str]:
    """Return the faults of ``n`` maps from ``seed`` on, each with the seed that shows it again."""
    one = watched(browser, folder)
    faults = []
    for number in range(seed, seed + n):
        made = attack_on_page(number)
        faults += [f"seed {number}, {fault}" for fault in unread(made)]
        for name, (content, is_map) in written(made).items():
            faults += [f"seed {number}, {name}: {fault}" for fault in one.faults(name, content, is_map=is_map)]
    one.page.context.close()
    return faults


def attack_by_sources(seed: int, *, browser: Browser, folder: Path) -> list[str]:
    """Return the faults of a map, a project and a dataset whose every source, setting and option is hostile."""
    made = sources(seed)
    news = folder / "news"
    news.mkdir()
    for name, data in made.articles.items():
        (news / name).write_bytes(data)
    (folder / "own.geojson").write_text(made.own, encoding="utf-8")
    (folder / "events.toml").write_text(made.events, encoding="utf-8")
    _project(made, news, folder / "project")
    told = ["--title", made.title, "--publisher", made.publisher]
    commands = (
        ["gazetteer", "add", "own.geojson"],
        ["map", "news", "--events", "events.toml", *told, "-o", "map.html", "--also", "svg"],
        ["build", "--offline", "-C", "project"],
        ["batch", "news", "--workers", "1", "--out", f"./{made.dataset}"],
        ["map", f"./{made.dataset}", "-o", "dataset.html"],
    )
    faults = [fault for command in commands for fault in _ran(command, folder)]
    one = watched(browser, folder)
    for path in sorted((*folder.glob("*.html"), *folder.glob("*.svg"), *folder.glob("project/output/**/*.html"))):
        is_map = path.name in ("map.html", "dataset.html", "index.html")
        faults += [
            f"{path.name}: {fault}" for fault in one.faults("opened" + path.suffix, path.read_bytes(), is_map=is_map)
        ]
    one.page.context.close()
    for path in (folder / "project" / "output").glob("feed.xml"):
        faults += [f"feed links to {link}" for link in _links_of_xml(path.read_bytes()) if not _IS_LINK.match(link)]
    return [f"seed {seed}, {fault}" for fault in faults]


def _project(made: Sources, news: Path, folder: Path) -> None:
    shutil.copytree(news, folder / "articles")
    for name, text in (
        ("geomap.toml", made.settings),
        ("corrections.toml", made.corrections),
        ("articles/.received.jsonl", made.receipts),
    ):
        (folder / name).write_text(text, encoding="utf-8")


def _ran(command: list[str], folder: Path) -> list[str]:
    """Run geomap and return what was wrong: a traceback, or an exit code that says that nothing was done."""
    environment = os.environ | {"GEOMAP_DATA": str(folder / "data"), "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = [sys.executable, "-m", "geomap", *command]
    done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, timeout=300, check=False)
    errors = done.stderr.decode("utf-8", "replace")
    is_refused = command[0] == "gazetteer" and len(errors.splitlines()) == 1  # places without a name are no places
    if done.returncode == 2 and errors.endswith("is not UTF-8; give text in UTF-8\n") and not done.stdout:
        return []  # half of a surrogate pair in an option
    if done.returncode in (0, 1) and "Traceback" not in errors and (done.stdout or done.returncode == 0 or is_refused):
        return []
    return [f"geomap {command[0]}: {done.returncode} {errors[-600:]}"]
