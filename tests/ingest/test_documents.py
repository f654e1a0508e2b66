from __future__ import annotations

import time
import zlib

import pytest

from geomap.errors import ArticleError
from geomap.ingest.documents import unwrapped
from geomap.ingest.readers import load_articles
from geomap.types import Article


def read(tmp_path, name: str, data: bytes | str) -> Article | ArticleError:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    [one] = load_articles([path])
    return one


def fields_of(article: Article | ArticleError) -> dict[str, str | None]:
    assert isinstance(article, Article), article
    keys = ("id", "text", "title", "published", "source", "url", "author")
    return {key: value for key in keys if (value := getattr(article, key)) is not None}


def pdf(*lines: str, title: str = "A report", packed: bytes | None = None) -> bytes:
    """A PDF of one page, written by hand."""
    content = packed or zlib.compress(
        b"BT /F1 12 Tf 14 TL 50 700 Td " + b" ".join(f"({line}) Tj T*".encode("latin-1") for line in lines) + b" ET"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(content)).encode() + b" /Filter /FlateDecode >> stream\n" + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (" + title.encode("latin-1") + b") /CreationDate (D:20230923) >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    return out + head + table + tail


def test_markdown_gives_its_words_and_its_front_matter(tmp_path):
    text = (
        '---\ntitle: "Families reach Goris"\ndate: 2023-09-24\nauthor: A. Writer\nurl: https://news.example/a\n---\n'
        "# Families reach Goris\n\nThey came **by road** from\n[Stepanakert](https://x.example) ![map](m.png).\n\n* one\n* two\n"
    )
    assert fields_of(read(tmp_path, "a.md", text)) == {
        "id": "a.md",
        "text": "Families reach Goris\n\nThey came by road from Stepanakert .\n\none\n\ntwo",
        "title": "Families reach Goris",
        "published": "2023-09-24",
        "url": "https://news.example/a",
        "author": "A. Writer",
    }


def test_markdown_without_front_matter_has_its_first_heading_and_its_names_date(tmp_path):
    article = read(tmp_path, "2023-09-24-goris.md", "Dateline\n\n## Goris tonight\n\nText.\n")
    assert (article.title, article.published) == ("Goris tonight", "2023-09-24")


def test_an_email_gives_its_plain_body_and_its_headers(tmp_path):
    message = (
        "From: =?utf-8?q?Agence_=C3=89toile?= <desk@news.example>\nSubject: Fire in\n Goris\nDate: Sat, 23 Sep 2023 14:00:00 +0200\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=iso-8859-1\n'
        "Content-Transfer-Encoding: quoted-printable\n\nUn incendie =E0 Goris.\n--b\nContent-Type: application/octet-stream\n"
        "Content-Disposition: attachment\n\nsecret\n--b--\n"
    )
    assert fields_of(read(tmp_path, "a.eml", message)) == {
        "id": "a.eml",
        "text": "Un incendie à Goris.",
        "title": "Fire in Goris",
        "published": "2023-09-23T14:00:00+02:00",
        "source": "Agence Étoile",
        "author": "Agence Étoile",
    }


def test_an_html_email_gives_its_words(tmp_path):
    message = "Subject: x\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>Families reached Goris tonight by the road.</p></body></html>"
    assert read(tmp_path, "a.eml", message).text.strip() == "Families reached Goris tonight by the road."


def test_a_pdf_gives_its_text_and_title_and_not_the_day_the_file_was_made(tmp_path):
    assert fields_of(read(tmp_path, "report.pdf", pdf("Families reached Goris.", "They came by road."))) == {
        "id": "report.pdf",
        "text": "Families reached Goris. They came by road.\n",
        "title": "A report",
    }


def test_a_printed_column_becomes_running_text():
    assert (
        unwrapped(
            "The people of Nagorno-\nKarabakh left the enc-\nlave by the road to\nGoris.\n\nA second paragraph\nfollows here now.\n"
        )
        == "The people of Nagorno-Karabakh left the enclave by the road to Goris.\n\nA second paragraph follows here now.\n"
    )


def test_a_pdf_bomb_is_stopped(tmp_path):
    """One page of 400 MB of operators, packed into 400 kB."""
    began = time.monotonic()
    error = read(tmp_path, "bomb.pdf", pdf(packed=zlib.compress(b"BT (a) Tj ET " * 30_000_000, 9)))
    assert isinstance(error, ArticleError)
    assert str(error).startswith(f"{tmp_path / 'bomb.pdf'}: the PDF ")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.pdf", b"%PDF-1.4 nothing more", "the PDF cannot be read ("),
        ("a.pdf", pdf(""), "the PDF has no text layer; run OCR on it first"),
        ("a.eml", b"\n\n", "is empty"),
        ("a.eml", b"Subject: only\n\n", "the e-mail has no text; save its attachments"),
        ("a.eml", b"Content-Type: text/plain; charset=klingon\n\n\xff\xfe text", ""),
        ("a.md", b"![picture](x.png)\n", "is empty"),
        ("a.md", b"> " * 50_000 + b"deep", ""),
        ("a.html", b"<html><body>" + b"<div>" * 100_000 + b"deep", ""),
    ],
)
def test_what_is_broken_is_one_line_or_an_article(tmp_path, name: str, data: bytes, says: str):
    found = read(tmp_path, name, data)
    if says:
        assert isinstance(found, ArticleError)
    if isinstance(found, ArticleError):
        assert says in str(found)
        assert "\n" not in str(found)


def test_a_page_nested_a_hundred_deep_is_read(tmp_path):
    deep = "<div>" * 100 + "<p>Families reached Goris tonight by the road, the town council said.</p>" + "</div>" * 100
    page = f"<html><head><title>Goris</title></head><body><article>{deep}</article></body></html>"
    assert "Families reached Goris tonight" in read(tmp_path, "a.html", page).text


def test_an_e_mail_whose_date_overflows_is_read_without_it(tmp_path):
    message = b"Subject: Left\nDate: Sun, 24 Sep 2023 10:8888888888888888888800:00 +0000\n\nFamilies left.\n"
    found = fields_of(read(tmp_path, "a.eml", message))
    assert found == {"id": "a.eml", "text": "Families left.\n", "title": "Left"}
