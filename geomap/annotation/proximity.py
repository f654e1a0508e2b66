"""Recognize that a report is near a place and not in it: "near Goris", "12 km north of Goris". Pure; English, Russian, Ukrainian."""

from __future__ import annotations

import re

_POINT = r"(?:north|south)?[- ]?(?:east|west)?(?:north|south|east|west)(?:ern)?"
_COMPASS = rf"(?:(?:to\s+the\s+)?{_POINT}\s+of)"
_NEAR = re.compile(
    r"(?:\b(?i:near|nearby|close\s+to|not\s+far\s+from|outside|in\s+the\s+vicinity\s+of|(?:on|at|in)\s+the\s+(?:outskirts|edge|approaches)\s+(?:of|to)"
    rf"|(?:km|kilomet(?:er|re)s?|miles?)\s+(?:{_COMPASS}|from|away\s+from|outside)|(?:just\s+)?{_COMPASS})"
    r"|\b(?i:под|близ|возле|около|вблизи|неподалёку\s+от|недалеко\s+от|в\s+окрестностях|під|біля|поблизу|неподалік\s+від|в\s+околицях))\s+"
    r"(?:the\s+)?(?:(?:\w+\s+)?(?:village|town|city|settlement|port|capital|hamlet)s?\s+of\s+)?"
    r"(?:[^\W\d_a-zа-яіїєґ][\w'’-]+(?:\s[^\W\d_a-zа-яіїєґ][\w'’-]+)?(?:,\s+(?:and\s+)?|\s+(?:and|и|і|та)\s+)){0,3}$"
)
"""Up to three names may lie between: "near Martakert and Askeran" is near both."""


def is_near(before: str) -> bool:
    """Return whether the words before a toponym locate the report near the place and not in it."""
    return bool(_NEAR.search(before))
