"""Coreference of descriptions: "the enclave" as a mention of the toponym that the article calls an enclave.

A description is resolved only where the same noun directly follows a toponym in the article ("the Nagorno-Karabakh enclave") or
ends it. Nothing else is inferred.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from geomap.recognition.parameters import DESCRIPTION_SCORE
from geomap.types import Mention

NOUNS = ("enclave", "exclave", "corridor", "strip", "peninsula", "archipelago")
"""Nouns of rare features, of which an article seldom names two; "region" or "city" would be ambiguous."""

_DESCRIPTION = re.compile(rf"\b[Tt]he ({'|'.join(NOUNS)})\b")
_NOUN_BEHIND = re.compile(rf"\s({'|'.join(NOUNS)})\b", re.IGNORECASE)


def descriptions(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return a mention for each description in ``text``, its antecedent the nearest preceding toponym with its noun.

    The first such toponym is the antecedent where none precedes. A description that overlaps a mention is omitted.
    """
    toponyms_by_noun: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for mention in sorted(mentions, key=lambda m: m.start):
        behind = _NOUN_BEHIND.match(text, mention.end)
        noun = behind[1].lower() if behind else mention.text.rsplit(maxsplit=1)[-1].lower()
        if noun in NOUNS and mention.kind != "demonym":
            toponyms_by_noun[noun].append((mention.start, mention.text))
    found = []
    spans = sorted((m.start, m.end) for m in mentions)
    for described in _DESCRIPTION.finditer(text):
        at = bisect_left(spans, (described.end(),))
        if at and spans[at - 1][1] > described.start():
            continue
        same = toponyms_by_noun.get(described[1])
        if not same:
            continue
        antecedent = same[max(0, bisect_left(same, (described.start(),)) - 1)][1]
        found.append(
            Mention(
                start=described.start(),
                end=described.end(),
                text=described[0],
                score=DESCRIPTION_SCORE,
                antecedent=antecedent,
                is_description=True,
            )
        )
    return tuple(found)
