"""How often the labels on a place are right: unsure must be no label, so precision has the higher floor."""

from __future__ import annotations

import pytest

from geomap.annotation.dates import when_of
from geomap.annotation.event_lexicon import load_lexicon
from geomap.annotation.events import event_of
from geomap.annotation.quantities import find_quantities
from tests.support.gold_annotations import PUBLISHED, ROWS


def events():
    """Yield (labels given, labels that are right among them, labels an editor would give), a row each."""
    lexicon = load_lexicon()
    for marked, kinds, _, _ in ROWS:
        event = event_of(plain(marked), lexicon=lexicon)
        given = [event.kind] if event else []
        yield given, [kind for kind in given if kind in kinds], kinds[:1]


def days():
    for marked, _, days, _ in ROWS:
        when = when_of(plain(marked), published=PUBLISHED, at=marked.index("["))
        given = ["/".join(dict.fromkeys((when.start, when.end)))] if when else []
        yield given, [day for day in given if day == days], [days] if days else []


def quantities():
    for marked, _, _, wanted in ROWS:
        given = [quantity.text for quantity in find_quantities(plain(marked))]
        yield given, [text for text in given if text in wanted], wanted


def plain(marked):
    return marked.replace("[", "").replace("]", "")


def share(found_values, index):
    found_values = list(found_values)
    return sum(len(row[1]) for row in found_values) / sum(len(row[index]) for row in found_values)


def test_the_gold_is_large_and_rich_in_sentences_without_an_event():
    assert len(ROWS) >= 120
    assert len([row for row in ROWS if not row[1]]) >= 40
    assert [row[0] for row in ROWS if not 0 <= row[0].find("[") < row[0].find("]")] == []
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("labels", "precision", "recall"), [(events, 0.98, 0.84), (days, 0.98, 0.98), (quantities, 0.98, 0.98)]
)
def test_what_is_labelled_is_right_and_most_is_labelled(labels, precision, recall):
    assert share(labels(), 0) >= precision
    assert share(labels(), 2) >= recall
