"""What the rest of the article says for each candidate, given how likely every other candidate is. Pure.

Each name's places speak for the places of the other names, never for their own: those in the same
country, state or district, those nearby, and those that hold or lie in one another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geomap.geodesy import EARTH_RADIUS_KM
from geomap.resolution.features import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geomap.resolution.features import Flags, Floats, Rows

VOICES = 160
"""Candidates that speak for others, the weightiest first: keeps ten thousand names linear."""

_BLOCK = 4096
"""Rows worked on at once: bounds memory."""
_FAINT = 0.02
"""A candidate with less weight than this is not heard."""
_RELATIVE = ("same country", "same state", "places within 30 km", "places within 120 km", "places within 500 km")

CONTEXT = (
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
"""The columns, in order."""

_COLUMN = {name: i for i, name in enumerate(CONTEXT)}
_COUNTRY, _ADMIN1, _ADMIN2 = KINDS.index("country"), KINDS.index("admin1"), KINDS.index("admin2")
_LARGE = [KINDS.index(kind) for kind in ("continent", "macroregion", "country", "admin1", "water", "physical")]


def context(rows: Rows, chance: Floats) -> Floats:
    """Return one row of ``CONTEXT`` a candidate, from the ``chance`` (0 to 1) of each candidate."""
    n = len(rows.places)
    table = np.zeros((n, len(CONTEXT)), dtype=np.float32)
    if not n:
        return table
    mentions = np.array([len(s.mentions) for s in rows.senses], dtype=np.float32)
    weight = chance * np.sqrt(mentions)[rows.sense]
    voices = np.argsort(-weight, kind="stable")[:VOICES]
    voices = voices[weight[voices] > _FAINT]
    beside = _beside(rows, voices)
    for first in range(0, n, _BLOCK):
        block = slice(first, first + _BLOCK)
        for name, column in _heard(rows, block, voices, weight=weight, chance=chance, beside=beside).items():
            table[block, _COLUMN[name]] = column
    for name, value in (_dateline(rows, chance) | _leading(rows, weight)).items():
        table[:, _COLUMN[name]] = value
    table[:, _COLUMN["names"]] = np.log1p(len(rows.senses))
    table[:, _COLUMN["chance so far"]] = chance
    table[:, _COLUMN["chance against the best"]] = chance - _best(rows, chance)
    for name in _RELATIVE:
        column = table[:, _COLUMN[name]]
        table[:, _COLUMN[f"{name}, against the best"]] = column - _best(rows, column)
    return table


def _heard(
    rows: Rows, block: slice, voices: NDArray[np.int64], *, weight: Floats, chance: Floats, beside: Flags
) -> dict[str, Floats]:
    """Return what the voices say of the candidates of a block of rows."""
    is_other = rows.sense[block][:, None] != rows.sense[voices][None, :]
    speaks = is_other * weight[voices][None, :]
    sure = is_other * chance[voices][None, :]
    kind, own = rows.kind[voices], rows.kind[block][:, None]

    def same(codes: NDArray[np.int32]) -> Flags:
        mine, theirs = codes[block][:, None], codes[voices][None, :]
        return (mine == theirs) & (mine >= 0)  # type: ignore[no-any-return]

    in_country, in_state, in_district, is_place = map(same, (rows.country, rows.admin1, rows.admin2, rows.place))
    total = (speaks * (rows.country[voices] >= 0)[None, :]).sum(axis=1) + 0.5
    km = EARTH_RADIUS_KM * np.arccos(np.clip(rows.towards[block] @ rows.towards[voices].T, -1, 1))
    is_local = ~np.isin(kind, _LARGE)[None, :] & ~is_place
    local = speaks * is_local
    n_local = local.sum(axis=1) + 0.5

    def nearby(scale: float) -> Floats:
        return (local * np.exp(-km / scale)).sum(axis=1) / n_local  # type: ignore[no-any-return]

    def named(codes: Flags, holder: int) -> Floats:
        return _highest(sure * codes * (kind == holder)[None, :] * ~is_place)

    inside = (
        ((own == _COUNTRY) & in_country & (kind != _COUNTRY)[None, :])
        | ((own == _ADMIN1) & in_state & ~np.isin(kind, [_COUNTRY, _ADMIN1])[None, :])
        | ((own == _ADMIN2) & in_district & ~np.isin(kind, [_COUNTRY, _ADMIN1, _ADMIN2])[None, :])
    )
    alike = np.where(own == kind[None, :], np.where(own == _COUNTRY, 1.0, np.exp(-km / 500)), 0.0)
    return {
        "same country": (speaks * in_country).sum(axis=1) / total,
        "same state": (speaks * in_state).sum(axis=1) / total,
        "same district": (speaks * in_district).sum(axis=1) / total,
        "its country is named": named(in_country, _COUNTRY),
        "its state is named": named(in_state, _ADMIN1),
        "its district is named": named(in_district, _ADMIN2),
        "the article is in it": (speaks * inside).sum(axis=1) / total,
        "places within 30 km": nearby(30),
        "places within 120 km": nearby(120),
        "places within 500 km": nearby(500),
        "nearest place": _highest(sure * is_local * np.exp(-km / 100)),
        "same place named otherwise": _highest(sure * is_place),
        "listed beside its like": _highest(beside[rows.sense[block]] * alike * chance[voices][None, :]),
    }


def _highest(values: Floats) -> Floats:
    return values.max(axis=1, initial=0.0)  # type: ignore[no-any-return]


def _best(rows: Rows, values: Floats) -> Floats:
    """Return, per row, the highest value of its sense."""
    filled = np.flatnonzero(np.diff(rows.starts))
    best = np.zeros(len(rows.senses), dtype=np.float32)
    best[filled] = np.maximum.reduceat(values, rows.starts[filled])
    return best[rows.sense]


def _dateline(rows: Rows, chance: Floats) -> dict[str, Floats | float]:
    names = ("in the dateline's country", "in the dateline's state", "near the dateline")
    if rows.dateline is None or rows.starts[rows.dateline] == rows.starts[rows.dateline + 1]:
        return dict.fromkeys(names, 0.0)
    first, last = rows.starts[rows.dateline], rows.starts[rows.dateline + 1]
    at = first + int(np.argmax(chance[first:last]))
    is_other = (rows.sense != rows.dateline) * chance[at]
    km = EARTH_RADIUS_KM * np.arccos(np.clip(rows.towards @ rows.towards[at], -1, 1))
    return {
        names[0]: is_other * ((rows.country == rows.country[at]) & (rows.country >= 0)),
        names[1]: is_other * ((rows.admin1 == rows.admin1[at]) & (rows.admin1 >= 0)),
        names[2]: is_other * np.exp(-km / 150),
    }


def _leading(rows: Rows, weight: Floats) -> dict[str, Floats | float]:
    """Return what says how concentrated the article is; of each name, only what others say counts."""
    has = rows.country >= 0
    if not has.any():
        names = ("in the leading country", "leading country's share", "leading state's share", "countries named")
        return dict.fromkeys(names, 0.0)
    mass = np.bincount(rows.country[has], weights=weight[has])
    leading = int(mass.argmax())
    states = rows.admin1 >= 0
    state_mass = np.bincount(rows.admin1[states], weights=weight[states]) if states.any() else np.zeros(1)
    return {
        "in the leading country": (rows.country == leading).astype(np.float32),
        "leading country's share": float(mass[leading] / (mass.sum() + 0.5)),
        "leading state's share": float(state_mass.max() / (mass.sum() + 0.5)),
        "countries named": float(np.log1p((mass > 0.5).sum())),
    }


def _beside(rows: Rows, voices: NDArray[np.int64]) -> Flags:
    """Return, sense by voice, whether the two stand in one list."""
    table = np.zeros((len(rows.senses), len(voices)), dtype=bool)
    of_voice = rows.sense[voices]
    for one, other in rows.listed:
        table[one] |= of_voice == other
        table[other] |= of_voice == one
    return table
