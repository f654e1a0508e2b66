"""The HTML page of one article: its text with links to the places on the map. No scripts, no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from urllib.parse import quote

from geomap.text.sanitize import web_link
from geomap.types import Article, ArticlePart, GeoparsedArticle, Mention, Place, Resolution

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --quiet: #5c5c5c; --mark: #ffe9a8; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --paper: #16181a; --quiet: #a5a5a0; --mark: #5a4a12; --link: #8cc4ff; } }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 44rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 Georgia, "Noto Serif", serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
a { color: var(--link); } .text { white-space: pre-wrap; }
.about, nav, table, .none { font: 0.875rem/1.5 system-ui, sans-serif; } .about, .none { color: var(--quiet); }
.mention { background: var(--mark); color: inherit; text-decoration: underline; text-decoration-thickness: 1px; }
.quiet { background: none; text-decoration-style: dotted; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.6rem 0.35rem 0;
  border-bottom: 1px solid color-mix(in srgb, var(--ink) 20%, transparent); }
code { font-size: 0.8em; }
"""
POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def page(read: GeoparsedArticle, *, map_title: str, lang: str = "en", min_confidence: float = 0.0) -> str:
    """Return the page of an article of the map titled ``map_title``; the same values give the same text."""
    article = read.article
    title = escape(article.title or article.id)
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"""<!doctype html>
<html lang="{escape(lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY.format(digest)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title} · {escape(map_title)}</title>
<style>{STYLE}</style>
</head>
<body>
<nav><a href="../index.html">{escape(map_title)}</a></nav>
<main>
<h1 dir="auto">{"".join(_with_links(read, "title")) or title}</h1>
<p class="about">{_about(article)}</p>{_truncation_note(read)}{_language_note(read)}
<div class="text" lang="{escape(read.language)}" dir="auto">{"".join(_with_links(read, "text"))}</div>
<h2>Places</h2>
{_places_table(read, min_confidence)}
{_unresolved_names(read)}
<h2>Where this text is from</h2>
<p class="about">{_provenance(article)}</p>
</main>
</body>
</html>
"""


def _about(article: Article) -> str:
    parts = [
        article.source,
        article.author if article.author != article.source else None,
        article.published or "undated",
    ]
    return " · ".join(f"<bdi>{escape(part)}</bdi>" for part in parts if part)


def _truncation_note(read: GeoparsedArticle) -> str:
    """Return a note on how much of a long article was read; empty where all of it was."""
    return (
        f'\n<p class="none">Only the first {read.read_to:,} characters of this article were read.</p>'
        if read.cut
        else ""
    )


def _language_note(read: GeoparsedArticle) -> str:
    """Return a note that no network reads the article's language; empty where one does."""
    return (
        f'\n<p class="none">No model reads the language of this article ({escape(read.language)}); only names of countries and great '
        "cities are shown.</p>"
        if read.unread
        else ""
    )


def _with_links(read: GeoparsedArticle, part: ArticlePart) -> Iterator[str]:
    """Yield the text or title with its located mentions as links to the map; of overlapping ones, the first, then the longest."""
    text, at = read.article.part(part), 0
    for r in sorted(read.of_part(part), key=lambda r: (r.mention.start, -r.mention.end)):
        if r.mention.start < at or r.place is None:
            continue
        yield escape(text[at : r.mention.start])
        quiet = "" if r.is_reported else " quiet"
        tooltip = escape(f"{_description(r.place)}: {r.reason}{_role(r.mention)}")
        yield f'<a class="mention{quiet}" href="{_map_link(r.place)}" title="{tooltip}">{escape(text[r.mention.start : r.mention.end])}</a>'
        at = r.mention.end
    yield escape(text[at:])


def _role(mention: Mention) -> str:
    """Return the role of a mention and its probability, for a tooltip; empty where it is not known."""
    if mention.role is None:
        return ""
    end = f" ({mention.route})" if mention.route else ""
    sure = "" if mention.role_probability is None else f" {mention.role_probability:.2f}"
    return f"; role: {mention.role}{end}{sure}"


def _map_link(place: Place) -> str:
    return f"../index.html#place={quote(place.id, safe=':,', errors='replace')}"


def _description(place: Place) -> str:
    return ", ".join(filter(None, [place.name, place.kind, place.country]))


def _places_table(read: GeoparsedArticle, min_confidence: float) -> str:
    best: dict[str, Resolution] = {}
    for r in read.resolutions:
        if r.place and (r.place.id not in best or r.score > best[r.place.id].score):
            best[r.place.id] = r
    if not best:
        return '<p class="none">No place was located in this article.</p>'
    rows = []
    for r in best.values():
        place = r.place
        if place is not None:
            doubt = " (needs review)" if r.score < min_confidence else ""
            rows.append(
                f'<tr><td><a href="{_map_link(place)}"><bdi>{escape(place.name)}</bdi></a></td><td>{escape(place.kind)}</td>'
                f"<td>{escape(place.country or '')}</td><td>{r.score:.2f}{doubt}</td><td><bdi>{escape(r.reason)}</bdi></td></tr>"
            )
    head = "<tr><th>Place</th><th>Kind</th><th>Country</th><th>Confidence</th><th>Why</th></tr>"
    return f"<table><thead>{head}</thead><tbody>\n{chr(10).join(rows)}\n</tbody></table>"


def _unresolved_names(read: GeoparsedArticle) -> str:
    reasons = {r.mention.text: r.reason for r in read.resolutions if r.place is None}
    if not reasons:
        return ""
    listed = "; ".join(f"<bdi>{escape(name)}</bdi> ({escape(reason)})" for name, reason in reasons.items())
    return f'<p class="none">Not placed: {listed}</p>'


def _provenance(article: Article) -> str:
    lines = [_link(article.url), f"retrieved {escape(article.retrieved)}" if article.retrieved else ""]
    lines.append(f"SHA-256 <code>{escape(article.sha256)}</code>" if article.sha256 else "")
    for other in article.republished:
        about = [
            f"<bdi>{escape(other.source)}</bdi>" if other.source else "",
            _link(other.url),
            escape(other.published or ""),
        ]
        lines.append("also: " + " · ".join(filter(None, about or [escape(other.id)])))
    return "<br>".join(filter(None, lines)) or "A file of this project."


def _link(url: str | None) -> str:
    """Return a link, or the escaped text where it is not a web URL."""
    if not url:
        return ""
    link = web_link(url)
    return f'<a href="{escape(link)}" rel="noopener noreferrer">{escape(link)}</a>' if link else escape(url)
