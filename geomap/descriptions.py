"""Descriptions that stand for a toponym: "the enclave", where the article names one so.

Only what the article itself spells out is read: a description counts where the text has the same
noun right behind a toponym ("the Nagorno-Karabakh enclave"). Nothing is inferred beyond that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from geomap.vocabulary import Mention

NOUNS = ("enclave", "exclave", "corridor", "strip", "peninsula", "archipelago")
"""Nouns that name a rare thing: an article seldom speaks of two. "Region" or "city" would be guesses."""

_DESCRIPTION = re.compile(rf"\b[Tt]he ({'|'.join(NOUNS)})\b")
_NOUN_BEHIND = re.compile(rf"\s({'|'.join(NOUNS)})\b", re.IGNORECASE)


def descriptions(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return a mention for each description in ``text``, its antecedent the toponym nearest before it.

    A description inside another mention, or before any toponym that carries its noun, is left out.
    """
    bearers: list[tuple[str, int, str]] = []
    for mention in mentions:
        behind = _NOUN_BEHIND.match(text, mention.end)
        noun = behind[1].lower() if behind else mention.text.rsplit(maxsplit=1)[-1].lower()
        if noun in NOUNS and mention.kind != "demonym":
            bearers.append((noun, mention.start, mention.text))
    found = []
    for described in _DESCRIPTION.finditer(text):
        if any(m.start < described.end() and described.start() < m.end for m in mentions):
            continue
        same = [bearer for bearer in bearers if bearer[0] == described[1]]
        if not same:
            continue
        before = [bearer for bearer in same if bearer[1] < described.start()]
        antecedent = before[-1][2] if before else same[0][2]
        found.append(
            Mention(start=described.start(), end=described.end(), text=described[0], score=0.8, antecedent=antecedent)
        )
    return tuple(found)
