"""The frozen records that all steps of the pipeline share.

Coordinates are longitude, latitude in degrees, EPSG:4326. Offsets are code points into
``Article.text``, half-open: ``article.text[m.start:m.end] == m.text``; those of a mention in the title are offsets
into ``Article.title``.
"""

from __future__ import annotations

from geomap.types.articles import (
    PARTS,
    Article,
    ArticlePart,
    Correction,
    GeoparsedArticle,
    Mention,
    MentionKind,
    Publication,
    RecognitionMethod,
    Resolution,
    Role,
    RouteEnd,
    Scope,
)
from geomap.types.places import (
    Candidate,
    Match,
    Name,
    Place,
    PlaceKind,
    Precision,
    Region,
    RegionLevel,
)
from geomap.types.relations import (
    Relation,
    RelationKind,
)
from geomap.types.reports import (
    Event,
    Evidence,
    Movement,
    Quantity,
    Report,
    Stop,
    When,
)

__all__ = [
    "PARTS",
    "Article",
    "ArticlePart",
    "Candidate",
    "Correction",
    "Event",
    "Evidence",
    "GeoparsedArticle",
    "Match",
    "Mention",
    "MentionKind",
    "Movement",
    "Name",
    "Place",
    "PlaceKind",
    "Precision",
    "Publication",
    "Quantity",
    "RecognitionMethod",
    "Region",
    "RegionLevel",
    "Relation",
    "RelationKind",
    "Report",
    "Resolution",
    "Role",
    "RouteEnd",
    "Scope",
    "Stop",
    "When",
]
