"""Floors under the figures: pinned with the digests of what they were measured on, and never lowered silently.

    python -m training.gate check CORPORA               fail where a figure is below its floor
    python -m training.gate update CORPORA              raise the floors to what is measured now
    python -m training.gate update CORPORA --lower WHY  let them fall, and write down why

CORPORA is a folder of ``*.jsonl`` corpora; the floors are in ``training/floors.json``.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from geomap.api import geoparse
from geomap.evaluation.corpora import as_mentions, as_toponyms, read_corpus
from geomap.evaluation.metrics import score
from geomap.geoparser import place_mentions
from geomap.manifest import open_geodata
from geomap.resources import open_resources

FLOORS = Path(__file__).with_name("floors.json")
CORPORA = ("lgl.dev", "geowebnews.dev")
MEASURES = {
    "gold mentions": ("resolution acc@161", "resolution acc@20"),
    "end to end": (
        "recognition strict F1",
        "recognition overlap F1",
        "end to end F1@161",
        "end to end F1@20",
        "literal/associative accuracy",
    ),
}
SLACK = 0.002
"""Two tenths of a point: int8 arithmetic differs that much between processors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallen:
    """A figure below its floor."""

    name: str
    floor: float
    measured: float

    def __str__(self) -> str:
        """Return the fall in words."""
        return f"{self.name}: {self.measured:.4f} is below its floor {self.floor:.4f}"


def digests(corpora: Path) -> dict[str, str]:
    """Return the SHA-256 of each corpus, and the version of the geodata, which names every model's digest."""
    found = {name: hashlib.sha256((corpora / f"{name}.jsonl").read_bytes()).hexdigest() for name in CORPORA}
    return found | {"geodata": open_geodata().version}


def measure(corpora: Path, settings: tuple[str, ...] = tuple(MEASURES)) -> dict[str, float]:
    """Return the figures that have floors, by corpus, setting and measure."""
    resources, figures = open_resources(), {}
    for name in CORPORA:
        gold = read_corpus(corpora / f"{name}.jsonl")
        for setting in settings:
            answers = {
                g.article.id: as_toponyms(
                    place_mentions(g.article, as_mentions(g), resources=resources)
                    if setting == "gold mentions"
                    else geoparse(g.article, resources=resources).resolutions
                )
                for g in gold
            }
            scores = score(gold, answers)
            for one in MEASURES[setting]:
                figures[f"{name}, {setting}, {one}"] = round(scores.figures[one].value or 0.0, 4)
    return figures


def fallen(floors: dict[str, float], figures: dict[str, float]) -> list[Fallen]:
    """Return what fell below its floor; a floor that was not measured now does not count."""
    return [
        Fallen(name=name, floor=floor, measured=figures[name])
        for name, floor in floors.items()
        if name in figures and figures[name] < floor - SLACK
    ]


def updated(pinned: dict, figures: dict[str, float], made_of: dict[str, str], *, why: str | None) -> dict:  # type: ignore[type-arg]
    """Return the new pins; SystemExit where a floor would fall and nobody said why."""
    falls = fallen(pinned.get("floors", {}), figures)
    if falls and not why:
        raise SystemExit("refused: " + "; ".join(map(str, falls)) + ': say why with --lower "…"')
    lowered = [*pinned.get("lowered", []), *({"figure": f.name, "from": f.floor, "why": why} for f in falls)]
    return {"made_of": made_of, "floors": figures, "lowered": lowered}


def main(arguments: list[str]) -> None:
    """Check or update the floors."""
    command, corpora = arguments[0], Path(arguments[1])
    why = arguments[arguments.index("--lower") + 1] if "--lower" in arguments else None
    pinned = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    figures, made_of = measure(corpora), digests(corpora)
    if pinned.get("made_of") != made_of:
        print("note: the corpora, the models or the geodata are not those the floors were pinned with")
    if command == "update":
        new = updated(pinned, figures, made_of, why=why)
        FLOORS.write_text(json.dumps(new, indent=1, ensure_ascii=False) + "\n", "utf-8")
        return
    falls = fallen(pinned["floors"], figures)
    if falls:
        raise SystemExit("\n".join(map(str, falls)))
    print(f"{len(figures)} figures, none below its floor")


if __name__ == "__main__":
    main(sys.argv[1:])
