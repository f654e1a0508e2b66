"""What the fuzzers feed: each target takes any bytes, and returns or fails an assertion; nothing else may come out of it.

Run one with ``python -m tests.fuzz.run TARGET``; ``test_fuzz.py`` runs all of them on the inputs kept in ``corpus``.
"""

from tests.fuzz.files import corrections, gazetteer, lexicon, manifest, own_shapes, own_table, settings
from tests.fuzz.reading import (
    archives,
    articles,
    email,
    feeds,
    lines,
    markdown,
    names,
    parquet,
    pdf,
    sitemaps,
    text,
)
from tests.fuzz.writing import corrected, exports, page, points

TARGETS = {
    one.__name__: one
    for one in (
        articles, email, markdown, pdf, lines, archives, parquet, feeds, sitemaps, text, names,
        gazetteer, manifest, corrections, settings, lexicon, own_table, own_shapes,
        page, exports, points, corrected,
    )
}  # fmt: skip
