"""Everything that a newsroom may be given, or give itself, with payloads in it: files, settings, options; by a seed."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from random import Random

from tests.attack.articles import OUTSIDE, payload

SAID = (
    "A warehouse burned in Goris in Armenia on Monday.", "Crews came from Sisian before the morning, and 120 people left.",
    "The river flooded the streets of Kapan in Armenia on Tuesday.", "The road to Harmtown was closed.", "Yerevan demanded an answer.",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """One attack by all that geomap reads."""

    articles: dict[str, bytes]
    """By file name."""
    settings: str
    corrections: str
    receipts: str
    own: str
    """GeoJSON of own places."""
    events: str
    title: str
    publisher: str
    dataset: str
    """The name of a batch's folder."""


def sources(seed: int) -> Sources:
    """Return an attack; every text of it that has a form keeps to it, so that it is read."""
    chosen = Random(seed)  # noqa: S311 - a seeded order
    strings = _HostileStrings(chosen)
    return Sources(
        articles=_articles(strings),
        settings=_settings(strings),
        corrections=_corrections(strings),
        receipts=json.dumps({"file": "a.html", "url": strings.bad_url(), "title": strings(), "published": strings(), "retrieved": strings()}) + "\n",
        own=_own(strings),
        events=f'[{_toml(strings())}]\nlabel = {_toml(strings())}\nicon = {_toml(strings())}\nwords = ["burned", "flooded", "demanded"]\n',
        title=strings.argument(),
        publisher=strings.argument(),
        dataset=strings.name(),
    )  # fmt: skip


class _HostileStrings:
    """Payloads, in the form that a place wants."""

    def __init__(self, chosen: Random) -> None:
        self.chosen = chosen

    def __call__(self) -> str:
        """Return a payload that UTF-8 can hold."""
        return payload(self.chosen).encode("utf-8", "replace").decode()

    def argument(self) -> str:
        """Return a payload as a program may be given it: no NUL, a byte that is not UTF-8 for a surrogate."""
        return (
            "".join("\udcff" if "\ud800" <= c <= "\udfff" else c for c in payload(self.chosen) if c != "\x00")[:20_000]
            or "x"
        )

    def name(self) -> str:
        """Return a payload as a file's name."""
        return (
            "".join(c for c in self() if c not in "/\x00").encode()[:150].decode("utf-8", "ignore").strip(". ") or "x"
        )

    def body(self) -> str:
        """Return an article's text with payloads in it and around its names."""
        said = [sentence if self.chosen.random() < 0.5 else f"{sentence} {self()}" for sentence in SAID]
        return "\n\n".join([*said, self.chosen.choice(SAID).replace("Goris", f"{self()}Goris{self()}"), self()])

    def bad_url(self) -> str:
        """Return an address that is none, or leads elsewhere."""
        return self.chosen.choice(("", "javascript:", "data:", OUTSIDE, "http://[")) + self()


def _articles(strings: _HostileStrings) -> dict[str, bytes]:
    rows = [
        {key: strings() for key in ("id", "title", "source", "author", "published")}
        | {"text": strings.body(), "url": strings.bad_url()}
        for _ in range(3)
    ]
    rows.append(
        {"text": strings.body(), "__proto__": {"pwned": 1}, "published": "2023-09-24", "title": "\ud800", "id": "\x00"}
    )
    front = "".join(f"{key}: {_one_line(strings())}\n" for key in ("title", "date", "author", "source", "url"))
    return {
        "a.html": _page(strings).encode(),
        "b.html": _page(strings, escaped=True).encode(),
        "mail.eml": _mail(strings),
        "rows.jsonl": "".join(json.dumps(row) + "\n" for row in rows).encode(),
        "front.md": f"---\n{front}---\n# {_one_line(strings())}\n\n{strings.body()}".encode(),
        "paper.pdf": _paper(strings),
        f"{strings.name()}.txt": f"A fire {_one_line(strings())}\n\n{strings.body()}".encode(),
    }  # fmt: skip


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "x"


def _page(strings: _HostileStrings, *, escaped: bool = False) -> str:
    """Return a page whose head says what it likes; ``escaped``: as text of the page, which the reader unescapes."""
    from html import escape

    def said() -> str:
        return escape(strings()) if escaped else strings()

    names = (
        "og:title",
        "og:site_name",
        "og:url",
        "og:image",
        "og:description",
        "article:author",
        "article:published_time",
    )
    head = "".join(f'<meta property="{name}" content="{said()}">' for name in names)
    linked = {
        "@type": "NewsArticle",
        "headline": strings(),
        "author": {"name": strings()},
        "datePublished": strings(),
        "url": strings.bad_url(),
    }
    body = "".join(f"<p>{escape(part) if escaped else part}</p>" for part in strings.body().split("\n\n"))
    return (
        f'<html lang="{said()}"><head><title>{said()}</title><link rel="canonical" href="{escape(strings.bad_url())}">{head}'
        f'<script type="application/ld+json">{json.dumps(linked)}</script></head><body><article><h1>{said()}</h1>'
        f"{''.join(f'<p>{sentence}</p>' for sentence in SAID)}{body}</article></body></html>"
    )


def _mail(strings: _HostileStrings) -> bytes:
    def word(text: str) -> str:
        return f"=?utf-8?b?{base64.b64encode(text.encode()[:2_000]).decode()}?="

    heads = {
        "Subject": word(strings()),
        "From": f"{word(strings())} <{word(strings())}@e.org>",
        "Date": strings.chosen.choice(("Mon, 18 Sep 2023 10:00:00 +0000", _one_line(strings()))),
        "Message-ID": f"<{_one_line(strings())}>",
        "List-URL": word(strings()),
    }
    head = "".join(f"{key}: {value}\n" for key, value in heads.items())
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{strings.body()}".encode()


def _paper(strings: _HostileStrings) -> bytes:
    """Return a PDF of one page whose title and text are payloads."""

    def string(text: str) -> bytes:
        return b"<" + text.encode("utf-16-be", "replace").hex().encode() + b">"

    said = "".join(
        c if " " <= c <= "~" and c not in "()\\" else f"\\{ord(c):03o}" for c in strings()[:200] if ord(c) < 127
    )
    shown = "".join(f"({line}) Tj T* " for line in (*SAID, said))
    content = f"BT /F1 12 Tf 14 TL 20 700 Td {shown}ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title " + string("\ufeff" + strings()) + b" /Author " + string("\ufeff" + strings()) + b" >>",
    )
    written = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + written + b"trailer\n<< /Root 1 0 R /Info 6 0 R /Size 7 >>\nstartxref\n0\n%%EOF\n"


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _settings(strings: _HostileStrings) -> str:
    language = strings.chosen.choice(("en", "ar", "de", strings().strip() or "x"))
    return (
        "".join(
            f"{key} = {_toml(value)}\n"
            for key, value in {
                "title": strings().strip() or "x",
                "publisher": strings().strip() or "x",
                "site": strings.bad_url().strip() or "x",
                "language": language,
            }.items()
        )
        + 'outputs = ["index.html", "pages", "places.geojson", "places.csv", "feed.xml"]\n'
    )


def _corrections(strings: _HostileStrings) -> str:
    def said() -> str:
        return _toml(strings().strip() or "x")

    return (
        f'[[correction]]\nname = "Goris"\nplace = "gn:174895"\nauthor = {said()}\nreason = {said()}\ndate = 2023-09-24\n'
        f"[[correction]]\nname = {said()}\nnone = true\narticle = {said()}\n"
        f'[[correction]]\nname = {said()}\nplace = "gn:174875"\nadd = true\nsource = {said()}\nreason = {said()}\n'
        f"[[correction]]\nname = {said()}\nlon = 46.1\nlat = 39.4\nadd = true\n"
    )  # fmt: skip


def _own(strings: _HostileStrings) -> str:
    def feature(name: str, shape: dict[str, object]) -> dict[str, object]:
        about = {
            "name": name,
            "names": strings(),
            "note": strings(),
            "source": strings(),
            "as_of": strings(),
            "id": strings(),
        }
        return {"type": "Feature", "geometry": shape, "properties": about}

    square = [[[46.3, 39.4], [46.5, 39.4], [46.5, 39.6], [46.3, 39.6], [46.3, 39.4]]]
    features = [
        feature("Harmtown", {"type": "Polygon", "coordinates": square}),
        feature(strings().strip() or "x", {"type": "Point", "coordinates": [46.4, 39.5]}),
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})
