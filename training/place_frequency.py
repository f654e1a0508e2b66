"""Count how often a name that the gazetteer knows is a place: ``python training/place_frequency.py NER_FOLDER``.

Reads the corpora of named entities whose licences allow training (wikigold, UNER English EWT, WNUT 2017, WikiANN
English) and writes ``geomap/gazetteer/data/place_frequency.tsv``: name, occurrences as a place, occurrences. Only names that occur
twice or more and denote a place in less than nine of ten occurrences are kept; any other name counts as a place.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geomap.gazetteer.store import FileGazetteer
from geomap.manifest import open_geodata

CORPORA = ("wikigold_en", "wnut17_wnut17train_conll", "wikiann_en_train", "uner_en_ewt_ud_dev")
PLACE = frozenset({"LOC", "LOCATION", "GPE", "location"})
OUT = Path(__file__).resolve().parents[1] / "geomap" / "gazetteer" / "data" / "place_frequency.tsv"


def main(folder: Path) -> None:
    """Count and write."""
    seen: Counter[str] = Counter()
    places: Counter[str] = Counter()
    with FileGazetteer(open_geodata().path("gazetteer.bin")) as gazetteer:
        for corpus in CORPORA:
            for name, is_place in _names(folder / f"{corpus}.jsonl.gz", gazetteer):
                seen[name] += 1
                places[name] += is_place
    kept = sorted(name for name, n in seen.items() if n >= 2 and places[name] / n < 0.9)
    head = "# Made by training/place_frequency.py: name, occurrences as a place, occurrences.\n"
    OUT.write_text(head + "".join(f"{name}\t{places[name]}\t{seen[name]}\n" for name in kept), encoding="utf-8")
    print(f"{len(kept)} names")


def _names(path: Path, gazetteer: FileGazetteer) -> Iterator[tuple[str, bool]]:
    """Yield each capitalised run of one to three words that the gazetteer knows, and whether it is marked as a place."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            words, tags = row["tokens"], row["tags"]
            inside = [tag[2:] in PLACE for tag in tags]
            for start in range(len(words)):
                for end in range(start + 1, min(start + 4, len(words) + 1)):
                    run = words[start:end]
                    if not all(word[:1].isupper() for word in run) or not gazetteer.knows(" ".join(run)):
                        continue
                    marked = all(inside[start:end])
                    longer = marked and (
                        not tags[start].startswith("B")
                        or (end < len(tags) and tags[end].startswith("I") and inside[end])
                    )
                    if not longer:  # a part of a longer place says nothing
                        yield " ".join(run), marked


if __name__ == "__main__":
    main(Path(sys.argv[1]))
