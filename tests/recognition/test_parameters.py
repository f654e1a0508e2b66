"""The values of hand-set numbers: a change of any of them is a change of what is recognized."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

import pytest

from geomap.annotation import parameters as annotation
from geomap.recognition import parameters as recognition


def values(module):
    return {name: value for name, value in vars(module).items() if name.isupper() and name != "TYPE_CHECKING"}


def test_values_of_recognition():
    assert values(recognition) == {
        "TOPONYM_BIAS": -0.4,
        "CAPITAL_BONUS": 2.0,
        "MIN_CITY_POPULATION": 100_000,
        "MIN_PLACE_PROBABILITY": 0.9,
        "MAX_SHORT_TOKENS": 60,
        "MIN_SHORT_LOGIT": -0.75,
        "DATELINE_BONUS": 3.0,
        "LIST_NEIGHBOUR_BONUS": 0.75,
        "CONFIDENT_LOGIT": 1.5,
        "PARTY_AFFILIATION_BONUS": 8.0,
        "MODEL_KIND_WEIGHT": 0.5,
        "MAX_OCCURRENCE_LOGIT": 6.0,
        "MAX_CASE_SENSITIVE_LENGTH": 3,
        "MIN_CAPITALIZED_SHARE": 0.02,
        "MIN_UNCAPITALIZED_LENGTH": 3,
        "WINDOW_PIECES": 160,
        "WINDOW_OVERLAP": 12,
        "MIN_CAPITALIZED_SHARE_TO_SKIP": 0.005,
        "KIND_WORD_WEIGHTS": {
            "places": -1.9,
            "parts": -1.0,
            "opponents": 0.8,
            "offices": 1.5,
            "motions": -1.0,
            "acts": 1.1,
            "actors": 0.9,
            "areas": -2.1,
        },
        "KIND_TOKENS_BEFORE": 4,
        "KIND_TOKENS_AFTER": 3,
        "DESCRIPTION_SCORE": 0.8,
        "MAX_NAME_TOKENS": 40,
        "MAX_EXTENSION_TOKENS": 6,
        "MAX_MATCH_TOKENS": 4,
        "MULTILINGUAL_BIAS": 0.5,
        "PERSON_LOGIT": 0.0,
        "MIN_UNLISTED_SCORE": 0.8,
        "LOWER_CASE_DEMONYM": frozenset("ar fa he hy ka zh ja th hi ko".split()),
        "MAX_JOINED_TOKENS": 3,
        "MAX_INFLECTED_FORMS": 60,
        "MIN_BASE_POPULATION": 100_000,
        "MIN_BASE_RATIO": 20,
        "MIN_CERTAIN_LETTERS": 4,
        "MIN_CERTAIN_POPULATION": 500_000,
        "MIN_CERTAIN_RATIO": 10,
        "GAZETTEER_MATCH_SCORE": 0.6,
        "FACILITY_NAME_SCORE": 0.8,
        "MAX_FACILITY_TOKENS": 8,
    }


def documented(module):
    """Return the constants followed by a docstring."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    for constant, text in pairwise(tree.body):
        if isinstance(constant, ast.Assign | ast.AnnAssign) and isinstance(text, ast.Expr):
            target = constant.targets[0] if isinstance(constant, ast.Assign) else constant.target
            yield target.id


@pytest.mark.parametrize("module", [recognition, annotation])
def test_every_number_has_a_docstring(module):
    assert set(documented(module)) == set(values(module))
