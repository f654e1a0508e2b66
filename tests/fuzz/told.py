"""What must hold of everything that is read: it is an article, or one line says why it is none."""

from geomap.errors import GeomapError


def in_one_line(error):
    assert "\n" not in str(error), error


def is_article_or_error(one):
    if isinstance(one, GeomapError):
        in_one_line(one)
        return
    assert one.text.strip()
    for value in (one.text, one.title, one.published, one.source, one.url, one.author):
        if value is not None:
            value.encode("utf-8")
