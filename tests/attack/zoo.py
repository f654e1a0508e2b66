"""Files that a reader must survive: the small ones beside this module, in zoo/, and those that are made when they are wanted."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from pathlib import Path

FOLDER = Path(__file__).with_name("zoo")
TEXT = "Families left Goris for Sisian, in Armenia, on Monday. In Tegh the road was closed.\n"
PARAGRAPHS = f"<p>{TEXT}</p>" * 6


def animals() -> dict[str, bytes]:
    """Return every file by its name, whose suffix says what it claims to be."""
    kept = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
    return kept | _texts() | _marked() | _pages() | _mails() | _lines() | _packed()


def _texts() -> dict[str, bytes]:
    """Text that repeats what a pattern might try in many ways."""
    expected = {
        "comments": "<!-- -->" * 5_000 + "<!--" * 5_000,
        "instructions": "<?a ?>" * 5_000 + "<?" * 5_000,
        "carriage-returns": TEXT.replace("\n", "\r") * 200,
        "nul-only": "\x00" * 100_000,
        "controls": "".join(map(chr, range(1, 32))) * 2_000,
        "directions": "\u202e\u2066\u2067\u2068\u200f\u200e\ufeff\u2028\u2029\u0085" * 2_000,
        "combining": "Go" + "\u0301" * 40_000 + "ris.",
        "ligatures": "\ufdfa" * 20_000,
        "line-breaks": "\n" * 90_000 + "\n\u2028" * 20_000,
        "spaces": " \t\u00a0\u3000" * 20_000,
        "capitals": "A.B." * 20_000,
        "quotes": "\"'“”‘’" * 10_000,
        "brackets": "(" * 30_000 + "[" * 30_000,
        "numbers": "1," * 20_000 + " " + "9" * 40_000 + " people in Goris.",
        "dates": "on 31 February 99999, " * 2_000 + " 2023-99-99 " * 2_000,
        "near": "near " * 10_000 + "Goris, 5 km from " * 2_000,
        "one-letter": "a" * 100_000,
        "one-word": "Goris " * 15_000,
        "hyphens": "a-" * 40_000,
        "addresses": "http://e.org/?a=" + "a&b=" * 20_000,
        "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 10_000,
        "astral": "\U0001d49c" * 40_000,
    }
    return {f"{name}.txt": f"{text}\n{TEXT}".encode() for name, text in expected.items()}


def _marked() -> dict[str, bytes]:
    """Markdown that nests, refers and emphasises without an end."""
    expected = {
        "references": "\n".join(f'[a{n}]: http://e.org/{n} "[a{n + 1}][a{n + 1}]"' for n in range(2_000))
        + "\n\n" + "[a0][a0] " * 2_000,
        "quotations": "> " * 20_000,
        "lists": "* " * 20_000,
        "items": "".join("  " * n + "- a\n" for n in range(400)),
        "links": "[" * 20_000 + "a" + "](b)" * 5_000 + "![a](<" * 5_000,
        "emphasis": "*_" * 20_000 + "a" + "**__" * 10_000,
        "code": "".join("`" * n + " " for n in range(300)),
        "front-matter": "---\ntitle: " + "[" * 20_000 + "\ndate: 2023-99-99\nurl: http://[\n---\n",
        "table": "|a" * 3_000 + "|\n" + "|-" * 3_000 + "|\n" + "|" * 60_000,
        "html": "<a " * 20_000 + "<!--" * 5_000,
        "entities": "&#x110000;&#0;" * 5_000,
    }  # fmt: skip
    return {f"{name}.md": f"{text}\n\n{TEXT}".encode() for name, text in expected.items()}


def _pages() -> dict[str, bytes]:
    """Pages and feeds that nest, and declare more than they say."""
    deep = 20_000
    pages = {
        "nested.html": "<div>" * deep + PARAGRAPHS,
        "nested-tables.html": "<table><tr><td>" * 3_000 + PARAGRAPHS,
        "nested-formatting.html": "<b><i><a>" * 3_000 + PARAGRAPHS,
        "attributes.html": "<article " + " ".join(f'a{n}="{n}"' for n in range(20_000)) + f">{PARAGRAPHS}</article>",
        "comments.html": "<!-- -->" * 5_000 + f"<article>{PARAGRAPHS}</article>" + "<!--" * 5_000,
        "title.html": f"<title>{'x' * 300_000}</title><article>{PARAGRAPHS}</article>",
        "canonical.html": f'<link rel="canonical" href="http://e.org/{"a" * 100_000}"><article>{PARAGRAPHS}</article>',
        "metadata.html": "".join(f'<meta property="og:title" content="{n}">' for n in range(10_000)) + PARAGRAPHS,
        "linked-data.html": f'<script type="application/ld+json">{"[" * deep}</script><article>{PARAGRAPHS}</article>',
        "brackets.html": "<" * 50_000 + PARAGRAPHS,
        "empty-elements.html": "<p></p>" * 20_000 + PARAGRAPHS,
    }
    root = '<?xml version="1.0"?>'
    item = "<item><link>http://e.org/{}</link><title>a</title></item>"
    feeds = {
        "nested.xml": f'{root}<rss version="2.0"><channel>' + "<a>" * deep,
        "closed.xml": f"{root}<rss>" + "</a>" * deep + "</rss>",
        "instructions.xml": root + "<?a ?>" * 5_000 + "<?" * 5_000 + "<rss><channel/></rss>",
        "comments.xml": root + "<!-- - -->" * 5_000 + "<!-- " * 5_000 + "<rss><channel/></rss>",
        "declared.xml": root + "<!DOCTYPE rss [" + '<!ENTITY a "b">' * 5_000 + "]><rss><channel/></rss>",
        "attributes.xml": f"{root}<rss " + " ".join(f'a{n}="{n}"' for n in range(20_000)) + "><channel/></rss>",
        "namespaces.xml": f"{root}<rss " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(5_000)) + "><channel/></rss>",
        "many.xml": f'{root}<rss version="2.0"><channel>{"".join(map(item.format, range(10_000)))}</channel></rss>',
        "sitemaps.xml": root + "<sitemapindex>" + "<sitemap><loc>http://e.org/s.xml</loc></sitemap>" * 10_000,
    }
    whole = {name: f"<html><body>{text}</body></html>" for name, text in pages.items()}
    return {name: text.encode() for name, text in (whole | feeds).items()}


def _mails() -> dict[str, bytes]:
    """Mails whose heads or parts have no end."""
    parts = "".join(f"--x\nContent-Type: text/plain\n\n{n}\n" for n in range(10_000))
    inner = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1_000))
    mails = {
        "encoded-words": "Subject: " + " ".join(["=?utf-8?q?=41?="] * 3_000) + "\n\n",
        "unclosed-words": "Subject: " + "=?utf-8?b?" * 3_000 + "\n\n",
        "header": "Subject: " + "a" * 500_000 + "\n\n",
        "headers": "".join(f"X-{n}: a\n" for n in range(20_000)) + "\n",
        "folded": "Subject: a\n" + " a\n" * 20_000 + "\n",
        "addresses": "From: " + ", ".join(f"a{n} <a{n}@e.org>" for n in range(5_000)) + "\n\n",
        "comments": "From: " + "(" * 20_000 + "\nDate: " + "(" * 20_000 + "\n\n",
        "parameters": "Content-Type: text/plain" + "".join(f"; charset*{n}*=a" for n in range(5_000)) + "\n\n",
        "parts": f'Content-Type: multipart/mixed; boundary="x"\n\n{parts}--x\nContent-Type: text/plain\n\n',
        "nested-parts": inner + "Content-Type: text/plain\n\n",
        "nested-mails": "Content-Type: message/rfc822\n\n" * 1_000 + "\n",
        "base64": "Content-Transfer-Encoding: base64\n\n" + base64.b64encode(b"\x00" * 400_000).decode() + "\n",
        "quoted": "Content-Transfer-Encoding: quoted-printable\n\n" + "=3D=\n" * 50_000,
    }  # fmt: skip
    return {f"{name}.eml": f"MIME-Version: 1.0\n{head}{TEXT}".encode() for name, head in mails.items()}


def _lines() -> dict[str, bytes]:
    """JSON lines and settings of odd numbers, keys and depths."""
    encoded = json.dumps(TEXT)
    deep = 100_000
    rows = {
        "nested": '{"text":' + "[" * deep + "\n" + '{"a":' * deep + "\n" + f'{{"text":{encoded},"more":{"[" * 900 + "]" * 900}}}\n',
        "keys": "{" + ",".join(f'"a{n}":1' for n in range(20_000)) + f',"text":{encoded}}}\n',
        "numbers": f'{{"text":{encoded},"published":{"9" * 50_000}}}\n{{"text":{encoded},"id":1e{"9" * 5_000}}}\n',
        "one-line": f'{{"text":"{"a" * 300_000}\n',
        "blank": "\n" * 200_000,
        "rows": '{"text":""}\n' * 5_000,
    }  # fmt: skip
    tables = {
        "nested": "title = " + "[" * deep,
        "inline": "title = " + "{a=" * 20_000,
        "dotted": "[a" + ".a" * 20_000 + "]\nb = 1\n",
        "numbers": f'title = "x"\nmin_confidence = {"9" * 50_000}\n',
        "corrections": '[[correction]]\nname = "a"\nnone = true\n' * 3_000,
        "strings": 'title = """' + '""' * 50_000 + "\n",
    }
    written = {f"{name}.jsonl": text for name, text in rows.items()}
    return {name: text.encode() for name, text in (written | {f"{k}.toml": v for k, v in tables.items()}).items()}


def _packed() -> dict[str, bytes]:
    """Packed files that hold much more than they weigh."""
    lines = (json.dumps({"text": TEXT}) + "\n").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros.txt", b"\x00" * 50_000_000)
    return {
        "zeros.txt.gz": gzip.compress(b"\x00" * 50_000_000, mtime=0),
        "zeros.jsonl.gz": gzip.compress(b"\x00" * 50_000_000, mtime=0),
        "blank.jsonl.gz": gzip.compress(b"\n" * 20_000_000, mtime=0),
        "members.jsonl.gz": gzip.compress(b"", mtime=0) * 20_000 + gzip.compress(lines, mtime=0),
        "zeros.zip": out.getvalue(),
    }
