"""Give every literal mention of an English article its role."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geomap.roles.features import context_vectors, mention_features
from geomap.roles.model import CLASSES
from geomap.types import Article, Resolution, Role, RouteEnd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geomap.roles.model import RoleModel
    from geomap.text.word_vectors import WordVectors

ENDS: tuple[RouteEnd, ...] = ("from", "to", "via")
_OF_ROLE: dict[Role, tuple[str, ...]] = {
    "scene": ("scene",),
    "route": ENDS,
    # A government that was taken for literal has no role either, and belongs to the quieter layer.
    "background": ("background", "none"),
    "reference": ("reference",),
    "container": ("container",),
}


def with_roles(
    article: Article, resolutions: Sequence[Resolution], tokens: WordVectors, *, model: RoleModel, title_end: int
) -> tuple[Resolution, ...]:
    """Return the resolutions with the roles of the literal mentions; those that no English network read keep none.

    ``article.text`` is the headline, up to ``title_end``, a blank line and the text, as the recogniser reads it.
    """
    literal = [r for r in resolutions if r.mention.kind == "literal"]
    if not literal:
        return tuple(resolutions)
    features = mention_features(article.text, literal, tokens, title_end=title_end, published=article.published)
    was_read = [bool(tokens.values[start:end].any()) for start, end in features.tokens]
    found = model.probabilities(features, context_vectors(features, tokens.values))
    roles = {id(r): row for r, row, is_read in zip(literal, found, was_read, strict=True) if is_read}
    return tuple(_with_role(r, roles[id(r)]) if id(r) in roles else r for r in resolutions)


def _with_role(resolution: Resolution, row: NDArray[np.float32]) -> Resolution:
    by_class: dict[str, float] = dict(zip(CLASSES, row.tolist(), strict=True))
    by_role = {role: sum(by_class[name] for name in names) for role, names in _OF_ROLE.items()}
    role = max(by_role, key=by_role.__getitem__)
    end: RouteEnd = max(ENDS, key=lambda one: by_class[one])
    mention = replace(
        resolution.mention,
        role=role,
        role_probability=round(by_role[role], 4),
        route=end if role == "route" else None,
    )
    return replace(resolution, mention=mention)
