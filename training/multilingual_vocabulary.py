"""Choose the pieces of the multilingual network's vocabulary and write them with their embeddings.

    python -m training.multilingual_vocabulary E5_FILE BENCH OUT

Kept of the encoder's 250,002 pieces are those that occur in the training texts, or, weighted less, in names of the gazetteer, and the most
frequent by the encoder's own order, up to ``N_PIECES``; letters that stand alone come first, so that every word can be cut into pieces.
OUT gets ``pieces.model`` (a SentencePiece unigram model) and ``embeddings.bin`` (the packed rows of the encoder, unchanged).
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from geomap.gazetteer.store import FileGazetteer
from training.multilingual_corpora import MARK, PARAGRAPHS, TRAIN
from training.multilingual_encoder import read_encoder

N_PIECES = 55_000
SPECIAL = {"<pad>": 1, "<s>": 0, "</s>": 2, "<unk>": 3}
"""The network's first ids, in this order, and the numbers of these pieces in the encoder."""
OWN_SHARE = 0.18
"""Share of the pieces that the encoder's own order chooses, for the languages without a training text."""
MAX_RANK = 100_000
"""Of a letter alone that no training text has, in the encoder's order: the others are rare Han characters."""
NAME_WEIGHT = 0.1
_SCRIPTS = (
    "LATIN CYRILLIC GREEK ARMENIAN GEORGIAN HEBREW ARABIC DEVANAGARI BENGALI TAMIL TELUGU THAI LAO KHMER MYANMAR HANGUL HIRAGANA KATAKANA CJK "
    "GUJARATI GURMUKHI KANNADA MALAYALAM SINHALA ETHIOPIC"
).split()


def model_of(pieces: list[tuple[str, float]]) -> sentencepiece_model_pb2.ModelProto:
    """Return a SentencePiece unigram model of ``pieces`` (text, log probability), the first four special."""
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(_any_model())  # for its normalization, nmt_nfkc, which the encoder's texts had too
    del model.pieces[:]
    kinds = {0: 3, 1: 3, 2: 3, 3: 2}  # control, unknown; 1 is normal
    for number, (text, score) in enumerate(pieces):
        model.pieces.add(piece=text, score=score, type=kinds.get(number, 1))
    model.trainer_spec.pad_id, model.trainer_spec.bos_id, model.trainer_spec.eos_id, model.trainer_spec.unk_id = range(
        4
    )
    model.trainer_spec.vocab_size = len(pieces)
    return model


def _any_model() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text"
        text.write_text("\n".join(f"a b c {i}" for i in range(200)), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=str(Path(folder) / "m"), vocab_size=17, model_type="unigram", minloglevel=2,
            hard_vocab_limit=False, normalization_rule_name="nmt_nfkc",
        )  # fmt: skip
        return (Path(folder) / "m.model").read_bytes()


def texts(bench: Path) -> Counter[str]:
    """Return the words of the training texts, counted, and, at ``NAME_WEIGHT``, those of the gazetteer's names."""
    counts: Counter[str] = Counter()
    for name in TRAIN:
        with gzip.open(bench / "ner" / "multi" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                counts.update(json.loads(line)["tokens"])
    for path in sorted(PARAGRAPHS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            counts.update(MARK.sub(r"\2", line).split())
    for word in list(counts):
        counts[word] *= int(1 / NAME_WEIGHT)
    with FileGazetteer(Path("geodata/gazetteer.bin")) as gazetteer:
        for place in gazetteer.places():
            if place.population >= 5_000 or place.kind not in ("settlement", "suburb"):
                for name in gazetteer.names(place.id):
                    counts.update(name.text.split())
    return counts


def main() -> None:
    """Write the vocabulary and its embeddings."""
    encoder = read_encoder(Path(sys.argv[1]))
    out = Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    whole = [(piece, float(score)) for piece, score in zip(encoder.pieces, encoder.scores, strict=True)]
    order = [whole[i] for i in SPECIAL.values()] + whole[4:]
    numbers = [*SPECIAL.values(), *range(4, len(whole))]
    splitter = sentencepiece.SentencePieceProcessor(model_proto=model_of(order).SerializeToString())
    used: Counter[int] = Counter()
    words = texts(Path(sys.argv[2]))
    listed = list(words)
    for at in range(0, len(listed), 50_000):
        part = listed[at : at + 50_000]
        for word, ids in zip(part, splitter.encode(part), strict=True):
            for i in ids:
                used[i] += words[word]
    chosen = dict.fromkeys(range(4))
    for i in range(4, len(order)):
        letter = order[i][0].strip("▁")
        if len(letter) <= 1 and _is_letter(letter) and (i < MAX_RANK or used[i]):
            chosen[i] = None
    for i in range(4, int(N_PIECES * OWN_SHARE)):  # the encoder's pieces are in the order of their frequency
        if _is_letter(order[i][0].strip("▁")[:1]):
            chosen[i] = None
    n_own = len(chosen)
    for i, _ in used.most_common():
        if len(chosen) >= N_PIECES:
            break
        chosen[i] = None
    kept = [*range(4), *sorted(i for i in chosen if i >= 4)]
    total = sum(used.values())
    print(
        f"{len(kept)} pieces, {n_own} by letters and order; {sum(used[i] for i in kept) / total:.4f} of the pieces of the texts"
    )
    (out / "pieces.model").write_bytes(model_of([order[i] for i in kept]).SerializeToString())
    rows = encoder.rows("emb.word")[[numbers[i] for i in kept]]
    np.ascontiguousarray(rows).tofile(out / "embeddings.bin")


def _is_letter(char: str) -> bool:
    if not char or not char.isalpha():
        return True
    return any(unicodedata.name(char, "").startswith(script) for script in _SCRIPTS)


if __name__ == "__main__":
    main()
