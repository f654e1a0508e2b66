"""From scores of words to spans: windows over a long text, the best label path, and one answer for a name throughout.

Pure. Training measures with these functions what running will do.
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
"""The log scores of a word in a sentence that was not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Words ``start`` to ``end`` are read together; the answers of ``keep_start`` to ``keep_end`` count."""

    start: int
    end: int
    keep_start: int
    keep_end: int


def cut_windows(
    sizes: Sequence[int], sentences: Sequence[int], *, limit: int, overlap: int = WINDOW_OVERLAP
) -> list[Window]:
    """Pack whole sentences into windows of at most ``limit`` pieces; a longer sentence becomes overlapping windows.

    ``sizes`` are the pieces of each word, ``sentences`` the first word of each sentence, from 0 on.
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
    """Return the best labels for log scores (n, 3) of outside, begin, inside, where inside never follows outside."""
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
    """Return the half-open word spans of a label path, in order."""
    found: list[tuple[int, int]] = []
    for i, label in enumerate(labels.tolist()):
        if label == BEGIN:
            found.append((i, i + 1))
        elif label == INSIDE and found and found[-1][1] == i:
            found[-1] = (found[-1][0], i + 1)
    return found


def average_logits_by_word(words: Sequence[str], scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log scores (n, 3) in which a capitalised word, whatever its case, is a toponym's as much as on the average.

    One name, one answer: "U.S." found once is found throughout, and a surname that is also a town is settled by the
    places where only a person can be meant. One occurrence counts as at most six nats for or against; one that was
    not read (``UNREAD``) counts nothing and gets the others' answer.
    """
    toponym = np.logaddexp(scores[:, BEGIN], scores[:, INSIDE])
    odds = np.clip(toponym - scores[:, OUTSIDE], -MAX_OCCURRENCE_LOGIT, MAX_OCCURRENCE_LOGIT)
    was_read = toponym > UNREAD[BEGIN] / 2
    where: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        if len(word) > 1 and word[0].isupper():
            where.setdefault(word.casefold() if len(word) > MAX_CASE_SENSITIVE_LENGTH else word, []).append(i)
    agreed = scores.copy()
    for places in where.values():
        read = was_read[places]
        if len(places) > 1 and read.any():
            change = scores[places, OUTSIDE] + odds[places][read].mean() - toponym[places]
            agreed[places, BEGIN] += change
            agreed[places, INSIDE] += change
    return agreed
