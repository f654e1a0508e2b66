"""Measure roles, focus, opening view, relative places, days, kinds of event and counts on the held-out invented texts of ``tests/data``.

python -m training.where
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from geomap.api import geoparse
from geomap.export import jsonl
from geomap.geodesy import sphere_km
from geomap.pipeline import report_article
from geomap.resources import open_resources
from geomap.types import Article
from training.role_corpora import LETTERS, unmarked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.resources import Resources

DATA = Path(__file__).parents[1] / "tests" / "data"
NEAR_KM, SAME_NAME_KM = 10.0, 161.0
"""Kilometres within which a place is the labelled focus, or if it has its name."""
Toponym = dict[str, Any]


def rows(name: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file of ``tests/data``."""
    yield from map(json.loads, (DATA / name).read_text(encoding="utf-8").splitlines())


def read(raw: dict[str, Any], text: str, resources: Resources) -> dict[str, Any]:
    """Return the JSON line of an article."""
    article = Article(
        id=raw["id"], text=text, title=raw.get("title"), published=raw["published"], source=raw.get("source")
    )
    done = geoparse(article, resources=resources)
    line: dict[str, Any] = json.loads(jsonl(done, report_article(done, resources=resources)))
    return line


def at(toponyms: Sequence[Toponym], start: int, end: int) -> Toponym | None:
    """Return the toponym that shares most with a span."""
    best = max(toponyms, key=lambda t: min(t["end"], end) - max(t["start"], start), default=None)
    return best if best and min(best["end"], end) > max(best["start"], start) else None


def measure_roles(resources: Resources) -> None:
    """Print the figures of ``roles.jsonl``."""
    confused: Counter[tuple[str, str]] = Counter()
    scenes_elsewhere = focus = held = n = 0
    for raw in rows("roles.jsonl"):
        text, labels = unmarked(raw["marked"])
        line = read(raw, text, resources)
        for label in labels:
            found = at(line["toponyms"], label.start, label.end)
            gold = LETTERS[label.letter or "N"]
            gold = "route" if gold in ("from", "to", "via") else gold
            confused[gold, (found["role"] or "none") if found else "missed"] += 1
        known = [(label.start, label.end) for label in labels]
        scenes_elsewhere += sum(
            t["role"] == "scene" and not any(t["start"] < e and t["end"] > s for s, e in known)
            for t in line["toponyms"]
        )
        n += 1
        focus += is_focus_right(line["focus"], raw["focus"])
        held += all(is_within(raw["places"][name], line["bounds"]) for name in raw["frame"] if name in raw["places"])
    roles = ("scene", "route", "background", "reference", "container")
    print(f"roles, {sum(v for (gold, _), v in confused.items() if gold != 'none')} mentions of {n} articles")
    f1s = []
    for role in roles:
        right = confused[role, role]
        called = sum(confused[gold, role] for gold in roles)
        of = sum(v for (gold, _), v in confused.items() if gold == role)
        f1s.append(2 * right / (called + of))
        print(
            f"  {role}: precision {right / called:.3f}, recall {right / of:.3f}, F1 {f1s[-1]:.3f}, missed {confused[role, 'missed']}"
        )
    called = sum(v for (_, found), v in confused.items() if found == "scene") + scenes_elsewhere
    print(
        f"  macro-F1 {sum(f1s) / 5:.3f}; of all that is called a scene, {confused['scene', 'scene'] / called:.3f} is one"
    )
    print(f"focus right in {focus} of {n}; the opening view holds the whole frame in {held} of {n}")


def is_focus_right(found: Sequence[dict[str, Any]], gold: Sequence[dict[str, Any]]) -> bool:
    """Return whether the first focus is a labelled one; of an article without one, whether none is given."""
    if not gold or not found:
        return not gold and not found
    first = found[0]
    for one in gold:
        same = first["text"].casefold() == str(one["text"]).casefold()
        if first["lat"] is None:
            if same:
                return True
            continue
        km = sphere_km(first["lon"], first["lat"], one["lon"], one["lat"])
        if km <= NEAR_KM or (same and km <= SAME_NAME_KM):
            return True
    return False


def is_within(point: Sequence[float], bounds: Sequence[float] | None) -> bool:
    """Return whether a point (lat, lon) lies in bounds (west, south, east, north)."""
    if bounds is None:
        return False
    west, south, east, north = bounds
    return south <= point[0] <= north and (point[1] - west) % 360 <= (east - west) % 360


def measure_relative(resources: Resources) -> None:
    """Print the figures of ``relative.jsonl``."""
    found = right = wrong = n = 0
    kinds: Counter[tuple[str, bool]] = Counter()
    for raw in rows("relative.jsonl"):
        start, end = raw["expression"]
        stated = [
            t
            for t in read(raw, raw["text"], resources)["toponyms"]
            if t.get("relation") and t["start"] < end and t["end"] > start
        ]
        if raw["type"] == "none":
            wrong += bool(stated)
            continue
        n += 1
        found += bool(stated)
        is_right = any(
            sphere_km(point.x, point.y, raw["gold"]["lon"], raw["gold"]["lat"]) <= raw["gold"]["tolerance_km"]
            for point in (shapely.geometry.shape(t["geometry"]).centroid for t in stated)
        )
        right += is_right
        kinds[raw["type"], is_right] += 1
    print(
        f"relative places: found {found} of {n}, F1 {2 * found / (n + found + wrong):.3f}; centre within the tolerance {right} of {n}; geometry on {wrong} of 40 negatives"
    )
    print("  wrong: " + ", ".join(f"{kind} {k}" for (kind, is_right), k in sorted(kinds.items()) if not is_right))


def measure_days(resources: Resources, name: str) -> None:
    """Print the figures of ``days.jsonl``: days, kinds of event and counts of scenes."""
    told: Counter[str] = Counter()
    for raw in rows(name):
        text, labels = unmarked(raw["marked"])
        toponyms = read(raw, text, resources)["toponyms"]
        for scene in raw["when"]:
            label = labels[scene["n"] - 1]
            found = at(toponyms, label.start, label.end) or {}
            if scene.get("start"):
                said = found.get("when_start"), found.get("when_end")
                told["days"] += 1
                told["days right"] += said == (scene["start"], scene["end"])
                told["days said"] += said[0] is not None
            if scene.get("event"):
                told["kinds"] += 1
                told["kinds right"] += found.get("event") in scene["event"]
                told["kinds said"] += found.get("event") is not None
            for value, _ in scene.get("counts") or ():
                told["counts"] += 1
                told["counts right"] += any(q["value"] == value for q in found.get("quantities", ()))
    for what in ("days", "kinds"):
        print(
            f"{what} ({name}): {told[f'{what} right']} of {told[what]} right; of {told[f'{what} said']} that are said, {told[f'{what} right'] / max(1, told[f'{what} said']):.3f}"
        )
    print(f"counts ({name}): {told['counts right']} of {told['counts']}")


def main() -> None:
    """Measure all."""
    resources = open_resources()
    measure_roles(resources)
    measure_relative(resources)
    measure_days(resources, "days.jsonl")


if __name__ == "__main__":
    main()
