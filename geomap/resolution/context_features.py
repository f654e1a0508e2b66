"""Context features: the support of each candidate by the candidates of the article's other names. Pure.

Support comes from candidates in the same country, state or district, from those nearby and from those that contain
the candidate or lie in it, weighted by their probabilities; candidates of the same name give none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geomap.geodesy import EARTH_RADIUS_KM
from geomap.resolution import parameters
from geomap.resolution.features import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geomap.resolution.features import FeatureMatrix, Flags, Floats

_RELATIVE = ("same country", "same state", "places within 30 km", "places within 120 km", "places within 500 km")

CONTEXT_FEATURES = (
    "same country",
    "same state",
    "same district",
    "its country is named",
    "its state is named",
    "its district is named",
    "the article is in it",
    "places within 30 km",
    "places within 120 km",
    "places within 500 km",
    "nearest place",
    "same place named otherwise",
    "in the dateline's country",
    "in the dateline's state",
    "near the dateline",
    "in the leading country",
    "leading country's share",
    "leading state's share",
    "countries named",
    "names",
    "listed beside its like",
    "chance so far",
    "chance against the best",
    *(f"{name}, against the best" for name in _RELATIVE),
)
"""The columns, in order. The file of the ranker's weights holds these names: renaming one means training again."""

_COLUMN = {name: i for i, name in enumerate(CONTEXT_FEATURES)}
_COUNTRY, _ADMIN1, _ADMIN2 = KINDS.index("country"), KINDS.index("admin1"), KINDS.index("admin2")
_LARGE = [KINDS.index(kind) for kind in ("continent", "macroregion", "country", "admin1", "water", "physical")]


def context_features(matrix: FeatureMatrix, probability: Floats) -> Floats:
    """Return a row of ``CONTEXT_FEATURES`` per candidate, from the ``probability`` (0 to 1) of each candidate."""
    n = len(matrix.places)
    table = np.zeros((n, len(CONTEXT_FEATURES)), dtype=np.float32)
    if not n:
        return table
    mentions = np.array([len(s.mentions) for s in matrix.senses], dtype=np.float32)
    weight = probability * np.sqrt(mentions)[matrix.sense]
    supporters = np.argsort(-weight, kind="stable")[: parameters.MAX_SUPPORTING_CANDIDATES]
    supporters = supporters[weight[supporters] > parameters.MIN_SUPPORT_WEIGHT]
    is_listed = _list_neighbours(matrix, supporters)
    for first in range(0, n, parameters.CONTEXT_BLOCK_ROWS):
        block = slice(first, first + parameters.CONTEXT_BLOCK_ROWS)
        columns = _support_from_others(
            matrix, block, supporters, weight=weight, probability=probability, is_listed=is_listed
        )
        for name, column in columns.items():
            table[block, _COLUMN[name]] = column
    for name, value in (_dateline_columns(matrix, probability) | _concentration_columns(matrix, weight)).items():
        table[:, _COLUMN[name]] = value
    table[:, _COLUMN["names"]] = np.log1p(len(matrix.senses))
    table[:, _COLUMN["chance so far"]] = probability
    table[:, _COLUMN["chance against the best"]] = probability - _best_of_sense(matrix, probability)
    for name in _RELATIVE:
        column = table[:, _COLUMN[name]]
        table[:, _COLUMN[f"{name}, against the best"]] = column - _best_of_sense(matrix, column)
    return table


def _support_from_others(
    matrix: FeatureMatrix,
    block: slice,
    supporters: NDArray[np.int64],
    *,
    weight: Floats,
    probability: Floats,
    is_listed: Flags,
) -> dict[str, Floats]:
    """Return the columns that measure how far the supporters support the candidates of a block of rows."""
    is_other = matrix.sense[block][:, None] != matrix.sense[supporters][None, :]
    support = is_other * weight[supporters][None, :]
    certainty = is_other * probability[supporters][None, :]
    kind, own = matrix.kind[supporters], matrix.kind[block][:, None]

    def same(codes: NDArray[np.int32]) -> Flags:
        mine, theirs = codes[block][:, None], codes[supporters][None, :]
        return (mine == theirs) & (mine >= 0)  # type: ignore[no-any-return]

    in_country, in_state, in_district, is_place = map(
        same, (matrix.country, matrix.admin1, matrix.admin2, matrix.place)
    )
    total = (support * (matrix.country[supporters] >= 0)[None, :]).sum(axis=1) + parameters.SUPPORT_SMOOTHING
    km = EARTH_RADIUS_KM * np.arccos(np.clip(matrix.unit_vectors[block] @ matrix.unit_vectors[supporters].T, -1, 1))
    is_local = ~np.isin(kind, _LARGE)[None, :] & ~is_place
    local = support * is_local
    n_local = local.sum(axis=1) + parameters.SUPPORT_SMOOTHING

    def nearby(decay_km: float) -> Floats:
        return (local * np.exp(-km / decay_km)).sum(axis=1) / n_local  # type: ignore[no-any-return]

    def is_named(codes: Flags, holder: int) -> Floats:
        return _highest(certainty * codes * (kind == holder)[None, :] * ~is_place)

    inside = (
        ((own == _COUNTRY) & in_country & (kind != _COUNTRY)[None, :])
        | ((own == _ADMIN1) & in_state & ~np.isin(kind, [_COUNTRY, _ADMIN1])[None, :])
        | ((own == _ADMIN2) & in_district & ~np.isin(kind, [_COUNTRY, _ADMIN1, _ADMIN2])[None, :])
    )
    likeness = np.where(
        own == kind[None, :], np.where(own == _COUNTRY, 1.0, np.exp(-km / parameters.LIST_DECAY_KM)), 0.0
    )
    return {
        "same country": (support * in_country).sum(axis=1) / total,
        "same state": (support * in_state).sum(axis=1) / total,
        "same district": (support * in_district).sum(axis=1) / total,
        "its country is named": is_named(in_country, _COUNTRY),
        "its state is named": is_named(in_state, _ADMIN1),
        "its district is named": is_named(in_district, _ADMIN2),
        "the article is in it": (support * inside).sum(axis=1) / total,
        **{f"places within {km} km": nearby(km) for km in parameters.SUPPORT_DECAYS_KM},
        "nearest place": _highest(certainty * is_local * np.exp(-km / parameters.NEAREST_DECAY_KM)),
        "same place named otherwise": _highest(certainty * is_place),
        "listed beside its like": _highest(
            is_listed[matrix.sense[block]] * likeness * probability[supporters][None, :]
        ),
    }


def _highest(values: Floats) -> Floats:
    return values.max(axis=1, initial=0.0)  # type: ignore[no-any-return]


def _best_of_sense(matrix: FeatureMatrix, values: Floats) -> Floats:
    """Return, per row, the highest value of its sense."""
    filled = np.flatnonzero(np.diff(matrix.starts))
    best = np.zeros(len(matrix.senses), dtype=np.float32)
    best[filled] = np.maximum.reduceat(values, matrix.starts[filled])
    return best[matrix.sense]


def _dateline_columns(matrix: FeatureMatrix, probability: Floats) -> dict[str, Floats | float]:
    names = ("in the dateline's country", "in the dateline's state", "near the dateline")
    if matrix.dateline is None or matrix.starts[matrix.dateline] == matrix.starts[matrix.dateline + 1]:
        return dict.fromkeys(names, 0.0)
    first, last = matrix.starts[matrix.dateline], matrix.starts[matrix.dateline + 1]
    at = first + int(np.argmax(probability[first:last]))
    is_other = (matrix.sense != matrix.dateline) * probability[at]
    km = EARTH_RADIUS_KM * np.arccos(np.clip(matrix.unit_vectors @ matrix.unit_vectors[at], -1, 1))
    return {
        names[0]: is_other * ((matrix.country == matrix.country[at]) & (matrix.country >= 0)),
        names[1]: is_other * ((matrix.admin1 == matrix.admin1[at]) & (matrix.admin1 >= 0)),
        names[2]: is_other * np.exp(-km / parameters.DATELINE_DECAY_KM),
    }


def _concentration_columns(matrix: FeatureMatrix, weight: Floats) -> dict[str, Floats | float]:
    """Return the columns that describe how far the article is about one country or state."""
    has = matrix.country >= 0
    if not has.any():
        names = ("in the leading country", "leading country's share", "leading state's share", "countries named")
        return dict.fromkeys(names, 0.0)
    mass = np.bincount(matrix.country[has], weights=weight[has])
    leading = int(mass.argmax())
    states = matrix.admin1 >= 0
    state_mass = np.bincount(matrix.admin1[states], weights=weight[states]) if states.any() else np.zeros(1)
    return {
        "in the leading country": (matrix.country == leading).astype(np.float32),
        "leading country's share": float(mass[leading] / (mass.sum() + parameters.SUPPORT_SMOOTHING)),
        "leading state's share": float(state_mass.max() / (mass.sum() + parameters.SUPPORT_SMOOTHING)),
        "countries named": float(np.log1p((mass > parameters.MIN_COUNTRY_WEIGHT).sum())),
    }


def _list_neighbours(matrix: FeatureMatrix, supporters: NDArray[np.int64]) -> Flags:
    """Return, per sense (rows) and supporter (columns), whether the two are neighbours in a list."""
    table = np.zeros((len(matrix.senses), len(supporters)), dtype=bool)
    sense = matrix.sense[supporters]
    for first, second in matrix.listed:
        table[first] |= sense == second
        table[second] |= sense == first
    return table
