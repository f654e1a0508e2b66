"""Articles that mean harm: payloads in every field that reaches a page, an export or a feed, by a seed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from random import Random
from typing import TypeVar

from shapely import box

from geomap.map_types import Attribution, CellTotal, Change, DayTotal, MapOptions, RegionTotal, Totals
from geomap.render.html import render
from geomap.render.translations import INTERFACE_LANGUAGES
from geomap.types import (
    Candidate,
    Correction,
    Event,
    GeoparsedArticle,
    Movement,
    Name,
    Publication,
    Quantity,
    Relation,
    Report,
    Stop,
    When,
)
from tests.support import toy_story as toy

OUTSIDE = "http://attack.invalid/"
TILES = "https://tiles.example.org/"
"""The one place that a map with online tiles may ask."""
RUN = "window.pwned=1"
PAYLOADS = (
    f"<script>{RUN}</script>", f"</script><script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>", f"<svg><use href='{OUTSIDE}#a'/></svg>", f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>", f'"><img src={OUTSIDE}>', f"' onmouseover='{RUN}", f'" autofocus onfocus="{RUN}',
    f'<iframe src="{OUTSIDE}">', f'<iframe srcdoc="<script>parent.{RUN}</script>">', f"<link rel=stylesheet href={OUTSIDE}>",
    f"<style>@import url({OUTSIDE})</style>", f'<meta http-equiv=refresh content="0;url={OUTSIDE}">', f"<base href={OUTSIDE}>",
    f"<form action={OUTSIDE}><input autofocus onfocus={RUN}>", f"<object data={OUTSIDE}>", f"<video src={OUTSIDE} onerror={RUN}>",
    f"<details open ontoggle={RUN}>", f"<a href=javascript:{RUN}>Aldwick</a>", f"<template><script>{RUN}</script></template>",
    f"javascript:{RUN}", f"JaVa\tScRiPt:{RUN}", f"\x01javascript:{RUN}", f"javascript%3A{RUN}", f"data:text/html,<script>{RUN}</script>", f"vbscript:{RUN}",
    "file:///etc/passwd", OUTSIDE, f"//{OUTSIDE[7:]}", f'{OUTSIDE}" onmouseover="{RUN}', f"{OUTSIDE}\\@example.org/", "http://[", "http:", "\\\\attack.invalid\\a",
    "<!--geomap:data-->", "<!--geomap:scripts-->", "<!--geomap:title-->", "<!--geomap-policy-->", "<!--", "-->", "--!>", "]]>", "<![CDATA[", "<?xml-stylesheet href='http://attack.invalid/'?>",
    "</title>", "</style>", "</textarea>", "</svg>", "</pre>", "<plaintext>", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;",
    "{{ 7*7 }}", "{{ this.pwned }}", "{% raw %}", "{% include 'x' %}", "{#", f"${{{RUN}}}", f"`${{{RUN}}}`", "%s%s%s%(a)s", "$&$1$`$'", "\\", '\\"', "\\'", '"', "'",
    f"url({OUTSIDE})", f'");background:url({OUTSIDE})', f"}}*{{background:url({OUTSIDE})}}", f"expression({RUN})", f"</style><style>*{{background:url({OUTSIDE})}}",
    '"}],"__proto__":{"pwned":1}', "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "constructor.prototype.pwned",
    "\\u003cscript\\u003e", f"&lt;script&gt;{RUN}&lt;/script&gt;", f"&#60;img src=x onerror={RUN}&#62;", f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\u2028{RUN}\u2029", "\ufeff", "\x00", "\x08\x0b\x0c\x1b]0;x\x07", "\u202e\u2066\u2067right", "\ud800", "\udc00\ud800", "\ufffe\uffff", "\x85\x9f", "\r\n\r\n", "\t",
    "x" * 3_000, "\U0001f69a" * 1_000, "a" + "\u0301" * 1_000, "\ufdfa" * 300, "\n" * 500, " ", "0", "-", "NaN", "2023-99-99", "x-1-1",
    "=cmd|' /C calc'!A0", '[[correction]]\nname = "x"', "#place=gn:1&table=1", "../../../etc/passwd", "null", "undefined", "[object Object]", "<br>",
)  # fmt: skip

LONG = (
    "x" * 300_000,
    "\U0001f69a" * 50_000,
    "a" + "\u0301" * 50_000,
    "\ufdfa" * 20_000,
    "a b " * 50_000,
    "\n" * 50_000,
    "\u4e00" * 50_000,
)
"""For texts alone: what readers take from elsewhere has the length of metadata."""
T = TypeVar("T")


def payload(chosen: Random) -> str:
    """Return a payload, or some of them in a row."""
    return "".join(chosen.choice(PAYLOADS) for _ in range(1 if chosen.random() < 0.7 else chosen.randint(2, 4)))


# What the program chose itself, or what must fit the text.
_KEPT = {
    "Place": ("kind", "country", "feature_code"),
    "Mention": ("text", "kind", "antecedent"),
    "Evidence": ("text",),
    "Region": ("level",),
    "Resolution": ("match",),
    "Report": ("kind",),
    "GeoparsedArticle": ("method",),
    "Article": ("text",),
    "Change": ("kind",),
    "BasemapLabel": ("kind",),
    "Border": ("status",),
    "Basemap": ("view",),
    "MapOptions": ("boundary_view", "lang", "tiles", "layers", "max_precision"),
    "When": ("start", "end"),
}
_IDS = {
    ("Place", "id"),
    ("Article", "id"),
    ("Evidence", "article_id"),
    ("Change", "articles"),
    ("Region", "id"),
    ("RegionTotal", "id"),
    ("Movement", "article_id"),
    ("Stop", "place_id"),
}


@dataclass
class Harm:
    """Puts payloads into ``share`` of the texts of records; one id becomes the same other everywhere."""

    chosen: Random
    share: float = 0.5
    ids: dict[str, str] = field(default_factory=dict)

    def to(self, value: T) -> T:
        """Return a record, or several, with payloads in its texts and in those of the records it holds."""
        if isinstance(value, tuple):
            return tuple(self.to(one) for one in value)
        if not is_dataclass(value):
            return value
        kind = type(value).__name__
        changed = {
            one.name: self._field(kind, one.name, one.type, getattr(value, one.name))
            for one in fields(value)
            if one.name not in _KEPT.get(kind, ())
        }
        return replace(value, **changed)

    def _field(self, kind: str, name: str, declared: str, held: object) -> object:
        if (kind, name) in _IDS:
            return tuple(map(self._id, held)) if isinstance(held, tuple) else self._id(held)
        if declared == "tuple[str, ...]":
            return tuple(self._text(one) for one in held)
        return self._text(held) if declared in ("str", "str | None") else self.to(held)

    def _id(self, held: str) -> str:
        return self.ids.setdefault(held, held + payload(self.chosen) if self.chosen.random() < self.share else held)

    def _text(self, held: str | None) -> str | None:
        return payload(self.chosen) if self.chosen.random() < self.share else held


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """A map that someone wrote who means harm, and what it was drawn from."""

    html: str
    articles: tuple[GeoparsedArticle, ...]
    reports: tuple[Report, ...]
    title: str
    options: MapOptions


def attack_on_page(seed: int) -> Attack:
    """Return a map whose every text may be a payload: of its articles, the gazetteer, the boundaries, the options."""
    chosen = Random(seed)  # noqa: S311 - a seeded order
    harm = Harm(chosen, share=chosen.choice((0.2, 0.5, 1.0)))
    read, reports = toy.story(text(chosen), published=chosen.choice(("2023-09-24", None)))
    republished = (Publication(id="p", source="s", url="https://e.org/", published="2023-09-24"),)
    read = replace(
        read, article=replace(read.article, url="https://e.org/", author="a", retrieved="r", republished=republished)
    )
    reports = tuple(replace(one, **_more(one)) for one in reports)
    cases = {
        "articles": (harm.to(read),),
        "reports": harm.to(reports),
        "title": harm._text("A title"),
        "options": harm.to(_options(chosen)),
    }  # fmt: skip
    html = render(
        cases["reports"],
        articles=cases["articles"],
        title=cases["title"],
        shapes=harm.to(toy.SHAPES),
        basemap=replace(harm.to(toy.basemap()), as_of="2022-05-01"),
        options=cases["options"],
        changes=harm.to((Change(kind="moved", place=toy.TOWN, was=toy.OTHER, name="n"), Change(kind="removed", place=toy.OTHER))),
        totals=harm.to(_TOTALS) if chosen.random() < 0.2 else None,
        attributions=harm.to((*toy.ATTRIBUTIONS, Attribution(title="t", text="t", licence="l", url="u", version="v"))),
        data_version=harm._text("1"),
    )  # fmt: skip
    return Attack(html=html, **cases)


_TOTALS = Totals(
    n_articles=3,
    n_places=3,
    regions=(RegionTotal(id="ne:WW", n_articles=2),),
    days=(DayTotal(day="2023-09-01", n_articles=2), DayTotal(day="2023-09-24", n_articles=1)),
    cell_degrees=0.5,
    cells=(CellTotal(west=45, south=40, n_articles=3),),
)


def text(chosen: Random) -> str:
    """Return the toy story with payloads around its sentences and names."""
    said = toy.TEXT
    for _ in range(chosen.randint(1, 8)):
        at = chosen.choice([n for n, char in enumerate(said[:700]) if not char.isalnum()] or [0])
        said = said[:at] + payload(chosen) + said[at:]
    return said + chosen.choice(LONG) if chosen.random() < 0.1 else said


_RELATION = Relation(
    kind="distance_direction", start=0, end=4, text="t", anchors=("gn:2",), wkb=box(47, 40.3, 47.2, 40.5).wkb, lon=47.1, lat=40.4,
    uncertainty_km=12.0, note="n",
)  # fmt: skip
_ROLES = {
    toy.TOWN.id: ("route", "from", None),
    toy.VILLAGE.id: ("reference", None, _RELATION),
    toy.AREA.id: ("container", None, None),
    toy.COUNTRY.id: ("background", None, replace(_RELATION, kind="part")),
}


def _more(report: Report) -> dict[str, object]:
    """Return what the toy story leaves out: everything that a report can say."""
    event = Event(kind="k", label="l", cue="c", icon="attack")
    when = When(start="2023-09-19", end="2023-09-20", text="t", doubt="d")
    quantity = Quantity(text="120 people", value=120.0, unit="people")
    role, route, relation = _ROLES.get(report.place.id, ("scene", None, None))
    mention = {"role": role, "role_probability": 0.6, "route": route}
    said = report.evidence[0]
    stops = tuple(
        Stop(place_id=place.id, name="s", lon=place.lon, lat=place.lat, end=end)
        for place, end in ((toy.TOWN, "from"), (toy.ROAD, "via"), (toy.VILLAGE, "to"))
    )
    movement = Movement(
        article_id=said.article_id,
        part="text",
        start=said.start,
        end=said.end,
        text=said.text,
        stops=stops,
        path=tuple((stop.lon, stop.lat) for stop in stops),
        probability=0.6,
        when=when,
        quantities=(quantity,),
    )
    return {
        "movements": (movement,) if report.place.id == toy.TOWN.id else (),
        "event": event,
        "correction": Correction(name="n", place="gn:1", author="a", date="2023-09-24", reason="r", source="s"),
        "evidence": tuple(
            replace(
                one,
                event=event,
                when=when,
                quantities=(quantity,),
                relation=relation,
                mention=replace(one.mention, **mention),
            )
            for one in report.evidence
        ),
        "names": (*report.names, Name(text="t", language="hy", note="n")),
        "runners_up": (Candidate(place=toy.OTHER, name="n"),),
        "geometry_note": "g",
    }


def _options(chosen: Random) -> MapOptions:
    return MapOptions(
        publisher="p",
        lang=chosen.choice(INTERFACE_LANGUAGES),
        layers=("reported", "mentioned", "shading"),
        embed=chosen.random() < 0.1,
        tiles=chosen.choice((None, None, None, f"{TILES}{{z}}/{{x}}/{{y}}.png")),
        tiles_attribution="a",
    )
