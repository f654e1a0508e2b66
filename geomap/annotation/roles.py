"""What the mentions of a report do in the news: its role, and the relative places that it states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.types import Evidence, Mention, Relation, Report, Role

if TYPE_CHECKING:
    from geomap.types import RelationKind

STRENGTH: tuple[Role | None, ...] = ("scene", "route", None, "container", "reference", "background")
"""Roles by what they say of a place, the strongest first; None is a literal mention whose role is unknown, which is reported."""
STATES_POINT: tuple[RelationKind, ...] = ("distance_direction", "halfway", "confluence")
"""Kinds of relative places whose words state one point, so that their centre is drawn; those of the others is only a centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativePlace:
    """A place that words state relative to a report's place, and the sentences that state it."""

    number: int
    """Its number among those of the report, from 1."""
    relation: Relation
    evidence: tuple[Evidence, ...]

    @property
    def is_reported(self) -> bool:
        """Whether something of the news is there by any of the sentences."""
        return any(e.is_reported for e in self.evidence)


def strongest_role(mentions: Iterable[Mention]) -> tuple[Role | None, float | None]:
    """Return the strongest role of the literal mentions and its highest probability; None where it is not known."""
    literal = [mention for mention in mentions if mention.kind == "literal"]
    if not literal:
        return None, None
    role = min((mention.role for mention in literal), key=STRENGTH.index)
    known = [m.role_probability for m in literal if m.role == role and m.role_probability is not None]
    return role, max(known, default=None) if role else None


def role_of(report: Report) -> tuple[Role | None, float | None]:
    """Return the strongest role of a report's mentions and its probability, as ``strongest_role``."""
    return strongest_role(e.mention for e in report.evidence)


def relative_places(report: Report) -> tuple[RelativePlace, ...]:
    """Return the relative places that a report states, in the order of its evidence; equal geometry is one of them."""
    stated: dict[tuple[RelationKind, bytes], list[Evidence]] = {}
    for evidence in report.evidence:
        relation = evidence.relation
        if relation:
            stated.setdefault((relation.kind, relation.wkb), []).append(evidence)
    return tuple(
        RelativePlace(number=n, relation=relation, evidence=tuple(group))
        for n, group in enumerate(stated.values(), start=1)
        if (relation := group[0].relation)
    )


def is_only_relative(report: Report) -> bool:
    """Return whether something is reported relative to the place and nothing in the place itself."""
    reported = [e.relation for e in report.evidence if e.is_reported]
    return bool(reported) and None not in reported
