"""Decode token scores into spans: windows over a long text, averages over an article, the best label path.

Pure. Training evaluates the network with these functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from geomap.recognition.parameters import MAX_CASE_SENSITIVE_LENGTH, MAX_OCCURRENCE_LOGIT, WINDOW_OVERLAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

OUTSIDE, BEGIN, INSIDE = 0, 1, 2
UNREAD = (0.0, -99.0, -198.0)
"""Log scores of a token in a sentence that was not passed to the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Tokens ``start`` to ``end`` form one input of the network; only the scores of ``keep_start`` to ``keep_end`` are used."""

    start: int
    end: int
    keep_start: int
    keep_end: int


def cut_windows(
    sizes: Sequence[int], sentences: Sequence[int], *, limit: int, overlap: int = WINDOW_OVERLAP
) -> list[Window]:
    """Pack complete sentences into windows of at most ``limit`` pieces; a longer sentence becomes overlapping windows.

    ``sizes`` are the numbers of pieces of the tokens, ``sentences`` the index of each sentence's first token, 0 first.
    """
    total = np.concatenate([[0], np.cumsum(np.asarray(sizes, dtype=np.int64))])
    windows: list[Window] = []
    first = 0
    for start, end in pairwise((*sentences, len(sizes))):
        if start > first and total[end] - total[first] > limit:
            windows.append(Window(start=first, end=start, keep_start=first, keep_end=start))
            first = start
        if total[end] - total[start] > limit:
            windows.extend(_cut_long(total, start, end, limit, overlap))
            first = end
    if first < len(sizes):
        windows.append(Window(start=first, end=len(sizes), keep_start=first, keep_end=len(sizes)))
    return windows


def _cut_long(total: NDArray[np.int64], start: int, end: int, limit: int, overlap: int) -> list[Window]:
    found: list[Window] = []
    at = start
    while True:
        stop = min(end, max(int(np.searchsorted(total, total[at] + limit, side="right")) - 1, at + 1))
        side = min(overlap, (stop - at) // 4)
        keep_start = start if at == start else found[-1].keep_end
        keep_end = end if stop == end else stop - side
        found.append(Window(start=at, end=stop, keep_start=keep_start, keep_end=keep_end))
        if stop == end:
            return found
        at = max(keep_end - side, at + 1)


def best_path(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the best label sequence (Viterbi) for log scores (n, 3) of outside, begin, inside; inside never follows outside."""
    n = len(scores)
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    rows = scores.tolist()
    o, b, i = rows[0][0], rows[0][1], -1e9
    back: list[tuple[int, int]] = []
    for so, sb, si in rows[1:]:
        best = OUTSIDE if o >= b and o >= i else BEGIN if b >= i else INSIDE
        top = (o, b, i)[best]
        before = BEGIN if b >= i else INSIDE
        back.append((best, before))
        o, b, i = top + so, top + sb, max(b, i) + si
    label = OUTSIDE if o >= b and o >= i else BEGIN if b >= i else INSIDE
    path = [label]
    for best, before in reversed(back):
        label = before if label == INSIDE else best
        path.append(label)
    return np.asarray(path[::-1], dtype=np.int64)


def spans_of(labels: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the half-open token spans of a label sequence, in order."""
    found: list[tuple[int, int]] = []
    for i, label in enumerate(labels.tolist()):
        if label == BEGIN:
            found.append((i, i + 1))
        elif label == INSIDE and found and found[-1][1] == i:
            found[-1] = (found[-1][0], i + 1)
    return found


def average_logits_by_word(words: Sequence[str], scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log scores (n, 3) in which the toponym log odds of a capitalized word are their average over its occurrences.

    So an article has one decision for each name. An occurrence contributes at most ``MAX_OCCURRENCE_LOGIT`` to the average; an
    unread occurrence (``UNREAD``) contributes nothing and receives the average. Case is ignored in words longer than
    ``MAX_CASE_SENSITIVE_LENGTH``.
    """
    toponym = np.logaddexp(scores[:, BEGIN], scores[:, INSIDE])
    odds = np.clip(toponym - scores[:, OUTSIDE], -MAX_OCCURRENCE_LOGIT, MAX_OCCURRENCE_LOGIT)
    was_read = toponym > UNREAD[BEGIN] / 2
    where: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        if len(word) > 1 and word[0].isupper():
            where.setdefault(word.casefold() if len(word) > MAX_CASE_SENSITIVE_LENGTH else word, []).append(i)
    averaged = scores.copy()
    for places in where.values():
        read = was_read[places]
        if len(places) > 1 and read.any():
            change = scores[places, OUTSIDE] + odds[places][read].mean() - toponym[places]
            averaged[places, BEGIN] += change
            averaged[places, INSIDE] += change
    return averaged
