"""The page as someone who means harm, or no plan at all, meets it."""

from __future__ import annotations

import pytest

from tests.attack.monkey import anything, maps

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_nothing_a_reader_does_is_an_error(open_page):
    kinds = maps()
    quick = [kind for kind in kinds if not kind.startswith("in ")] + ["in ar", "in zh"]
    for seed, kind in enumerate(quick):
        anything(open_page(kinds[kind]), seed=seed, steps=60, by_hand=8)
